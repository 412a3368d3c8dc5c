"""Joining meetings: the tables of BEHAVIOUR 9.5 and 9.6 in both formats, and who may what."""

# ruff: noqa: E501  a line of a table is a line

from __future__ import annotations

import pytest

from convened import JOIN, arrange, ask, gather, join, visitor
from sequences import CONFERENCE, IN_LOCAL, LEADING, MODALITIES, SENDING, tables, told
from talking import confer, settled, table, talker
from world import APPLICATIONS, JSON, XML, Client

both = pytest.mark.parametrize("accept", [JSON, XML])
FORBIDDEN = (403, "Forbidden", None)
CALLED = "communication | onlineMeetingInvitation started | Outgoing Connecting | from cancel conversation"
CAME = "communication | onlineMeetingInvitation completed Success | Outgoing Connected | from conversation"


@pytest.fixture
async def lene(world):
    return await talker(world, "lenea", "Lene Aaling")


@pytest.fixture
async def sara(world):
    return await talker(world, "sarad", "Sara Davis")


@pytest.fixture
async def john(world):
    return await talker(world, "johnd", "John Doe")


def of(viewer, *rest):
    """Return the path of something in somebody's conversation."""
    return "/".join([viewer.latest("conversation").href, *rest])


async def lead(viewer, what, who):
    return await viewer.client.post(of(viewer, "participants", who.address, what))


async def presence(viewer, who):
    reply = await viewer.client.get(f"people/{who.address}/presence")
    return reply.property("availability"), reply.property("activity")


# --- joining


@both
async def test_9_5_the_first_one_and_the_second_one(world, accept):
    lene = await talker(world, "lenea", "Lene Aaling", accept=accept)
    sara = await talker(world, "sarad", "Sara Davis", accept=accept)
    uri = await arrange(lene)
    reply = await join(lene, uri, operationId="op1")

    assert (201, b"") == (reply.status, reply.body)
    assert await told(lene) == tables(f"""
{CALLED}
communication | conversation added         | Connecting  | {MODALITIES}
conversation  | localParticipant added     | Leader      | conversation me
communication | conversation updated       | Conferenced | {LEADING}
conversation  | onlineMeeting added in conversation | + | conversation onlineMeetingExtensions organizer
conversation  | participant added in leaders
conversation  | messaging updated          | Disconnected | conversation addMessaging
{CAME}
me            | presence updated
""")
    assert reply.header("Location") == lene.latest("onlineMeetingInvitation").href
    invitation = lene.last("onlineMeetingInvitation").properties
    assert ("op1", uri) == (invitation["operationId"], invitation["onlineMeetingUri"])
    assert "anonymousDisplayName" not in invitation
    assert 201 == (await lene.do("addMessaging", "messaging")).status
    await told(lene)
    await join(sara, uri)

    assert await told(sara) == tables(f"""
{CALLED}
communication | conversation added         | Connecting  | {MODALITIES}
conversation  | localParticipant added     | Attendee    | conversation me
communication | conversation updated       | Conferenced | {CONFERENCE}
conversation  | onlineMeeting added in conversation | + | conversation onlineMeetingExtensions organizer
conversation  | participant added
conversation  | participantMessaging added in participant
conversation  | participant added in leaders
conversation  | participant added in attendees
conversation  | messaging updated          | Disconnected | conversation addMessaging
{CAME}
me            | presence updated
""")
    assert await told(lene) == tables("""
conversation  | participant added
conversation  | participant added in attendees
""")
    meeting = sara.last("onlineMeeting").properties
    assert ("Plans", "Lene Aaling", "Everyone") == (
        meeting["subject"],
        meeting["organizerName"],
        meeting["accessLevel"],
    )
    assert 201 == (await sara.do("addMessaging", "messaging", {"operationId": "op9"})).status
    assert await told(sara) == tables(f"""
communication | messagingInvitation started | Outgoing Connecting | from cancel conversation messaging
conversation  | messaging updated          | Connecting            | conversation stopMessaging
conversation  | messaging updated          | Connected             | {SENDING}
communication | conversation updated       | Conferenced Messaging | {CONFERENCE}
conversation  | {IN_LOCAL}                 | +                     | participant
communication | messagingInvitation completed Success | Outgoing Connected | from conversation messaging
""")
    await settled(lene, sara)
    await lene.say("Welcome")
    await settled(lene, sara)
    assert ["Welcome"] == sara.heard()


