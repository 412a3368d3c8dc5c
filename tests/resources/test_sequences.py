"""Who is told what in which order: the tables of BEHAVIOUR 9.2, 9.3 and 9.4, in both formats.

A line is: sender | event | what the embedded resource shows | its links, [embedded]. Lines with
two columns are events that carry a link only (R3.28). A blank line begins a new package (R9.17).
Whoever is told asks for 0.15 seconds, within which only what has high priority leaves (R3.17).
"""

# ruff: noqa: E501  a line of a table is a line

from __future__ import annotations

import pytest

from sequences import (
    CONFERENCE,
    IN_LOCAL,
    LEADING,
    MODALITIES,
    SENDING,
    TALK,
    tables,
    told,
)
from talking import settled, table, talk, talker
from world import JSON, XML


@pytest.fixture(params=[JSON, XML])
def accept(request):
    return request.param


@pytest.fixture
async def lene(world, accept):
    return await talker(world, "lenea", "Lene Aaling", accept=accept)


@pytest.fixture
async def sara(world, accept):
    return await talker(world, "sarad", "Sara Davis", accept=accept)


@pytest.fixture
async def john(world, accept):
    return await talker(world, "johnd", "John Doe", accept=accept)


async def test_9_2_sending_a_message(lene, sara):
    await lene.invite(sara, operationId="op1", subject="Lunch?")

    assert await told(lene) == tables(f"""
communication | messagingInvitation started | Outgoing Connecting | from to cancel conversation messaging
communication | conversation added          | Connecting          | {MODALITIES}
conversation  | localParticipant added      | +                   | conversation me
conversation  | messaging updated           | Connecting          | conversation stopMessaging
""")
    await sara.packages()
    await sara.do("accept", "messagingInvitation")

    assert await told(lene) == tables(f"""
communication | conversation updated | Connected Messaging | {TALK}
conversation  | participant added
conversation  | participantMessaging added in participant
conversation  | {IN_LOCAL}           | +                   | participant
conversation  | messaging updated    | Connected           | {SENDING}
communication | messagingInvitation completed Success | Outgoing Connected | from to conversation messaging [acceptedByParticipant]
""")


async def test_9_3_receiving_a_message(lene, sara):
    await lene.invite(sara, message="data:text/plain;charset=utf-8,Hi+there")

    assert await told(sara) == tables(f"""
communication | messagingInvitation started | Incoming Connecting | to conversation accept decline messaging message [from]
communication | conversation added          | Incoming Messaging  | {MODALITIES}
conversation  | localParticipant added      | +                   | conversation me
conversation  | participant added
""")
    await sara.do("accept", "messagingInvitation")

    assert await told(sara) == tables(f"""
communication | messagingInvitation updated | Incoming Connecting | to conversation messaging message [from]
conversation  | messaging updated           | Connected           | {SENDING}
communication | conversation updated        | Connected Messaging | {TALK}
conversation  | {IN_LOCAL}                  | +                   | participant
conversation  | participantMessaging added in participant
conversation  | participant updated
communication | messagingInvitation completed Success | Incoming Connected | to conversation messaging message [from]
conversation  | message completed Success   | Incoming            | messaging contact participant plainMessage
communication | conversation updated        | Connected Messaging | {TALK}
""")


async def test_9_2_the_first_words_arrive_and_their_sender_hears_of_it(lene, sara):
    """R9.17, R9.27: in the invitation and again as a message."""
    await lene.invite(sara, message="data:text/plain;charset=utf-8,Hi+there")
    await sara.packages()
    await sara.do("accept", "messagingInvitation")
    await sara.packages()
    *_, last = await told(lene)

    assert last == table(
        "conversation | message completed Success | Outgoing | messaging contact participant plainMessage"
    )
    assert ["Hi+there"] == sara.heard()


