"""People who talk, for tests of conversations: what they are told, and whether it is true.

What arrives is read into the same shape from JSON and XML, and written down in lines that can be
compared with the tables of the reference.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from world import JSON, NAMESPACE, Client, Reply, World

INVITATIONS = "communication/messagingInvitations"
TEXT = {"Content-Type": "text/plain"}
COUNTS = {"participantCount", "conversationLogsCount"}
"""Nobody is told when only these change."""


@dataclass
class Resource:
    """A resource as it was shown; links and embedded resources are lists by rel."""

    href: str
    properties: dict[str, Any]
    links: dict[str, list[tuple[str, str | None]]]
    embedded: dict[str, list[Resource]]

    def href_of(self, rel: str) -> str:
        """Return where a link leads."""
        return self.links[rel][0][0]

    def title_of(self, rel: str) -> str | None:
        """Return the title of a link."""
        return self.links[rel][0][1]


@dataclass
class Told:
    """An event."""

    sender: str
    type: str
    rel: str
    href: str
    title: str | None
    inside: str | None
    place: str | None
    status: str | None
    reason: tuple[str, str] | None
    shown: Resource | None

    def __str__(self) -> str:
        """Return it as in a table: sender, event, what is embedded of it, its links."""
        event = f"{self.rel} {self.type}" + (f" in {self.inside}" if self.inside else "")
        if self.status:
            event += f" {self.status}"
        if self.reason:
            event += " " + "/".join(self.reason)
        if self.shown is None:
            return f"{self.sender} | {event}"
        values = [self.shown.properties.get(name) for name in ("direction", "state", "role")]
        values += self.shown.properties.get("activeModalities") or []
        shown = " ".join(value for value in values if value)
        rels = [*self.shown.links, *(f"[{rel}]" for rel in self.shown.embedded)]
        return f"{self.sender} | {event} | {shown or '+'} | {' '.join(sorted(rels))}".rstrip(" |")


def table(text: str) -> list[str]:
    """Return the lines of a table as they compare with those of a package."""
    lines = []
    for line in text.strip().splitlines():
        cells = [re.sub(r"\s+", " ", cell).strip() for cell in line.split("|")]
        if len(cells) > 3:
            cells[3] = " ".join(sorted(cells[3].split()))
        lines.append(" | ".join(cells).rstrip())
    return lines


def resource_of(tree: Any) -> Resource:
    """Read a resource of JSON or XML."""
    if isinstance(tree, dict):
        links = {
            rel: [
                (to["href"], to.get("title")) for to in (many if isinstance(many, list) else [many])
            ]
            for rel, many in tree.get("_links", {}).items()
            if rel != "self"
        }
        embedded = {
            rel: [resource_of(one) for one in (many if isinstance(many, list) else [many])]
            for rel, many in tree.get("_embedded", {}).items()
        }
        known = {"_links", "_embedded", "rel", "etag"}
        properties = {name: value for name, value in tree.items() if name not in known}
        own = tree.get("_links", {}).get("self", {}).get("href", "")
        return Resource(own, properties, links, embedded)
    found = Resource(tree.get("href"), {}, {}, {})
    for child in tree:
        tag, name = child.tag.removeprefix(NAMESPACE), child.get("name")
        if tag == "property" and name != "etag":
            found.properties[name] = child.text or ""
        elif tag == "propertyList":
            found.properties[name] = [item.text for item in child]
        elif tag == "link":
            link = (child.get("href"), child.get("title"))
            found.links.setdefault(child.get("rel"), []).append(link)
        elif tag == "resource":
            found.embedded.setdefault(child.get("rel"), []).append(resource_of(child))
    return found


def different(one: Resource, other: Resource) -> list[tuple[str, Any, Any]]:
    """Return in which properties and links two differ."""
    pairs = ((one.properties, other.properties), (one.links, other.links))
    return [
        (name, a.get(name), b.get(name))
        for a, b in pairs
        for name in sorted(a.keys() | b.keys())
        if a.get(name) != b.get(name) and name not in COUNTS
    ]


def events_of(reply: Reply) -> list[Told]:
    """Read the events of a package in JSON or XML."""
    if "json" in (reply.header("Content-Type") or ""):
        return [
            _told(sender["rel"], event)
            for sender in reply.tree["sender"]
            for event in sender["events"]
        ]
    return [
        _told_in_xml(sender.get("rel"), event)
        for sender in reply.xml.findall(f"{NAMESPACE}sender")
        for event in sender
    ]


def _told(sender: str, event: dict[str, Any]) -> Told:
    link, reason = event["link"], event.get("reason")
    shown = event.get("_embedded", {}).get(link["rel"])
    return Told(
        sender,
        event["type"],
        link["rel"],
        link["href"],
        link.get("title"),
        event["in"]["rel"] if "in" in event else None,
        event["in"]["href"] if "in" in event else None,
        event.get("status"),
        reason and (reason["code"], reason["subcode"]),
        shown and resource_of(shown),
    )


def _told_in_xml(sender: str, event: Any) -> Told:
    inside, reason, shown = (
        event.find(f"{NAMESPACE}{tag}") for tag in ("in", "reason", "resource")
    )
    return Told(
        sender,
        event.tag.removeprefix(NAMESPACE),
        event.get("rel"),
        event.get("href"),
        event.get("title"),
        None if inside is None else inside.get("rel"),
        None if inside is None else inside.get("href"),
        event.get("status"),
        None
        if reason is None
        else (reason.find(f"{NAMESPACE}code").text, reason.find(f"{NAMESPACE}subcode").text),
        None if shown is None else resource_of(shown),
    )


@dataclass
class Talker:
    """Somebody at one application: what she was told last of each resource, and all events."""

    client: Client
    address: str
    seen: dict[str, Resource] = field(default_factory=dict)
    events: list[Told] = field(default_factory=list)
    others: set[str] = field(default_factory=set)

    @property
    def world(self) -> World:
        return self.client.world

    async def packages(self) -> list[list[Told]]:
        """Fetch what waits, package by package, without letting time pass."""
        found = []
        while True:
            await self.world.advance(0.15)
            waiting = await self.client.poll()
            if waiting.reply is None:
                await waiting.leave()
                return found
            assert waiting.reply.status == 200, waiting.reply.body
            self.client.follow(waiting.reply)
            found.append(events_of(waiting.reply))
            self._remember(found[-1])

    async def hear(self) -> list[Told]:
        """Fetch what waits, as one list of events."""
        return [event for package in await self.packages() for event in package]

    async def lines(self) -> list[str]:
        """Fetch what waits, as lines of a table."""
        return [str(event) for event in await self.hear()]

    def _remember(self, events: list[Told]) -> None:
        for event in events:
            self.events.append(event)
            if event.rel == "participant" and event.inside is None:
                self.others -= {event.href}
                self.others |= {event.href} if event.type != "deleted" else set()
            if event.inside == "lobby":  # who waits there does not take part
                self.others -= {event.href}
                self.others |= {event.href} if event.type == "deleted" else set()
            if event.inside is not None:
                holder = self.seen.get(event.place)
                if holder is not None and event.type == "added":
                    holder.links[event.rel] = [(event.href, None)]
                elif holder is not None and event.type == "deleted":
                    holder.links.pop(event.rel, None)
            if event.type == "deleted":
                self.seen = {
                    href: shown
                    for href, shown in self.seen.items()
                    if not f"{href}/".startswith(f"{event.href}/")
                }
            elif event.shown is not None:
                self.seen[event.href] = replace(event.shown, links=dict(event.shown.links))

    async def agree(self) -> None:
        """Check that what the last event of each resource showed is what GET shows now.

        What is embedded in them, who sent an invitation, is a copy of its time, and who accepted
        it may have left. Those in a conversation are counted by the events of participants.
        """
        for href, shown in self.seen.items():
            reply = await self.client.get(href)
            completed = "Invitations/" in href and shown.properties["state"] != "Connecting"
            if reply.status == 404 and (completed or "/messages/" in href):
                continue  # both are kept for a while only
            assert reply.status == 200, (href, reply.body)
            is_json = self.client.accept == JSON
            now = resource_of(reply.tree if is_json else reply.xml)
            if "localParticipant" in now.links:
                there = {one for one in self.others if one.startswith(f"{href}/")}
                assert int(now.properties["participantCount"]) == 1 + len(there)
            told = replace(shown, links=now.links) if completed else shown
            assert [] == different(told, now), (href, different(told, now))

    def last(self, rel: str) -> Resource:
        """Return the resource of a rel as it was shown last."""
        return next(one.shown for one in reversed(self.events) if one.rel == rel and one.shown)

    def latest(self, rel: str) -> Told:
        """Return the last event about a rel."""
        return next(one for one in reversed(self.events) if one.rel == rel)

    async def do(self, rel: str, of: str, body: Any = None, **more: Any) -> Reply:
        """Use a link of what was shown last of a rel."""
        return await self.client.post(self.last(of).href_of(rel), body, **more)

    async def invite(self, other: Talker, **body: Any) -> Reply:
        """Ask somebody to talk."""
        return await self.client.post(INVITATIONS, {"to": f"sip:{other.address}", **body})

    async def add(self, other: Talker, **body: Any) -> Reply:
        """Ask one more into the conversation."""
        href = self.last("conversation").href_of("addParticipant")
        return await self.client.post(href, {"to": f"sip:{other.address}", **body})

    async def say(self, text: str, query: str = "", headers: dict[str, str] | None = None) -> Reply:
        """Say something in the conversation."""
        href = self.last("messaging").href_of("sendMessage")
        return await self.client.post(href + query, text, headers or TEXT)

    def heard(self) -> list[str]:
        """Return the texts of the messages that have come in."""
        return [
            event.shown.href_of(rel).partition(",")[2]
            for event in self.events
            if event.rel == "message" and event.shown.properties["direction"] == "Incoming"
            for rel in ("plainMessage", "htmlMessage")
            if rel in event.shown.links
        ]


async def talker(world: World, user: str, name: str = "", *, at: str = "e1", **more: Any) -> Talker:
    """Have somebody sign in where messages are welcome; all that waits is fetched."""
    address = f"{user}@contoso.test"
    if not await world.server.store.people([address]):
        await world.person(user, name)
    modalities = more.pop("supportedModalities", ["Messaging"])
    client = await world.available(address, endpointId=at, supportedModalities=modalities, **more)
    await client.news()
    return Talker(client, address)


async def settled(*talkers: Talker) -> None:
    """Have everyone fetch what waits, until nothing does, and check that it is the truth."""
    for _ in range(3):
        for one in talkers:
            await one.packages()
    for one in talkers:
        await one.agree()


async def talk(caller: Talker, callee: Talker, **body: Any) -> None:
    """Connect two people."""
    assert (await caller.invite(callee, **body)).status == 201
    await settled(caller, callee)
    assert (await callee.do("accept", "messagingInvitation")).status == 204
    await settled(caller, callee)


async def confer(organizer: Talker, first: Talker, *others: Talker) -> None:
    """Connect several people, all of them with messaging."""
    await talk(organizer, first)
    for one in others:
        assert (await organizer.add(one)).status == 201
        await settled(organizer, first, *others)
        assert (await one.do("accept", "onlineMeetingInvitation")).status == 204
        await settled(organizer, first, *others)
        assert (await one.do("addMessaging", "messaging")).status == 201
        await settled(organizer, first, *others)
