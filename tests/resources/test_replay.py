"""Being told once more of a message, and asking twice for the same conversation."""

from __future__ import annotations

import pytest

from talking import settled, talk, talker
from world import JSON, XML


@pytest.fixture
async def lene(world):
    return await talker(world, "lenea", "Lene Aaling")


@pytest.mark.parametrize("accept", [JSON, XML])
async def test_a_message_is_replayed_to_whoever_asks(world, lene, accept):
    sara = await talker(world, "sarad", accept=accept)
    await talk(lene, sara)
    await lene.say("one")
    await settled(lene, sara)
    (told,) = [one for one in sara.events if one.rel == "message"]

    reply = await sara.client.post("communication/replayMessage", {"message": told.href})
    assert (204, b"") == (reply.status, reply.body)
    await settled(lene, sara)
    assert ["one", "one"] == sara.heard()
    assert 1 == len([one for one in lene.events if one.rel == "message"])


async def test_one_s_own_message_is_replayed_as_it_went(world, lene):
    sara = await talker(world, "sarad")
    await talk(lene, sara)
    sent = (await lene.say("one")).header("Location")
    await settled(lene, sara)
    await lene.client.post("communication/replayMessage", {"message": sent})
    await settled(lene, sara)

    assert 2 * ["Outgoing"] == [
        one.shown.properties["direction"] for one in lene.events if one.rel == "message"
    ]


async def test_r11_3_what_may_still_arrive_is_not_replayed_as_if_it_had_failed(world, lene):
    sara = await talker(world, "sarad")
    await talk(lene, sara)
    sent = (await lene.say("one")).header("Location")
    reply = await lene.client.post("communication/replayMessage", {"message": sent})
    await settled(lene, sara)

    assert (409, "Conflict", None) == reply.reason
    assert ["Success"] == [one.status for one in lene.events if one.rel == "message"]


async def test_what_cannot_be_replayed(world, lene):
    sara, john = await talker(world, "sarad"), await talker(world, "johnd")
    await talk(lene, sara)
    sent = (await lene.say("one")).header("Location")

    path = "communication/replayMessage"
    assert ["message"] == (await lene.client.post(path)).bad
    assert ["message"] == (await lene.client.post(path, {"message": "one"})).bad
    assert 404 == (await lene.client.post(path, {"message": sent[:-1] + "9"})).status
    assert 404 == (await john.client.post(path, {"message": sent})).status


async def test_an_invitation_that_was_answered_at_once_is_the_same_when_it_is_sent_again(
    world, lene
):
    """Its sender has not been told yet, so she cannot mean another one."""
    sara = await talker(world, "sarad")
    again = {"operationId": "o1", "subject": "x"}
    first = await lene.invite(sara, **again)
    await sara.packages()
    await sara.do("accept", "messagingInvitation")
    await sara.packages()
    await sara.say("yes?")

    assert first.header("Location") == (await lene.invite(sara, **again)).header("Location")
    await settled(lene, sara)
    assert first.header("Location") != (await lene.invite(sara, **again)).header("Location")
