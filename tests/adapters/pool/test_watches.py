"""Watching people who live at other nodes."""

from __future__ import annotations

import asyncio

import pytest

from openucwa.adapters.pool import frames
from openucwa.adapters.pool import watches as module
from openucwa.adapters.pool.watches import Watches
from openucwa.domain.presence import OFFLINE
from openucwa.domain.refusals import Refused
from openucwa.domain.users import NOTHING_SHOWN, Change, Shown, User
from shards import Network, Place, come_true, somebody_in

LENE, OTTO = somebody_in(1), somebody_in(2)
BACK = NOTHING_SHOWN
GONE = Shown(OFFLINE, None, "Oslo")
NEWS = Change(BACK, GONE, {}, {})


@pytest.fixture(autouse=True)
def _impatience(monkeypatch):
    monkeypatch.setattr(module, "AGAIN", 0.001)
    monkeypatch.setattr(module, "PATIENCE", 0.02)


class Side:
    """A node that watches and is watched."""

    def __init__(self, name: str, network: Network) -> None:
        self.place = Place(name, network)
        self.told, self.watched, self.now = [], set(), 100.0
        self.users = {}
        self.watches = Watches(
            self.place.residence,
            network.ask,
            lambda user, change: self.told.append((user.address, change)),
            self.watched.__contains__,
            lambda: self.now,
        )
        network.serve[name] = self.serve

    async def serve(self, body):
        given = frames.question(body)
        if isinstance(given, frames.News):
            return frames.write(frames.Unwatched(self.watches.hear(given.changes)))
        if given.watcher:
            self.watches.watched_by(given.watcher, given.addresses)
        found = [self.users[one] for one in given.addresses if one in self.users]
        return frames.write(frames.Looked(found))

    async def settled(self):
        await come_true(lambda: self.watches.idle)


@pytest.fixture
async def network():
    return Network()


@pytest.fixture
async def here(network):
    side = Side("here", network)
    yield side
    await side.watches.close()


@pytest.fixture
async def there(network, here):
    """Where Lene lives."""
    side = Side("there", network)
    await side.place.open(1)
    side.users[LENE] = User(LENE, settled=50.0)
    yield side
    await side.watches.close()
    await side.place.journals.stop()


async def test_who_is_watched_is_told_of(here, there):
    here.watched.add(LENE)
    assert {LENE: User(LENE, settled=50.0)} == await here.watches.look([LENE], watch=True)
    there.watches.publish(User(LENE, settled=60.0), NEWS)
    await there.settled()

    assert [(LENE, NEWS)] == here.told


async def test_who_was_only_looked_at_is_not(here, there):
    here.watched.add(LENE)
    await here.watches.look([LENE])
    there.watches.publish(User(LENE), NEWS)
    await there.settled()

    assert [] == here.told


async def test_one_message_for_all_that_has_changed_meanwhile(here, there, network):
    here.watched.add(LENE)
    await here.watches.look([LENE], watch=True)
    network.asked.clear()
    for before, after in ((BACK, GONE), (GONE, BACK), (BACK, GONE)):
        there.watches.publish(User(LENE), Change(before, after, {}, {}))
    await there.settled()

    assert [(LENE, NEWS)] == here.told
    assert 1 == len(network.asked)


async def test_who_is_not_watched_any_more_is_not_told_of(here, there, network):
    await here.watches.look([LENE], watch=True)
    here.now += module.FRESH
    there.watches.publish(User(LENE), NEWS)
    await there.settled()
    network.asked.clear()
    there.watches.publish(User(LENE), NEWS)
    await there.settled()

    assert [] == here.told
    assert [] == network.asked


async def test_who_is_going_to_be_watched_is_kept_up_to_date(here, there):
    """What changes between the look and the subscription is not lost."""
    user = (await here.watches.look([LENE], watch=True))[LENE]
    there.watches.publish(User(LENE), NEWS)
    await there.settled()

    assert [] == here.told
    assert GONE == user.shown


async def test_an_old_answer_does_not_end_a_new_watch(here, there):
    """It was on its way when she was looked at again."""
    there.watches.watched_by("here", [LENE])
    asked = there.watches._registered
    there.watches.watched_by("here", [LENE])
    there.watches._unwatched("here", [LENE], asked)
    here.watched.add(LENE)
    there.watches.publish(User(LENE), NEWS)
    await there.settled()

    assert [(LENE, NEWS)] == here.told


async def test_news_are_told_again_until_they_have_come(here, there, network):
    here.watched.add(LENE)
    await here.watches.look([LENE], watch=True)
    network.luck = iter(["lost", "lost"])
    there.watches.publish(User(LENE), NEWS)
    await there.settled()

    assert [(LENE, NEWS)] == here.told


async def test_nobody_tells_a_node_that_is_gone(here, there, network):
    await here.watches.look([LENE], watch=True)
    del network.places["here"]
    network.learn()
    there.watches.publish(User(LENE), NEWS)
    await there.settled()

    there.watches.publish(User(LENE), NEWS)
    assert there.watches.idle


@pytest.mark.parametrize(("settled", "told"), [(50.0, []), (51.0, [LENE])])
async def test_what_changed_while_her_node_was_gone_is_told(here, there, settled, told):
    here.watched.add(LENE)
    await here.watches.look([LENE], watch=True)
    there.users[LENE].settled = settled
    await here.watches.rewatch([LENE])

    assert told == [address for address, _ in here.told]


@pytest.mark.parametrize(("since", "told"), [(50.0, []), (49.0, [LENE])])
async def test_who_takes_over_a_watcher_tells_her_what_is_newer(here, there, since, told):
    here.watched.add(LENE)
    await here.watches.rewatch([LENE], since)

    assert told == [address for address, _ in here.told]


async def test_watching_waits_for_a_node_that_is_not_back_yet(here, there):
    here.watched |= {LENE, OTTO}
    watching = asyncio.create_task(here.watches.rewatch([LENE, OTTO], 49.0))
    await asyncio.sleep(0.05)
    assert not watching.done()
    await there.place.open(2)
    there.users[OTTO] = User(OTTO, settled=50.0)
    await asyncio.wait_for(watching, 5)

    assert {LENE, OTTO} == {address for address, _ in here.told}


async def test_whom_nobody_has_is_not_waited_for_by_clients(here, there):
    with pytest.raises(Refused):
        await here.watches.look([OTTO])


async def test_who_comes_here_meanwhile_is_not_looked_for(here, there):
    looking = asyncio.create_task(here.watches.look([LENE, OTTO]))
    await asyncio.sleep(0)
    await here.place.open(2)

    assert {LENE} == {*await looking}
    await here.place.journals.stop()


async def test_when_this_node_last_heard_of_somebody(here, there):
    assert here.watches.heard(LENE) is None
    await here.watches.look([LENE], watch=True)

    assert 50.0 == here.watches.heard(LENE)


async def test_a_shard_that_leaves_is_forgotten(here, there, network):
    here.watched.add(LENE)
    await here.watches.look([LENE], watch=True)
    there.watches.forget(1)
    there.watches.publish(User(LENE), NEWS)

    assert there.watches.idle
