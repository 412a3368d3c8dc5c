"""Pools as administrators see and drain them."""

from __future__ import annotations

import pytest

from administrators import BOSS, LENE, acts, administrator, embedded
from openucwa.adapters.sql.pools import SqlPools
from world import JSON, XML

POOLS = "/admin/pools"


@pytest.fixture(params=[JSON, XML])
async def boss(world, request):
    await world.person("lenea")
    pools = SqlPools(world.server.database)
    await pools.register("second", "https://second.test", "", world.clock.now())
    await pools.register("main", "", "second", world.clock.now())
    return await administrator(world, request.param)


async def test_pools_are_listed(boss):
    main, second = embedded(await boss.get(POOLS), "adminPool")

    assert ("main", "second", "False", "2", "main", "True") == tuple(
        main[name] for name in ("name", "backup", "draining", "people", "servedBy", "own")
    )
    assert ("https://second.test", "0", "False") == tuple(
        second[name] for name in ("url", "people", "own")
    )
    assert "nodes" in main
    assert "nodes" not in second


async def test_a_pool_is_drained_at_once_and_serves_again(world, boss):
    """Its people are sent away, and whoever did it can undo it."""
    client = await world.available(LENE)
    waiting = await client.poll()
    assert 204 == (await boss.post(f"{POOLS}/main/drain")).status

    assert (403, "Forbidden", None) == waiting.reply.reason
    assert 403 == (await client.get("me")).status
    drained = await boss.get(f"{POOLS}/main")
    assert ("second", {"adminPools", "adminUndrain"}) == (
        drained.property("servedBy"),
        drained.links(),
    )
    assert 204 == (await boss.post(f"{POOLS}/main/undrain")).status
    assert 201 == (await client.create()).status
    assert [
        (BOSS, "pool.undrain", "main", "Done"),
        (BOSS, "pool.drain", "main", "Done"),
    ] == await acts(boss)


async def test_whoever_drains_a_pool_without_a_backup_can_still_undo_it(world, boss):
    await boss.post(f"{POOLS}/second/drain")
    await boss.post(f"{POOLS}/main/drain")
    client = await world.client(LENE)

    assert 410 == client.created.status
    assert None is (await boss.get(f"{POOLS}/main")).property("servedBy")
    assert 204 == (await boss.post(f"{POOLS}/main/undrain")).status


async def test_unknown_pools_are_not_found(boss):
    assert 404 == (await boss.get(f"{POOLS}/third")).status
    for verb in ("drain", "undrain"):
        assert 404 == (await boss.post(f"{POOLS}/third/{verb}")).status


async def test_in_a_pool_of_nodes_they_are_named(pool):
    boss = await administrator(pool)
    reply = await boss.get(f"{POOLS}/main")

    assert (["n0", "n1", "n2"], []) == (reply.property("nodes"), reply.property("silent"))
