"""Conversations as a whole: which there are, and how they end for somebody (R9.9-R9.15)."""

from __future__ import annotations

import pytest

from talking import confer, settled, talk, talker
from world import JSON, XML

both = pytest.mark.parametrize("accept", [JSON, XML])
NOT_FOUND = (404, "NotFound", "ConversationNotFound")


@pytest.fixture
async def lene(world):
    return await talker(world, "lenea", "Lene Aaling")


@pytest.fixture
async def sara(world):
    return await talker(world, "sarad", "Sara Davis")


@pytest.fixture
async def john(world):
    return await talker(world, "johnd", "John Doe")


async def listed(who):
    reply = await who.client.get("communication/conversations", {"Accept": JSON})
    return [link["href"] for link in reply.tree["_links"].get("conversation", [])]


def own(who):
    return who.latest("conversation").href


async def reasons(who):
    """Return why things ended for somebody, as far as it was said now."""
    return [(one.rel, one.type, one.reason[1]) for one in await who.hear() if one.reason]


# --- what there is


@both
async def test_a_conversation_is_listed_while_it_goes_on(world, sara, accept):
    lene = await talker(world, "lenea", accept=accept)
    assert [] == await listed(lene)
    await talk(lene, sara)
    shown = await lene.client.get("communication/conversations")

    assert shown.href("conversation") if accept == XML else shown.hrefs is not None
    assert [[own(lene)], [own(sara)]] == [await listed(lene), await listed(sara)]
    await lene.do("stopMessaging", "messaging")
    assert [[], []] == [await listed(lene), await listed(sara)]


@both
async def test_r9_10_what_a_conversation_shows(world, sara, accept):
    lene = await talker(world, "lenea", accept=accept)
    await talk(lene, sara, subject="Lunch?")
    shown = lene.last("conversation")

    assert ("Lunch?", "Normal", ["Messaging"]) == tuple(
        shown.properties[name] for name in ("subject", "importance", "activeModalities")
    )
    assert "False" == str(shown.properties["recording"])
    assert "Lene" in lene.last("conversation").title_of("localParticipant").title()
    for rel in ("localParticipant", "participants", "messaging", "audioVideo", "phoneAudio"):
        assert 200 == (await lene.client.get(shown.href_of(rel))).status
    assert "?conversation=" in shown.href_of("addParticipant")


async def test_r11_5_thread_and_id_are_the_same_on_all_sides(lene, sara, john):
    await confer(lene, sara, john)
    everyone = (lene, sara, john)

    assert 1 == len({own(who).rpartition("/")[2] for who in everyone})
    assert 1 == len({who.last("conversation").properties["threadId"] for who in everyone})


async def test_r16_39_who_was_two_is_the_same_conversation_with_three(lene, sara, john):
    await talk(lene, sara)
    before = own(lene), lene.last("conversation").properties["threadId"]
    await lene.add(john)
    await settled(lene, sara, john)

    assert before == (own(lene), lene.last("conversation").properties["threadId"])


async def test_several_conversations_go_on_beside_each_other(lene, sara, john):
    await talk(lene, sara)
    first = lene.last("messaging").href_of("sendMessage")
    await talk(lene, john)
    await lene.client.post(first, "to Sara", {"Content-Type": "text/plain"})
    await lene.say("to John")
    await settled(lene, sara, john)

    assert (["to+Sara"], ["to+John"]) == (sara.heard(), john.heard())
    assert 2 == len(await listed(lene))


# --- for whom there is nothing


@both
async def test_what_others_talk_about_is_not_there(world, lene, sara, accept):
    await talk(lene, sara)
    john = await talker(world, "johnd", accept=accept)
    for path in (
        "",
        "/messaging",
        "/participants",
        "/audioVideo",
        "/participants/lenea@contoso.test",
    ):
        reply = await john.client.get(own(lene).replace(lene.client.path, john.client.path) + path)
        assert NOT_FOUND == reply.reason
    assert NOT_FOUND == (await john.client.delete("communication/conversations/x")).reason
    assert (
        NOT_FOUND
        == (
            await john.client.post(
                "communication/participantInvitations",
                {"to": "sip:lenea@contoso.test", "conversation": own(lene).rpartition("/")[2]},
            )
        ).reason
    )


async def test_another_application_of_hers_is_not_in_it(world, lene, sara):
    await talk(lene, sara)
    phone = await talker(world, "lenea", at="e2")

    assert [] == await listed(phone)
    assert (
        404
        == (await phone.client.get(own(lene).replace(lene.client.path, phone.client.path))).status
    )


# --- leaving


