"""What an operation may do to the state: change it once, and say so."""

from __future__ import annotations

import asyncio

from openucwa.domain.people import Person


async def test_what_could_not_be_stored_is_not_shown(world):
    """Facts first: a note that the store refused has not been published to anybody."""
    client = await world.available(await world.person("lenea"))
    await client.package()

    async def fails(address, changes):
        raise OSError("disk full")

    for node in world.nodes:
        node.store.keep = fails
    for path, body in (
        ("me/note", {"message": "x"}),
        ("me/location", {"location": "x"}),
        ("me/presence", {"availability": "Busy"}),
    ):
        assert 500 == (await client.post(path, body)).status

    assert "Online" == (await client.get("me/presence")).property("availability")
    assert (await client.get("me/note")).property("message") is None
    assert [] == (await client.package(26)).events()


async def test_what_was_stored_survives_a_restart(world_with):
    world = await world_with()
    lene = await world.person("lenea")
    client = await world.available(lene)
    await client.post("me/note", {"message": "hello"})
    await client.post("me/location", {"location": "here"})
    await client.post("me/presence", {"availability": "BeRightBack"})
    await world.close()
    world = await world_with()
    client = await world.available(lene)

    assert "hello" == (await client.get("me/note")).property("message")
    assert "here" == (await client.get("me/location")).property("location")
    assert "BeRightBack" == (await client.get("me/presence")).property("availability")


async def test_changes_at_the_same_time_all_count(world):
    """A note, a location and a choice, while reports come in."""
    client = await world.available(await world.person("lenea"))
    replies = await asyncio.gather(
        client.post("me/note", {"message": "hello"}),
        client.report(),
        client.post("me/location", {"location": "here"}),
        client.report(),
        client.post("me/presence", {"availability": "Busy"}),
    )

    assert {204} == {reply.status for reply in replies}
    path = client.person("lenea@contoso.test")
    assert "hello" == (await client.get(f"{path}/note")).property("message")
    assert "here" == (await client.get(f"{path}/location")).property("location")
    assert "Busy" == (await client.get(f"{path}/presence")).property("availability")


async def test_a_person_who_joins_while_the_server_runs_is_there_at_once(world):
    client = await world.client(await world.person("lenea"))
    await world.server.store.add([(Person("new@contoso.test", "sip:new@contoso.test", "New"), "x")])

    assert "New" == (await client.get("people/new@contoso.test")).property("name")
