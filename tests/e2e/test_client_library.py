"""The client library and real servers: talking, watching, and a server that is killed meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from pathlib import Path

import pytest

from openucwa.client import Client, Message, NotReached, Typing
from process import QUICK, environment
from world import DOMAIN, PASSWORD

EXAMPLES = Path(__file__).parents[2] / "examples"
LENE, SARA = (f"{user}@{DOMAIN}" for user in ("lenea", "saradavis"))


@contextlib.asynccontextmanager
async def signed_in(server, person, **options):
    async with Client(server.url, person.address, person.password, **options) as client:
        yield client


@contextlib.contextmanager
def example(name, url, *words, password):
    """Run an example until the block ends; it must not have ended by itself."""
    process = subprocess.Popen(
        [sys.executable, str(EXAMPLES / name), url, *words],
        env=environment() | {"BOT_PASSWORD": password, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
        assert process.poll() is None
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


async def start_when_there(client, whom):
    """Begin a conversation as soon as somebody has signed in."""
    while True:
        with contextlib.suppress(NotReached):
            return await client.start(whom)
        await asyncio.sleep(0.1)


async def test_the_echo_bot_says_everything_again(ucwa_server):
    """It is no longer than twenty lines, and goes on when somebody leaves."""
    lene, bot = (ucwa_server.person(name) for name in ("lene", "bot"))
    assert len((EXAMPLES / "echo_bot.py").read_text().splitlines()) <= 20

    with example("echo_bot.py", ucwa_server.url, bot.address, password=bot.password):
        async with asyncio.timeout(30), signed_in(ucwa_server, lene, available=False) as client:
            await (await start_when_there(client, bot.address)).leave()
            talk = await client.start(bot.address, "first & ☃")
            await talk.send("second\n+ %2b")
            heard = [(await anext(talk.messages())).text for _ in range(2)]
            await client.say(bot.address, "bye")

    assert ["first & ☃", "second\n+ %2b"] == heard


async def test_the_example_that_watches_prints_what_people_show(ucwa_server):
    lene, sara = (ucwa_server.person(name) for name in ("lene", "sara"))

    words = (lene.address, sara.address)
    with example("watch_people.py", ucwa_server.url, *words, password=lene.password) as running:
        assert "Sara: Offline\n" == await asyncio.to_thread(running.stdout.readline)
        async with signed_in(ucwa_server, sara):
            ucwa_server.advance("5s")
            assert "Sara: Online\n" == await asyncio.to_thread(running.stdout.readline)


async def test_two_people_talk_and_see_each_other_type(ucwa_server):
    lene, sara = (ucwa_server.person(name) for name in ("lene", "sara"))
    accepted = asyncio.Queue()

    async def accept(invitation):
        await accepted.put((invitation.text, await invitation.accept()))

    async with (
        asyncio.timeout(20),
        signed_in(ucwa_server, sara, on_invitation=accept),
        signed_in(ucwa_server, lene, available=False) as client,
    ):
        hers = await client.start(sara.address, "Hello", subject="Lunch")
        text, mine = await accepted.get()
        assert ("Hello", "Lunch", "Lene") == (text, mine.subject, mine.people[0].name)
        await hers.type()
        await hers.send("Are you there?")
        followed = mine.follow()
        seen = [await anext(followed) for _ in range(4)]
        assert [None, True, False, None] == [getattr(one, "active", None) for one in seen]
        assert Typing("Lene", active=True) == seen[1]
        assert isinstance(seen[3], Message)
        await mine.leave()
        assert [] == [one async for one in hers.messages()]
        assert "The other person has left." == str(hers.reason)


async def test_who_declines_is_not_reached(ucwa_server):
    lene, sara = (ucwa_server.person(name) for name in ("lene", "sara"))

    async def decline(invitation):
        await invitation.decline()

    async with (
        signed_in(ucwa_server, sara, on_invitation=decline),
        signed_in(ucwa_server, lene, available=False) as client,
    ):
        with pytest.raises(NotReached, match="declined") as caught:
            await client.start(sara.address)
    assert "Declined" == caught.value.reason.subcode


RELS = ["applications", "makeMeAvailable", "startMessaging", "accept", "sendMessage", "events"]
LOST, NOT_DONE = {"drop": True}, {"error": "ServiceFailure"}


@pytest.mark.parametrize(
    ("rel", "trouble"),
    [*((rel, LOST) for rel in RELS), ("startMessaging", NOT_DONE), (None, LOST), (None, NOT_DONE)],
)
async def test_a_lost_answer_loses_and_doubles_nothing(ucwa_server, rel, trouble):
    """The server does what it is asked and does not say so, or does not do it; of ``None``, any."""
    lene, sara = (ucwa_server.person(name) for name in ("lene", "sara"))
    texts = [str(number) for number in range(5)]
    started = []

    async def echo(invitation):
        started.append(invitation)
        async for message in (await invitation.accept()).messages():
            assert await message.reply(message.text)

    ucwa_server.fail(rel, count=3 if rel else 2, **trouble)
    async with (
        asyncio.timeout(30),
        signed_in(ucwa_server, sara, on_invitation=echo),
        signed_in(ucwa_server, lene, available=False) as client,
    ):
        talk = await client.start(sara.address, texts[0])
        if rel is None:
            ucwa_server.fail(count=10, **trouble)
        for text in texts[1:]:
            await talk.send(text)
        assert texts == [(await anext(talk.messages())).text for _ in texts]
        await talk.send("the end")
        assert "the end" == (await anext(talk.messages())).text

    assert 1 == len(started)


async def test_a_bot_that_nobody_looked_at_for_days_still_answers(ucwa_server):
    """Tokens expire, and so do sessions without activity; both are replaced."""
    lene, bot = (ucwa_server.person(name) for name in ("lene", "bot"))

    async def echo(client):
        async for message in client.messages():
            await message.reply(message.text)

    async with asyncio.timeout(30), signed_in(ucwa_server, bot) as client:
        echoing = asyncio.create_task(echo(client))
        first = client._application.href
        for _ in range(3):
            await asyncio.to_thread(ucwa_server.advance, "24h")
        async with signed_in(ucwa_server, lene, available=False) as caller:
            talk = await start_when_there(caller, bot.address)
            await talk.send("Still there?")
            assert "Still there?" == (await anext(talk.messages())).text
        assert first != client._application.href
        echoing.cancel()


async def test_nothing_is_lost_or_doubled_when_the_server_is_killed(servers):
    """Sixty messages and their echoes; meanwhile the server is killed twice and started again."""
    running = first = servers.start(config=QUICK)
    again = ("--data", str(first.data), "--port", first.url.rpartition(":")[2])
    texts = [str(number) for number in range(60)]
    heard, halfway = [], asyncio.Semaphore(0)

    async def echo(client):
        async for message in client.messages():
            heard.append(message.text)
            if len(heard) % 20 == 0:
                halfway.release()
            assert await message.reply(message.text)

    async def kill():
        nonlocal running
        for _ in range(2):
            await halfway.acquire()
            running.process.kill()
            running.process.wait()
            running = await asyncio.to_thread(servers.start, *again, config=QUICK)

    async with (
        asyncio.timeout(60),
        Client(first.url, SARA, PASSWORD) as sara,
        Client(first.url, LENE, PASSWORD, available=False) as lene,
    ):
        echoing, killing = asyncio.create_task(echo(sara)), asyncio.create_task(kill())
        talk = await lene.start(SARA)
        sending = asyncio.create_task(talk.send(texts[0]))
        for text in texts[1:]:
            await sending
            sending = asyncio.create_task(talk.send(text))
        await sending
        echoes = [(await anext(talk.messages())).text for _ in texts]
        await killing
        await lene.say(SARA, "the end")
        echoing.cancel()

    assert [*texts, "the end"] == heard
    assert texts == echoes
