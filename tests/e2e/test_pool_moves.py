"""A pool whose nodes come and go as they should: nobody notices."""

from __future__ import annotations

import asyncio
import time

import pytest

from engines import Nginx, Redis, RedisCluster, Sentinel
from pooled import (
    PEOPLE,
    SOON,
    at_a_table,
    at_work,
    available,
    check,
    talk,
    until,
)
from run_pool import balance


async def test_any_node_does_for_any_request(pool, ways):
    way = ways(await pool.start(3))
    lene, sara = await at_a_table(way, 2)
    listening = [asyncio.create_task(one.listen()) for one in (lene, sara)]
    took = []
    for number in range(50):
        began = time.monotonic()
        await lene.say(f"{number}")
        while len(sara.heard) <= number:  # noqa: ASYNC110
            await asyncio.sleep(0.0005)
        took.append(sara.heard[-1][0] - began)
    for task in listening:
        task.cancel()

    assert sorted(took)[25] < 0.5
    assert lene.said == [text for _, text in sara.heard]


@pytest.mark.long
async def test_a_rolling_restart_is_noticed_by_nobody(pool, ways, engine):
    nodes = await pool.start(3)
    nginx = await asyncio.to_thread(engine, Nginx, http=balance(nodes))
    way = ways([nginx])
    people = await at_a_table(way, 12)
    async with at_work(people):
        for node in nodes:
            await asyncio.sleep(1)
            await asyncio.to_thread(node.stop)
            await pool.balanced()
            await asyncio.to_thread(node.start)
            await pool.balanced()

    assert [] == way.failures
    assert {200, 201, 204} == set(way.statuses)


async def test_shards_are_shared_when_a_node_comes_and_when_one_goes(pool):
    await pool.start(2)
    node = pool.make()
    await asyncio.to_thread(node.start)
    await pool.balanced()
    await asyncio.to_thread(pool.nodes[0].stop)
    await pool.balanced()


async def test_a_letter_outlives_its_sender(pool, ways, redis):
    nodes = await pool.start(3)
    way = ways(nodes)
    homes = {}
    for address in PEOPLE:
        homes.setdefault(pool.owner(redis, address).name, address)
    sender, receiver = list(homes.values())[:2]
    lene, sara = await available(way, [sender, receiver])
    await talk(lene, sara)
    at, to = pool.owner(redis, sender), pool.owner(redis, receiver)
    lene.client.world = ways([at])
    to.freeze()
    await lene.say("last-words")
    await asyncio.to_thread(at.kill)
    to.thaw()
    left = ways([node for node in nodes if node is not at])
    sara.client.world = lene.client.world = left
    async with asyncio.timeout(SOON):
        while not sara.heard:
            await sara.fetch()
        await lene.say("and-more")
        while len(sara.heard) < 2:
            await sara.fetch()
        while len(lene.receipts) < 2:
            await lene.fetch()

    assert ["last-words", "and-more"] == [text for _, text in sara.heard]
    assert {"last-words": 1, "and-more": 1} == dict(lene.receipts)


RESTRICTED = {"password": "secret", "account": "openucwa", "keys": "~{openucwa:* &openucwa:*"}


@pytest.mark.long
@pytest.mark.parametrize(
    ("kind", "options"),
    [(RedisCluster, {}), (Redis, RESTRICTED | {"tls": True}), (Sentinel, {})],
    ids=["cluster", "tls-and-account", "sentinel"],
)
async def test_redis_may_be_of_any_kind(pool, ways, engine, kind, options):
    redis = await asyncio.to_thread(engine, kind, **options)
    pool.settings["OPENUCWA_SERVER_LIVE"] = redis.url
    way = ways(await pool.start(2))
    people = await at_a_table(way, 4)
    async with at_work(people):
        await asyncio.sleep(1)
        await asyncio.to_thread(pool.nodes[1].kill)
        await pool.balanced()
        await asyncio.sleep(1)
    await check(people)


@pytest.mark.long
async def test_sentinels_replace_redis_while_people_talk(pool, ways, engine):
    watched = await asyncio.to_thread(engine, Sentinel)
    pool.settings["OPENUCWA_SERVER_LIVE"] = watched.url
    way = ways(await pool.start(2))
    people = await at_a_table(way, 4)
    async with at_work(people):
        await asyncio.sleep(1)
        await asyncio.to_thread(watched.primary.kill)
        await until(lambda: "role:master" in watched.replica.ask("INFO", "replication"))
        await pool.balanced()
        await asyncio.sleep(2)

    assert all(status in (200, 201, 204, 503) for status in way.statuses)
    await check(people)
