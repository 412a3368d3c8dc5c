"""Invitations while they ring and afterwards (R9.4-R9.7, R9.19, R9.26, R9.29, R9.33)."""

from __future__ import annotations

import pytest

from talking import confer, resource_of, settled, talk, talker
from world import JSON, XML

both = pytest.mark.parametrize("accept", [JSON, XML])
DECIDED = (409, "Conflict", None)


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
async def ringing(lene, sara):
    await lene.invite(sara, operationId="a")
    await settled(lene, sara)


def where(who, rel="messagingInvitation"):
    return who.latest(rel).href


async def state(who, rel="messagingInvitation"):
    return (await who.client.get(where(who, rel))).property("state")


async def test_r25_from_and_the_conversation_are_there_at_once(ringing, lene, sara):
    """CLIENT-RULES R25, R31"""
    shown = sara.last("messagingInvitation")
    (sender,) = shown.embedded["from"]

    assert {"contact", "contactPhoto"} <= sender.links.keys()
    assert "Lene Aaling" == sender.properties["name"]
    for who in (lene, sara):
        invitation = await who.client.get(where(who))
        assert 200 == (await who.client.get(invitation.href("conversation"))).status


async def test_r9_26_accept_is_good_while_it_rings(world, ringing, lene, sara):
    await world.advance(25)
    accept = sara.last("messagingInvitation").href_of("accept")

    assert [204, 409] == [(await sara.client.post(accept)).status for _ in range(2)]
    assert ["Connected"] * 2 == [await state(who) for who in (lene, sara)]


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (None, {}),
        ({}, {}),
        ("", {"Content-Type": JSON}),
        ("{}", {"Content-Type": "text/plain"}),
        ({"sessionContext": "x", "telemetryId": None}, {}),
    ],
    ids=range(5),
)
async def test_r28_accepting_with_and_without_a_body(ringing, sara, body, headers):
    """CLIENT-RULES R28"""
    href = sara.last("messagingInvitation").href_of("accept")

    assert 204 == (await sara.client.post(f"{href}?sessionContext=G", body, headers)).status


@pytest.mark.parametrize("kind", ["messagingInvitations", "invitations", "Invitations"])
@pytest.mark.parametrize("what", ["accept", "decline"])
async def test_r16_23_wherever_the_pages_have_it(ringing, sara, kind, what):
    href = where(sara).replace("messagingInvitations", kind)

    assert 200 == (await sara.client.get(href)).status
    assert 204 == (await sara.client.post(f"{href}/{what}")).status


@pytest.mark.parametrize("body", [{"reason": "x" * 101}, {"reason": [1, 2]}])
async def test_what_is_no_reason(ringing, lene, sara, body):
    reply = await sara.do("decline", "messagingInvitation", body)

    assert (400, ["reason"]) == (reply.status, reply.bad)
    assert [] == await lene.hear()


@pytest.mark.parametrize("reason", [None, "Local", "local", "MediaConnectivityFailure", "x"])
async def test_r9_7_declining_here_lets_it_ring_elsewhere(world, lene, sara, reason):
    phone = await talker(world, "sarad", at="e2")
    await lene.invite(sara)
    await settled(lene, sara, phone)
    await sara.do("decline", "messagingInvitation", {"reason": reason} if reason else None)
    await settled(lene, sara, phone)
    assert ["Connecting", "Declined", "Connecting"] == [
        await state(who) for who in (lene, sara, phone)
    ]
    await phone.do("decline", "messagingInvitation")

    assert "Declined" == await state(lene)


@pytest.mark.parametrize("reason", ["Global", "GLOBAL"])
async def test_r9_7_declining_for_all(world, lene, sara, reason):
    phone = await talker(world, "sarad", at="e2")
    await lene.invite(sara)
    await settled(lene, sara, phone)
    await sara.do("decline", "messagingInvitation", {"reason": reason})
    await settled(lene, sara, phone)

    assert ["Declined"] * 3 == [await state(who) for who in (lene, sara, phone)]


@pytest.mark.parametrize("then", ["accept", "decline", "cancel"])
@pytest.mark.usefixtures("ringing")
@pytest.mark.parametrize("how", ["accept", "decline", "cancel", "time"])
async def test_what_was_decided_stays_so(world, lene, sara, how, then):
    if how == "time":
        await world.advance(31)
    elif how == "cancel":
        await lene.do("cancel", "messagingInvitation")
    else:
        await sara.do(how, "messagingInvitation")
    before = await state(lene)
    who = lene if then == "cancel" else sara
    reply = await who.client.post(f"{where(who)}/{then}")

    assert DECIDED == reply.reason
    assert before == await state(lene)


