"""Domain values as rows, and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, fields
from typing import Any, TypeVar

from sqlalchemy import Row

from openucwa.adapters.sql.tables import accounts, distribution_groups, people
from openucwa.domain.people import Account, DistributionGroup, Person
from openucwa.domain.phones import OwnPhone, PhoneType
from openucwa.domain.presence import Claim, Note, NoteType, Preferred, Standing

T = TypeVar("T")

_CHUNK = 500
"""Addresses in one statement: engines limit the number of its parameters."""

CARD = [people.c[field.name] for field in fields(Person)]
"""The columns of a card, in the order of ``Person``'s fields."""
ACCOUNT = [accounts.c[field.name] for field in fields(Account)]
GROUP = [distribution_groups.c[field.name] for field in fields(DistributionGroup)]


def chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield items in pieces that fit into one statement."""
    return (items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK))


def person_of(row: Sequence[Any]) -> Person:
    """Return the person of a row of ``CARD``."""
    card = {column.name: value for column, value in zip(CARD, row, strict=True)}
    return Person(**card | {"emails": tuple(card["emails"])})


def card_of(person: Person) -> dict[str, Any]:
    """Return the columns of a person."""
    return asdict(person) | {"emails": person.emails}


def phones_of(rows: Iterable[Row[Any]]) -> dict[str, dict[PhoneType, OwnPhone]]:
    """Return what people said of their phones, by address, from rows of the table."""
    found: dict[str, dict[PhoneType, OwnPhone]] = {}
    for row in rows:
        said = OwnPhone(row.number or "", bool(row.shown))
        found.setdefault(row.address, {})[PhoneType(row.kind)] = said
    return found


def standing_of(row: Row[Any]) -> Standing:
    """Return the standing of a row of the table."""
    return Standing(
        note=None if row.note is None else Note(row.note, NoteType(row.note_type)),
        location=row.location,
        manual=_manual_of(row),
        last_active=row.last_active,
    )


def _manual_of(row: Row[Any]) -> Claim | None:
    """Return what a person chose, and what it returns to.

    A server of the release before leaves the latter behind when it changes the former, so the
    chain begins with the claim that it belongs to.
    """
    if row.manual is None:
        return None
    claim = (row.manual, row.manual_since, row.manual_expires)
    first, *others = row.manual_chain or [()]
    then: Claim | None = None
    for availability, since, expires in reversed(others if tuple(first) == claim else []):
        then = Claim(Preferred(availability), since, expires, then)
    return Claim(Preferred(row.manual), row.manual_since, row.manual_expires, then)


def columns_of(field: str, value: Any) -> dict[str, Any]:
    """Return the columns that hold one field of a ``Standing``."""
    if field == "note":
        note: Note | None = value
        return {"note": note and note.message, "note_type": note and note.type.value}
    if field == "manual":
        claim: Claim | None = value
        return {
            "manual": claim and claim.availability.value,
            "manual_since": claim and claim.since,
            "manual_expires": claim and claim.expires,
            "manual_chain": [
                [one.availability.value, one.since, one.expires] for one in claim.chain()
            ]
            if claim and claim.then
            else None,
        }
    return {field: value}
