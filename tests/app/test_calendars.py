"""In a meeting by the clock: claims that begin and end with what is on the calendar."""

from __future__ import annotations

import pytest

from openucwa.app.calendars import busy_times
from openucwa.domain.ports import Appointment
from openucwa.domain.presence import Claim, Preferred
from world import JSON, START, XML

HERE = "onlineMeetings/myOnlineMeetings"
CHANGED = ("people", "updated", "contactPresence", "contact")
LENE, SARA = "lenea@contoso.test", "sarad@contoso.test"


def at(minutes):
    return f"/Date({int((START + 60 * minutes) * 1000)})/"


async def arrange(client, starts, ends, **more):
    times = {"startTime": at(starts), "endTime": at(ends)}
    reply = await client.post(HERE, times | more)
    assert reply.status == 200, reply.body
    return reply


async def shown(client, address):
    reply = await client.get(client.person(address, "presence"))
    return reply.property("availability"), reply.property("activity")


BUSY, ONLINE = ("Busy", "in-a-meeting"), ("Online", "Online")


@pytest.fixture(params=[JSON, XML])
async def lene(world, request):
    return await world.available(await world.person("lenea"), request.param, inactiveTimeout="PT2H")


@pytest.fixture
async def sara(world, lene):
    """Somebody who watches Lene."""
    client = await world.available(await world.person("sarad"), lene.accept, inactiveTimeout="PT2H")
    assert (await client.watch(LENE)).status == 201
    await client.package()
    return client


async def pass_to(world, minutes):
    """Let time pass as servers do, which look at calendars now and then."""
    while world.clock.time < START + 60 * minutes:
        await world.advance(min(60.0, START + 60 * minutes - world.clock.time))


async def availability(client, address=LENE):
    return (await shown(client, address))[0]


async def test_people_are_in_a_meeting_while_it_lasts(world, lene, sara):
    """The organizer and those named; others see it begin and end at its times."""
    await arrange(lene, 10, 20, attendees=[f"sip:{SARA}"])
    await world.advance(11)
    assert "Online" == await availability(sara)
    await pass_to(world, 9.9)
    assert "Online" == await availability(sara)
    await pass_to(world, 10.1)
    assert BUSY == await shown(sara, LENE) == await shown(lene, SARA)
    assert CHANGED in await sara.news()
    await pass_to(world, 19.9)
    assert BUSY == await shown(sara, LENE)
    await pass_to(world, 20.1)
    assert "Online" == await availability(sara) == await availability(lene, SARA)
    assert CHANGED in await sara.news()


async def test_who_signs_in_during_a_meeting_is_in_it(world, lene):
    otto = await world.person("ottok")
    await arrange(lene, 10, 20, leaders=[f"sip:{otto}"])
    await pass_to(world, 12)
    await world.available(otto, inactiveTimeout="PT2H")

    assert BUSY == await shown(lene, otto)


async def test_what_a_person_chooses_during_a_meeting_holds(world, lene, sara):
    await arrange(lene, 1, 20)
    await pass_to(world, 2)
    assert BUSY == await shown(sara, LENE)
    await lene.post("me/presence", {"availability": "Online"})
    assert "Online" == await availability(sara)
    await lene.post("me/presence")
    assert BUSY == await shown(sara, LENE)


async def test_a_meeting_that_is_moved_or_deleted_ends(world, lene, sara):
    made = await arrange(lene, 1, 20)
    await pass_to(world, 2)
    moved = {"startTime": at(10), "endTime": at(14), made.guid: "x"}
    headers = {"If-Match": made.header("ETag")}
    assert 200 == (await lene.put(made.header("Location"), moved, headers)).status
    await world.advance(11)
    assert "Online" == await availability(sara)
    await pass_to(world, 11)
    assert BUSY == await shown(sara, LENE)
    await lene.delete(made.header("Location"))
    await world.advance(11)
    assert "Online" == await availability(sara)


async def test_one_meeting_after_the_other_is_one_claim(world, lene, sara):
    await arrange(lene, 1, 5)
    await arrange(lene, 5, 9)
    await pass_to(world, 4)
    await sara.news()
    await pass_to(world, 8)

    assert BUSY == await shown(sara, LENE)
    assert [] == await sara.news()


async def test_without_a_time_nobody_is_in_a_meeting(world, lene, sara):
    await lene.post(HERE, {"attendees": [f"sip:{SARA}"]})
    await world.advance(30)

    assert "Online" == await availability(sara)


def test_meetings_that_touch_are_one():
    def claim(since, expires):
        return Claim(Preferred.BUSY, since, expires)

    given = [("a", 5, 9), ("b", 1, 2), ("a", 1, 4), ("a", 2, 3), ("a", 4, 5), ("a", 10, 11)]

    assert {"a": (claim(1, 9), claim(10, 11)), "b": (claim(1, 2),)} == busy_times(
        Appointment(*one) for one in given
    )
