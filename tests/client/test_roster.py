"""Who is in a meeting, and who waits, as events tell it."""

from __future__ import annotations

from openucwa.client.errors import Reason
from openucwa.client.resources import Event, Resource
from openucwa.client.roster import Move, Roster

SARA, OWN = "/talk/sara", "/talk/lene"


def event(kind, inside="", who=SARA):
    return Event(
        kind, "participant", who, "Sara", "/talk", inside, "", Resource({}), False, Reason()
    )


def moves(roster, *events):
    found = [roster.take(one) for one in events]
    return [one.move for one in found if one is not None]


def test_who_comes_and_goes():
    """A new role is no news, and neither am I."""
    roster = Roster(own=OWN)
    came = [event("added"), event("added", "attendees")]
    promoted = [event("deleted", "attendees"), event("added", "leaders"), event("updated")]

    assert [Move.CAME] == moves(roster, *came, *promoted, event("added", "leaders", OWN))
    assert {SARA: "Sara"} == roster.there
    assert [Move.LEFT] == moves(roster, event("deleted", "leaders"), event("deleted"))
    assert {} == roster.there


def test_who_waits_is_let_in_or_not():
    roster = Roster()
    waits = [event("added"), event("added", "lobby")]

    assert [Move.WAITS] == moves(roster, *waits)
    assert {SARA: "Sara"} == roster.waiting
    let_in = [event("deleted", "lobby"), event("added", "attendees"), event("updated")]
    assert [Move.WAITED, Move.CAME] == moves(roster, *let_in)
    assert [Move.LEFT, Move.WAITS] == moves(roster, event("deleted"), *waits)
    assert [Move.WAITED] == moves(roster, event("deleted", "lobby"), event("deleted"))
    assert ({}, {}) == (roster.there, roster.waiting)


def test_what_was_missed_is_found_out():
    roster = Roster({SARA: "Sara"}, own=OWN)
    toni = Resource({"name": "Toni", "_links": {"self": {"href": "/talk/toni"}}})

    assert Move.CAME is roster.know(toni).move
    assert roster.know(toni) is None
    assert roster.know(Resource({"_links": {"self": {"href": OWN}}})) is None
    assert [(Move.LEFT, "Sara")] == [(one.move, one.name) for one in roster.keep(["/talk/toni"])]
    assert {"/talk/toni": "Toni"} == roster.there
