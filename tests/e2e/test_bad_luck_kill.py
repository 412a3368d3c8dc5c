"""A server that is killed again and again under load, and started on the same folder and port.

People do everything at once. What was answered with 2xx is there afterwards; what got no answer
may be. Each watcher's channel tells every change: nothing twice, nothing skipped.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import unquote, urlsplit

import httpx2
import pytest

from process import PEOPLE, Network
from world import DOMAIN, Client, Reply

ADDRESSES = [f"{user}@{DOMAIN}" for user in PEOPLE[:4]]
PROMPT = '[events]\nmedium = "50ms"\nlow = "50ms"\n'
CHOICES = ("Online", "Busy", "Away", "BeRightBack", "DoNotDisturb")
FACETS = {"contactPresence": "presence", "contactNote": "note", "contactLocation": "location"}
PROPERTY = {"presence": "availability", "note": "message", "location": "location"}
FIRST = {"presence": "Online"}
"""What facets show before anything is said of them: the others nothing."""
DEATHS = 4
DEAD = httpx2.TransportError


@dataclass
class Person:
    """Somebody at work, and what she knows to be stored.

    ``possible`` has the values that each facet may have: one, but for changes unanswered.
    ``phones`` has those that her phone at home may have.
    ``leases`` has her subscriptions: whether they are there, None if that is not known.
    """

    client: Client
    address: str
    chance: random.Random
    possible: dict[str, set[str | None]] = field(default_factory=dict)
    tried: Counter[str] = field(default_factory=Counter)
    leases: dict[str, bool | None] = field(default_factory=dict)
    phones: set[str] = field(default_factory=lambda: {""})
    answered: int = 0

    async def work(self, stop: asyncio.Event) -> None:
        """Do one thing after the other, whatever becomes of it."""
        numbers = count()
        deeds = (self.publish, self.publish, self.report, self.lease, self.phone)
        while not stop.is_set():
            try:
                await self.chance.choice(deeds)(next(numbers))
                self.answered += 1
            except DEAD:
                await asyncio.sleep(0.05)

    async def publish(self, number: int) -> None:
        facet = self.chance.choice(tuple(PROPERTY))
        value = self.chance.choice(CHOICES) if facet == "presence" else f"{facet} {number}"
        self.possible.setdefault(facet, {FIRST.get(facet)}).add(value)
        self.tried[facet] += 1
        reply = await self.client.post(f"me/{facet}", {PROPERTY[facet]: value})
        assert reply.status == 204, reply.body
        self.possible[facet] = {value}

    async def report(self, number: int) -> None:
        del number
        reply = await self.client.report()
        assert reply.status == 204, reply.body

    async def phone(self, number: int) -> None:
        """Change the number at home."""
        wanted = f"+4522{number % 10**6:06}"
        self.phones.add(f"tel:{wanted}")
        reply = await self.client.post("me/phones/home/changeNumber", {"number": wanted})
        assert reply.status == 204, reply.body
        self.phones = {f"tel:{wanted}"}

    async def lease(self, number: int) -> None:
        """Subscribe, extend or end a subscription."""
        known = [href for href, there in self.leases.items() if there]
        if not known:
            reply = await self.client.watch(self.chance.choice(ADDRESSES), duration=10)
            assert reply.status == 201, reply.body
            self.leases[reply.tree["_links"]["self"]["href"]] = True
        elif number % 2:
            reply = await self.client.post(known[0], {"duration": 11})
            assert reply.status == 200, reply.body
        else:
            self.leases[known[0]] = None
            reply = await self.client.delete(known[0])
            assert reply.status == 204, reply.body
            self.leases[known[0]] = False


@dataclass
class Watcher:
    """Somebody who only looks: fetches packages, and each facet that a package names."""

    client: Client
    chance: random.Random
    seen: dict[tuple[str, str], str | None] = field(default_factory=dict)
    told: Counter[tuple[str, str]] = field(default_factory=Counter)

    async def look(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            with contextlib.suppress(DEAD):
                await self.fetch()
            await asyncio.sleep(0.005)

    async def fetch(self) -> bool:
        """Fetch a package, some of them twice; tell whether anything was in it."""
        reply = await self.ask()
        if self.chance.random() < 0.3:
            with contextlib.suppress(DEAD):
                again = await self.ask()
                assert not reply.events() or reply.body == again.body, "it was frozen"
                reply = again
        events = [event for block in reply.tree["sender"] for event in block["events"]]
        news = [await self.look_at(event) for event in events if event["link"]["rel"] in FACETS]
        self.client.follow(reply)  # who is stopped before this fetches the package once more
        self.told.update(key for key, _ in news)
        self.seen.update(news)
        return bool(events)

    async def ask(self) -> Reply:
        reply = await (await self.client.poll()).task
        assert reply.status == 200, reply.body
        assert "resync" not in reply.hrefs
        assert "resume" not in reply.hrefs
        return reply

    async def look_at(self, event: dict) -> tuple[tuple[str, str], str | None]:
        """Return whose facet an event is about, and the value that it has by now."""
        facet, href = FACETS[event["link"]["rel"]], event["link"]["href"]
        person = unquote(href.split("/people/")[1].split("/")[0])
        while True:
            with contextlib.suppress(DEAD):
                reply = await self.client.get(href)
                assert reply.status in (200, 404), reply.body
                return (person, facet), reply.property(PROPERTY[facet])
            await asyncio.sleep(0.05)


async def die_often(servers, running, chance) -> None:
    """Kill the server at random moments; each time, the next one takes over at once."""
    port = str(urlsplit(running.url).port)
    for _ in range(DEATHS):
        await asyncio.sleep(chance.uniform(0.1, 0.9))
        running.process.kill()
        await asyncio.to_thread(running.process.wait)
        words = ("--data", str(running.data), "--port", port)
        data = running.data
        running = await asyncio.to_thread(servers.start, *words, config=PROMPT, people=False)
        running.data = data
    await asyncio.sleep(0.3)


@pytest.mark.parametrize("seed", [1])
async def test_what_was_answered_outlives_any_number_of_deaths(servers, seed):
    chance = random.Random(seed)
    running = servers.start(config=PROMPT)
    way = Network(running.url)
    people = [
        Person(await way.available(address), address, random.Random(f"{seed} {address}"))
        for address in ADDRESSES
    ]
    watchers = [Watcher(await way.client(address, endpointId="w"), chance) for address in ADDRESSES]
    for watcher in watchers:
        assert (await watcher.client.watch(*ADDRESSES)).status == 201
        await watcher.fetch()
        watcher.told.clear()

    stop, blind = asyncio.Event(), asyncio.Event()
    working = [asyncio.create_task(person.work(stop)) for person in people]
    looking = [asyncio.create_task(watcher.look(blind)) for watcher in watchers]
    await die_often(servers, running, chance)
    stop.set()
    await asyncio.gather(*working)
    await asyncio.sleep(0.5)  # what is under way is told
    blind.set()
    for task in looking:
        task.cancel()
    await asyncio.gather(*looking, return_exceptions=True)
    for watcher in watchers:
        await drain(watcher)

    for person in people:
        await check_person(person)
        for watcher in watchers:
            await check_watcher(watcher, person)
    assert all(person.answered > DEATHS for person in people), "there was a load"
    await way.close()


async def drain(watcher: Watcher) -> None:
    """Fetch until nothing comes for longer than anything is held back."""
    with contextlib.suppress(TimeoutError):
        while True:
            await asyncio.wait_for(watcher.fetch(), 0.5)


async def check_person(person: Person) -> None:
    """Nothing that was answered is lost, and what was ended is gone."""
    for facet, possible in person.possible.items():
        reply = await person.client.get(f"me/{facet}")
        assert reply.property(PROPERTY[facet]) in possible, (person.address, facet)
    reply = await person.client.get("me/phones/home")
    assert reply.property("number") in person.phones, person.address
    for href, there in person.leases.items():
        if there is not None:
            assert (await person.client.get(href)).status == (200 if there else 404)


async def check_watcher(watcher: Watcher, person: Person) -> None:
    """The last thing told is the truth, and no more was told than was done."""
    for facet in person.possible:
        key = (person.address, facet)
        now = await watcher.client.get(watcher.client.person(person.address, facet))
        assert now.property(PROPERTY[facet]) == watcher.seen[key] != "Offline"
        assert 0 < watcher.told[key] <= person.tried[facet]
