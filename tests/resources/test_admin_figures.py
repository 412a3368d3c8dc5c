"""Figures and plots, on one node and on several."""

from __future__ import annotations

import pytest

from administrators import BOSS, LENE, administrator
from openucwa.domain.samples import EVERY, KEPT
from world import JSON, START, XML

FIGURES, SAMPLES = "/admin/figures", "/admin/samples"


async def sample(world):
    """Let an interval pass and have all nodes take a sample."""
    await world.advance(EVERY)
    for node in world.nodes:
        await node.overview.sample(world.clock.now())


def numbers(reply, *names):
    return tuple(int(reply.property(name)) for name in names)


@pytest.fixture(params=[JSON, XML])
async def boss(world, request):
    await world.person("lenea")
    return await administrator(world, request.param)


async def test_figures_say_what_there_is(world, boss):
    now = ("signedIn", "applications", "available", "parkedPolls")
    assert (0, 0, 0, 0) == numbers(await boss.get(FIGURES), *now)
    client = await world.available(LENE)
    await world.client(LENE, endpointId="e2")
    await client.poll()
    reply = await boss.get(FIGURES)

    assert (1, 2, 1, 1) == numbers(reply, *now)
    assert (3, 1) == numbers(reply, "signIns", "transitions")
    assert [] == (reply.property("silent") or [])


async def test_samples_say_how_it_was(world, boss):
    """Rates by the second, and null (nothing in XML) where there is nothing to say."""
    await sample(world)
    client = await world.available(LENE)
    waiting = await client.poll()
    await sample(world)
    await client.post("me/note", {"message": "x"})
    await world.advance(6)
    assert waiting.reply.status == 200
    await sample(world)
    reply = await boss.get(SAMPLES)

    assert ["1", "1"] == [str(one) for one in reply.property("signedIn")[-3:] if one is not None]
    assert "0.2" == str(reply.property("transitions")[0])
    deliveries, latencies = reply.property("deliveries"), reply.property("latency99")
    told = [at for at, rate in enumerate(deliveries) if rate and float(rate)]
    assert told
    assert [at in told for at in range(len(latencies))] == [
        one not in (None, "") for one in latencies
    ]
    assert all(0 < float(latencies[at]) <= 10 for at in told)


async def test_intervals_that_nobody_saw_are_gaps(world, boss):
    await sample(world)
    await sample(world)
    await world.advance(3 * EVERY)
    await sample(world)
    shown = (await boss.get(SAMPLES)).property("requests")

    assert [False, True, True, True, False] == [one in (None, "") for one in shown]
    assert 2 == len((await boss.get(f"{SAMPLES}?limit=2")).property("requests"))


async def test_at_first_there_is_nothing(boss):
    assert not (await boss.get(SAMPLES)).property("signedIn")


@pytest.mark.parametrize("limit", ["0", str(KEPT + 1), "x"])
async def test_limits(boss, limit):
    assert ["limit"] == (await boss.get(f"{SAMPLES}?limit={limit}")).bad


async def test_in_a_pool_they_are_those_of_all_nodes(pool):
    boss = await administrator(pool)
    await sample(pool)
    clients = [await pool.available(await pool.person(f"p{number}")) for number in range(9)]
    await sample(pool)
    await pool.advance(6)
    for client in clients:
        client.follow((await client.poll()).reply)
        assert (await client.poll()).reply is None
    await sample(pool)
    for _ in pool.nodes:
        reply = await boss.get(FIGURES)
        assert (9, 9, 9, 9) == numbers(
            reply, "signedIn", "applications", "available", "parkedPolls"
        )
        assert ["n0", "n1", "n2"] == reply.property("nodes")
        assert START == int(reply.property("since")[6:-2]) / 1000
        plots = await boss.get(SAMPLES)
        assert 9 == plots.property("parkedPolls")[-1]
        assert 9.0 / EVERY in plots.property("transitions")


@pytest.mark.one_process
async def test_figures_are_taken_a_slice_at_a_time(world, boss, monkeypatch):
    """However many people there are, others have their turn in between."""
    monkeypatch.setattr("openucwa.app.overview.SLICE", 2)
    turns = []
    overview = world.server.overview

    async def pause():
        turns.append(len(turns))

    monkeypatch.setattr(overview, "pause", pause)
    for number in range(5):
        await world.client(await world.person(f"p{number}"))
    turns.clear()

    assert (5,) == numbers(await boss.get(FIGURES), "signedIn")
    assert len(turns) >= 3
    assert BOSS not in {user.address for user in world.server.live.users()}
