"""What operations require: the same predicate for the call and for its link (BEHAVIOUR 2.2, 13)."""

from __future__ import annotations

import pytest
from world import JSON, XML

from openucwa.hyper.declare import Scope
from openucwa.resources.conditions import ANY_SCOPE

both = pytest.mark.parametrize("accept", [JSON, XML])


def test_any_scope_is_each_of_the_five():
    """R13.1"""
    assert set(Scope) == set(ANY_SCOPE)


@both
@pytest.mark.parametrize(
    ("path", "needed"),
    [
        ("me", {"USER"}),
        ("people", {"CONTACTS"}),
        ("communication", {"INITIATE", "RECEIVE"}),
        ("policies", {scope.name for scope in Scope}),
        ("onlineMeetings", {scope.name for scope in Scope}),
        ("people/presenceSubscriptions", {scope.name for scope in Scope}),
        ("people/subscribedContacts", {scope.name for scope in Scope}),
        ("", {scope.name for scope in Scope}),
    ],
)
async def test_which_scope_is_enough(world, accept, path, needed):
    """R13.1, R13.2: 403 Forbidden without it."""
    address = await world.person("lenea")
    allowed = set()
    for scope in Scope:
        client = await world.limited(address, scope, accept=accept)
        reply = await client.get(path)
        if reply.status == 200:
            allowed.add(scope.name)
        else:
            assert (403, "Forbidden", None) == reply.reason

    assert needed == allowed


@both
@pytest.mark.parametrize(
    ("path", "subcode"),
    [
        ("me/makeMeAvailable", "AnonymousNotAllowed"),
        ("me/reportMyActivity", "AnonymousNotAllowed"),
    ],
)
async def test_rights_come_before_state(world, accept, path, subcode):
    """A guest who lurks is told that guests may not, not that the state is wrong."""
    guest = await world.guest(accept)

    assert (403, "Forbidden", subcode) == (await guest.post(path)).reason


@both
@pytest.mark.parametrize("path", ["me/presence", "me/note", "me/location"])
async def test_a_guest_is_never_available(world, accept, path):
    """R2.26: 409"""
    guest = await world.guest(accept)

    assert (409, "Conflict", "MakeMeAvailableRequired") == (await guest.get(path)).reason
