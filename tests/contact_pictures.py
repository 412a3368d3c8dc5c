"""Contact lists seen by a client: by fetching everything, or by following the events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from openucwa.domain.contacts import Kind, system_group
from world import JSON, NAMESPACE, Client, Reply

OTHERS_FILL = {"delegatorsGroup", "myOrganizationGroup"}
NOT_CONTACTS = OTHERS_FILL | {"delegatesGroup"}


class Told(NamedTuple):
    """One event: what happened to what, and the collection that it happened in."""

    sender: str
    type: str
    rel: str
    href: str
    inside: str
    where: str


def told(reply: Reply) -> list[Told]:
    """Return the events of a package, whichever format it is in."""
    if "json" in (reply.header("Content-Type") or ""):
        return [
            Told(sender["rel"], event["type"], *_ref(event["link"]), *_ref(event.get("in", {})))
            for sender in reply.tree["sender"]
            for event in sender["events"]
        ]
    found = []
    for sender in reply.xml.findall(f"{NAMESPACE}sender"):
        for event in sender:
            inside = event.find(f"{NAMESPACE}in")
            collection = _ref({} if inside is None else inside.attrib)
            kind = event.tag.removeprefix(NAMESPACE)
            found.append(Told(sender.get("rel"), kind, *_ref(event.attrib), *collection))
    return found


def _ref(link: Any) -> tuple[str, str]:
    return link.get("rel", ""), link.get("href", "")


async def shown(client: Client, href: str) -> dict[str, Any] | None:
    """Return a resource as JSON, or None if there is none."""
    reply = await client.get(href, {"Accept": JSON})
    return reply.tree if reply.status == 200 else None


async def embedded(client: Client, href: str, rel: str) -> list[dict[str, Any]]:
    """Return what a collection embeds."""
    tree = await shown(client, href)
    return (tree or {}).get("_embedded", {}).get(rel, [])


async def name_delegate(client: Client, owner: str, delegate: str) -> Reply:
    """Let the owner name a delegate; there is no such group before the first one."""
    return await client.join(delegate, system_group(owner, Kind.DELEGATES))


async def rename(client: Client, group: str, name: str, match: str = "") -> Reply:
    """Read a group, and send it back with another name."""
    reply = await client.get(f"people/groups/{group}")
    given = {reply.guid: "", "id": group, "name": name}
    headers = {"If-Match": match or reply.header("ETag") or ""}
    return await client.put(f"people/groups/{group}", given, headers)


def own(tree: dict[str, Any]) -> str:
    return tree["_links"]["self"]["href"]


@dataclass
class Picture:
    """A contact list by hrefs: groups with their kinds and names, those in them, and contacts.

    ``watched`` are those of whose presence the client is told.
    """

    groups: dict[str, tuple[str, str]] = field(default_factory=dict)
    members: dict[str, set[str]] = field(default_factory=dict)
    contacts: set[str] = field(default_factory=set)
    watched: set[str] = field(default_factory=set)

    @classmethod
    async def fetch(cls, client: Client) -> Picture:
        """Fetch everything; the resources that tell the same must agree."""
        picture = cls()
        for one in (await shown(client, "people/groups"))["_embedded"].values():
            for group in one if isinstance(one, list) else [one]:
                await picture.see(client, group)
        contacts = await embedded(client, "people/contacts", "contact")
        picture.contacts = {own(one) for one in contacts}
        watched = await embedded(client, "people/subscribedContacts", "contact")
        picture.watched = {own(one) for one in watched}
        picture.check(await embedded(client, "people/groupMemberships", "myGroupMembership"))
        return picture

    async def see(self, client: Client, group: dict[str, Any]) -> None:
        """Take over a group with those in it."""
        self.groups[own(group)] = group["rel"], group["name"]
        if "groupContacts" in group["_links"]:
            await self.see_members(client, group)

    async def see_members(self, client: Client, group: dict[str, Any]) -> None:
        href = group["_links"]["groupContacts"]["href"]
        self.members[own(group)] = {own(one) for one in await embedded(client, href, "contact")}

    def check(self, memberships: list[dict[str, Any]]) -> None:
        """Compare with the memberships; contacts are those in groups of the owner's making."""
        pairs = [
            (self.groups[group][0], group, one)
            for group in self.members
            for one in self.members[group]
        ]
        links = [one["_links"] for one in memberships]
        listed = [
            (rel, link["href"], found["contact"]["href"])
            for found in links
            for rel, link in found.items()
            if rel not in ("self", "contact")
        ]
        assert sorted(pair for pair in pairs if pair[0] not in OTHERS_FILL) == sorted(listed)
        assert self.contacts == {one for rel, _, one in pairs if rel not in NOT_CONTACTS}

    async def apply(self, client: Client, event: Told) -> None:
        """Do what an event says; only names, and who is in the organization, are fetched."""
        assert event.sender == "people"
        if event.rel.endswith("Group") or event.rel == "group":
            await self.apply_to_group(client, event)
        elif event.rel == "contact":
            self.apply_to_people(event)

    def apply_to_people(self, event: Told) -> None:
        others = {"myContacts": self.contacts, "subscribedContacts": self.watched}
        people = others[event.inside] if event.inside in others else self.members[event.where]
        assert (event.type == "added") is (event.href not in people)
        people ^= {event.href}

    async def apply_to_group(self, client: Client, event: Told) -> None:
        assert event.inside == "myGroups"
        assert (event.type == "added") is (event.href not in self.groups)
        if event.type == "deleted":
            del self.groups[event.href]
            left = self.members.pop(event.href, set())
            assert not left or event.rel == "myOrganizationGroup"
            return
        group = await shown(client, event.href)
        name = group["name"] if group else ""  # it may be gone, which a later event says
        self.groups[event.href] = event.rel, name
        if event.rel != "distributionGroup":
            self.members.setdefault(event.href, set())
        if group and event.rel == "myOrganizationGroup":
            await self.see_members(client, group)


@dataclass
class Follower:
    """A client that listens, and keeps a picture by events alone from then on."""

    client: Client
    picture: Picture = field(default_factory=Picture)

    @classmethod
    async def start(cls, client: Client) -> Follower:
        await client.listen()
        return cls(client, await Picture.fetch(client))

    async def poll(self, *, lost: bool = False) -> list[Told]:
        """Fetch what is there, if anything; a lost answer is asked for again the next time."""
        waiting = await self.client.poll()
        await self.client.world.advance(0.1)
        reply = waiting.reply
        if reply is None or lost:
            await waiting.leave()
            return []
        self.client.follow(reply)
        events = told(reply)
        for event in events:
            await self.picture.apply(self.client, event)
        return events
