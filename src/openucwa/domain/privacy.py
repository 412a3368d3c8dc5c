"""Privacy: how close people are, and what each of them may see (R8.15).

A level is what somebody gave to another person; it decides what that person sees of her. ``VIEWS``
is the one place that says what; ``docs/presence.md`` draws it.
"""

from __future__ import annotations

from typing import NamedTuple

from openucwa.domain.people import Level, Person
from openucwa.domain.presence import OFFLINE, URGENT_ONLY, Aggregate, Availability


class View(NamedTuple):
    """What a level may see and do.

    ``availability``: whether the person is there and free; ``detail``: what she does, on which
    device and when she was last active; ``card``: more than name and address; ``titles``: what
    her meetings are called; ``interrupts``: reaches her while she does not want to be disturbed.
    """

    availability: bool = True
    detail: bool = True
    card: bool = True
    note: bool = True
    location: bool = True
    modalities: bool = True
    photo: bool = True
    titles: bool = False
    interrupts: bool = False
    calls: bool = True


EVERYTHING = View(titles=True, interrupts=True)
VIEWS: dict[Level, View] = {
    Level.BLOCKED: View(*[False] * len(View._fields)),
    Level.EXTERNAL: View(detail=False, card=False, note=False, location=False, photo=False),
    Level.COLLEAGUES: View(),
    Level.WORKGROUP: View(interrupts=True),
    Level.FRIENDS_AND_FAMILY: View(titles=True),
    Level.UNKNOWN: EVERYTHING,
}
"""What people of each level see. UNKNOWN is oneself, who sees everything."""

GIVEN = tuple(level for level in Level if level is not Level.UNKNOWN)
"""The levels that may be given to somebody."""


def presence_seen(level: Level, shown: Aggregate) -> Aggregate:
    """Return what of a person's presence somebody of a level sees.

    Who may interrupt is not told DoNotDisturb but that only urgent matters should be raised.
    """
    view = VIEWS[level]
    if not view.availability:
        return OFFLINE
    if not view.detail:
        return Aggregate(shown.availability)
    if level is Level.WORKGROUP and shown.availability is Availability.DO_NOT_DISTURB:
        return Aggregate(Availability.BUSY, URGENT_ONLY, shown.device)
    return shown


def card_seen(level: Level, person: Person) -> Person:
    """Return what of a person's card somebody of a level sees: at least name and addresses."""
    if VIEWS[level].card:
        return person
    return Person(person.address, person.uri, person.name, emails=person.emails)