async def test_one_conversation_for_each_meeting(lene, sara, john):
    uri = await arrange(lene)
    await gather(uri, sara, lene, john)

    assert 1 == len({of(one).rpartition("/")[2] for one in (lene, sara, john)})
    assert ["Leader", "Attendee"] == [
        one.last("localParticipant").properties["role"] for one in (lene, sara)
    ]


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        (
            "sip:lenea@contoso.test;gruu;opaque=app:conf:focus:id:NOSUCH12",
            (404, "NotFound", "DestinationNotFound"),
        ),
        (
            "sip:nobody@contoso.test;gruu;opaque=app:conf:focus:id:NOSUCH12",
            (404, "NotFound", "DestinationNotFound"),
        ),
        ("nonsense", (404, "NotFound", "DestinationNotFound")),
        ("x" * 1001, (400, "BadRequest", "ParameterValidationFailure")),
    ],
)
async def test_9_5_no_such_meeting(lene, uri, reason):
    assert reason == (await join(lene, uri)).reason


async def test_somebody_elses_address_does_not_lead_there(lene, sara):
    uri = (await arrange(lene)).replace("lenea", "sarad")

    assert (404, "NotFound", "DestinationNotFound") == (await join(sara, uri)).reason


async def test_who_is_there(lene):
    """The same operation joins once; another one is told that she is there."""
    uri = await arrange(lene)
    first = await join(lene, uri, operationId="op1")
    again = await join(lene, uri, operationId="op1")
    await settled(lene)

    assert first.header("Location") == again.header("Location")
    assert (409, "Conflict", "AlreadyExists") == (await join(lene, uri, operationId="op2")).reason


async def test_who_joins_at_another_application_moves_there(world, lene, sara):
    uri = await arrange(lene)
    await gather(uri, lene, sara)
    await lead(lene, "promote", sara)
    tablet = await talker(world, "sarad", at="e2")
    await join(tablet, uri)
    await settled(lene, sara, tablet)

    assert ("RemoteFailure", "ConnectedElsewhere") == sara.latest("conversation").reason
    assert "Leader" == tablet.last("localParticipant").properties["role"]


@both
async def test_r9_37_starting_one_at_once(world, sara, accept):
    lene = await talker(world, "lenea", "Lene Aaling", accept=accept)
    communication = await lene.client.get("communication")
    href = communication.href("startOnlineMeeting")
    reply = await lene.client.post(href, {"subject": "Now", "operationId": "op1"})
    again = await lene.client.post(href, {"subject": "Now", "operationId": "op1"})
    await settled(lene)

    assert f"{lene.client.path}/{JOIN}?onlineMeetingUri=adhoc" == href
    assert f"{lene.client.path}/{JOIN}" == communication.href("joinOnlineMeeting")
    assert (201, reply.header("Location")) == (again.status, again.header("Location"))
    meeting = lene.last("onlineMeeting").properties
    assert ("Now", "Lene Aaling") == (meeting["subject"], meeting["organizerName"])
    assert "Leader" == lene.last("localParticipant").properties["role"]
    assert 201 == (await join(sara, meeting["onlineMeetingUri"])).status
    await settled(lene, sara)
    assert of(lene).rpartition("/")[2] == of(sara).rpartition("/")[2]


async def test_9_5_without_an_address_a_new_one_begins(lene, sara):
    assert 201 == (await lene.client.post(JOIN, {})).status
    await settled(lene)
    assert "Leader" == lene.last("localParticipant").properties["role"]


async def test_r10_15_it_goes_on_for_a_while_after_the_last_one_has_left(world, lene, sara):
    uri = await arrange(lene)
    await gather(uri, sara)
    first = of(sara)
    await sara.client.delete(first)
    await world.advance(500)
    await gather(uri, sara)
    assert of(sara) == first
    await sara.client.delete(first)
    await settled(sara)
    await world.advance(700)
    await gather(uri, sara)

    assert of(sara) != first


