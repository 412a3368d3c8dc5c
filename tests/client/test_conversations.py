"""Conversations of two and of more, on a real server."""

from __future__ import annotations

import asyncio

import pytest

from openucwa.client import Client, Ended, Refused


def client_of(server, person, **options):
    return Client(server.url, person.address, person.password, **options)


@pytest.fixture
def people(ucwa_server):
    return [ucwa_server.person(name) for name in ("lene", "sara", "toni")]


async def test_a_bot_in_a_conference_hears_everyone_and_is_heard(ucwa_server, people):
    """Who is invited to a conference adds messaging by herself (R9.35)."""
    lene, sara, toni = people
    accepted = asyncio.Queue()

    async def accept(invitation):
        await accepted.put(await invitation.accept())

    async with (
        asyncio.timeout(20),
        client_of(ucwa_server, sara) as second,
        client_of(ucwa_server, toni, on_invitation=accept),
        client_of(ucwa_server, lene, available=False) as first,
    ):
        talk = await first.start(sara.address, "Hello")
        assert "Hello" == (await anext(second.messages())).text
        shown = await first._transport.read(talk.href)
        given = {"to": toni.uri, "operationId": "add"}
        await first._transport.ask("POST", shown.href("addParticipant"), given)
        theirs = await accepted.get()
        await talk.send("Welcome")
        heard = await anext(theirs.messages())
        assert ("Welcome", "Lene") == (heard.text, heard.sender.name)
        assert "Welcome" == (await anext(second.messages())).text
        assert await heard.reply("Thank you")
        answer = await anext(talk.messages())
        assert ("Thank you", toni.address) == (answer.text, answer.sender.address)


async def test_who_has_left_says_nothing_more(ucwa_server, people):
    lene, sara, _ = people
    async with (
        client_of(ucwa_server, sara) as second,
        client_of(ucwa_server, lene, available=False) as first,
    ):
        talk = await first.start(sara.address, "Hello")
        message = await anext(second.messages())
        await talk.leave()
        await talk.leave()
        with pytest.raises(Ended, match="You have left"):
            await talk.send("Hello?")
        assert not await message.reply("Hello?")


async def test_what_the_server_refuses_is_an_error_of_its_own(ucwa_server, people):
    lene, sara, _ = people
    async with (
        client_of(ucwa_server, sara),
        client_of(ucwa_server, lene, available=False) as first,
    ):
        talk = await first.start(sara.address)
        with pytest.raises(Refused):
            await talk.send(" ")
        with pytest.raises(Refused):
            await first.start("nobody@contoso.test")
        with pytest.raises(Refused):
            await first.start(lene.address)
