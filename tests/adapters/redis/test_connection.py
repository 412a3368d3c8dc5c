"""The connection to the live store, of every kind."""

from __future__ import annotations

import asyncio
import logging

import pytest

from engines import Redis, RedisCluster, Sentinel
from openucwa.adapters.redis import address, places
from openucwa.adapters.redis.address import parse
from openucwa.adapters.redis.connection import (
    Connection,
    LiveUnusable,
    Script,
    Unreachable,
    connect,
)
from openucwa.adapters.redis.log import ShardLog
from openucwa.adapters.redis.membership import Membership

ADD = Script("return redis.call('INCRBY', KEYS[1], ARGV[1])")


async def add(live, key="{a}:n", number=1):
    return await live.run(ADD, [key], [number])


async def eventually(what, *, within=20.0):
    """Try until it works."""
    async with asyncio.timeout(within):
        while True:
            try:
                return await what()
            except Unreachable:
                await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        (Redis, {}),
        (Redis, {"password": "secret"}),
        (Redis, {"password": "secret", "account": "joe"}),
        (Redis, {"password": "secret", "tls": True}),
        (Sentinel, {}),
        (RedisCluster, {}),
    ],
    ids=["plain", "password", "account", "tls", "sentinel", "cluster"],
)
async def test_scripts_run(engine, connected, kind, options):
    live = await connected(engine(kind, **options).url)

    assert [1, 3] == [await add(live), await add(live, number=2)]


async def test_runs_of_one_tick_are_one_round_trip(live):
    await add(live)
    before = live.round_trips, live.commands
    sums = await asyncio.gather(*(add(live, f"{{{number}}}", number) for number in range(64)))

    assert list(range(64)) == sums
    assert (1, 64) == (live.round_trips - before[0], live.commands - before[1])


async def test_runs_of_one_tick_are_one_round_trip_for_each_primary(redis_cluster, connected):
    live = await connected(redis_cluster.url)
    keys = [f"{{{number}}}" for number in range(64)]
    await asyncio.gather(*(add(live, key) for key in keys))
    before = live.round_trips
    sums = await asyncio.gather(*(add(live, key) for key in keys))

    assert ([2] * 64, 3) == (sums, live.round_trips - before)


async def test_a_cluster_says_that_a_key_is_elsewhere(redis_cluster):
    live = Connection(parse(redis_cluster.url))  # as if it were one server
    sums = await asyncio.gather(*(add(live, f"{{{number}}}") for number in range(16)))
    await live.close()

    assert [1] * 16 == sums


async def test_a_slot_that_is_on_its_way(engine, connected):
    cluster = engine(RedisCluster)
    live = await connected(cluster.url)
    await add(live)
    slot = cluster.nodes[0].ask("CLUSTER", "KEYSLOT", "{a}:n")
    old = next(node for node in cluster.nodes if "{a}:n" in node.ask("KEYS", "*"))
    new = next(node for node in cluster.nodes if node is not old)
    ids = {node.port: node.ask("CLUSTER", "MYID") for node in cluster.nodes}
    new.ask("CLUSTER", "SETSLOT", slot, "IMPORTING", ids[old.port])
    old.ask("CLUSTER", "SETSLOT", slot, "MIGRATING", ids[new.port])
    old.ask("MIGRATE", "127.0.0.1", str(new.port), "{a}:n", "0", "5000")

    assert 2 == await add(live)

    for node in (new, old):
        node.ask("CLUSTER", "SETSLOT", slot, "NODE", ids[new.port])

    assert 3 == await add(live)
    assert 4 == await add(live)


async def test_a_server_that_hangs_is_given_up_and_comes_back(redis, connected, monkeypatch):
    monkeypatch.setattr(address, "TIMEOUT", 0.2)
    live = await connected(redis.url)
    await add(live)
    redis.pause()
    done = await asyncio.gather(*(add(live) for _ in range(3)), return_exceptions=True)
    redis.resume()

    assert [Unreachable] * 3 == [type(one) for one in done]
    assert isinstance(await eventually(lambda: add(live)), int)


@pytest.mark.parametrize("always", [True, False], ids=["always", "everysec"])
async def test_what_was_done_is_there_after_a_restart(engine, connected, always):
    everysec = {"options": ["--appendfsync", "everysec", "--appendonly", "yes"]}
    server = engine(Redis, **({"appendonly": True} if always else everysec))
    if not always:
        server.options = everysec["options"]
        server.stop()
        server.start()
    live = await connected(server.url)
    await add(live)
    server.kill() if always else server.stop()
    with pytest.raises(Unreachable):
        await add(live)
    server.start()

    assert 2 == await add(live)


