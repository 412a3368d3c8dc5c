"""Searches in the language of SQLite's index."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from openucwa.adapters.sql.fts5 import expression

WAYS = st.lists(st.lists(st.text(), min_size=1), min_size=1)


def test_all_words_of_one_way_have_to_be_there():
    assert '("a" * AND "b" *) OR ("@c" *)' == expression([["a", "b"], ["@c"]])


@given(WAYS)
def test_what_a_client_typed_stands_between_quotes(ways):
    outside = expression(ways).replace('""', "").split('"')[::2]

    assert {*"".join(outside)} <= {*"() AND OR *"}
