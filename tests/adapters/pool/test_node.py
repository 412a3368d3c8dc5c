"""A node that joins, leaves and loses; the clients notice nothing."""

from __future__ import annotations

import asyncio

import pytest

import nodes
from openucwa.adapters.redis.membership import Replaced
from talking import events_of
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


@pytest.fixture
async def cut_off(pool, lene):
    """Lene's node, which cannot renew its lease until it beats again."""
    node = pool.home(LENE).pooling.node
    await node._stop()
    node.residence.until, node.residence.reachable = 0.1, False
    return node


async def test_reports_count_though_they_cannot_be_stored(pool, lene, cut_off):
    for _ in range(3):
        pool.clock.time += 200
        assert 503 == (await lene.report()).status
    await cut_off._beat()

    assert "Online" == (await lene.get("me/presence")).property("availability")


async def test_who_wakes_up_meanwhile_is_told_of_afterwards(pool, lene, cut_off):
    sara = await pool.client(await pool.person("sarad"))
    await cut_off._beat()
    await sara.watch(LENE)
    await pool.advance(301)
    await sara.package()
    cut_off.residence.until = 0.1
    assert 503 == (await lene.report()).status
    await cut_off._beat()
    waiting = await sara.poll()
    await pool.advance(10)

    assert ["contactPresence"] == [event.rel for event in events_of(waiting.reply)]
    assert "Online" == (await sara.get(sara.person(LENE, "presence"))).property("availability")
