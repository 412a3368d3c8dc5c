"""What several applications of a person add up to, and who is told of it (R7.7, R7.17-R7.20)."""

from __future__ import annotations

import pytest


@pytest.fixture
async def lene(world):
    return await world.person("lenea")


async def availability(client):
    return (await client.get("me/presence")).property("availability")


async def choose(client, wish):
    assert 204 == (await client.post("me/presence", {"availability": wish})).status


async def test_the_most_active_application_counts(world, lene):
    """R7.17"""
    one = await world.available(lene)
    await world.advance(200)
    other = await world.available(lene, endpointId="e2")
    seen = []
    for seconds in (100, 200, 200, 100):
        await world.advance(seconds)
        seen.append(await availability(one))
    await one.report()
    seen.append(await availability(other))

    assert ["Online", "IdleOnline", "IdleOnline", "Away", "Online"] == seen


async def test_when_the_active_application_ends_the_idle_one_counts(world, lene):
    """R2.20: and without any, one is Offline."""
    one = await world.available(lene)
    await world.advance(200)
    other = await world.available(lene, endpointId="e2")
    watcher = await world.client(await world.person("sarad"))
    path = watcher.person(lene, "presence")
    await world.advance(150)
    seen = []
    for ending in (None, other, one):
        if ending:
            await ending.delete("")
        seen.append((await watcher.get(path)).property("availability"))

    assert ["Online", "IdleOnline", "Offline"] == seen


async def test_a_lurking_application_does_not_count(world, lene):
    """R2.10, R7.17"""
    client = await world.available(lene)
    await world.client(lene, endpointId="e2")
    await world.advance(301)

    assert "IdleOnline" == await availability(client)


@pytest.mark.parametrize("signing_out", [True, False])
async def test_who_is_gone_is_offline_and_who_watches_is_told(world, lene, signing_out):
    """R2.20, R7.8: by DELETE, or when nothing was polled for a quarter of an hour."""
    client = await world.available(lene)
    await client.package()
    watcher = await world.client(await world.person("sarad"))
    await watcher.watch(lene)
    await watcher.package()
    if signing_out:
        await client.delete("")
    else:
        while (await watcher.get(watcher.person(lene, "presence"))).property(
            "availability"
        ) != "Offline":
            package = await watcher.package(26)
    package = await watcher.package(26) if signing_out else package
    reply = await watcher.get(watcher.person(lene, "presence"))

    assert (
        "people",
        "updated",
        "contactPresence",
        "contact",
    ) in package.events() or not signing_out
    assert ["Offline", None, "Unknown"] == [
        reply.property(name) for name in ("availability", "activity", "deviceType")
    ]


# --- events of a choice


async def test_a_choice_is_confirmed_even_if_it_changes_nothing(world, lene):
    """R7.19, R7.20: to all available applications; who watches hears only of changes."""
    one, other = await world.available(lene), await world.available(lene, endpointId="e2")
    lurker = await world.client(lene, endpointId="e3")
    watcher = await world.client(await world.person("sarad"))
    await watcher.watch(lene)
    for client in (one, other, watcher):
        await client.package()
    await choose(one, "Online")

    assert [("me", "updated", "presence")] == (await one.package()).events()
    assert [("me", "updated", "presence")] == (await other.package()).events()
    assert [] == (await watcher.package(26)).events()
    assert [] == (await lurker.package(26)).events()


async def test_twenty_changes_in_five_seconds_are_one_event(world, lene):
    """R3.20, R3.21: the value is what GET returns then."""
    client = await world.available(lene)
    watcher = await world.client(await world.person("sarad"))
    await watcher.watch(lene)
    await watcher.package()
    parked = await watcher.poll()
    for number in range(20):
        await choose(client, ["Busy", "Away"][number % 2])
        await world.advance(0.2)
    await world.advance(2)

    assert [("people", "updated", "contactPresence", "contact")] == parked.reply.events()


async def test_the_aggregate_is_what_counts_for_events(world, lene):
    """R7.13: an endpoint that falls asleep beside an active one is nobody's business."""
    one, other = await world.available(lene), await world.available(lene, endpointId="e2")
    watcher = await world.client(await world.person("sarad"))
    await watcher.watch(lene)
    for client in (one, watcher):
        await client.package()
    told = []
    for _ in range(30):
        told += (await watcher.package(26)).events()
        await (await one.poll()).leave()
        await (await other.poll()).leave()
        await other.report()

    assert [] == told


# --- last active


async def test_when_a_person_was_last_active(world, lene):
    """R7.7: also when she has gone; nothing for one who never was here."""
    client = await world.available(lene)
    sara = await world.person("sarad")
    watcher = await world.client(sara)
    path = watcher.person(lene, "presence")
    await world.advance(100)
    await client.report()
    stamp = f"/Date({int(world.clock.time * 1000)})/"
    await world.advance(50)
    before = (await watcher.get(path)).property("lastActive")
    await client.delete("")
    await world.flush()
    await world.advance(500)

    assert stamp == before == (await watcher.get(path)).property("lastActive")
    assert (await watcher.get(watcher.person(sara, "presence"))).property("lastActive") is None


async def test_it_can_be_kept_to_oneself(world_with):
    """presence.show_last_active"""
    world = await world_with(presence={"show_last_active": False})
    lene = await world.person("lenea")
    client = await world.available(lene)

    assert (await client.get(client.person(lene, "presence"))).property("lastActive") is None


async def test_it_survives_a_restart(world_with):
    """R7.7"""
    world = await world_with()
    lene = await world.person("lenea")
    client = await world.available(lene)
    stamp = f"/Date({int(world.clock.time * 1000)})/"
    await client.delete("")
    await world.close()
    later = await world_with()
    watcher = await later.client(lene)

    assert stamp == (await watcher.get(watcher.person(lene, "presence"))).property("lastActive")
