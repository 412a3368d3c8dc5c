"""Meetings when the server dies and comes back: everybody is where she was, and seems so."""

from __future__ import annotations

import pytest

from convened import arrange, gather, join, visitor
from houses import House
from talking import settled, talker


@pytest.fixture
async def house(tmp_path):
    made = House(tmp_path)
    await made.open()
    yield made
    await made.world.close()


async def presence(viewer, who):
    reply = await viewer.client.get(f"people/{who.address}/presence")
    return reply.property("availability"), reply.property("activity")


async def test_a_meeting_goes_on(house):
    """The roster, the lobby, what others see of those in it, and what a guest may."""
    lene = await talker(house.world, "lenea", "Lene Aaling")
    sara = await talker(house.world, "sarad", "Sara Davis")
    uri = await arrange(lene, accessLevel="SameEnterprise")
    await gather(uri, lene, sara)
    guest = await visitor(house.world, uri)
    await join(guest, uri)
    everyone = [lene, sara, guest]
    await settled(*everyone)
    await house.beat()
    await house.restart(*(one.client for one in everyone), away=60.0)

    await settled(*everyone)
    assert "InLobby" == guest.last("conversation").properties["state"]
    assert ("Busy", "in-a-conference") == await presence(lene, sara)
    href = f"{lene.latest('conversation').href}/participants/{guest.address}/admit"
    assert 204 == (await lene.client.post(href)).status
    await settled(*everyone)
    assert 204 == (await sara.client.delete(sara.latest("conversation").href)).status
    await settled(*everyone)
    assert ("Online", None) == await presence(lene, sara)
    assert 201 == (await join(sara, uri)).status
    await settled(*everyone)
    ids = {one.latest("conversation").href.rpartition("/")[2] for one in everyone}
    assert 1 == len(ids), "it is the same conversation"


async def test_who_waits_waits_no_shorter(house):
    lene = await talker(house.world, "lenea", "Lene Aaling")
    sara = await talker(house.world, "sarad", "Sara Davis")
    uri = await arrange(lene, accessLevel="Locked")
    await gather(uri, lene)
    await join(sara, uri)
    await settled(lene, sara)
    await house.beat()
    await house.restart(lene.client, sara.client, away=3600.0)

    await settled(lene, sara)
    assert "InLobby" == sara.last("conversation").properties["state"]
