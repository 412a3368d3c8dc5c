"""Meetings while they are held: what their organizer changes, how they end, and who comes back."""

# ruff: noqa: E501  a line of a table is a line

from __future__ import annotations

import pytest

from convened import JOIN, arrange, ask, gather, join, visitor
from openucwa.app.announcer import LARGE
from sequences import MODALITIES, tables, told
from talking import settled, table, talker
from world import JSON, XML

both = pytest.mark.parametrize("accept", [JSON, XML])
NO_SUCH = (404, "NotFound", "DestinationNotFound")
HERE = "onlineMeetings/myOnlineMeetings"
CLOSED = f"communication | conversation updated | Disconnected | {MODALITIES}"
ENDED = "communication | conversation deleted Informational/Ended"


@pytest.fixture(params=[JSON, XML])
async def lene(world, request):
    return await talker(world, "lenea", "Lene Aaling", accept=request.param)


@pytest.fixture
async def sara(world, lene):
    return await talker(world, "sarad", "Sara Davis", accept=lene.client.accept)


@pytest.fixture
async def john(world, lene):
    return await talker(world, "johnd", "John Doe", accept=lene.client.accept)


def meeting_of(uri):
    return f"{HERE}/{uri.rpartition(':')[2]}"


def conversation_of(who):
    return who.latest("conversation").href


async def put(organizer, uri, **changes):
    """Change a meeting as its organizer."""
    here = meeting_of(uri)
    read = await organizer.client.get(here, {"Accept": JSON})
    headers = {"If-Match": read.header("ETag"), "Accept": JSON}
    body = {name: value for name, value in read.tree.items() if name[0] != "_"}
    return await organizer.client.put(here, body | changes, headers)


def state(who):
    return who.last("conversation").properties["state"]


def role(who):
    return who.last("localParticipant").properties["role"]


# --- how it ends


async def test_r10_15_deleting_it_ends_it_for_everybody(world, lene, sara, john):
    """Those in it, guests, and those in the lobby are told, and that nobody is there any more."""
    uri = await arrange(lene, accessLevel="SameEnterprise")
    await gather(uri, lene, sara)
    guest = await visitor(world, uri, lene.client.accept)
    await join(guest, uri)
    await settled(lene, sara, guest)
    await lene.client.post(f"{conversation_of(lene)}/participants/{guest.address}/admit")
    await put(lene, uri, accessLevel="Locked")
    await join(john, uri)
    await lene.do("addMessaging", "messaging")
    await settled(lene, sara, john, guest)

    assert 204 == (await lene.client.delete(meeting_of(uri))).status
    ended = f"""
{CLOSED}
conversation  | messaging updated Informational/Ended | Disconnected | conversation
conversation  | participant deleted
conversation  | participant deleted
conversation  | localParticipant deleted
{ENDED}
"""
    assert await told(sara) == tables(f"{ended}me | presence updated")
    assert await told(guest) == tables(ended)
    assert await told(lene) == tables(f"""
conversation  | participant deleted in lobby
conversation  | participant deleted
{ended.strip()}
me            | presence updated
""")
    assert await told(john) == tables(f"""
communication | onlineMeetingInvitation completed Failure Informational/Ended | Outgoing Failed | from conversation
{CLOSED}
conversation  | messaging updated | Disconnected | conversation
conversation  | localParticipant deleted
communication | conversation deleted
""")
    for one in (lene, sara, john, guest):
        assert 404 == (await one.client.get(conversation_of(one))).status
        assert NO_SUCH == (await join(one, uri)).reason
    assert 400 == (await ask(world, uri)).status, "nor are there tokens for guests"


async def test_whom_it_rings_for_is_told_that_it_is_over(lene, sara, john):
    uri = await arrange(lene)
    await gather(uri, lene)
    await lene.do("addParticipant", "conversation", {"to": f"sip:{john.address}"})
    await settled(lene, john)

    assert 204 == (await lene.client.delete(meeting_of(uri))).status
    await settled(lene, john)
    assert ("RemoteFailure", "Canceled") == john.latest("onlineMeetingInvitation").reason
    assert "deleted" == john.latest("conversation").type
    assert ("Informational", "Ended") == lene.latest("conversation").reason


