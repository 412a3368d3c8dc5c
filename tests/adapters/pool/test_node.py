"""A node that joins, leaves and loses; the clients notice nothing."""

from __future__ import annotations

import asyncio

import pytest

import nodes
from openucwa.adapters.redis.membership import Replaced
from world import DOMAIN

LENE = f"lenea@{DOMAIN}"


@pytest.fixture
async def lene(pool):
    await pool.person("lenea")
    client = await pool.available(LENE)
    await client.post("me/note", {"message": "hello"})
    return client


def shards(pool):
    return [len(one.pooling.residence.here) for one in pool.nodes]


async def until(pool, true):
    """Wait until nodes have seen to it that something is true."""
    async with asyncio.timeout(20):
        while not true():
            await pool.nodes[-1].pooling.residence.change(0.1)


def takes_part(pool, node):
    """Stop asking a node that has gone."""
    pool.nodes.remove(node)
    pool._turns = iter(lambda: pool.nodes[0], None)


async def test_nodes_share_alike(pool):
    assert [nodes.SHARDS // nodes.NODES] * nodes.NODES == shards(pool)
    assert 3 == len({one.pooling.residence.node for one in pool.nodes})


async def test_who_leaves_hands_everything_over(pool, lene):
    home = pool.home(LENE)
    await home.drain()
    takes_part(pool, home)
    await until(pool, lambda: sum(shards(pool)) == nodes.SHARDS)

    assert "hello" == (await lene.get("me/note")).property("message")
    assert "Online" == (await lene.get("me/presence")).property("availability")
    await home.close()


async def test_a_poll_goes_on_with_the_next_owner(pool, lene):
    await lene.package()
    home = pool.home(LENE)
    waiting = await lene.poll()
    await home.pooling.node.leave()
    reply = await asyncio.wait_for(waiting.task, 10)
    takes_part(pool, home)
    await until(pool, lambda: sum(shards(pool)) == nodes.SHARDS)

    assert (200, []) == (reply.status, reply.tree["sender"])
    lene.follow(reply)
    await lene.post("me/note", {"message": "again"})
    assert [("me", "updated", "note")] == (await lene.package()).events()
    await home.close()


async def test_who_was_replaced_stops(pool):
    """Another process has the same name."""
    (node, *_) = pool.nodes
    lost = asyncio.Event()
    node.pooling.node.lost = lost.set

    async def beat():
        raise Replaced("n0")

    node.pooling.node.membership.beat = beat
    node.pooling.node._soon.set()
    await asyncio.wait_for(lost.wait(), 5)

    assert set() == node.pooling.residence.here
