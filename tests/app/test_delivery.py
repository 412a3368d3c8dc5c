"""Delivery: events get to those applications that are there, and who waits is woken."""

from __future__ import annotations

import pytest

from openucwa.domain.channel import Event, Ref
from talking import talker
from world import World

LOUD = Event(Ref("people", "people"), Ref("group", "people/groups/1"), "updated", urgency=3)


@pytest.fixture
async def sara(world):
    return await talker(world, "sarad")


@pytest.fixture
def delivery(world):
    return world.server.dispatcher.commit.announcer.delivery


async def test_whoever_waits_is_woken(world, sara, delivery):
    waiting = await sara.client.poll()
    identifier = sara.client.path.rpartition("/")[2]
    told = {}
    delivery.relay([(sara.address, identifier)], LOUD, world.clock.time, told)
    delivery.wake(told, world.clock.time)
    await world.advance(0.15)

    assert [("people", "updated", "group")] == waiting.reply.events()


async def test_who_is_not_there_is_not_told(world, sara, delivery):
    told = {}
    absent = [(sara.address, "1"), ("nobody@contoso.test", "1")]
    delivery.relay(absent, LOUD, world.clock.time, told)

    assert {} == told
    assert [] == await sara.hear()


async def test_who_leaves_too_much_waiting_loses_it_and_is_told(tmp_path):
    """R3.14: ``resume`` says that events were dropped."""
    world = await World.create(tmp_path, events={"queue_limit": 100})
    sara = await talker(world, "sarad")
    delivery = world.server.dispatcher.commit.announcer.delivery
    where = [(sara.address, sara.client.path.rpartition("/")[2])]
    for number in range(150):
        event = Event(LOUD.sender, Ref("group", f"people/groups/{number}"), "updated", urgency=3)
        delivery.relay(where, event, world.clock.time + 100 * number, {})
    await world.advance(0.15)
    waiting = await sara.client.poll()

    assert "resume" in waiting.reply.hrefs
    await world.close()