async def test_a_node_of_a_cluster_dies_and_comes_back(engine, connected):
    cluster = engine(RedisCluster)
    live = await connected(cluster.url)
    keys = [f"{{{number}}}" for number in range(16)]
    await asyncio.gather(*(add(live, key) for key in keys))
    cluster.nodes[0].kill()
    done = await asyncio.gather(*(add(live, key) for key in keys), return_exceptions=True)
    kinds = {type(one) for one in done}
    cluster.nodes[0].start()
    for key in keys:
        await eventually(lambda key=key: add(live, key))

    assert {int, Unreachable} == kinds


async def test_sentinels_name_another_primary(engine, connected, monkeypatch):
    monkeypatch.setattr(places, "PAUSE", 0.05)
    watched = engine(Sentinel)
    live = await connected(watched.url)
    await add(live)
    await asyncio.to_thread(watched.replicated)
    watched.primary.kill()
    with pytest.raises(Unreachable):
        await add(live)

    assert 2 == await eventually(lambda: add(live))


async def test_a_wrong_password_is_not_shown(engine, caplog):
    server = engine(Redis, password="secret")
    for url, words in (
        (server.url.replace("secret", "hidden"), "refuses the user or the password"),
        (server.url.replace(":secret@", ""), "refuses the user or the password"),
    ):
        with pytest.raises(LiveUnusable, match=words) as refused:
            await connect(url)

        assert "hidden" not in f"{refused.value!r} {refused.value.__cause__!r} {caplog.text}"


async def test_a_user_without_rights_is_told(engine):
    server = engine(Redis)
    server.ask("ACL", "SETUSER", "joe", "on", ">secret", "+@read")

    with pytest.raises(LiveUnusable, match=r"too few rights .*'info'"):
        await connect(f"redis://joe:secret@{server.address}")

    server.ask("ACL", "SETUSER", "joe", "+info")

    with pytest.raises(LiveUnusable, match=r"too few rights .*'eval'"):
        await connect(f"redis://joe:secret@{server.address}")


RIGHTS = """
~{openucwa:* &openucwa:* +asking +cluster|slots +del +eval +evalsha +hdel +hget +hgetall +hmget
+hset +hsetnx +info +lindex +lpop +lrange +lset +ping +publish +rpush +select +subscribe +time
+zadd +zrange +zrangebyscore +zrem +zscore
"""


async def test_few_rights_are_enough(engine, connected):
    server = engine(Redis)
    server.ask("ACL", "SETUSER", "joe", "on", ">secret", *RIGHTS.split())
    live = await connected(f"redis://joe:secret@{server.address}/0")
    node, told = Membership(live, "p", "a", ""), []
    live.subscribe([node.channel], lambda *message: told.append(message))
    await node.beat()
    log = ShardLog(live, "p", 7, await node.claim(7))
    await log.open()
    await log.append(b"a")

    assert [(1, b"a")] == [batch async for batch in log.read()]
    assert await log.drop_before(2, 10)

    await log.clear()
    await node.release(7, log._who[0], to=None)
    async with asyncio.timeout(10):
        while not told:
            await node.notify("left")
            await asyncio.sleep(0.01)
    await node.leave()


@pytest.mark.parametrize("kind", ["redis", "rediss", "redis+cluster", "redis+sentinel"])
async def test_nobody_there(kind):
    with pytest.raises(LiveUnusable):
        await connect(f"{kind}://127.0.0.1:1/0")


async def test_a_sentinel_that_does_not_know_the_service(engine):
    watched = engine(Sentinel)

    with pytest.raises(LiveUnusable, match="does not know that service"):
        await connect(f"redis+sentinel://{watched.address}/other")


async def test_memory_that_forgets_is_warned_of(redis, caplog):
    redis.ask("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
    with caplog.at_level(logging.WARNING):
        await (await connect(redis.url)).close()
    redis.ask("CONFIG", "SET", "maxmemory-policy", "noeviction")

    assert "maxmemory-policy noeviction instead of allkeys-lru" in caplog.text


async def test_an_old_version_is_refused():
    async def serve(reader, writer):
        said = b"redis_version:6.2.14" if b"INFO" in await reader.read(4096) else b"1"
        writer.write(b"$%d\r\n%s\r\n" % (len(said), said))
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(LiveUnusable, match=r"version 6\.2\.14; at least 7\.0"):
            await connect(f"redis://127.0.0.1:{port}")