async def test_9_20_each_further_message(lene, sara):
    """R9.28: the shape of the first; its sender is told once it was fetched (R9.32)."""
    await talk(lene, sara)
    reply = await lene.say("What's up?", "?operationId=op7")

    assert (201, b"") == (reply.status, reply.body)
    assert [] == await told(lene)
    assert await told(sara) == tables("""
conversation | message completed Success | Incoming | messaging contact participant plainMessage
""")
    assert await told(lene) == tables("""
conversation | message completed Success | Outgoing | messaging contact participant plainMessage
""")
    assert reply.header("Location") == lene.latest("message").href
    assert "op7" == lene.last("message").properties["operationId"]
    assert "operationId" not in sara.last("message").properties


ENDED = f"""
communication | conversation updated     | Disconnected | {MODALITIES}
conversation  | messaging updated        | Disconnected | conversation
conversation  | participant deleted
conversation  | localParticipant deleted
communication | conversation deleted
"""


@pytest.mark.parametrize("way", ["stopMessaging", "leave"])
@pytest.mark.parametrize("who", ["caller", "callee"])
async def test_9_13_either_side_ends_it(lene, sara, way, who):
    """R9.12-R9.14: the other one is told why."""
    await talk(lene, sara)
    own, other = (lene, sara) if who == "caller" else (sara, lene)
    if way == "leave":
        reply = await own.client.delete(own.latest("conversation").href)
    else:
        reply = await own.do("stopMessaging", "messaging")

    assert 204 == reply.status
    assert await told(own) == tables(ENDED)
    assert await told(other) == tables(
        ENDED.replace("messaging updated", "messaging updated Informational/Removed").replace(
            "conversation deleted", "conversation deleted Informational/Removed"
        )
    )
    assert 404 == (await own.client.get(own.latest("conversation").href)).status


MISSED = "communication | missedItems updated | +"


def failed(reason, state, direction="Outgoing", more=""):
    """Return the table of an invitation of two that came to nothing (R9.18)."""
    links = (
        "from to conversation messaging"
        if direction == "Outgoing"
        else "to conversation messaging [from]"
    )
    completed = f"communication | messagingInvitation completed Failure {reason} | {direction} {state} | {links}"
    return tables(f"{completed}\n{ENDED.strip()}\n{more}")


def without_participant(packages):
    """Return what a caller hears who never met anybody."""
    return [[line for line in package if " participant " not in line] for package in packages]


async def ring(lene, sara):
    await lene.invite(sara)
    await settled(lene, sara)


@pytest.mark.parametrize("body", [None, {"reason": "Local"}, {"reason": "Global"}])
async def test_9_29_declining(lene, sara, body):
    await ring(lene, sara)
    reply = await sara.do("decline", "messagingInvitation", body)

    assert 204 == reply.status
    assert await told(sara) == failed("RemoteFailure/Declined", "Declined", "Incoming")
    assert await told(lene) == without_participant(failed("RemoteFailure/Declined", "Declined"))


async def test_9_19_cancelling(lene, sara):
    await ring(lene, sara)
    reply = await lene.do("cancel", "messagingInvitation")

    assert 204 == reply.status
    assert await told(lene) == without_participant(failed("LocalFailure/Canceled", "Cancelled"))
    assert await told(sara) == failed("RemoteFailure/Canceled", "Cancelled", "Incoming", MISSED)


async def test_9_30_nobody_answers(world, lene, sara):
    await ring(lene, sara)
    await world.advance(25)
    assert [] == await told(lene)
    await world.advance(5)

    assert await told(lene) == without_participant(failed("RemoteFailure/Timeout", "Failed"))
    assert await told(sara) == failed("LocalFailure/Missed", "Failed", "Incoming", MISSED)


async def test_9_18_nobody_is_there(world, lene, accept):
    """R9.8, R5.7"""
    await world.person("annk")
    reply = await lene.client.post(
        "communication/messagingInvitations", {"to": "sip:annk@contoso.test"}
    )

    assert 201 == reply.status
    started, ended = await told(lene)
    assert 4 == len(started)
    assert [ended] == without_participant(failed("RemoteFailure/TemporarilyUnavailable", "Failed"))


