"""Search: what a card may be found by. ``tests/ports/test_directory.py`` has the queries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openucwa.adapters.sql.search import matches, words_of
from openucwa.domain.people import Person


def test_people_are_found_by_name_addresses_and_phones_only():
    person = Person(
        "lenea@contoso.test",
        "sip:LeneA@contoso.test",
        "Lene Åling",
        title="Engineer",
        emails=("LA@fabrikam.test",),
        work_phone="+1 (425) 555",
        home_phone="none",
    )

    assert words_of(person) == {
        ("name", "lene"),
        ("name", "aling"),
        ("mail", "lenea@contoso.test"),
        ("mail", "la@fabrikam.test"),
        ("phone", "1425555"),
    }


@pytest.mark.parametrize("query", ["", " ", "%_*", "\ud800"])
def test_a_query_without_words_finds_nobody(query):
    assert matches(query) is None


@given(st.text(min_size=1, max_size=20))
def test_what_a_client_typed_is_never_part_of_the_statement(query):
    if (condition := matches(f"lene {query}")) is not None:
        assert "lene" not in str(condition)


def test_a_statement_does_not_grow_without_end():
    words = " ".join(f"w{number}" for number in range(10_000))

    assert len(str(matches(words))) < 1000
