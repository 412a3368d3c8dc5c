"""What others see, as time passes and people choose (BEHAVIOUR 7.2)."""

from __future__ import annotations

import pytest

from openucwa.domain.presence import Preferred
from openucwa.wire import dates
from world import JSON, XML

both = pytest.mark.parametrize("accept", [JSON, XML])
DAY = 24 * 3600.0


@pytest.fixture
async def lene(world):
    return await world.person("lenea")


async def availability(client):
    return (await client.get("me/presence")).property("availability")


async def choose(client, wish):
    reply = await client.post("me/presence", {"availability": wish})
    assert 204 == reply.status, reply.body


async def wait(world, client, seconds):
    """Let time pass without activity, polling now and then so that the application lives."""
    while seconds > 0:
        await (await client.poll()).leave()
        step = min(seconds, 600)
        await world.advance(step)
        seconds -= step


# --- time


@both
async def test_without_activity_one_is_idle_and_then_away(world, lene, accept):
    """R7.9, R7.10: five minutes and five more, exactly; a report leads back at once."""
    client = await world.available(lene, accept)
    seen = {}
    for moment in (299, 300, 599, 600, 3600):
        await world.advance(moment - sum(seen and [max(seen)]))
        seen[moment] = await availability(client)
    await client.report()

    assert {299: "Online", 300: "IdleOnline", 599: "IdleOnline", 600: "Away", 3600: "Away"} == seen
    assert "Online" == await availability(client)


async def test_the_timeouts_are_settings(world_with):
    world = await world_with(presence={"inactive_timeout": 10, "away_timeout": 20})
    client = await world.available(await world.person("lenea"))
    seen = []
    for _ in range(4):
        seen.append(await availability(client))
        await world.advance(10)

    assert ["Online", "IdleOnline", "IdleOnline", "Away"] == seen


@both
@pytest.mark.parametrize("span", [1, "00:01:00", "PT1M", "1.0"])
async def test_an_application_may_choose_when_it_is_inactive(world, lene, accept, span):
    """R2.13, R7.10: minutes, a time span or an ISO duration; away follows five minutes later."""
    client = await world.available(lene, accept, inactiveTimeout=span)
    seen = []
    for seconds in (59, 1, 299, 1):
        await world.advance(seconds)
        seen.append(await availability(client))

    assert ["Online", "IdleOnline", "IdleOnline", "Away"] == seen


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("me/reportMyActivity", None),
        ("me/presence", {"availability": "Online"}),
        ("me/note", {"message": "hello"}),
        ("me/location", {"location": "here"}),
    ],
)
async def test_what_people_do_is_activity(world, lene, path, body):
    """R7.11"""
    client = await world.available(lene)
    await world.advance(310)
    await client.post(path, body)

    assert "Online" == await availability(client)


async def test_what_programs_do_is_not_activity(world, lene):
    """R7.11, R16.36: polls, reads, subscriptions, renewals."""
    client = await world.available(lene)
    await world.advance(299)
    for path in ("", "me", "me/presence", "people", "people/search?query=x"):
        await client.get(path)
    await client.poll()
    await client.watch(lene)
    await client.create()
    await world.token(lene)
    await world.advance(1)

    assert "IdleOnline" == await availability(client)


async def test_time_passes_for_those_who_look_only_at_the_events(world, lene):
    """R7.19: each step is told once, to the user and to who watches."""
    client = await world.available(lene)
    watcher = await world.client(await world.person("sarad"))
    await watcher.watch(lene)
    for one in (client, watcher):
        await one.package()
    told = {client.path: [], watcher.path: []}
    for _ in range(14):
        for one in (client, watcher):
            reply = await one.package(26)
            told[one.path] += reply.events()

    assert [("me", "updated", "presence")] * 2 == told[client.path]
    assert [("people", "updated", "contactPresence", "contact")] * 2 == told[watcher.path]


# --- choice


@both
@pytest.mark.parametrize(
    ("wish", "shown", "activity"),
    [
        ("Online", "Online", None),
        ("busy", "Busy", None),
        ("DONOTDISTURB", "DoNotDisturb", "urgent-interruptions-only"),
        ("BeRightBack", "BeRightBack", None),
        ("Away", "Away", None),
        ("OffWork", "Away", "off-work"),
    ],
)
async def test_six_values_can_be_chosen(world, lene, accept, wish, shown, activity):  # noqa: PLR0917
    """R7.2, R7.3, R7.5: in any case."""
    client = await world.available(lene, accept)
    await choose(client, wish)
    for path in ("me/presence", client.person(lene, "presence")):
        reply = await client.get(path)

        assert (shown, activity) == (reply.property("availability"), reply.property("activity"))


