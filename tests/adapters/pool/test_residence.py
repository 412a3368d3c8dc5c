"""Who has which shard, and waiting until that changes."""

from __future__ import annotations

import asyncio

import pytest

from openucwa.adapters.pool.residence import Residence
from openucwa.domain.shards import Elsewhere


@pytest.fixture
async def residence():
    made = Residence("a", lambda: 100.0)
    made.here.add(1)
    made.learn({"a": "host:1", "b": "host:2"}, {1: "a", 2: "b", 3: "gone"})
    return made


async def test_where_a_shard_is(residence):
    assert residence.has(1)
    assert not residence.has(2)
    assert [None, "host:2", None, None] == [residence.address_of(one) for one in (1, 2, 3, 4)]


async def test_what_is_not_here_is_elsewhere(residence):
    residence.require(1)
    with pytest.raises(Elsewhere) as told:
        residence.require(2)
    assert 2 == told.value.shard


@pytest.mark.parametrize(("until", "adrift"), [(99.0, True), (101.0, False)])
async def test_a_lease_that_is_over_leaves_it_adrift(residence, until, adrift):
    residence.until = until

    assert adrift is residence.adrift


async def test_all_who_wait_hear_of_a_change(residence):
    waiting = [asyncio.create_task(residence.change(60)) for _ in range(2)]
    await asyncio.sleep(0)
    residence.learn({}, {})
    await asyncio.wait_for(asyncio.gather(*waiting), 1)

    later = asyncio.create_task(residence.change(60))
    await asyncio.sleep(0)
    assert not later.done()
    later.cancel()


async def test_nobody_waits_longer_than_she_wants(residence):
    await asyncio.wait_for(residence.change(0.001), 1)


@pytest.mark.parametrize(
    ("until", "reachable", "waits"),
    [(99.0, True, True), (99.0, False, False), (101.0, True, False)],
)
async def test_who_was_asleep_waits_for_a_renewal_and_nobody_else(
    residence, until, reachable, waits
):
    residence.until, residence.reachable = until, reachable
    waiting = asyncio.create_task(residence.reassure())
    await asyncio.sleep(0)
    await asyncio.sleep(0)

    assert waits is not waiting.done()
    residence.tell()
    await asyncio.wait_for(waiting, 1)
