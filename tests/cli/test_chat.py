"""``openucwa chat``: a conversation, as two people at two terminals have it."""

from __future__ import annotations

import asyncio

import pytest

from openucwa.client import Client, NotReached


@pytest.fixture
def chat(ucwa_server, terminal):
    def one(person, *whom):
        words = ("chat", *whom, "--as", person.address, "--url", ucwa_server.url)
        return terminal(person, *words)

    return one


@pytest.fixture
def people(ucwa_server):
    return [ucwa_server.person(name) for name in ("lene", "sara")]


async def test_two_terminals_talk_until_one_ends_it(chat, people):
    lene, sara = people
    hers = await chat(sara)
    await hers.shows("Waiting for somebody to begin.")
    mine = await chat(lene, f"sip:{sara.address}")
    mine.type("Hello, typed before you were there")
    await mine.shows("You are talking to Sara.")
    await hers.shows("You are talking to Lene.")

    assert "Lene: Hello, typed before you were there\n" == await hers.shows("Hello")
    hers.type("ä ☃")
    hers.type("   ")
    assert "Sara: ä ☃\n" == await mine.shows("☃")
    assert 0 == await mine.close()
    await hers.shows("The other person has left.")
    assert 0 == await hers.process.wait()


async def test_it_shows_who_is_typing_and_lets_nobody_move_the_cursor(ucwa_server, chat, people):
    lene, sara = people
    mine = await chat(lene)
    await mine.shows("Waiting")
    async with Client(ucwa_server.url, sara.address, sara.password) as client:
        while True:
            try:
                talk = await client.start(lene.address)
                break
            except NotReached:
                await asyncio.sleep(0.1)
        await talk.type()
        await mine.shows("Sara is typing ...")
        await talk.send("one \x1b[31m\ntwo")
        assert "Sara: one  [31m\n" == await mine.shows("one")
        assert "Sara: two\n" == await mine.shows("two")
        with pytest.raises(NotReached, match="declined"):
            await client.start(lene.address)
    await mine.shows("left")


async def test_who_is_not_there_cannot_be_talked_to(chat, people):
    lene, sara = people
    mine = await chat(lene, sara.address)

    await mine.shows("Error: The person cannot be reached now.")
    assert 1 == await mine.process.wait()
