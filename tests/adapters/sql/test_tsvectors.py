"""Searches in the language of PostgreSQL's index."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from openucwa.adapters.sql.tsvectors import LONGEST, expression

WAYS = st.lists(st.lists(st.text(min_size=1), min_size=1), min_size=1)


def test_all_words_of_one_way_have_to_be_there():
    assert "('a':* & 'b':*) | ('@c':*)" == expression([["a", "b"], ["@c"]])


@given(WAYS)
def test_what_a_client_typed_stands_between_quotes(ways):
    outside = re.sub(r"\\.|''", "", expression(ways), flags=re.DOTALL).split("'")[::2]

    assert {*"".join(outside)} <= {*"() & | :*"}


def test_of_a_long_word_only_the_beginning_counts():
    assert f"('{'x' * LONGEST}':*)" == expression([["x" * 5000]])