@both
@pytest.mark.parametrize("wish", ["Offline", "IdleOnline", "IdleBusy", "Unknown", "rubbish"])
async def test_other_values_cannot(world, lene, accept, wish):
    """R7.2"""
    client = await world.available(lene, accept)
    reply = await client.post("me/presence", {"availability": wish})

    assert (400, "BadRequest", "ParameterValidationFailure") == reply.reason
    assert ["availability"] == reply.bad


@pytest.mark.parametrize("wish", [1, True, [], {}, ["Busy", "Away"]])
async def test_nor_can_what_is_not_text(world, lene, wish):
    client = await world.available(lene)

    assert 400 == (await client.post("me/presence", {"availability": wish})).status


async def test_the_query_will_do(world, lene):
    """R4.17: and the body wins."""
    client = await world.available(lene)
    await client.post("me/presence?availability=Busy")
    assert "Busy" == await availability(client)
    await client.post("me/presence?availability=Busy", {"Availability": "Away"})

    assert "Away" == await availability(client)


@both
async def test_an_activity_cannot_be_chosen(world, lene, accept):
    """R7.21"""
    client = await world.available(lene, accept)
    body = {"availability": "Busy", "activity": "juggling", "Self": "x", "rel": "presence"}
    await client.post("me/presence", body)

    assert (await client.get("me/presence")).property("activity") is None


@both
@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (None, {}),
        (b"", {"Content-Type": ""}),
        (b'""', {"Content-Type": ""}),
        (b"{}", {"Content-Type": JSON}),
        (b'{"availability":null}', {"Content-Type": JSON}),
        (b"<input xmlns='http://schemas.microsoft.com/rtc/2012/03/ucwa'/>", {"Content-Type": XML}),
    ],
)
async def test_nothing_resets_it(world, lene, accept, body, headers):
    """R7.16, R4.21"""
    client = await world.available(lene, accept)
    await choose(client, "Offwork")
    reply = await client.post("me/presence", body, headers)

    assert (204, b"") == (reply.status, reply.body)
    assert "Online" == await availability(client)


async def test_after_a_reset_it_follows_the_activity_again(world, lene):
    """R7.16: not simply Online, but what activity makes of it."""
    client = await world.available(lene)
    await choose(client, "Away")
    await client.post("me/presence")
    await world.advance(301)

    assert "IdleOnline" == await availability(client)


@pytest.mark.parametrize(
    ("wish", "idle", "away"),
    [
        ("Online", "IdleOnline", "Away"),
        ("Busy", "IdleBusy", "IdleBusy"),
        ("DoNotDisturb", "DoNotDisturb", "DoNotDisturb"),
        ("BeRightBack", "BeRightBack", "BeRightBack"),
        ("Away", "Away", "Away"),
        ("Offwork", "Away", "Away"),
    ],
)
async def test_how_time_treats_a_choice(world, lene, wish, idle, away):
    """R7.14, R7.15: Busy idles and stays Busy; what says more than that is not touched."""
    client = await world.available(lene)
    await choose(client, wish)
    seen = []
    for _ in range(2):
        await world.advance(301)
        seen.append(await availability(client))

    assert [idle, away] == seen


@pytest.mark.parametrize(
    ("wish", "after"),
    [
        ("Busy", "Online"),
        ("DoNotDisturb", "Online"),
        ("BeRightBack", "BeRightBack"),
        ("Away", "Away"),
        ("Offwork", "Away"),
    ],
)
async def test_busy_and_do_not_disturb_end_after_a_day(world_with, wish, after):
    """docs/presence.md; the others stay until they are reset."""
    world = await world_with(applications={"activity_grace": 3 * DAY}, tokens={"lifetime": 3 * DAY})
    client = await world.available(await world.person("lenea"))
    await choose(client, wish)
    await wait(world, client, DAY - 1)
    await client.report()
    before = await availability(client)
    await wait(world, client, 1)

    assert before == (after if wish not in ("Busy", "DoNotDisturb") else wish)
    assert after == await availability(client)


async def test_a_choice_outlives_signing_out(world, lene):
    client = await world.available(lene)
    await choose(client, "BeRightBack")
    await client.delete("")
    client = await world.available(lene)

    assert "BeRightBack" == await availability(client)