async def test_what_was_said_is_in_the_history_though_it_has_ended(lene, sara):
    uri = await arrange(lene)
    await gather(uri, lene, sara)
    for one in (lene, sara):
        await one.do("addMessaging", "messaging")
    await settled(lene, sara)
    await lene.say("Bye")
    await lene.client.delete(meeting_of(uri))
    await settled(lene, sara)

    assert ["Bye"] == sara.heard()
    await lene.world.advance(60)
    logs = await sara.client.get("communication/conversationLogs", {"Accept": JSON})
    assert 1 == len(logs.tree["_links"]["conversationLog"])


async def test_only_its_organizer_ends_it(lene, sara):
    uri = await arrange(lene, leaders=[f"sip:{sara.address}"])
    await gather(uri, lene, sara)

    assert 404 == (await sara.client.delete(meeting_of(uri))).status
    await settled(lene, sara)
    assert "Conferenced" == state(sara)


async def test_r9_37_what_was_begun_at_once_is_ended_by_who_began_it(world, lene, sara):
    await lene.client.post(JOIN, {"subject": "Now"})
    await settled(lene)
    uri = lene.last("onlineMeeting").properties["onlineMeetingUri"]
    await gather(uri, sara)
    listed = await lene.client.get(HERE, {"Accept": JSON})
    assert [] == listed.tree["_embedded"]["myOnlineMeeting"], "it is on no list"

    assert 204 == (await lene.client.delete(meeting_of(uri))).status
    await settled(lene, sara)
    assert ("Informational", "Ended") == sara.latest("conversation").reason
    assert NO_SUCH == (await join(sara, uri)).reason


async def test_r10_15_what_was_begun_at_once_ends_with_its_conversation(world, lene, sara):
    await lene.client.post(JOIN, {"subject": "Now"})
    await settled(lene)
    uri = lene.last("onlineMeeting").properties["onlineMeetingUri"]
    await lene.client.delete(conversation_of(lene))
    await settled(lene)
    await world.advance(300)
    assert 200 == (await ask(world, uri)).status
    assert 201 == (await join(lene, uri)).status, "she may come back"
    await lene.client.delete(conversation_of(lene))
    await settled(lene)
    for _ in range(3):
        await world.advance(300)
        await lene.packages()
        await sara.packages()

    assert NO_SUCH == (await join(sara, uri)).reason
    assert 404 == (await lene.client.get(meeting_of(uri))).status
    assert 400 == (await ask(world, uri)).status


async def test_in_a_large_meeting_everybody_is_told_of_everybody(world, lene):
    """What was told to others before is told to each who comes later, and all of it is true."""
    uri = await arrange(lene)
    people = [lene]
    for number in range(LARGE + 2):
        people.append(
            await talker(world, f"p{number}", f"Person {number}", accept=lene.client.accept)
        )
        await join(people[-1], uri)
    await join(lene, uri)
    await settled(*people)
    assert {len(people) - 1} == {len(one.others) for one in people}
    await people[3].client.delete(conversation_of(people[3]))
    await settled(*people)
    assert {len(people) - 2} == {len(one.others) for one in people if one is not people[3]}
    await lene.client.delete(meeting_of(uri))
    await settled(*people)
    reasons = [one.latest("conversation").reason for one in people]
    assert 1 == reasons.count(None), "she had left before"


# --- what changes meanwhile


