"""A pool without Redis or PostgreSQL for a while, and with clocks that differ."""

from __future__ import annotations

import asyncio
import os
import time

import pytest

from daemons import Postgres, Redis
from pooled import (
    LIBRARY,
    at_a_table,
    at_work,
    check,
    people_of,
    until,
)

AWAY = 30.0
"""Seconds for which an engine does not answer."""


async def test_redis_is_killed_and_comes_back_with_what_it_stored(pool, ways, engine):
    redis = await asyncio.to_thread(engine, Redis, appendonly=True)
    pool.settings["OPENUCWA_SERVER_LIVE"] = redis.url
    nodes = await pool.start(2)
    way = ways(nodes)
    people = await at_a_table(way, 12)
    async with at_work(people):
        await asyncio.sleep(1)
        await asyncio.to_thread(redis.kill)
        await asyncio.sleep(1)
        await asyncio.to_thread(redis.start)
        await asyncio.sleep(3)

    assert all(status in (200, 201, 204, 503) for status in way.statuses)
    await check(people)


@pytest.mark.long
async def test_nobody_fades_who_reports_while_redis_is_away(pool, ways, engine):
    redis = await asyncio.to_thread(engine, Redis)
    pool.settings |= {
        "OPENUCWA_SERVER_LIVE": redis.url,
        "OPENUCWA_PRESENCE_INACTIVE_TIMEOUT": "20s",
        "OPENUCWA_PRESENCE_AWAY_TIMEOUT": "20s",
    }
    nodes = await pool.start(2)
    way = ways(nodes)
    people = await at_a_table(way, 8)
    stop = asyncio.Event()

    async def report(one):
        while not stop.is_set():
            reply = await one.client.report()
            assert reply.status in (204, 503)
            await asyncio.sleep(0.3)

    reporting = [asyncio.create_task(report(one)) for one in people]
    listening = [asyncio.create_task(one.listen()) for one in people]
    await asyncio.sleep(1)
    redis.pause()
    away = time.monotonic()
    while time.monotonic() < away + AWAY:
        reply = await people[0].client.post("me/presence", {"availability": "Busy"})
        assert 503 == reply.status
        assert reply.header("Retry-After")
        await asyncio.sleep(0.5)
    redis.resume()
    await people[0].show("Busy")
    await asyncio.sleep(5)
    stop.set()
    await asyncio.gather(*reporting)
    for task in listening:
        task.cancel()

    assert set(way.statuses) <= {200, 201, 204, 503}
    for one in people:
        for address, seen in one.seen.items():
            assert set(seen) <= {"Online", "Busy"}, (address, seen)


@pytest.mark.parametrize("away", [0.0, pytest.param(AWAY, marks=pytest.mark.long)])
async def test_live_things_go_on_without_postgres(pool, ways, engine, tmp_path, away):
    postgres = await asyncio.to_thread(engine, Postgres)
    pool.settings["OPENUCWA_SERVER_DATABASE"] = await asyncio.to_thread(
        people_of, postgres, tmp_path
    )
    way = ways(await pool.start(2))
    people = await at_a_table(way, 4)
    listening = [asyncio.create_task(one.listen()) for one in people]
    await asyncio.to_thread(postgres.stop)
    back = time.monotonic() + away
    while len(people[0].said) < 5 or time.monotonic() < back:
        await people[0].say(f"{len(people[0].said)}")
        await people[1].done("POST", "me/reportMyActivity")
        await asyncio.sleep(away / 300)
    reply = await people[0].client.post("me/note", {"message": "without"})
    assert 503 == reply.status, reply.body
    assert reply.header("Retry-After")
    await asyncio.to_thread(postgres.start)
    await people[0].done("POST", "me/note", {"message": "with"})
    await until(lambda: [text for _, text in people[1].heard] == people[0].said)
    for task in listening:
        task.cancel()
    assert people[0].refused <= 30


@pytest.mark.long
async def test_clocks_that_differ_change_nothing_and_two_heirs_share(pool, ways, redis):
    if LIBRARY is None:
        missing = pytest.fail if "TEST_EVERYTHING" in os.environ else pytest.skip
        missing("this needs libfaketime. On Debian: apt install libfaketime")
    pool.settings |= {"OPENUCWA_PRESENCE_INACTIVE_TIMEOUT": "2s"}
    nodes = [
        pool.make(LD_PRELOAD=str(LIBRARY), DONT_FAKE_MONOTONIC="1", FAKETIME=f"{ahead:+d}s")
        for ahead in (30, 0, -30)
    ]
    await pool.begin(*nodes)
    way = ways(nodes)
    people = await at_a_table(way, 6)
    listening = [asyncio.create_task(one.listen()) for one in people]
    for victim in (nodes[0], None):
        end = time.monotonic() + 4
        while time.monotonic() < end:
            await asyncio.gather(*(one.done("POST", "me/reportMyActivity") for one in people))
            await asyncio.sleep(0.3)
        for one in people:
            for address, seen in one.seen.items():
                assert set(seen) <= {"Online"}, (address, seen)
        if victim is not None:
            await asyncio.to_thread(victim.kill)
            await pool.balanced()
            assert 256 == sum(pool.shards())
            assert all("another node has taken" not in node.said() for node in nodes)
    for task in listening:
        task.cancel()