async def test_nobody_accepts_her_own(ringing, lene, sara):
    assert DECIDED == (await lene.client.post(f"{where(lene)}/accept")).reason
    assert DECIDED == (await lene.client.post(f"{where(lene)}/decline")).reason
    assert DECIDED == (await sara.client.post(f"{where(sara)}/cancel")).reason
    assert ["Connecting"] * 2 == [await state(who) for who in (lene, sara)]


@pytest.mark.usefixtures("ringing")
@pytest.mark.parametrize("what", ["", "/accept", "/decline", "/cancel"])
async def test_others_do_not_know_of_it(world, lene, sara, john, what):
    phone = await talker(world, "sarad", at="e2")  # she came after it had begun to ring
    for other in (john, phone):
        href = where(lene).replace(lene.client.path, other.client.path) + what
        reply = await other.client.send("POST" if what else "GET", href)

        assert (404, "NotFound", None) == reply.reason


async def test_r9_6_it_can_be_looked_at_for_a_while(world, ringing, lene, sara):
    await lene.do("cancel", "messagingInvitation")
    await world.advance(55)
    assert ["Cancelled"] * 2 == [await state(who) for who in (lene, sara)]
    await world.advance(10)

    assert 404 == (await lene.client.get(where(lene))).status


async def test_r11_3_one_completed_for_each_operation(world, ringing, lene, sara):
    await sara.do("decline", "messagingInvitation")
    await world.advance(40)
    await settled(lene, sara)

    for who in (lene, sara):
        kinds = [one.type for one in who.events if one.rel == "messagingInvitation"]
        assert ["started", "completed"] == kinds


# --- into a conference


@pytest.fixture
async def rung_for_a_conference(lene, sara, john):
    await talk(lene, sara, subject="Lunch?")
    await lene.add(john)
    await settled(lene, sara, john)


@both
async def test_r9_33_whoever_is_asked_in_sees_a_meeting(world, lene, sara, accept):
    john = await talker(world, "johnd", accept=accept)
    await talk(lene, sara, subject="Lunch?")
    await lene.add(john)
    await settled(lene, sara, john)
    shown = john.last("onlineMeetingInvitation")

    assert "Lunch?" == shown.properties["subject"]
    assert shown.properties["onlineMeetingUri"].startswith(
        "sip:lenea@contoso.test;gruu;opaque=app:"
    )
    assert "contact" in shown.embedded["from"][0].links
    assert {"accept", "decline"} <= shown.links.keys()


@pytest.mark.usefixtures("rung_for_a_conference")
@pytest.mark.parametrize("how", ["decline", "time", "cancel"])
async def test_r9_33_without_an_answer_the_others_go_on(world, lene, sara, john, how):
    if how == "time":
        await world.advance(31)
    elif how == "cancel":
        await lene.do("cancel", "participantInvitation")
    else:
        await john.do("decline", "onlineMeetingInvitation")
    await settled(lene, sara, john)

    told = lene.latest("participantInvitation")
    assert ("completed", "Failure") == (told.type, told.status)
    assert ("completed", "Failure") == tuple(
        getattr(john.latest("onlineMeetingInvitation"), name) for name in ("type", "status")
    )
    assert "Disconnected" == john.last("conversation").properties["state"]
    await lene.say("Hi")
    await settled(lene, sara)
    assert ["Hi"] == sara.heard()
    assert 201 == (await lene.add(john)).status


async def test_r10_14_the_meeting(rung_for_a_conference, lene, sara):
    shown = sara.last("onlineMeeting")
    reply = await sara.client.get(sara.latest("onlineMeeting").href)

    assert resource_of(reply.tree) == shown
    assert ("Lene Aaling", "sip:lenea@contoso.test", "Lunch?") == tuple(
        shown.properties[name] for name in ("organizerName", "organizerUri", "subject")
    )
    identifier = shown.properties["onlineMeetingId"]
    assert f"https://meet.contoso.test/lenea/{identifier}" == shown.properties["joinUrl"]
    assert 200 == (await sara.client.get(shown.href_of("organizer"))).status


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        ("sip:sarad@contoso.test", (409, "Conflict", "AlreadyExists")),
        ("sip:johnd@contoso.test", (409, "Conflict", "AlreadyExists")),
        ("sip:lenea@contoso.test", (403, "Forbidden", None)),
        ("sip:nobody@contoso.test", (404, "NotFound", "DestinationNotFound")),
        ("nonsense", (400, "BadRequest", "ParameterValidationFailure")),
        (None, (400, "BadRequest", "ParameterValidationFailure")),
    ],
)
async def test_whom_one_cannot_ask_in(rung_for_a_conference, lene, to, reason):
    href = lene.last("conversation").href_of("addParticipant")
    reply = await lene.client.post(href, {"to": to} if to else {})

    assert reason == reply.reason
    assert [] == await lene.hear()