async def test_the_latest_choice_counts_wherever_it_was_made(world, lene):
    """R7.17"""
    one, other = await world.available(lene), await world.available(lene, endpointId="e2")
    await choose(one, "Busy")
    await choose(other, "BeRightBack")

    assert ["BeRightBack"] * 2 == [await availability(one), await availability(other)]


# --- timed choice


async def choose_for(client, wish, duration):
    reply = await client.post("me/presence", {"availability": wish, "duration": duration})
    assert 204 == reply.status, reply.body


async def expiration(client):
    """Return in how many seconds the choice ends, as it is shown."""
    date = (await client.get("me/presence")).property("expirationTime")
    return date and dates.parse(date).seconds - client.world.clock.now()


@both
@pytest.mark.parametrize("wish", list(Preferred))
async def test_any_choice_may_end_by_itself(world, lene, accept, wish):
    client = await world.available(lene, accept)
    await choose(client, "BeRightBack")
    assert await expiration(client) is None
    await choose_for(client, wish, 1)
    seen = await availability(client)
    assert 60 == pytest.approx(await expiration(client), abs=0.001)
    await world.advance(59.9)
    assert seen == await availability(client) == ("Away" if wish == "Offwork" else wish)
    await world.advance(0.1)

    assert ("BeRightBack", None) == (await availability(client), await expiration(client))


@both
@pytest.mark.parametrize("span", [1440, "1.00:00:00", "P1D"])
async def test_a_day_is_the_longest(world, lene, accept, span):
    client = await world.available(lene, accept)
    await choose_for(client, "Away", span)

    assert DAY == pytest.approx(await expiration(client), abs=0.001)


@both
@pytest.mark.parametrize(
    "duration",
    [0, -1, 0.9, 1441, 10**400, "00:00:59", "PT24H1S", "P400D", "soon", "", True, [5], {}, "NaN"],
)
async def test_other_durations_are_refused_and_nothing_changes(world, lene, accept, duration):
    client = await world.available(lene, accept)
    await choose(client, "Away")
    reply = await client.post("me/presence", {"availability": "Busy", "duration": duration})

    assert (400, "BadRequest", "ParameterValidationFailure") == reply.reason
    assert ["duration"] == reply.bad
    assert ("Away", None) == (await availability(client), await expiration(client))


@both
async def test_a_duration_of_nothing_is_refused(world, lene, accept):
    """A reset has no end; who sends a duration alone meant something else."""
    client = await world.available(lene, accept)
    await choose(client, "Away")
    for body in ({"duration": 5}, {"duration": 5, "availability": None}):
        assert ["duration"] == (await client.post("me/presence", body)).bad
    assert ["availability"] == (
        await client.post("me/presence", {"duration": 5, "availability": "Offline"})
    ).bad

    assert "Away" == await availability(client)


async def test_no_duration_is_as_ever(world, lene):
    """R4.22; the 24 hours of Busy are shown, and it returns to nothing."""
    client = await world.available(lene)
    await choose(client, "Away")
    await client.post("me/presence", {"availability": "Busy", "duration": None})

    assert DAY == pytest.approx(await expiration(client), abs=0.001)
    await client.post("me/presence")
    assert ("Online", None) == (await availability(client), await expiration(client))


async def test_each_end_is_told_once_to_oneself_and_to_who_watches(world, lene):
    client = await world.available(lene)
    watcher = await world.client(await world.person("sarad"))
    await watcher.watch(lene)
    await choose_for(client, "Busy", 3)
    await choose_for(client, "DoNotDisturb", 1)
    for one in (client, watcher):
        await one.package()
    seen = []
    for seconds in (60, 114, 120):
        await world.advance(seconds)
        seen.append(await availability(client))
        await client.report()
        times = len(seen) < 3

        assert [("me", "updated", "presence")] * times == await client.news()
        assert [("people", "updated", "contactPresence", "contact")] * times == (
            await watcher.news()
        )

    assert ["Busy", "Online", "Online"] == seen


async def test_a_choice_that_ended_while_nobody_was_there_is_no_news(world, lene):
    client = await world.available(lene)
    await choose(client, "Away")
    await choose_for(client, "Busy", 5)
    await client.delete("")
    await world.advance(600)
    client = await world.available(lene)
    await client.package()

    assert ("Away", None) == (await availability(client), await expiration(client))
    await world.advance(301)
    assert [] == (await client.package(26)).events()
