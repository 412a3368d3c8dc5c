"""A node whose shards come and go while it is busy."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from openucwa.adapters.pool.node import Node
from openucwa.adapters.pool.residence import Residence
from openucwa.adapters.redis.membership import Owner, View
from openucwa.app.turnstile import Turnstile
from openucwa.domain.users import User


class Alone(Node):
    """A node that is busy, gives badly, and has nobody."""

    async def _adopt(self, before, view):
        self.pool.append((before, view))
        await self.standings.wait()

    async def _give(self, shard, to):
        for _ in range(shard):  # one after the other
            await asyncio.sleep(0)
        if not shard:
            raise LookupError
        self.pool.append(shard)


@pytest.fixture
def node():
    """A node that only has what is needed here."""
    parts = (
        "connection membership journals live conversations courier watches commit"
        " dispatcher clock standings"
    )
    given = dict.fromkeys(parts.split()) | {"pool": [], "queue_limit": 1}
    made = Alone(residence=Residence("a", lambda: 0.0), **given)
    made.standings = asyncio.Event()
    return made


async def test_what_moves_while_a_node_is_busy_is_seen_afterwards(node):
    """Otherwise it would never hear again of those who moved."""
    views = [View(0.0, {"a": "a"}, {1: Owner(name, 1)}) for name in "bcd"]
    given = iter([views[0], views[1], views[2], views[2]])

    async def beat():
        return next(given)

    node.membership = SimpleNamespace(beat=beat)
    for _ in range(3):
        await node._beat()
        await asyncio.sleep(0)
    node.standings.set()
    await asyncio.sleep(0)
    await node._beat()
    await asyncio.sleep(0)

    assert [(None, views[0]), (views[0], views[2])] == node.pool


async def test_a_hand_over_that_fails_for_one_shard_ends_when_it_has_ended_for_all(node):
    node.residence.here |= {0, 5}
    polls = SimpleNamespace(leave=lambda *_: None)
    node.dispatcher = SimpleNamespace(turnstile=Turnstile(), polls=polls)
    node.clock = SimpleNamespace(now=lambda: 0.0)
    with pytest.raises(LookupError):
        await node._hand_over({0: "b", 5: "b"})

    assert [5] == node.pool


async def test_who_comes_to_those_she_watches_hears_what_nobody_could_tell_her(node):
    told = []
    users = {name: User(name, settled=time) for name, time in {"lene": 8.0, "sara": 2.0}.items()}
    node.live = SimpleNamespace(present=users.get)
    node.watches = SimpleNamespace(tell=told.append)
    node._catch_up({"lene": 5.0, "sara": 5.0, "somebody elsewhere": 0.0})

    assert [users["lene"]] == told
