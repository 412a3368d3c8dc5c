"""Meetings that people arrange and join, for tests; guests come with a token of their own."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from talking import Talker, settled
from world import JSON, Client, Reply, World

JOIN = "communication/onlineMeetingInvitations"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def arrange(organizer: Talker, **body: Any) -> str:
    """Arrange a meeting, return its address."""
    body = {"subject": "Plans", "accessLevel": "Everyone"} | body
    reply = await organizer.client.post("onlineMeetings/myOnlineMeetings", body)
    assert reply.status == 200, reply.body
    return str(reply.property("onlineMeetingUri"))


async def join(who: Talker, uri: str, **body: Any) -> Reply:
    """Join a meeting, without asking for what is told of it."""
    guest = {"anonymousDisplayName": "Guest"} if "anonymous" in who.address else {}
    return await who.client.post(JOIN, {"onlineMeetingUri": uri} | guest | body)


async def gather(uri: str, *people: Talker) -> None:
    """Have people join one after the other, until everybody knows."""
    for one in people:
        assert (await join(one, uri)).status == 201
        await settled(*people)


async def ask(world: World, uri: str, **fields: str) -> Reply:
    """Ask for the token of a guest."""
    form = {
        "grant_type": "urn:microsoft.rtc:anonmeeting",
        "password": uri.rpartition(":")[2],
        "ms_rtc_conferenceuri": uri,
    }
    return await world.ask("POST", "/WebTicket/oauthtoken", urlencode(form | fields), FORM)


async def visitor(world: World, uri: str, accept: str = JSON) -> Talker:
    """Have a guest sign in who knows the address of a meeting."""
    reply = await ask(world, uri)
    assert reply.status == 200, reply.body
    client = Client(world, reply.tree["access_token"], accept)
    created = await client.create()
    assert created.status == 201, created.body
    me = await client.get("me", {"Accept": JSON})
    return Talker(client, me.tree["uri"].removeprefix("sip:"))
