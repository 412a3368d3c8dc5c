"""Replaying is as good as fetching: who follows the events knows what everybody sees.

A watcher fetches only what events name. After any sequence of commands, losses and waits, her
picture of those she watches is the one that fetching everything gives.
"""

from __future__ import annotations

from random import Random

import pytest

from world import JSON, XML

FACETS = ("presence", "note", "location", "supportedMedia")
WISHES = [None, "Online", "Busy", "DoNotDisturb", "BeRightBack", "Away", "Offwork"]
VISIBLE = ("availability", "activity", "deviceType", "message", "type", "location", "modalities")


def visible(reply):
    """Return what a facet shows; when somebody was last active is not worth an event."""
    return [reply.property(name) for name in VISIBLE]


class Watcher:
    """Keeps a picture by events alone."""

    def __init__(self, client):
        self.client = client
        self.picture = {}
        self.subscriptions = []

    async def subscribe(self, address):
        self.subscriptions.append((await self.client.watch(address)).header("Location"))

    async def cancel(self, random):
        if self.subscriptions:
            href = self.subscriptions.pop(random.randrange(len(self.subscriptions)))
            await self.client.delete(href)

    async def poll(self, *, lost=False):
        """Fetch what is there; a lost answer is asked for again the next time."""
        waiting = await self.client.poll()
        reply = waiting.reply
        if reply is None or lost:
            await waiting.leave()
            return
        self.client.follow(reply)
        for sender in reply.tree["sender"]:
            for event in sender["events"]:
                await self.apply(event["type"], event["link"]["rel"], event["link"]["href"])

    async def apply(self, kind, rel, href):
        person = href.partition("/people/")[2].partition("/")[0]
        if rel == "contact":
            self.picture.pop(person, None)
            if kind == "added":
                self.picture[person] = {facet: [None] * len(VISIBLE) for facet in FACETS[1:]}
        elif rel.startswith("contact") and person in self.picture:
            facet = href.rpartition("/")[2]
            self.picture[person][facet] = visible(await self.client.get(href))

    async def truth(self):
        """Fetch everything about everybody who is watched."""
        reply = await self.client.get("people/subscribedContacts")
        people = [card["_links"]["self"]["href"] for card in reply.tree["_embedded"]["contact"]]
        return {
            href.rpartition("/")[2]: {
                facet: visible(await self.client.get(f"{href}/{facet}")) for facet in FACETS
            }
            for href in people
        }


def told(picture):
    """Read a missing list of modalities as an empty one: both say that there are none."""
    return {
        person: {facet: [value or None for value in shown] for facet, shown in facets.items()}
        for person, facets in picture.items()
    }


async def live(world, people, random):
    """Let one of the people do something."""
    address = random.choice(list(people))
    client = people[address]
    action = random.randrange(7)
    if client is None or (await client.get("me/presence")).status != 200:
        modalities = random.sample(["Messaging", "Audio"], random.randrange(3))
        people[address] = await world.available(
            address, random.choice([JSON, XML]), supportedModalities=modalities
        )
    elif action == 0:
        await client.delete("")
        people[address] = None
    elif action == 1:
        await client.post("me/note", {"message": random.choice(["", "a", "b"])})
    elif action == 2:
        await client.post("me/location", {"location": random.choice(["", "x", "y"])})
    elif action in (3, 4):
        await client.report()
    else:
        await client.post("me/presence", {"availability": random.choice(WISHES)})


@pytest.mark.parametrize("seed", range(8))
async def test_following_the_events_is_as_good_as_fetching_everything(world, seed):
    random = Random(seed)
    people = {await world.person(name): None for name in ("lenea", "sarad", "otto")}
    watcher = Watcher(await world.client(await world.person("wera")))
    for _ in range(50):
        step = random.randrange(10)
        if step < 4:
            await live(world, people, random)
        elif step == 4:
            await watcher.subscribe(random.choice(list(people)))
        elif step == 5:
            await watcher.cancel(random)
        elif step == 6:
            await world.advance(random.choice([1, 6, 61, 301, 700]))
            await watcher.poll(lost=random.random() < 0.3)  # or the application would expire
        else:
            await watcher.poll(lost=random.random() < 0.3)
    for _ in range(3):
        await world.advance(6)
        await watcher.poll()

    assert told(await watcher.truth()) == told(watcher.picture)
