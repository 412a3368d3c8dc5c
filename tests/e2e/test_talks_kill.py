"""Three people talk while the server is killed again and again: every word arrives, and once.

They ask again for what was not answered, in the same words, as clients do (R11.2).
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx2

from process import PEOPLE, Network
from talking import INVITATIONS, TEXT, Told, events_of
from world import DOMAIN, Client

DEAD = httpx2.TransportError
DEATHS = 4


@dataclass
class Speaker:
    """Somebody who says one thing after the other, and listens meanwhile."""

    client: Client
    address: str
    conversation: str = ""
    said: list[str] = field(default_factory=list)
    heard: Counter[str] = field(default_factory=Counter)
    receipts: Counter[str] = field(default_factory=Counter)

    async def fetch(self) -> list[Told]:
        """Fetch a package, and note what was said."""
        reply = await (await self.client.poll()).task
        assert reply.status == 200, reply.body
        assert "resync" not in reply.hrefs
        assert "resume" not in reply.hrefs
        self.client.follow(reply)
        events = events_of(reply)
        for event in events:
            if event.rel == "message" and event.shown.properties["direction"] == "Incoming":
                self.heard[event.shown.href_of("plainMessage").partition(",")[2]] += 1
            elif event.rel == "message":
                assert event.status == "Success", event.reason
                self.receipts[event.shown.properties["operationId"]] += 1
        return events

    async def until(self, rel: str, link: str) -> str:
        """Fetch until a resource of a rel has a link; return where it leads."""
        while True:
            for event in await self.fetch():
                if event.shown and "conversation" in event.shown.links:
                    self.conversation = event.shown.href_of("conversation")
                if event.rel == rel and event.shown and link in event.shown.links:
                    return event.shown.href_of(link)

    async def listen(self) -> None:
        while True:
            with contextlib.suppress(DEAD):
                await self.fetch()
            await asyncio.sleep(0.005)

    async def speak(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            text = f"{self.address[:4]}{len(self.said)}"
            await self.say(text)
            self.said.append(text)

    async def say(self, text: str) -> None:
        href = f"{self.conversation}/messaging/messages?operationId={text}"
        while True:
            try:
                reply = await self.client.post(href, text, TEXT)
            except DEAD:
                await asyncio.sleep(0.05)
                continue
            assert reply.status == 201, reply.body
            return


async def confer(organizer: Speaker, *others: Speaker) -> None:
    """Have people begin to talk, all with messaging."""
    first, *more = others
    await organizer.client.post(INVITATIONS, {"to": f"sip:{first.address}"})
    await first.client.post(await first.until("messagingInvitation", "accept"))
    await first.until("messaging", "sendMessage")
    add = await organizer.until("conversation", "addParticipant")
    for one in more:
        await organizer.client.post(add, {"to": f"sip:{one.address}"})
        await one.client.post(await one.until("onlineMeetingInvitation", "accept"))
        await one.client.post(await one.until("messaging", "addMessaging"))
        await one.until("messaging", "sendMessage")


async def test_every_word_arrives_once_whatever_happens_to_the_server(servers):
    chance = random.Random(1)
    running = servers.start()
    way = Network(running.url)
    addresses = [f"{user}@{DOMAIN}" for user in PEOPLE[:3]]
    people = [
        Speaker(await way.available(address, supportedModalities=["Messaging"]), address)
        for address in addresses
    ]
    await confer(*people)

    stop = asyncio.Event()
    listening = [asyncio.create_task(one.listen()) for one in people]
    speaking = [asyncio.create_task(one.speak(stop)) for one in people]
    port, data = str(urlsplit(running.url).port), running.data
    for _ in range(DEATHS):
        await asyncio.sleep(chance.uniform(0.1, 0.7))
        running.process.kill()
        await asyncio.to_thread(running.process.wait)
        words = ("--data", str(data), "--port", port)
        running = await asyncio.to_thread(servers.start, *words, people=False)
    stop.set()
    await asyncio.gather(*speaking)
    await heard_by_all(people, listening)

    for one in people:
        everything = [text for other in people if other is not one for text in other.said]
        assert Counter(everything) == one.heard
        assert Counter(one.said) == one.receipts
    assert all(len(one.said) > 5 * DEATHS for one in people), "there was a load"
    await way.close()


async def heard_by_all(people: list[Speaker], listening: list[asyncio.Task[None]]) -> None:
    """Wait until everything that was said has been heard, and no longer."""
    said = sum(len(one.said) for one in people)
    for _ in range(100):
        if all(len(one.heard) + len(one.receipts) >= said for one in people):
            break
        await asyncio.sleep(0.1)
    await asyncio.sleep(0.3)  # what comes twice comes now
    for task in listening:
        assert not task.done(), task.exception()
        task.cancel()
    await asyncio.gather(*listening, return_exceptions=True)
