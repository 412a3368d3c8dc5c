"""Several tabs, instances of one application: what they share and what they do not (2.4)."""

from __future__ import annotations

import pytest

from openucwa.resources import applications
from world import JSON, XML

both = pytest.mark.parametrize("accept", [JSON, XML])
GONE = (404, "NotFound", "ApplicationNotFound")


@pytest.fixture
async def lene(world):
    return await world.person("lenea")


@pytest.fixture
async def sara(world):
    return await world.person("sarad")


async def open_tab(world, address, instance="", accept=JSON):
    """Create an application, or open another instance of it; none has no name."""
    named = {"type": "Browser", "instanceId": instance} if instance else {"type": "Browser"}
    return await world.client(address, accept, **named)


async def drain(client):
    """Take what waits for a tab, package by package, until nothing does."""
    await client.world.advance(6)
    events = []
    while True:
        waiting = await client.poll()
        if waiting.reply is None:
            await waiting.leave()
            return events
        events += waiting.reply.events()
        client.follow(waiting.reply)


# --- each tab's own: the channel


@both
async def test_r2_4_self_and_events_name_the_instance(world, lene, accept):
    tab = await open_tab(world, lene, "abc", accept)
    reply = await tab.get("?instanceId=abc")

    assert reply.header("ETag") == tab.created.header("ETag")
    for shown in (tab.created, reply):
        assert ["Browser", "abc"] == [shown.property(name) for name in ("type", "instanceId")]
        assert f"{tab.path}/events?ack=1&" in shown.href("events")
        assert shown.href("events").endswith("&instanceId=abc")
    assert f"{tab.path}?instanceId=abc" == tab.created.header("Location")


@both
async def test_r2_25_each_event_goes_to_each_tab_once(world, lene, sara, accept):
    """However often and in whichever order they ask."""
    one, two = [await open_tab(world, lene, name, accept) for name in ("a", "b")]
    await one.watch(sara)
    await drain(one)
    await drain(two)
    hers = await world.available(sara)
    seen = {"a": [], "b": []}
    for number in range(6):
        await hers.post("me/note", {"message": str(number)})
        await world.advance(6)
        seen["a"] += await drain(one)
        if number % 3 == 2:
            seen["b"] += await drain(two)

    note = ("people", "updated", "contactNote", "contact")
    assert (6, 2) == (seen["a"].count(note), seen["b"].count(note))
    assert set(seen["a"]) == set(seen["b"])


async def test_r2_25_each_tab_counts_for_itself(world, lene, sara):
    one, two = [await open_tab(world, lene, name) for name in ("a", "b")]
    await one.watch(sara)
    await one.package()
    await one.package(30)

    assert "ack=3&" in one.next
    assert "ack=1&" in (await two.get("?instanceId=b")).href("events")
    assert ("people", "added", "presenceSubscription") in (await two.package()).events()


async def test_r3_11_tabs_do_not_replace_each_others_polls(world, lene):
    """But the same tab's second poll replaces its first."""
    one, two = [await open_tab(world, lene, name) for name in ("a", "b")]
    first, other = await one.poll(), await two.poll()
    second = await one.poll()

    assert (409, "Conflict", "PGetReplaced") == first.reply.reason
    assert (None, None) == (other.reply, second.reply)


@pytest.mark.parametrize("names", [("a", ""), ("", "a"), ("a", "A")])
async def test_r2_3_a_tab_without_a_name_is_one_of_its_own(world, lene, names):
    """Whether it comes first or last; names are told apart to the letter."""
    one, two = [await open_tab(world, lene, name) for name in names]
    first, other = await one.poll(), await two.poll()
    await one.post("me/makeMeAvailable", {})
    await world.advance(6)

    assert (201, one.path) == (two.created.status, two.path)
    assert first.reply.events() == other.reply.events() != []


async def test_r2_3_a_known_tab_goes_on_where_it_was(world, lene, sara):
    one = await open_tab(world, lene, "a")
    await one.watch(sara)
    await one.package()
    before = one.next
    again = await one.create(type="Browser", instanceId="a")

    assert 200 == again.status
    assert before.replace("ack=2", "ack=1") == again.href("events")


@both
async def test_r2_4_who_repeats_a_name_means_the_last_one(world, lene, accept):
    """R3.4; and it need not be spelt like ours (R1.14)."""
    tab = await open_tab(world, lene, "a", accept)
    reply = await tab.get("?INSTANCEID=x&instanceId=a&more=1")

    assert (200, "a") == (reply.status, reply.property("instanceId"))


@both
@pytest.mark.parametrize("path", ["", "me", "events", "me/presence"])
async def test_an_unknown_tab_is_not_found_and_can_be_opened(world, lene, accept, path):
    """Like an application that is gone: clients create it anew, which is right here, too."""
    tab = await open_tab(world, lene, "a", accept)
    refused = await tab.get(f"{path}?instanceId=b")
    again = await tab.create(type="Browser", instanceId="b")

    assert GONE == refused.reason
    assert (201, tab.path) == (again.status, again.header("Location").partition("?")[0])


# --- what tabs share


async def test_r2_25_state_is_shared(world, lene, sara):
    one, two = [await open_tab(world, lene, name) for name in ("a", "b")]
    await one.post("me/makeMeAvailable?instanceId=a", {"supportedModalities": ["Messaging"]})
    await one.post("me/note?instanceId=a", {"message": "hello"})
    await one.watch(sara)
    both_see = [
        [
            (await tab.get(f"communication?instanceId={name}")).property("supportedModalities"),
            (await tab.get(f"me/note?instanceId={name}")).property("message"),
            len((await tab.get("people/presenceSubscriptions")).tree["_embedded"].popitem()[1]),
        ]
        for tab, name in ((one, "a"), (two, "b"))
    ]

    assert both_see[0] == both_see[1] == [["Messaging"], "hello", 1]


