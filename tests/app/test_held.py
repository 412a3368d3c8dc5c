"""Meetings that are being held follow what is stored of them, whoever has changed that (R10.15)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from convened import JOIN, arrange, gather, join
from houses import House
from openucwa.adapters.sql.meetings import SqlMeetings
from openucwa.adapters.sql.registry import SqlRegistry
from openucwa.app.calendars import RECHECK, REFRESH
from openucwa.app.retention import Expiry
from openucwa.domain.meetings import DAY
from talking import confer, settled, talker


@pytest.fixture
async def lene(world):
    return await talker(world, "lenea", "Lene Aaling")


@pytest.fixture
async def sara(world):
    return await talker(world, "sarad", "Sara Davis")


def stored(world):
    """Return the meetings as another process sees them."""
    return SqlMeetings(world.server.database)


def identifier(uri):
    return uri.rpartition(":")[2]


async def pass_time(world, seconds, *people):
    """Let time pass while people follow their events."""
    for _ in range(int(seconds // 10)):
        await world.advance(10)
    for one in people:
        await one.packages()


def reason(who):
    return who.latest("conversation").reason


async def test_what_somebody_else_deletes_ends_within_seconds(world, lene, sara):
    uri, other = await arrange(lene), await arrange(lene)
    await gather(uri, lene, sara)
    await join(lene, other)
    await world.advance(REFRESH)
    await settled(lene, sara)
    await stored(world).delete(identifier(uri))
    await pass_time(world, RECHECK, sara, lene)

    assert ("Informational", "Ended") == reason(sara)
    assert 404 == (await join(sara, uri)).status
    assert 201 == (await join(sara, other)).status, "the other one goes on"


async def test_what_is_forgotten_ends(world, lene, sara):
    """Nobody has joined for two weeks, and somebody is there all the same."""
    uri = await arrange(lene)
    await gather(uri, lene, sara)
    meeting = await stored(world).meeting(identifier(uri))
    await Expiry(stored(world)).recheck(meeting.goes - 1)
    await pass_time(world, RECHECK, sara)
    assert "Conferenced" == sara.last("conversation").properties["state"]
    await Expiry(stored(world)).recheck(world.clock.now() + 15 * DAY)
    await pass_time(world, RECHECK, sara)

    assert ("Informational", "Ended") == reason(sara)


async def test_what_was_deleted_while_its_node_died_ends_where_it_goes_on(tmp_path):
    """The meeting was deleted, and nobody was told any more."""
    house = House(tmp_path)
    await house.open()
    lene = await talker(house.world, "lenea", "Lene Aaling")
    sara = await talker(house.world, "sarad", "Sara Davis")
    uri = await arrange(lene)
    await gather(uri, lene, sara)
    await house.beat()
    await stored(house.world).delete(identifier(uri))
    await house.restart(lene.client, sara.client, away=60.0)
    await pass_time(house.world, RECHECK, lene, sara)

    assert ("Informational", "Ended") == reason(sara)
    await house.world.close()


async def test_it_ends_with_its_organizer(world, lene, sara):
    uri = await arrange(lene)
    await gather(uri, sara)
    await SqlRegistry(world.server.database).remove(lene.address)
    await pass_time(world, RECHECK, sara)

    assert ("Informational", "Ended") == reason(sara)


async def test_those_in_it_learn_what_somebody_else_has_changed(world, lene, sara):
    uri = await arrange(lene)
    await gather(uri, lene, sara)
    await stored(world).change(
        identifier(uri),
        lambda meeting: replace(meeting, subject="Plans B", version=meeting.version + 1),
    )
    for _ in range(2):
        await pass_time(world, REFRESH / 2 + RECHECK, lene, sara)

    assert "Plans B" == sara.last("onlineMeeting").properties["subject"]
    assert "Plans B" == sara.last("conversation").properties["subject"]


async def test_what_was_begun_at_once_is_forgotten_with_its_conversation(world, lene):
    await lene.client.post(JOIN, {"subject": "Now"})
    await settled(lene)
    uri = lene.last("onlineMeeting").properties["onlineMeetingUri"]
    await pass_time(world, REFRESH + RECHECK, lene)
    assert await stored(world).meeting(identifier(uri)) is not None
    await lene.client.delete(lene.latest("conversation").href)
    await pass_time(world, 620, lene)

    assert await stored(world).meeting(identifier(uri)) is None


async def test_chats_that_have_grown_are_nobodys_meetings(world, lene, sara):
    john = await talker(world, "johnd", "John Doe")
    await confer(lene, sara, john)
    await settled(lene, sara, john)
    await stored(world).delete("NOSUCH12")
    await pass_time(world, REFRESH + RECHECK, lene, sara, john)

    assert "Conferenced" == sara.last("conversation").properties["state"]
