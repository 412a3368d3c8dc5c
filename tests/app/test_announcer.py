"""The announcer: news become events, are stored, and time is kept (R2.20, R9.30, R9.32)."""

from __future__ import annotations

import pytest

from openucwa.app.announcer import Due
from talking import settled, talk, talker
from world import START


@pytest.fixture
async def lene(world):
    return await talker(world, "lenea", "Lene Aaling")


@pytest.fixture
async def sara(world):
    return await talker(world, "sarad", "Sara Davis")


@pytest.fixture
def conversations(world):
    return world.server.conversations


async def test_what_is_told_of_somebody_has_her_name(lene, sara):
    """R3.31: as the title of the link, for participants alone."""
    await talk(lene, sara)
    titles = {event.rel: event.title for event in lene.events}

    assert ("Sara Davis", "Lene Aaling") == (titles["participant"], titles["localParticipant"])
    assert {None} == {titles[rel] for rel in ("conversation", "messaging", "messagingInvitation")}


async def test_events_show_how_things_were_when_they_happened(lene, sara):
    """However late they are fetched (R3.28): no step is skipped (R9.13)."""
    await talk(lene, sara)
    await sara.do("stopMessaging", "messaging")
    await lene.packages()
    states = [
        one.shown.properties["state"]
        for one in lene.events
        if one.rel == "conversation" and one.shown
    ]

    assert ["Connecting", "Connected", "Disconnected"] == states


async def test_a_conversation_that_is_over_is_forgotten(world, lene, sara, conversations):
    """R9.6: after a while, in which its invitations can be looked at."""
    await talk(lene, sara)
    await lene.do("stopMessaging", "messaging")
    assert 1 == len(conversations)
    for _ in range(2):  # the history is written meanwhile
        await world.advance(35)

    assert 0 == len(conversations)


async def test_nothing_is_told_of_what_is_gone(world):
    announcer = world.server.dispatcher.commit.announcer
    announcer.tend(Due("gone"), START)
    announcer.arrived(("gone", 1), "lenea@contoso.test", START)


async def test_a_message_that_was_taken_back_is_in_no_package(world, lene, sara):
    await talk(lene, sara)
    await lene.say("too late")
    await world.advance(31)
    await lene.say("in time")
    await settled(lene, sara)

    assert ["in+time"] == sara.heard()


async def test_leaving_is_for_the_application_that_ended_alone(world, lene, sara):
    phone = await talker(world, "sarad", at="e2")
    await talk(lene, sara)
    await phone.client.delete("")

    assert "Connected" == lene.last("conversation").properties["state"]
    assert [] == await lene.hear()
