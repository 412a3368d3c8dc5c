"""What operations require: the same predicate for the call and for its link (BEHAVIOUR 2.2, 13)."""

from __future__ import annotations

import pytest

from openucwa.domain.identity import Identity
from openucwa.domain.users import User
from openucwa.hyper.declare import Scope
from openucwa.resources.call import Call
from openucwa.resources.conditions import ADMINISTRATOR, ANY_SCOPE
from world import JSON, XML

both = pytest.mark.parametrize("accept", [JSON, XML])


def test_any_scope_is_each_of_the_five():
    """R13.1"""
    assert set(Scope) == set(ANY_SCOPE)


EVERY = set(Scope)
NEEDED = {
    "me": {Scope.USER},
    "people": {Scope.CONTACTS},
    "communication": {Scope.INITIATE, Scope.RECEIVE},
    "policies": EVERY,
    "onlineMeetings": EVERY,
    "people/presenceSubscriptions": EVERY,
    "people/subscribedContacts": EVERY,
    "": EVERY,
}


@both
@pytest.mark.parametrize("scope", Scope)
async def test_which_scope_is_enough(world, accept, scope):
    """R13.1, R13.2: 403 Forbidden without it."""
    client = await world.limited(await world.person("lenea"), scope, accept=accept)
    for path, needed in NEEDED.items():
        reply = await client.get(path)

        assert (scope in needed) == (reply.status == 200), path
        assert reply.status == 200 or (403, "Forbidden", None) == reply.reason


@both
@pytest.mark.parametrize(
    ("path", "subcode"),
    [
        ("me/makeMeAvailable", "AnonymousNotAllowed"),
        ("me/reportMyActivity", "AnonymousNotAllowed"),
        ("me/reportMyInactivity", "AnonymousNotAllowed"),
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


@pytest.mark.parametrize(
    ("administrator", "scopes", "holds"),
    [(True, EVERY, True), (False, EVERY, False), (True, EVERY - {Scope.USER}, False)],
)
def test_an_administrator_is_one_by_her_account_and_with_a_whole_token(
    administrator, scopes, holds
):
    identity = Identity("a@b", frozenset(scopes), 0.0, administrator=administrator)
    call = Call(0.0, identity, User("a@b"), {}, {}, None)

    assert holds == ADMINISTRATOR.holds(call)
