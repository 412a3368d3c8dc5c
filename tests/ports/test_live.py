"""Live: the same user is the same state for everyone, and the index of who watches whom."""

from __future__ import annotations

import asyncio

import pytest

from openucwa.adapters.memory import ProcessLive
from openucwa.domain.applications import Application, Key
from openucwa.domain.presence import Note, Standing
from openucwa.domain.subscriptions import Subscription

LENE, SARA, JOHN = "lenea@contoso.test", "sarad@contoso.test", "johnd@contoso.test"
KNOWN = Standing(Note("back soon"), "Oslo")


class StoredStandings:
    """What people said, as a store that takes its time would have it."""

    def __init__(self):
        self.read = []

    async def standing(self, address):
        return (await self.standings_of([address])).get(address, Standing())

    async def standings_of(self, addresses):
        self.read.append(list(addresses))
        await asyncio.sleep(0)
        return {LENE: KNOWN} if LENE in addresses else {}


@pytest.fixture
def stored():
    return StoredStandings()


# Another adapter joins here.
@pytest.fixture(params=[ProcessLive], ids=["process"])
def live(request, stored):
    return request.param(stored)


def watching(user, identifier, **subscriptions):
    """Give a user an application that subscribes to people."""
    user.applications[identifier] = Application(
        identifier,
        Key(identifier, "en-US", "test/1", ""),
        0,
        0,
        {},
        subscriptions={
            name: Subscription(1e12, id=name, members=tuple(members))
            for name, members in subscriptions.items()
        },
    )


async def test_a_user_is_loaded_with_what_was_stored_and_stays(live):
    assert live.present(LENE) is None
    user = await live.load(LENE)

    assert (LENE, KNOWN) == (user.address, user.standing)
    assert user is live.present(LENE)
    assert user is await live.load(LENE)
    assert user is await live.peek(LENE)


async def test_who_is_loaded_at_the_same_time_is_one_user(live):
    """Both callers wait for the store; they must not go on with two truths."""
    one, two = await asyncio.gather(live.load(LENE), live.load(LENE))

    assert one is two


async def test_a_look_leaves_nothing_behind(live):
    user = await live.peek(LENE)

    assert KNOWN == user.standing
    assert live.present(LENE) is None
    assert user is not await live.peek(LENE)


async def test_many_are_looked_at_with_one_look_into_what_was_stored(live, stored):
    sara = await live.load(SARA)
    stored.read.clear()
    users = await live.peek_all([LENE, SARA, JOHN, LENE])

    assert [KNOWN, Standing(), Standing()] == [users[one].standing for one in (LENE, SARA, JOHN)]
    assert sara is users[SARA]
    assert [[LENE, JOHN, LENE]] == stored.read
    assert live.present(LENE) is None


async def test_who_is_loaded_needs_no_look_into_what_was_stored(live, stored):
    lene = await live.load(LENE)
    stored.read.clear()

    assert ({LENE: lene}, {}) == (await live.peek_all([LENE]), await live.peek_all([]))
    assert [] == stored.read


async def test_who_comes_while_she_is_looked_up_is_seen_as_she_is(live):
    lene, looked = await asyncio.gather(live.load(LENE), live.peek_all([LENE]))

    assert lene is looked[LENE]


async def test_who_is_forgotten_is_loaded_anew(live):
    user = await live.load(LENE)
    live.forget(LENE)
    live.forget("nobody@contoso.test")

    assert live.present(LENE) is None
    assert user is not await live.load(LENE)


async def test_watchers_are_applications(live):
    sara = await live.load(SARA)
    watching(sara, "1", s1=[LENE])
    watching(sara, "2", s1=[LENE, JOHN])
    live.rewatch(sara)

    assert [(SARA, "1"), (SARA, "2")] == sorted(live.watchers(LENE))
    assert [(SARA, "2")] == list(live.watchers(JOHN))
    assert [] == list(live.watchers(SARA))


async def test_watchers_of_several_users_do_not_disturb_each_other(live):
    for address in (SARA, JOHN):
        user = await live.load(address)
        watching(user, "1", s1=[LENE])
        live.rewatch(user)
    (await live.load(SARA)).applications.clear()
    live.rewatch(await live.load(SARA))

    assert [(JOHN, "1")] == list(live.watchers(LENE))


async def test_the_index_follows_whatever_happens_to_subscriptions(live):
    sara = await live.load(SARA)
    watching(sara, "1", s1=[LENE], s2=[LENE, JOHN])
    live.rewatch(sara)
    subscriptions = sara.applications["1"].subscriptions

    def told():
        live.rewatch(sara)
        live.rewatch(sara)
        return [bool(list(live.watchers(address))) for address in (LENE, JOHN)]

    assert [True, True] == told()
    del subscriptions["s1"]
    assert [True, True] == told(), "Lene is in the other one still"
    subscriptions["s2"].members = (JOHN,)
    assert [False, True] == told()
    subscriptions["s2"].members = (JOHN, LENE)
    assert [True, True] == told()
    sara.applications.clear()
    assert [False, False] == told()


async def test_one_may_watch_oneself(live):
    lene = await live.load(LENE)
    watching(lene, "1", s1=[LENE])
    live.rewatch(lene)

    assert [(LENE, "1")] == list(live.watchers(LENE))