async def test_r10_14_those_in_it_are_told_what_has_changed(world, lene, sara, john):
    uri = await arrange(lene, accessLevel="SameEnterprise")
    await gather(uri, lene, sara)
    guest = await visitor(world, uri)
    await join(guest, uri)
    await settled(lene, sara, guest)
    reply = await put(lene, uri, subject="Plans B", leaders=[f"sip:{john.address}"])

    assert 200 == reply.status
    changed = tables("""
conversation  | onlineMeeting updated in conversation | + | conversation onlineMeetingExtensions organizer
""")
    assert [changed[0][0]] == (await sara.lines())[:1]
    await settled(lene, sara, guest)
    for one in (lene, sara):
        meeting = one.last("onlineMeeting").properties
        assert ("Plans B", [f"sip:{john.address}"]) == (meeting["subject"], meeting["leaders"])
        assert "Plans B" == one.last("conversation").properties["subject"]
    assert "Plans B" == guest.last("conversation").properties["subject"], "as all see it"
    assert not [one for one in guest.events if one.rel == "onlineMeeting"], "she is not in it yet"


async def test_a_change_that_nobody_sees_is_not_told(lene, sara):
    uri = await arrange(lene)
    await gather(uri, lene, sara)
    assert (
        200
        == (
            await put(lene, uri, startTime="/Date(1900000000000)/", endTime="/Date(1900003600000)/")
        ).status
    )

    assert [] == await sara.lines()


async def test_new_rules_are_for_those_who_come_afterwards(world, lene, sara, john):
    uri = await arrange(lene)
    await gather(uri, lene, sara)
    await put(lene, uri, accessLevel="Locked", leaders=[f"sip:{sara.address}"])
    await join(john, uri)
    await settled(lene, sara, john)

    assert ("Conferenced", "Attendee", "InLobby") == (state(sara), role(sara), state(john))
    await put(lene, uri, accessLevel="Everyone")
    await settled(lene, sara, john)
    assert "InLobby" == state(john), "who waits is let in by a leader"
    guest = await visitor(world, uri)
    await join(guest, uri)
    await sara.client.delete(conversation_of(sara))
    await settled(lene, sara, john, guest)
    assert "Conferenced" == state(guest)
    await join(sara, uri)
    await settled(lene, sara, john, guest)
    assert "Leader" == role(sara)


# --- who was ejected


async def test_r9_39_who_was_ejected_comes_back_through_the_lobby(lene, sara):
    uri = await arrange(lene, leaders=["sip:sarad@contoso.test"])
    await gather(uri, lene, sara)
    href = f"{conversation_of(lene)}/participants/{sara.address}"
    assert 204 == (await lene.client.post(f"{href}/eject")).status
    await settled(lene, sara)
    assert ("Informational", "Ejected") == sara.latest("conversation").reason

    assert 201 == (await join(sara, uri)).status
    await settled(lene, sara)
    assert "InLobby" == state(sara)
    assert 204 == (await lene.client.post(f"{href}/reject")).status
    await settled(lene, sara)
    await join(sara, uri)
    await settled(lene, sara)
    assert "InLobby" == state(sara), "being rejected does not make it better"
    assert 204 == (await lene.client.post(f"{href}/admit")).status
    await settled(lene, sara)
    assert ("Conferenced", "Leader") == (state(sara), role(sara))
    await sara.client.delete(conversation_of(sara))
    await join(sara, uri)
    await settled(lene, sara)
    assert "Conferenced" == state(sara), "who was let in again comes as all others"


# --- data for all who take part


SHARED = {"id": "agenda", "type": "RoamedParticipantData", "first": "Lunch"}


