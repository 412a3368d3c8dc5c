"""Rows: what goes in comes out."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from openucwa.adapters.sql.rows import CARD, card_of, columns_of, person_of, standing_of
from openucwa.domain.people import Person
from openucwa.domain.presence import Standing

EMPTY = dict.fromkeys(
    [
        *("note", "note_type", "location", "last_active"),
        *("manual", "manual_since", "manual_expires", "manual_chain"),
    ]
)


@given(st.from_type(Person))
def test_a_person_comes_back(person):
    card = card_of(person)

    assert person == person_of([card[column.name] for column in CARD])


@given(st.from_type(Standing).map(lambda one: replace(one, levels=None)))
def test_a_standing_comes_back(standing):
    """But for the levels, which are rows of another table."""
    columns = dict(EMPTY)
    for field in ("note", "location", "manual", "last_active"):
        columns |= columns_of(field, getattr(standing, field))

    assert EMPTY.keys() == columns.keys()
    assert repr(standing) == repr(standing_of(SimpleNamespace(**columns)))
