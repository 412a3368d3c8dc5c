"""Pools and homes as they are stored, and how servers notice a change."""

from __future__ import annotations

import asyncio

import pytest

from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.pools import SqlPools
from openucwa.adapters.sql.store import SqlStore
from openucwa.domain.people import Person
from openucwa.domain.pools import Homes, Pool
from openucwa.domain.ports import EVERYBODY

LENE, SARA = "lenea@contoso.test", "sarad@contoso.test"
NORTH, SOUTH = Pool("north", "https://north.test", "south", since=1.0), Pool("south", since=2.0)


@pytest.fixture
async def database(place):
    database = await Database.open(place)
    people = [Person(address, f"sip:{address}", "") for address in (LENE, SARA)]
    await SqlStore(database).add([(person, "") for person in people])
    yield database
    await database.close()


@pytest.fixture
async def pools(database):
    pools = SqlPools(database)
    for pool in (NORTH, SOUTH):
        await pools.register(pool.name, pool.url, pool.backup, pool.since)
    return pools


async def test_everybody_is_at_home_in_the_pool_that_was_first(pools):
    assert Homes({"north": NORTH, "south": SOUTH}, {}, "north") == await pools.homes()
    assert {"north": 2} == await pools.population()


async def test_where_nobody_has_started_nobody_is_at_home(database):
    assert Homes() == await SqlPools(database).homes()
    assert 0 == await SqlPools(database).revision()


async def test_a_pool_that_starts_again_is_as_it_was_but_for_its_settings(pools):
    await pools.drain("north", True, 5.0)
    await pools.register("north", "https://new.test", "", 9.0)

    expected = Pool("north", "https://new.test", "", draining=True, since=5.0)
    assert expected == (await pools.homes()).pools["north"]


async def test_another_server_of_a_pool_changes_nothing(pools):
    revision = await pools.revision()
    await pools.register(NORTH.name, NORTH.url, NORTH.backup, 9.0)

    assert revision == await pools.revision()


async def test_servers_may_start_together(database):
    pools = SqlPools(database)
    await asyncio.gather(*(pools.register(f"p{n % 2}", "", "", 1.0) for n in range(8)))

    found = await pools.homes()
    assert {"p0", "p1"} == found.pools.keys()
    assert found.default in found.pools


async def test_a_pool_is_drained_once(pools):
    await pools.drain("north", True, 5.0)
    revision = await pools.revision()
    await pools.drain("north", True, 6.0)
    assert NORTH._replace(draining=True, since=5.0) == (await pools.homes()).pools["north"]
    assert revision == await pools.revision()

    await pools.drain("north", False, 7.0)
    assert NORTH._replace(since=7.0) == (await pools.homes()).pools["north"]


async def test_what_is_no_pool_cannot_be_drained(pools):
    with pytest.raises(KeyError, match="east"):
        await pools.drain("east", True, 5.0)


async def test_people_move_one_by_one(pools):
    await pools.settle([LENE], "south")
    await pools.settle([LENE], "south")

    assert {LENE: "south"} == (await pools.homes()).stated
    assert {"north": 1, "south": 1} == await pools.population()


async def test_all_people_move_wherever_they_were_and_so_do_those_to_come(pools):
    await pools.settle([LENE], "north")
    await pools.settle([EVERYBODY], "south")

    assert ({}, "south") == (await pools.homes())[1:]
    assert {"south": 2} == await pools.population()


async def test_nobody_moves_if_one_is_unknown(pools):
    with pytest.raises(KeyError, match="x@contoso"):
        await pools.settle([LENE, SARA, "x@contoso.test"], "south")

    assert {} == (await pools.homes()).stated


async def test_who_is_removed_has_no_home_when_the_address_is_given_again(pools, database):
    await pools.settle([LENE], "south")
    await SqlStore(database).remove(LENE)

    assert {} == (await pools.homes()).stated


async def test_every_change_has_a_revision_of_its_own(pools):
    seen = [await pools.revision()]
    for change in (
        pools.register("east", "", "", 1.0),
        pools.drain("east", True, 5.0),
        pools.drain("east", False, 6.0),
        pools.settle([LENE], "east"),
        pools.settle([EVERYBODY], "east"),
    ):
        await change
        seen.append(await pools.revision())

    assert len(seen) == len(set(seen))