async def test_a_chat_that_has_grown_lets_nobody_in_unasked(lene, sara, john, world):
    await confer(lene, sara, john)
    ada = await talker(world, "adaw", "Ada West")
    await join(ada, lene.last("onlineMeeting").properties["onlineMeetingUri"])
    await settled(lene, sara, john, ada)

    assert "InLobby" == ada.last("conversation").properties["state"]


# --- the lobby


LOCKED = {"accessLevel": "Locked"}


@both
async def test_9_6_admitted(world, john, accept):
    lene = await talker(world, "lenea", "Lene Aaling", accept=accept)
    sara = await talker(world, "sarad", "Sara Davis", accept=accept)
    uri = await arrange(lene, leaders=["sip:johnd@contoso.test"], **LOCKED)
    await gather(uri, lene, john)
    await join(sara, uri)

    assert await told(sara) == tables(f"""
{CALLED}
communication | conversation added         | Connecting  | {MODALITIES}
conversation  | localParticipant added     | Attendee    | conversation me
communication | conversation updated       | InLobby     | {MODALITIES}
""")
    assert "true" == str(sara.last("localParticipant").properties["inLobby"]).lower()
    waits = """
conversation  | participant added
conversation  | participant added in lobby
"""
    assert await told(lene) == tables(waits)
    assert await told(john) == tables(waits)
    shown = await lene.client.get(of(lene, "participants", sara.address))
    assert {"admit", "reject"} == shown.links() & {"admit", "reject", "promote", "eject", "demote"}
    lobby = await john.client.get(of(john, "lobby"))
    assert ["Sara Davis"] == [one["name"] for one in lobby.tree["_embedded"]["participant"]]
    assert 204 == (await lead(lene, "admit", sara)).status

    comes = """
conversation  | participant deleted in lobby
conversation  | participant added in attendees
conversation  | participant updated
"""
    assert await told(lene) == tables(comes)
    assert await told(john) == tables(comes)
    assert await told(sara) == tables(f"""
conversation  | localParticipant updated   | Attendee    | conversation me
communication | conversation updated       | Conferenced | {CONFERENCE}
conversation  | onlineMeeting added in conversation | + | conversation onlineMeetingExtensions organizer
conversation  | participant added
conversation  | participant added
conversation  | participant added in leaders
conversation  | participant added in leaders
conversation  | participant added in attendees
conversation  | messaging updated          | Disconnected | conversation addMessaging
{CAME}
me            | presence updated
""")
    assert (409, "Conflict", None) == (await lead(lene, "admit", sara)).reason


TURNED_AWAY = f"""
communication | conversation updated | Disconnected | {MODALITIES}
conversation  | messaging updated    | Disconnected | conversation
conversation  | localParticipant deleted
communication | conversation deleted
"""
GONE = """
conversation  | participant deleted in lobby
conversation  | participant deleted
"""


@both
@pytest.mark.parametrize(
    ("way", "state", "reason"),
    [
        ("reject", "Failed", "Forbidden/Denied"),
        ("wait", "Failed", "RemoteFailure/Timeout"),
        ("cancel", "Cancelled", "LocalFailure/Canceled"),
        ("leave", "Cancelled", "LocalFailure/Canceled"),
    ],
)
async def test_9_6_turned_away(world, accept, way, state, reason):
    """R9.38: also who waits for too long, or does not want to any more."""
    lene = await talker(world, "lenea", "Lene Aaling")
    sara = await talker(world, "sarad", "Sara Davis", accept=accept)
    uri = await arrange(lene, **LOCKED)
    await gather(uri, lene)
    await join(sara, uri)
    await settled(lene, sara)
    if way == "reject":
        assert 204 == (await lead(lene, "reject", sara)).status
    elif way == "wait":
        for _ in range(3):
            await world.advance(599)
            await lene.packages()
            await sara.packages()
        await world.advance(10)
    elif way == "cancel":
        assert 204 == (await sara.do("cancel", "onlineMeetingInvitation")).status
    else:
        assert 204 == (await sara.client.delete(of(sara))).status

    assert await sara.lines() == table(
        f"communication | onlineMeetingInvitation completed Failure {reason} | Outgoing {state} | from conversation"
        f"\n{TURNED_AWAY.strip()}"
    )
    assert await lene.lines() == table(GONE)
    await settled(lene, sara)
    assert 404 == (await sara.client.get(of(sara))).status
    assert 201 == (await join(sara, uri)).status, "she may try again"


