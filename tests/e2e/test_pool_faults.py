"""A pool whose nodes are killed, stopped and cut off: what was answered is kept, once."""

from __future__ import annotations

import asyncio

import pytest

from daemons import HOST, free_port
from pooled import (
    PEOPLE,
    at_a_table,
    at_work,
    available,
    check,
    until,
)


async def test_a_node_that_is_killed_takes_nothing_with_it(pool, ways, database, postgres):
    nodes = await pool.start(3)
    way = ways(nodes)
    people = await at_a_table(way)
    way.slowest = 0.0
    async with at_work(people):
        await asyncio.sleep(2)
        await asyncio.to_thread(nodes[1].kill)
        await pool.balanced()
        await asyncio.sleep(1)

    assert all(status in (200, 201, 204, 503) for status in way.statuses)
    await check(people)
    said = sorted(text for one in people for text in one.said)
    kept = "SELECT text FROM messages"
    await until(lambda: sorted(postgres.ask(kept, database).splitlines()) == said)


@pytest.mark.long
async def test_a_node_that_hangs_is_replaced_and_does_no_harm_when_it_goes_on(pool, ways, redis):
    nodes = await pool.start(3)
    way = ways(nodes)
    people = await at_a_table(way, 12)
    lost = pool.owner(redis, people[0].address)
    others = [node for node in nodes if node is not lost]
    async with at_work(people):
        await asyncio.sleep(1)
        lost.freeze()
        await until(lambda: sum(pool.shards_of(*others)) == 256)
        await asyncio.sleep(2)
        lost.thaw()
        await pool.balanced()
        await asyncio.sleep(1)

    assert all(status in (200, 201, 204, 503) for status in way.statuses)
    await check(people)


async def test_a_node_that_hangs_answers_nobody_from_what_was(pool, ways, redis):
    nodes = await pool.start(2)
    way = ways(nodes)
    (lene,) = await available(way, PEOPLE[:1])
    lost = pool.owner(redis, lene.address)
    lene.client.world = ways([node for node in nodes if node is not lost])
    lost.freeze()
    old = ways([lost])
    asked = asyncio.create_task(
        old.ask("GET", f"{lene.client.path}/me/presence", b"", lene.client.headers)
    )
    await lene.show("Busy")
    lost.thaw()

    assert "Busy" == (await asked).property("availability")


@pytest.mark.long
@pytest.mark.parametrize("count", [2, 3])
async def test_a_node_that_is_cut_off_is_replaced_and_comes_back(cable, pool, ways, redis, count):
    nodes = []
    live = f"redis://{await cable(HOST, redis.port)}/0"
    for number in range(count):
        port = free_port()
        more = {"OPENUCWA_SERVER_LIVE": live} if number == 0 else {}
        address = await cable("127.0.0.2", port, port)
        nodes.append(pool.make(address=address, OPENUCWA_NODE_LISTEN="127.0.0.2", **more))
    await pool.begin(*nodes)
    way = ways(nodes)
    people = await at_a_table(way, 12)
    cut = (
        cable.laid if count == 2 else cable.laid[:2]
    )  # of three, the others still reach each other
    async with at_work(people):
        await asyncio.sleep(1)
        for one in cut:
            one.cut()
        await until(lambda: sum(pool.shards_of(*nodes[1:])) == 256)
        await asyncio.sleep(2)
        for one in cut:
            one.mend()
        await pool.balanced()
        await asyncio.sleep(1)

    assert all(status in (200, 201, 204, 503) for status in way.statuses)
    await check(people)