async def test_r10_9_data_for_participants_are_found_in_the_meeting(world, lene, sara, john):
    uri = await arrange(lene, accessLevel="SameEnterprise")
    extensions = f"{meeting_of(uri)}/extensions"
    await lene.client.post(extensions, SHARED)
    await lene.client.post(extensions, {"id": "secret", "type": "RoamedOrganizerData", "a": "b"})
    await gather(uri, lene, sara)
    guest = await visitor(world, uri)
    await join(guest, uri)
    await settled(lene, sara, guest)
    waiting = f"{conversation_of(guest)}/onlineMeeting/extensions"
    assert 404 == (await guest.client.get(waiting)).status, "not in the lobby"
    await lene.client.post(f"{conversation_of(lene)}/participants/{guest.address}/admit")
    await settled(lene, sara, guest)

    for one in (lene, sara, guest):
        href = one.last("onlineMeeting").href_of("onlineMeetingExtensions")
        assert f"{conversation_of(one)}/onlineMeeting/extensions" == href
        found = await one.client.get(href, {"Accept": JSON})
        assert href == found.tree["_links"]["self"]["href"]
        [only] = found.tree["_embedded"]["onlineMeetingExtension"]
        assert SHARED == {name: only[name] for name in SHARED}
        assert f"{href}/agenda" == only["_links"]["self"]["href"]
        read = await one.client.get(f"{href}/agenda", {"Accept": JSON})
        assert (200, "Lunch") == (read.status, read.tree["first"])
        assert 404 == (await one.client.get(f"{href}/secret")).status
        match = {"If-Match": read.header("ETag")}
        for reply in (
            await one.client.post(href, {"id": "b"}),
            await one.client.put(f"{href}/agenda", read.tree, match),
            await one.client.delete(f"{href}/agenda", match),
        ):
            assert (403, "Forbidden", None) == reply.reason
    assert 404 == (await john.client.get(href.replace(guest.client.path, john.client.path))).status
    assert 403 == (await guest.client.get(extensions)).status


async def test_r10_9_those_in_it_are_told_when_their_data_change(lene, sara):
    uri = await arrange(lene)
    extensions = f"{meeting_of(uri)}/extensions"
    await gather(uri, lene, sara)
    told_of = table(
        "conversation | onlineMeeting updated in conversation | + | conversation onlineMeetingExtensions organizer"
    )
    made = await lene.client.post(extensions, SHARED)
    assert told_of == await sara.lines()
    read = await lene.client.get(made.header("Location"), {"Accept": JSON})
    headers = {"If-Match": read.header("ETag"), "Accept": JSON}
    changed = await lene.client.put(made.header("Location"), read.tree | {"first": "Tea"}, headers)
    assert told_of == await sara.lines()
    assert 201 == (await lene.client.post(extensions, {"id": "b", "a": "b"})).status
    assert [] == await sara.lines(), "only the organizer sees it"
    headers = {"If-Match": changed.header("ETag")}
    assert 204 == (await lene.client.delete(made.header("Location"), headers)).status
    assert told_of == await sara.lines()


# --- guests of what was begun at once


@pytest.mark.parametrize(
    ("access", "enters"), [("Everyone", "Conferenced"), ("SameEnterprise", "InLobby")]
)
async def test_r9_37_guests_come_to_what_was_begun_at_once(world_with, access, enters):
    world = await world_with(meetings={"access": access})
    lene = await talker(world, "lenea", "Lene Aaling")
    await lene.client.post(JOIN, {"subject": "Now"})
    await settled(lene)
    meeting = lene.last("onlineMeeting").properties
    guest = await visitor(world, meeting["onlineMeetingUri"])
    assert 201 == (await join(guest, meeting["onlineMeetingUri"])).status
    await settled(lene, guest)

    assert enters == state(guest)
    assert meeting["joinUrl"].endswith(meeting["onlineMeetingId"])


async def test_what_was_begun_at_once_is_locked_by_who_began_it(lene, sara):
    """It stays what it is: on no list, and over with its conversation."""
    await lene.client.post(JOIN, {"subject": "Now"})
    await settled(lene)
    uri = lene.last("onlineMeeting").properties["onlineMeetingUri"]
    assert 200 == (await put(lene, uri, accessLevel="Locked")).status
    await join(sara, uri)
    await settled(lene, sara)

    assert "InLobby" == state(sara)
    listed = await lene.client.get(HERE, {"Accept": JSON})
    assert [] == listed.tree["_embedded"]["myOnlineMeeting"]


async def test_who_begins_too_many_is_told_so(world_with):
    world = await world_with(meetings={"per_user": 2})
    lene = await talker(world, "lenea")
    replies = [await lene.client.post(JOIN, {}) for _ in range(3)]

    assert [201, 201, 409] == [one.status for one in replies]
    assert "TooManyOnlineMeetings" == replies[2].reason[2]
    assert 200 == (await lene.client.post(HERE, {})).status, "those are counted apart"