async def test_9_7_accepted_elsewhere(world, lene, sara, accept):
    """The first who accepts has it; it ends in the other application."""
    phone = await talker(world, "sarad", at="e2", accept=accept)
    await lene.invite(sara)
    await settled(lene, sara, phone)
    assert 204 == (await phone.do("accept", "messagingInvitation")).status

    elsewhere = failed("RemoteFailure/ConnectedElsewhere", "Failed", "Incoming")
    accepted = [line.replace("[from]", "[from] acceptedByContact") for line in elsewhere[0]]
    assert await told(sara) == [accepted]
    second = await sara.client.post(f"{sara.latest('messagingInvitation').href}/accept")
    assert 409 == second.status


ROLES = "conversation contact contactPresence contactPhoto participantMessaging"


async def test_9_4_two_become_three(lene, sara, john):
    await talk(lene, sara)
    reply = await lene.add(john, operationId="op3")

    assert (201, b"") == (reply.status, reply.body)
    escalated = """
communication | conversation updated     | Conferencing Messaging | {0}
conversation  | onlineMeeting added in conversation | +           | conversation organizer
conversation  | localParticipant updated | {1}                    | conversation me participantMessaging
conversation  | participant updated
conversation  | participant added in leaders
conversation  | participant added in attendees
communication | conversation updated     | Conferenced Messaging  | {2}
conversation  | messaging updated        | Connected              | {3}
"""
    invited = """
communication | participantInvitation started | Outgoing Connecting | from to cancel conversation
"""
    assert await told(lene) == tables(
        invited.rstrip() + escalated.format(MODALITIES, "Leader", LEADING, SENDING)
    )
    assert await told(sara) == tables(escalated.format(MODALITIES, "Attendee", CONFERENCE, SENDING))
    assert await told(john) == tables(f"""
communication | onlineMeetingInvitation started | Incoming Connecting | to conversation accept decline [from]
communication | conversation added              | Incoming            | {MODALITIES}
""")


async def test_9_4_the_third_comes_and_adds_messaging(lene, sara, john):
    """R9.33, R9.35"""
    await talk(lene, sara)
    await lene.add(john)
    await settled(lene, sara, john)
    await john.do("accept", "onlineMeetingInvitation")

    assert await told(john) == tables(f"""
communication | onlineMeetingInvitation updated | Incoming Connecting | to conversation [from]
communication | conversation updated       | Conferencing        | {MODALITIES}
conversation  | localParticipant added     | Attendee            | conversation me
conversation  | participant added
conversation  | participantMessaging added in participant
conversation  | participant added
conversation  | participantMessaging added in participant
conversation  | participant added in leaders
conversation  | participant added in attendees
conversation  | participant added in attendees
conversation  | onlineMeeting added in conversation | +          | conversation organizer
communication | conversation updated       | Conferenced         | {CONFERENCE}
conversation  | messaging updated          | Disconnected        | conversation addMessaging
communication | onlineMeetingInvitation completed Success | Incoming Connected | to conversation [from]
""")
    came = """
conversation  | participant added
conversation  | participant added in attendees
"""
    assert await told(sara) == tables(came)
    assert await told(lene) == tables(
        f"{came.rstrip()}\ncommunication | participantInvitation completed Success | Outgoing Connected"
        " | from to conversation participant [acceptedByParticipant]"
    )
    reply = await john.do("addMessaging", "messaging", {"operationId": "op9"})

    assert 201 == reply.status
    assert await told(john) == tables(f"""
communication | messagingInvitation started | Outgoing Connecting | from cancel conversation messaging
conversation  | messaging updated          | Connecting            | conversation stopMessaging
conversation  | messaging updated          | Connected             | {SENDING}
communication | conversation updated       | Conferenced Messaging | {CONFERENCE}
conversation  | {IN_LOCAL}                 | +                     | participant
communication | messagingInvitation completed Success | Outgoing Connected | from conversation messaging
""")
    for who in (lene, sara):
        assert await told(who) == tables("conversation | participantMessaging added in participant")