async def test_r9_12_leaving_while_it_rings_takes_it_back(lene, sara):
    await lene.invite(sara)
    await settled(lene, sara)
    assert 204 == (await lene.client.delete(own(lene))).status

    assert ("messagingInvitation", "completed", "Canceled") in await reasons(lene)
    assert ("messagingInvitation", "completed", "Canceled") in await reasons(sara)


async def test_r9_12_leaving_where_it_rings_declines(world, lene, sara):
    """Here only: it rings on elsewhere."""
    phone = await talker(world, "sarad", at="e2")
    await lene.invite(sara)
    await settled(lene, sara, phone)
    assert 204 == (await sara.client.delete(own(sara))).status

    assert [("messagingInvitation", "completed", "Declined")] == await reasons(sara)
    assert [] == await lene.hear()
    assert 204 == (await phone.do("accept", "messagingInvitation")).status


async def test_r9_12_others_stay_in_a_conference(lene, sara, john):
    await confer(lene, sara, john)
    assert 204 == (await sara.client.delete(own(sara))).status
    await settled(lene, sara, john)
    await lene.say("still there?")
    await settled(lene, john)

    assert "Disconnected" == sara.last("conversation").properties["state"]
    assert ["still+there%3f"] == john.heard()
    assert 404 == (await sara.client.delete(own(sara))).status


async def test_the_last_one_who_leaves_ends_what_still_rings(lene, sara, john):
    await talk(lene, sara)
    await lene.add(john)
    await settled(lene, sara, john)
    for who in (sara, lene):
        await who.client.delete(own(who))
    await settled(lene, sara)

    assert "participantInvitation" == lene.events[-1].rel
    assert "Failure" == lene.events[-1].status
    assert ("onlineMeetingInvitation", "completed", "Canceled") in await reasons(john)
    assert [] == await listed(john)


# --- applications that end (R2.20)


@pytest.mark.parametrize("way", ["deleted", "expired"])
async def test_r2_20_an_application_that_ends_leaves(world, lene, sara, way):
    await talk(lene, sara)
    await ended(world, lene, sara, way)

    assert ("messaging", "updated", "Removed") in [
        (one.rel, one.type, one.reason[1]) for one in sara.events if one.reason
    ]
    assert [] == await listed(sara)


async def ended(world, gone, other, way):
    """Let an application end while another one goes on."""
    if way == "deleted":
        assert 204 == (await gone.client.delete("")).status
    else:
        for _ in range(20):
            await world.advance(60)
            await other.packages()
        assert (await gone.client.get("me")).status in (404, 410)
    await settled(other)


@pytest.mark.parametrize("way", ["deleted", "expired"])
async def test_r2_20_from_a_conference_too(world, lene, sara, john, way):
    await confer(lene, sara, john)
    if way == "deleted":
        await lene.client.delete("")
    else:
        for _ in range(20):
            await world.advance(60)
            await sara.packages()
            await john.packages()
    await settled(sara, john)

    reply = await sara.client.get(f"{own(sara)}/participants")
    assert 2 == len(reply.tree["_links"]["participant"])
    await sara.say("Hi")
    await settled(sara, john)
    assert ["Hi"] == john.heard()


async def test_r2_20_it_stops_ringing_where_the_application_ended(world, lene, sara):
    phone = await talker(world, "sarad", at="e2")
    await lene.invite(sara)
    await settled(lene, sara, phone)
    await phone.client.delete("")
    assert [] == await lene.hear()
    await sara.client.delete("")

    assert [("messagingInvitation", "completed", "TemporarilyUnavailable")] == await reasons(lene)


async def test_r2_20_what_she_was_sent_does_not_arrive(lene, sara):
    """Its sender hears so at once."""
    await talk(lene, sara)
    await lene.say("Hi", "?operationId=a")
    await sara.client.delete("")
    told = await lene.hear()

    (event,) = [one for one in told if one.rel == "message"]
    assert ("Failure", "a") == (event.status, event.shown.properties["operationId"])


async def test_r2_20_who_begins_and_ends_takes_it_back(lene, sara):
    await lene.invite(sara)
    await settled(lene, sara)
    await lene.client.delete("")

    assert ("messagingInvitation", "completed", "Canceled") in await reasons(sara)
    assert [] == await listed(sara)


async def test_r11_3_who_invited_and_left_hears_how_it_went(lene, sara, john):
    """Exactly one ``completed`` for each operation."""
    await talk(lene, sara)
    await lene.add(john, operationId="a")
    await settled(lene, sara, john)
    await lene.client.delete(own(lene))
    await settled(lene, sara, john)
    await john.do("accept", "onlineMeetingInvitation")
    await settled(lene, sara, john)
    completed = [
        one for one in lene.events if (one.rel, one.type) == ("participantInvitation", "completed")
    ]

    assert [("Success", "a")] == [
        (one.status, one.shown.properties["operationId"]) for one in completed
    ]
