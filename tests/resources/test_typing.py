"""Who is typing, and who stops messaging (R9.24, R9.25, R9.36)."""

from __future__ import annotations

import pytest

from talking import TEXT, confer, settled, table, talk, talker


@pytest.fixture
async def lene(world):
    return await talker(world, "lenea", "Lene Aaling")


@pytest.fixture
async def sara(world):
    return await talker(world, "sarad", "Sara Davis")


@pytest.fixture
async def john(world):
    return await talker(world, "johnd", "John Doe")


@pytest.fixture
async def talking(lene, sara):
    await talk(lene, sara)


# --- typing


async def typing(who):
    reply = await who.client.get(f"{who.latest('conversation').href}/messaging/typingParticipants")
    return [link["title"] for link in reply.tree["_links"].get("participant", [])]


ADDED, DELETED = (
    table(f"conversation | participant {kind} in typingParticipants")
    for kind in ("added", "deleted")
)


async def test_r9_24_typing_is_seen_for_a_while(world, talking, lene, sara):
    reply = await lene.do("setIsTyping", "messaging")

    assert (204, ADDED) == (reply.status, await sara.lines())
    assert (["Lene Aaling"], []) == (await typing(sara), await typing(lene))
    await world.advance(8)
    await lene.do("setIsTyping", "messaging")
    await world.advance(8)
    assert ([], ["Lene Aaling"]) == (await sara.lines(), await typing(sara))
    await world.advance(5)
    assert (DELETED, []) == (await sara.lines(), await typing(sara))
    assert [] == await lene.lines()


async def test_r9_24_a_message_ends_typing(talking, lene, sara):
    await lene.do("setIsTyping", "messaging")
    await sara.packages()
    await lene.say("Hi")
    events = await sara.hear()

    assert DELETED == [str(events[0])]
    assert "message" == events[1].rel
    assert [] == await typing(sara)


async def test_r9_24_typing_ends_in_time_though_others_talk(world, talking, lene, sara):
    await sara.do("setIsTyping", "messaging")
    await lene.packages()
    await world.advance(5)
    await lene.say("Hi")
    await settled(sara)
    assert [] == [one for one in await lene.hear() if one.rel == "participant"]
    await world.advance(8)

    assert DELETED == [str(one) for one in await lene.hear() if one.rel == "participant"]


async def test_r9_33_ringing_ends_in_time_though_others_talk(world, talking, lene, sara, john):
    await lene.add(john)
    await settled(lene, sara, john)
    await world.advance(20)
    await lene.say("where is he?")
    await settled(lene, sara)
    await world.advance(10)
    await settled(lene, sara)

    assert "completed" == lene.latest("participantInvitation").type


async def test_r9_36_everyone_in_a_conference_sees_who_types(lene, sara, john):
    await confer(lene, sara, john)
    await john.do("setIsTyping", "messaging")

    assert [ADDED, ADDED, []] == [await who.lines() for who in (lene, sara, john)]
    await john.do("stopMessaging", "messaging")
    assert DELETED == (await lene.lines())[:1]


# --- stopping


async def test_r9_25_stopping_in_a_conference_stays_there(lene, sara, john):
    await confer(lene, sara, john)
    reply = await john.client.post(
        john.last("messaging").href_of("stopMessaging"), "bye", TEXT
    )  # CLIENT-RULES R28
    told = await john.hear()
    await settled(lene, sara)

    assert 204 == reply.status
    assert "Disconnected" == john.last("messaging").properties["state"]
    assert {"conversation", "addMessaging"} == john.last("messaging").links.keys()
    assert "Conferenced" == john.last("conversation").properties["state"]
    assert not john.last("conversation").properties["activeModalities"]
    assert ["messaging", "participantMessaging", "conversation"] == [one.rel for one in told]
    assert ("participantMessaging", "deleted") == (sara.events[-1].rel, sara.events[-1].type)
    await lene.say("Hi")
    await settled(lene, sara, john)
    assert (["Hi"], []) == (sara.heard(), john.heard())
    again = await john.client.post(f"{john.latest('conversation').href}/messaging/terminate")
    assert 409 == again.status
    assert 201 == (await john.do("addMessaging", "messaging")).status


async def test_r9_25_stopping_twice(talking, lene, sara):
    href = lene.last("messaging").href_of("stopMessaging")

    assert [204, 404] == [(await lene.client.post(href)).status for _ in range(2)]
