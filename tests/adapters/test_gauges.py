from __future__ import annotations

import time

from openucwa.adapters import gauges
from openucwa.adapters.pool.residence import Residence
from world import World


def read(shown):
    return {name: value() for name, (_, value) in shown.items()}


async def test_what_goes_on_is_counted(tmp_path):
    world = await World.create(tmp_path)
    await world.available(await world.person("lenea"))
    server = world.server
    live, polls, wheel = server.live, server.polls, server.dispatcher.commit.wheel

    found = read(gauges.of_live(live, server.conversations, polls, wheel))
    assert 1 == found["openucwa_users"] == found["openucwa_available"]
    assert 0 == found["openucwa_parked_polls"] == found["openucwa_conversations"]
    await world.close()


def test_a_node_tells_what_it_has():
    residence = Residence("n1", time.monotonic)
    residence.here |= {1, 2}
    residence.learn({"n1": "", "n2": ""}, {})

    found = read(gauges.of_node(residence))
    assert (2, 2, 1) == tuple(found.values())
    residence.until = time.monotonic() + 5
    assert 0 == gauges.of_node(residence)["openucwa_adrift"][1]()
