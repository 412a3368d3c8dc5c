"""Requests that wait for events: who waits, who is answered, who is replaced (R3.10-R3.13)."""

from __future__ import annotations

import pytest


@pytest.fixture
async def lene(world):
    client = await world.available(await world.person("lenea"))
    await client.package()
    return client


@pytest.mark.parametrize(
    ("first", "second", "stays"), [(0, 0, 1), (0, 1, 1), (1, 0, 0), (5, 5, 1), (-1, 0, 1)]
)
async def test_r3_11_a_newer_request_replaces_one_of_no_higher_priority(
    world, lene, first, second, stays
):
    polls = [await lene.poll(more=f"&priority={priority}") for priority in (first, second)]
    replaced = polls[1 - stays].reply

    assert polls[stays].reply is None
    assert (409, "PGetReplaced") == (replaced.status, replaced.property("subcode"))
    assert 1 == len(world.server.polls)


async def test_r3_9_a_resync_leaves_the_request_that_waits_alone(world, lene):
    parked = await lene.poll()
    stray = await lene.poll(f"{lene.path}/events?ack=99")

    assert {"resync"} == stray.reply.links()
    assert parked.reply is None
    assert 1 == len(world.server.polls)


async def test_r3_10_when_nothing_happens_it_is_answered_empty(world, lene):
    parked = await lene.poll(more="&timeout=180")
    await world.advance(179)
    assert parked.reply is None

    await world.advance(2)
    assert ([], {"next"}) == (parked.reply.tree["sender"], parked.reply.links())
    assert 0 == len(world.server.polls)


async def test_waking_looks_at_the_truth(world, lene):
    """An entry of the wheel that fires too soon answers nobody."""
    parked = await lene.poll()
    (key,) = world.server.polls._parked
    world.server.polls.wake(key, world.clock.now())
    world.server.polls.wake(("nobody", "1", ""), world.clock.now())

    assert parked.reply is None
    await world.advance(26)
    assert parked.reply is not None


async def test_deliveries_and_how_long_they_took_are_measured(world, lene):
    meters = world.server.meters
    before, total = meters.deliveries, meters.delivery_latency.total
    await lene.post("me/note", {"message": "hello"})
    await lene.package()

    assert 1 == meters.deliveries - before
    assert 5 <= meters.delivery_latency.total - total < 6
