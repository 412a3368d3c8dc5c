"""Joining meetings with the client library, on a real server and over lost events."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import httpx2
import pytest

from fake_ucwa import FakeUcwa, event, links, operation_in
from openucwa.client import Client, Ended, Move, Moved, NotReached, Refused
from openucwa.client.meetings import address_of_meeting

ADDRESS = "sip:lene@contoso.test;gruu;opaque=app:conf:focus:id:ABCD1234"


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (ADDRESS, ADDRESS),
        ("https://meet.contoso.test/lene/ABCD1234", ADDRESS),
        ("https://meet.contoso.test/lene/ABCD1234/?sl=1#x", ADDRESS),
        ("https://contoso/lene/ABCD1234", None),
        ("https://meet.contoso.test/ABCD1234", None),
        ("https://meet.contoso.test/le;ne/ABCD1234", None),
        ("https://meet.contoso.test/lene/AB-CD", None),
        ("ftp://meet.contoso.test/lene/ABCD1234", None),
        ("ABCD1234", None),
        ("", None),
    ],
)
def test_where_a_meeting_is(where, expected):
    assert expected == address_of_meeting(where)


@pytest.fixture
def people(ucwa_server):
    return [ucwa_server.person(name) for name in ("lene", "sara", "toni")]


@asynccontextmanager
async def signed_in(server, *people):
    """Sign in people who are seen by nobody, for some seconds at most."""
    async with asyncio.timeout(30):
        clients = [Client(server.url, one.address, one.password, available=False) for one in people]
        for client in clients:
            await client.__aenter__()
        try:
            yield clients
        finally:
            for client in clients:
                await client.__aexit__(None, None, None)


async def arrange(client, **body):
    href = client._application.part("onlineMeetings").href("myOnlineMeetings")
    return (await client._transport.ask("POST", href, {"subject": "Plans"} | body)).resource


async def until(meeting, move):
    """Return who has moved so."""
    async for one in meeting.follow():
        if isinstance(one, Moved) and one.move is move:
            return one
    pytest.fail("it has ended")


async def test_people_meet(ucwa_server, people):
    async with signed_in(ucwa_server, *people[:2]) as (lene, sara):
        arranged = await arrange(lene)
        mine = await lene.join(arranged.text("onlineMeetingId"))
        await mine.entered()
        hers = await sara.join(arranged.text("joinUrl"))
        await hers.entered()

        assert "Sara" == (await until(mine, Move.CAME)).name
        assert ("Plans", ["Lene"], ["Sara"]) == (hers.subject, hers.names, mine.names)
        await hers.connected()
        await mine.send("Welcome")
        assert "Welcome" == (await anext(hers.messages())).text
        await hers.leave()
        assert "Sara" == (await until(mine, Move.LEFT)).name
        assert [] == mine.names


async def test_a_leader_decides_about_the_lobby(ucwa_server, people):
    async with signed_in(ucwa_server, *people) as (lene, sara, toni):
        where = (await arrange(lene, accessLevel="Locked")).text("onlineMeetingUri")
        mine = await lene.join(where)
        hers = await sara.join(where)
        waiting = await until(mine, Move.WAITS)
        assert {waiting.participant: "Sara"} == mine.lobby
        assert hers.waits
        assert await mine.admit(waiting.participant)
        await hers.entered()
        assert not hers.waits
        assert not await mine.admit(waiting.participant), "she is in"
        third = await toni.join(where)
        waiting = await until(mine, Move.WAITS)
        assert await mine.reject(waiting.participant)
        with pytest.raises(NotReached, match="did not let you in"):
            await third.entered()
        assert not await mine.reject(waiting.participant), "she is gone"
        with pytest.raises(Ended):
            await third.send("Hello?")


async def test_there_is_no_such_meeting(ucwa_server, people):
    async with signed_in(ucwa_server, people[0]) as (lene,):
        with pytest.raises(NotReached, match="arranged no such meeting"):
            await lene.join("NOSUCH12")
        with pytest.raises(Refused, match="doesn't exist"):
            await lene.join(ADDRESS.replace("contoso.test", "fabrikam.test"))


INVITATION, TALK = "/app1/invitations/1", "/talk"


def server_with_meetings():
    """Return a server where meetings can be joined."""
    server = FakeUcwa()
    before = server.application

    def application():
        found = before()
        found["_embedded"]["communication"]["_links"] |= {"joinOnlineMeeting": {"href": "/join"}}
        return found

    server.application = application
    return server


async def test_events_that_were_lost_are_read_again():
    """The started event, that she was let in, and who came and left meanwhile."""
    server, asked = server_with_meetings(), []
    server.on("POST /join", lambda request: asked.append(operation_in(request)) or (201, {}))
    async with server.client(available=False) as client:
        joining = asyncio.create_task(client.join(ADDRESS))
        await server.until("POST /join")
        told = {"direction": "Outgoing", "operationId": asked[0], "subject": "Plans"}
        at = links(self=INVITATION, conversation=TALK)
        server.tell(event("onlineMeetingInvitation", INVITATION, "started", **told, **at))
        meeting = await joining
        waits = event("conversation", TALK, state="InLobby", **links(self=TALK))
        server.tell(waits)
        inside = links(
            messaging="/talk/messaging",
            participants="/talk/participants",
            localParticipant="/talk/me",
        )
        server.on("GET /conversations", {"_links": {"conversation": [{"href": TALK}]}})
        server.on("GET /talk", *[{"state": "Conferenced", **inside}] * 2)
        server.on("GET /talk/messaging", links(sendMessage="/talk/send"))
        there = {"_links": {"participant": [{"href": "/talk/me"}, {"href": "/talk/sara"}]}}
        server.on("GET /talk/participants", there)
        server.on("GET /talk/me", {"name": "Lene", **links(self="/talk/me")})
        server.on("GET /talk/sara", {"name": "Sara", **links(self="/talk/sara")})
        server.tell(resume=True)
        await meeting.entered()
        assert "Sara" == (await until(meeting, Move.CAME)).name

        assert (["Sara"], False, "Plans") == (meeting.names, meeting.waits, meeting.subject)


async def test_that_a_meeting_was_joined_is_read_if_no_event_tells_it(monkeypatch):
    monkeypatch.setattr("openucwa.client.client.TOLD_WITHIN", 0.05)
    server = server_with_meetings()
    server.on("POST /join", httpx2.Response(201, headers={"Location": INVITATION}))
    server.on(f"GET {INVITATION}", {"subject": "Plans", **links(conversation=TALK)})
    server.on("GET /talk", *[{"state": "InLobby", **links(messaging="/talk/messaging")}] * 2)
    server.on("GET /talk/messaging", {})
    async with server.client(available=False) as client:
        meeting = await client.join(ADDRESS)

        assert ("Plans", True) == (meeting.subject, meeting.waits)
        given = {"direction": "Outgoing", "outcome": "Failure", **links(conversation=TALK)}
        server.tell(event("onlineMeetingInvitation", INVITATION, "completed", **given))
        with pytest.raises(NotReached, match="No"):
            await meeting.entered()