@both
async def test_r2_25_the_second_tab_may_make_available_again(world, lene, accept):
    """204 once, and it is nothing new to anybody; then 409 like for anybody else."""
    one = await open_tab(world, lene, "a", accept)
    await one.post("me/makeMeAvailable", {})
    await drain(one)
    two = await open_tab(world, lene, "b", accept)
    await drain(two)
    replies = [await two.post("me/makeMeAvailable?instanceId=b", {}) for _ in range(2)]
    await world.advance(20)

    assert 204 == replies[0].status
    assert (409, "Conflict", "AlreadyExists") == replies[1].reason
    assert ([], []) == (await drain(one), await drain(two))


async def test_any_tab_keeps_the_person_active(world, lene, sara):
    watcher = await world.client(sara)
    one = await open_tab(world, lene, "a")
    await one.post("me/makeMeAvailable", {})
    two = await open_tab(world, lene, "b")
    for _ in range(4):
        await world.advance(240)
        assert 204 == (await two.post("me/reportMyActivity?instanceId=b")).status

    seen = await watcher.get(watcher.person(lene, "presence"))
    assert "Online" == seen.property("availability")


# --- closing tabs


async def test_r2_24_presence_does_not_flicker_when_a_tab_is_closed(world, lene, sara):
    """Nobody is told of anything until the last one goes."""
    one, two, three = [await open_tab(world, lene, name) for name in ("a", "b", "")]
    await one.post("me/makeMeAvailable", {})
    watcher = await world.client(sara)
    await watcher.watch(lene)
    await watcher.package()
    for tab, name in ((one, "a"), (three, "")):
        assert 204 == (await tab.delete(f"?instanceId={name}" if name else "")).status
        await world.advance(20)
        assert [] == await drain(watcher)
    assert 200 == (await two.get("me/presence?instanceId=b")).status
    await two.delete("?instanceId=b")
    await world.advance(20)

    assert ("people", "updated", "contactPresence", "contact") in await drain(watcher)
    assert GONE == (await two.get("")).reason


async def test_r2_24_without_a_name_all_go_unless_one_has_none(world, lene):
    one, two = [await open_tab(world, lene, name) for name in ("a", "b")]
    waiting = [await one.poll(), await two.poll()]

    assert 204 == (await one.delete("")).status
    assert [GONE, GONE] == [poll.reply.reason for poll in waiting]


@both
async def test_r2_24_a_closed_tab_is_gone_at_once(world, lene, accept):
    """Its poll is answered, its events are forgotten, and it starts anew if it comes back."""
    one, two = [await open_tab(world, lene, name, accept) for name in ("a", "b")]
    await one.post("me/makeMeAvailable", {})
    parked = await one.poll()
    await one.delete("?instanceId=a")

    assert GONE == parked.reply.reason
    assert GONE == (await one.get(one.next)).reason
    assert 201 == (await one.create(type="Browser", instanceId="a")).status
    assert [] == await drain(one)
    assert [] != await drain(two)


async def test_r2_18_polls_of_one_tab_keep_the_application(world, lene):
    one, two = [await open_tab(world, lene, name) for name in ("a", "b")]
    for tab in (one, two):
        await (await tab.poll()).leave()
    for _ in range(3):
        await world.advance(14 * 60)
        await (await two.poll()).leave()

    assert 200 == (await one.get("?instanceId=a")).status


# --- too many, and too quiet


@both
async def test_r2_8_there_can_be_too_many_tabs(world, lene, accept, monkeypatch):
    """Those that have not polled for a quarter of an hour make room."""
    monkeypatch.setattr(applications, "MOST_INSTANCES", 3)
    tabs = [await open_tab(world, lene, name, accept) for name in ("a", "b", "c")]
    for tab in tabs:
        await (await tab.poll()).leave()
    refused = await tabs[0].create(type="Browser", instanceId="d")
    await world.advance(14 * 60)
    await (await tabs[1].poll()).leave()
    await world.advance(2 * 60)
    opened = await tabs[0].create(type="Browser", instanceId="d")

    assert (410, "Gone", "TooManyApplications") == refused.reason
    assert 201 == opened.status
    found = [(await tabs[1].get(f"?instanceId={name}")).status for name in "abcd"]
    assert [404, 200, 404, 200] == found


async def test_r3_14_a_tab_that_is_away_costs_the_others_nothing(world_with):
    """It starts afresh by itself; subscriptions end only when nobody is there."""
    world = await world_with(events={"queue_limit": 5})
    lene, sara = await world.person("lenea"), await world.person("sarad")
    keen, away = [await open_tab(world, lene, name) for name in ("a", "b")]
    await keen.watch(sara)
    await drain(keen)
    hers = await world.available(sara)
    for number in range(4):
        await world.advance(61)
        await drain(keen)
        await hers.post("me/note", {"message": str(number)})
        await hers.post("me/location", {"location": str(number)})
        await keen.watch(f"x{number}@contoso.test")
    kept = (await keen.get("people/presenceSubscriptions")).tree["_embedded"]

    assert 5 == len(kept["presenceSubscription"])
    assert "resume" in (await away.package()).hrefs
    assert "resume" not in (await keen.package()).hrefs