async def test_who_waits_sees_nothing(lene, sara):
    uri = await arrange(lene, **LOCKED)
    await gather(uri, lene)
    await join(sara, uri)
    await settled(lene, sara)
    inside = [*("participants", "attendees", "leaders", "lobby", "onlineMeeting")]
    inside += [
        f"participants/{lene.address}",
        "messaging/typingParticipants",
        "messaging/messages/1",
    ]

    assert {404} == {(await sara.client.get(of(sara, one))).status for one in inside}
    assert (409, "Conflict", None) == (
        await sara.client.post(of(sara, "messaging/messages"), "Hi")
    ).reason
    added = await sara.client.post(of(sara, "addParticipant"), {"to": "sip:johnd@contoso.test"})
    assert added.status >= 400
    assert (
        409
        == (
            await sara.client.post(
                f"communication/messagingInvitations?conversation={of(sara)[-36:]}"
            )
        ).status
    )


async def test_attendees_see_no_lobby_and_new_leaders_do(lene, sara, john):
    uri = await arrange(lene, attendees=["sip:sarad@contoso.test"], accessLevel="Invited")
    await gather(uri, lene, sara)
    await join(john, uri)
    await settled(lene, sara, john)
    seen = [
        await sara.client.get(of(sara, one)) for one in ("lobby", f"participants/{john.address}")
    ]
    assert [404, 404] == [one.status for one in seen]
    assert FORBIDDEN == (await lead(sara, "admit", john)).reason
    assert FORBIDDEN == (await lead(sara, "reject", john)).reason
    await lead(lene, "promote", sara)
    lines = await sara.lines()
    assert lines[-2:] == table(
        "conversation | participant added\nconversation | participant added in lobby"
    )
    await settled(lene, sara, john)
    await lead(lene, "demote", sara)
    assert (await sara.lines())[-2:] == table(GONE)
    await settled(lene, sara, john)


async def test_leaders_who_come_later_find_who_waits(lene, sara):
    uri = await arrange(lene, **LOCKED)
    await gather(uri, sara)
    assert "InLobby" == sara.last("conversation").properties["state"]
    await join(lene, uri)
    lines = await lene.lines()

    assert "conversation | participant added in lobby" in lines
    assert 204 == (await lead(lene, "admit", sara)).status
    await settled(lene, sara)


# --- guests


async def test_2_4_a_guest_joins_and_talks(world, lene):
    uri = await arrange(lene)
    await gather(uri, lene)
    await lene.do("addMessaging", "messaging")
    guest = await visitor(world, uri)
    await guest.client.post(
        JOIN, {"onlineMeetingUri": uri, "anonymousDisplayName": "Gus", "operationId": "o"}
    )
    await settled(lene, guest)
    invitation = guest.last("onlineMeetingInvitation").properties
    assert ("Gus", "Connected") == (invitation["anonymousDisplayName"], invitation["state"])
    assert "Gus" == lene.latest("participant").title
    shown = await lene.client.get(of(lene, "participants", guest.address))
    assert ("Gus", True, "Everyone", "Attendee") == tuple(
        shown.property(name) for name in ("name", "anonymous", "sourceNetwork", "role")
    )
    assert not {"contact", "contactPresence", "contactPhoto"} & shown.links()
    assert 201 == (await guest.do("addMessaging", "messaging")).status
    await settled(lene, guest)
    await lene.say("Hello")
    await settled(lene, guest)
    await guest.say("Hi")
    await settled(lene, guest)
    assert (["Hello"], ["Hi"]) == (guest.heard(), lene.heard())
    assert 204 == (await guest.client.delete()).status
    await settled(lene)
    assert "deleted" == lene.latest("participant").type