async def test_r4_17_which_conversation_has_to_be_said(rung_for_a_conference, lene, sara, john):
    await john.do("decline", "onlineMeetingInvitation")
    here, to = "communication/participantInvitations", {"to": "sip:johnd@contoso.test"}
    own = lene.latest("conversation").href

    assert ["conversation"] == (await lene.client.post(here, to)).bad
    assert 404 == (await lene.client.post(here, {**to, "conversation": "x"})).status
    assert 201 == (await lene.client.post(f"{own}/addParticipant", to)).status


async def test_nobody_is_asked_in_while_it_rings(ringing, lene, sara, john):
    here = "communication/participantInvitations"
    body = {"to": "sip:johnd@contoso.test", "conversation": lene.latest("conversation").href[-36:]}

    assert [409, 409] == [(await who.client.post(here, body)).status for who in (lene, sara)]


async def test_r11_2_who_asks_again_gets_the_same(lene, sara, john):
    await talk(lene, sara)
    replies = [await lene.add(john, operationId="a") for _ in range(2)]
    await settled(lene, sara, john)

    assert 1 == len({reply.header("Location") for reply in replies})
    assert 1 == len([one for one in john.events if one.rel == "onlineMeetingInvitation"])


async def test_there_is_a_limit(world_with):
    world = await world_with(messages={"participants": 3})
    everyone = [await talker(world, user) for user in ("lenea", "sarad", "johnd", "annk")]
    await confer(*everyone[:3])
    reply = await everyone[0].add(everyone[3])

    assert "TooManyParticipants" == reply.property("subcode")
    assert [] == await everyone[3].hear()


async def test_who_is_not_there_fails_and_nothing_changes(world, lene, sara):
    """R9.34: the chat of two stays one."""
    await world.person("annk")
    await talk(lene, sara)
    href = lene.last("conversation").href_of("addParticipant")
    await lene.client.post(href, {"to": "sip:annk@contoso.test"})
    told = await lene.hear()

    assert ["started", "completed"] == [one.type for one in told]
    assert ("RemoteFailure", "TemporarilyUnavailable") == told[-1].reason
    assert "Connected" == lene.last("conversation").properties["state"]
    assert [] == await sara.hear()


async def test_r9_35_messaging_is_added_once(lene, sara, john):
    await confer(lene, sara, john)
    conversation = john.latest("conversation").href[-36:]
    body = {"conversation": conversation, "operationId": "b"}

    assert DECIDED == (await john.client.post("communication/messagingInvitations", body)).reason


async def test_r9_35_the_first_words_in_a_conference_reach_all(
    rung_for_a_conference, lene, sara, john
):
    await john.do("accept", "onlineMeetingInvitation")
    await settled(lene, sara, john)
    body = {"operationId": "b", "message": "data:text/plain;charset=utf-8,Here+I+am"}
    await john.do("addMessaging", "messaging", body)
    await settled(lene, sara, john)

    assert [["Here+I+am"], ["Here+I+am"], []] == [who.heard() for who in (lene, sara, john)]
    assert "Success" == john.latest("message").status


async def test_two_cannot_add_messaging(ringing, lene, sara):
    body = {"conversation": lene.latest("conversation").href[-36:]}

    assert DECIDED == (await lene.client.post("communication/messagingInvitations", body)).reason


async def test_an_invitation_of_another_kind_is_not_there(ringing, lene):
    """Whichever list it is looked for in."""
    for kind in ("onlineMeetingInvitations", "participantInvitations"):
        href = where(lene).replace("messagingInvitations", kind)
        assert (404, "NotFound", None) == (await lene.client.get(href)).reason


async def test_nobody_answers_her_own_invitation(world):
    lene, sara = await talker(world, "lenea"), await talker(world, "sarad")
    own = (await lene.invite(sara)).header("Location")

    for answer in ("accept", "decline"):
        reply = await lene.client.post(f"{own}/{answer}")
        assert (409, "Conflict", None) == reply.reason
        assert "your own" in reply.tree["message"]