async def test_r2_26_what_a_guest_may_not_do(world, lene, sara):
    uri = await arrange(lene)
    other = await arrange(lene)
    await gather(uri, lene)
    guest = await visitor(world, uri)
    assert {"uri", "name"} >= {
        name for name in (await guest.client.get("me")).tree if not name.startswith("_")
    } - {"rel"}
    anonymous = (403, "Forbidden", "AnonymousNotAllowed")
    for href, reason in (
        ("me/makeMeAvailable", anonymous),
        ("me/reportMyActivity", anonymous),
        ("reportMyNetwork", anonymous),
        ("communication/messagingInvitations", FORBIDDEN),
        ("communication/participantInvitations", FORBIDDEN),
        ("onlineMeetings/myOnlineMeetings", FORBIDDEN),
        ("me/presence", (409, "Conflict", "MakeMeAvailableRequired")),
    ):
        assert reason == (await guest.client.post(href, {"to": f"sip:{sara.address}"})).reason, href
    assert FORBIDDEN == (await join(guest, other)).reason
    assert FORBIDDEN == (await guest.client.post(JOIN, {"anonymousDisplayName": "G"})).reason
    assert FORBIDDEN == (await guest.client.post(f"{JOIN}?onlineMeetingUri=adhoc", {})).reason
    for name in (None, "", "  ", "x" * 251):
        reply = await guest.client.post(
            JOIN, {"onlineMeetingUri": uri, "anonymousDisplayName": name}
        )
        assert (400, ["anonymousDisplayName"]) == (reply.status, reply.bad)
    await join(guest, uri)
    await settled(lene, guest)
    statuses = [(await guest.client.get(f"people/{who.address}")).status for who in (lene, sara)]
    assert [200, 403] == statuses
    assert {"name", "uri", "type", "sourceNetwork"} == {
        name for name in (await guest.client.get(f"people/{lene.address}")).tree if name[0] != "_"
    } - {"rel", "etag"}
    assert FORBIDDEN == (await guest.client.get(f"photos/{lene.address}")).reason
    assert FORBIDDEN == (await guest.client.get("people/search?query=sara")).reason


async def test_guests_wait_where_not_everyone_enters(world, lene):
    uri = await arrange(lene, accessLevel="SameEnterprise")
    await gather(uri, lene)
    guest = await visitor(world, uri)
    await join(guest, uri)
    await settled(lene, guest)
    assert "InLobby" == guest.last("conversation").properties["state"]
    assert 204 == (await lead(lene, "admit", guest)).status
    await settled(lene, guest)
    assert 204 == (await lead(lene, "promote", guest)).status
    await settled(lene, guest)
    assert "Leader" == guest.last("localParticipant").properties["role"]
    assert 204 == (await lead(lene, "eject", guest)).status
    await settled(lene, guest)
    assert ("Informational", "Ejected") == guest.latest("conversation").reason


async def test_2_4_guests_have_a_place_of_their_own_to_begin(world, lene):
    uri = await arrange(lene)
    token = (await ask(world, uri)).tree["access_token"]
    client = Client(world, token)
    body = {"culture": "en-US", "userAgent": "guest/1"}
    for path in ("/ucwa/oauth/v1/anonApplications", "/ucwa/v1/anonApplications"):
        reply = await client.post(path, body)
        assert 201 == reply.status
        assert reply.header("Location").startswith(APPLICATIONS)
        embedded = reply.tree["_embedded"]["communication"]["_links"]
        assert "joinOnlineMeeting" in embedded
        assert not {"startMessaging", "startOnlineMeeting"} & embedded.keys()
    assert FORBIDDEN == (await lene.client.post("/ucwa/v1/anonApplications", body)).reason


# --- presence


async def test_in_a_conference_while_in_a_meeting(world, lene, sara):
    uri = await arrange(lene, **LOCKED)
    await gather(uri, lene)
    assert ("Busy", "in-a-conference") == await presence(sara, lene)
    await join(sara, uri)
    await settled(lene, sara)
    assert ("Online", None) == await presence(lene, sara), "the lobby is not the meeting"
    await lead(lene, "admit", sara)
    await settled(lene, sara)
    assert ("Busy", "in-a-conference") == await presence(lene, sara)
    await sara.client.delete(of(sara))
    await settled(lene, sara)
    assert ("Online", None) == await presence(lene, sara)
    await lene.client.delete()
    assert "Offline" == (await presence(sara, lene))[0]
