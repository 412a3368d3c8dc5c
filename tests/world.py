"""A whole server in a test: the real ASGI application, a real database, a clock that is moved.

``World`` holds it; ``Client`` is one application of one person. Nothing sleeps: time passes by
``world.advance``, and a request that waits is a ``Waiting`` that has its reply when it has it.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self
from urllib.parse import quote, urlencode

import msgspec
from argon2 import PasswordHasher
from lxml import etree

import nodes as stores
from openucwa.adapters import eager
from openucwa.adapters.passwords import Passwords
from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.groups import SqlGroups
from openucwa.adapters.sql.sqlite import FILE
from openucwa.adapters.sql.store import SqlStore
from openucwa.app.auth import Grant
from openucwa.app.render import GUID_VALUE
from openucwa.domain.identity import GUESTS, Identity
from openucwa.domain.people import DistributionGroup, Person
from openucwa.settings import Settings
from openucwa.wiring import Server

HOST = "pool.contoso.test"
DOMAIN = "contoso.test"
PASSWORD = "correct horse"
APPLICATIONS = "/ucwa/oauth/v1/applications"
NAMESPACE = "{http://schemas.microsoft.com/rtc/2012/03/ucwa}"
START = 1_790_000_000.0
JSON = "application/json"
XML = "application/xml"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class MovableClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: float = START) -> None:
        self.time = at

    def now(self) -> float:
        return self.time


@dataclass
class Reply:
    """What came back."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """Return a header by its exact name, as strict clients read it."""
        return next((value for key, value in self.headers if key == name), None)

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]

    @property
    def tree(self) -> dict[str, Any]:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def xml(self) -> etree._Element:
        """The body as XML."""
        return etree.fromstring(self.body)

    @property
    def reason(self) -> tuple[int, str, str | None]:
        """What a refusal says: status, code and subcode, whichever format it is in."""
        return self.status, self.property("code"), self.property("subcode")

    @property
    def bad(self) -> list[str]:
        """The names of the parameters that a refusal complains about."""
        if "json" in (self.header("Content-Type") or ""):
            return [parameter["name"] for parameter in self.tree["parameters"]]
        return [entry.get("name") for entry in self.xml.find(f"{NAMESPACE}parameters")]

    @property
    def hrefs(self) -> dict[str, str]:
        """Where the links of a resource or package lead, without self and lists."""
        if "json" in (self.header("Content-Type") or ""):
            links = self.tree["_links"].items()
            return {rel: to["href"] for rel, to in links if rel != "self" and "href" in to}
        return {e.get("rel"): e.get("href") for e in self.xml.findall(f"{NAMESPACE}link")}

    @property
    def guid(self) -> str:
        """The name of the property that a PUT must repeat."""
        if "json" in (self.header("Content-Type") or ""):
            return next(name for name, value in self.tree.items() if value == GUID_VALUE)
        found = self.xml.findall(f"{NAMESPACE}property")
        return next(one.get("name") for one in found if one.text == GUID_VALUE)

    def property(self, name: str) -> Any:
        """Return a top-level property of a resource or reason, whichever format it is in."""
        if "json" in (self.header("Content-Type") or ""):
            return self.tree.get(name)
        found = self.xml.find(f"{NAMESPACE}property[@name='{name}']")
        found = self.xml.find(f"{NAMESPACE}{name}") if found is None else found
        if found is not None:
            return found.text
        items = self.xml.find(f"{NAMESPACE}propertyList[@name='{name}']")
        return None if items is None else [item.text for item in items]

    def links(self) -> set[str]:
        """Return the rels of a resource's links, without self, whichever format it is in."""
        if "json" in (self.header("Content-Type") or ""):
            return self.tree["_links"].keys() - {"self"}
        return {link.get("rel") for link in self.xml.findall(f"{NAMESPACE}link")}

    def href(self, rel: str) -> str:
        """Return where a link of a resource or a package leads, whichever format it is in."""
        if "json" in (self.header("Content-Type") or ""):
            return self.tree["_links"][rel]["href"]
        return self.xml.find(f"{NAMESPACE}link[@rel='{rel}']").get("href")

    def events(self) -> list[tuple[str, ...]]:
        """Return a package's events as (sender, type, rel[, in]), whichever format it is in."""
        if "json" not in (self.header("Content-Type") or ""):
            return [
                (
                    sender.get("rel"),
                    event.tag.removeprefix(NAMESPACE),
                    event.get("rel"),
                    *(inside.get("rel") for inside in event.findall(f"{NAMESPACE}in")),
                )
                for sender in self.xml.findall(f"{NAMESPACE}sender")
                for event in sender
            ]
        return [
            (
                sender["rel"],
                event["type"],
                event["link"]["rel"],
                *((event["in"]["rel"],) if "in" in event else ()),
            )
            for sender in self.tree["sender"]
            for event in sender["events"]
        ]


@dataclass
class Waiting:
    """A request under way; ``reply`` is None until it is answered."""

    task: asyncio.Task[Reply | None]
    gone: asyncio.Event

    @property
    def reply(self) -> Reply | None:
        return self.task.result() if self.task.done() else None

    async def leave(self) -> None:
        """Close the connection without waiting for the answer."""
        self.gone.set()
        await quiet()


async def quiet() -> None:
    """Let everything run that can run without time passing."""
    await stores.turns(patient=bool(_durable))
    for pool in _pools:
        await stores.come_to_rest(pool)


_pools: list[list[Server]] = []
"""The nodes of the worlds that are pools."""

_durable: set[int] = set()
"""Worlds that keep a journal, in whose answers a disk has a part, by their ids."""


_migrated: list[bytes] = []


async def _put_database(folder: Path) -> None:
    """Put an empty database in a folder that has none: migrating takes longer than most tests."""
    if not _migrated:
        with TemporaryDirectory() as place:
            database = await Database.open(place)
            await SqlStore(database).secret()
            await database.close()
            _migrated.append((Path(place) / FILE).read_bytes())
    folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240
    if not (folder / FILE).exists():
        (folder / FILE).write_bytes(_migrated[0])


async def _build(sections: Mapping[str, Any], clock: MovableClock, *, durable: bool) -> Server:
    settings = msgspec.convert(sections, Settings, strict=False)
    return await Server.build(settings, clock, Passwords(1, CHEAP), durable=durable)


async def _pool(
    folder: Path, sections: Mapping[str, Any], clock: MovableClock, *, durable: bool
) -> list[Server]:
    sections = stores.in_use[-1].sections(folder, sections, durable=durable)
    nodes = [
        await _build(sections | {"node": {"name": f"n{number}"}}, clock, durable=False)
        for number in range(stores.NODES)
    ]
    await stores.join(nodes)
    _pools.append(nodes)
    return nodes


@dataclass(repr=False)  # with all that a server has, and it is asked for wherever a test waits
class World:
    """A server with people, or the nodes of a pool, which are asked in turn."""

    server: Server
    clock: MovableClock
    nodes: list[Server]
    _turns: Iterator[Server]

    @classmethod
    async def create(
        cls,
        folder: Path,
        *,
        durable: bool = False,
        at: float = START,
        **sections: Mapping[str, Any],
    ) -> Self:
        """Build a server; ``events={"medium": 1}`` and the like change settings."""
        sections["server"] = {"data": str(folder), "public_url": "", **sections.get("server", {})}
        clock = MovableClock(at)
        nodes = await _pool(folder, sections, clock, durable=durable) if stores.in_use else None
        if nodes is None:
            await _put_database(folder)
            nodes = [await _build(sections, clock, durable=durable)]
        world = cls(nodes[0], clock, nodes, itertools.cycle(nodes))
        if durable:
            _durable.add(id(world))
        return world

    def home(self, address: str) -> Server:
        """Return the server where somebody lives, or a conversation by its id."""
        return next(one for one in self.nodes if one.live.is_here(address))

    async def person(self, user: str, name: str = "", **card: Any) -> str:
        """Add a person, return the address."""
        address = f"{user}@{DOMAIN}"
        card = {"uri": f"sip:{address}", "name": name or user.title(), **card}
        await self.server.store.add([(Person(address, **card), CHEAP.hash(PASSWORD))])
        return address

    async def distribution_group(self, name: str, *members: str, hidden: bool = False) -> str:
        """Add a distribution group, return its address."""
        group = DistributionGroup(f"{name.lower()}@{DOMAIN}", name, hidden)
        await SqlGroups(self.server.database).keep({group: members})
        return group.address

    async def advance(self, seconds: float) -> None:
        """Let time pass: everything that falls due happens at its time and in its order."""
        end = self.clock.time + seconds
        await quiet()
        while (due := self.due()) is not None and due <= end:
            self.clock.time = max(due, self.clock.time)
            for node in self.nodes:
                node.timers.run(self.clock.time)
            await quiet()
        self.clock.time = end
        for node in self.nodes:
            await node.directory_watch.recheck(end)
            await node.policy_watch.recheck(end)
            await node.calendar_watch.recheck(end)
            await node.held_watch.recheck(end)
            await node.webhook_watch.recheck(end)
            await node.dispatcher.whereabouts.recheck(end)
            await node.scribe.flush()
            await node.live.stored(patient=True)
        await quiet()

    def due(self) -> float | None:
        """Return when something happens next."""
        times = [node.timers.next() for node in self.nodes]
        return min((when for when in times if when is not None), default=None)

    async def begin(
        self,
        method: str,
        url: str,
        body: bytes | str = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Waiting:
        """Send a request to the ASGI application and do not wait for the answer."""
        body = body.encode() if isinstance(body, str) else body
        path, _, query = url.partition("?")
        given = {"Host": HOST, **(headers or {})}
        if body:
            given["Content-Length"] = str(len(body))
        scope = {
            "type": "http",
            "method": method,
            "scheme": "https",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(k.lower().encode(), v.encode()) for k, v in given.items()],
            "http_version": "1.1",
        }
        gone, sent = asyncio.Event(), []
        inbox = [{"type": "http.request", "body": body, "more_body": False}]
        done, idle = asyncio.Event(), asyncio.Event()

        async def receive() -> dict[str, Any]:
            if inbox:
                return inbox.pop()
            idle.set()
            waits = [asyncio.create_task(event.wait()) for event in (gone, done)]
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for task in waits:
                task.cancel()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)
            if message["type"] == "http.response.body":
                done.set()

        app = next(self._turns).app

        async def run() -> Reply | None:
            try:
                if (task := eager.start(app(scope, receive, send))) is not None:
                    await task
            finally:
                idle.set()
            if len(sent) < 2:
                return None
            start, content = sent
            pairs = [(bytes(k).decode(), v.decode()) for k, v in start["headers"]]
            return Reply(start["status"], pairs, content["body"])

        waiting = Waiting(asyncio.create_task(run()), gone)
        await idle.wait()  # the database answers from a thread of its own
        await quiet()
        return waiting

    async def ask(
        self,
        method: str,
        url: str,
        body: bytes | str = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send a request and return the reply, without time passing."""
        waiting = await self.begin(method, url, body, headers)
        reply = await asyncio.wait_for(waiting.task, 10)
        assert reply is not None
        return reply

    async def token(self, address: str, scope: str = "") -> str:
        """Sign in by password."""
        form = {"grant_type": "password", "username": address, "password": PASSWORD}
        reply = await self.ask(
            "POST",
            "/WebTicket/oauthtoken",
            urlencode(form | ({"scope": scope} if scope else {})),
            {"Content-Type": "application/x-www-form-urlencoded"},
        )
        return reply.tree["access_token"]

    def guest_token(self) -> str:
        """Return the token of an anonymous guest."""
        now = self.clock.now()
        scopes = frozenset({"User.ReadWrite", "Contacts.ReadWrite", "Conversations.Receive"})
        guest = Identity(f"guest@{GUESTS}", scopes, now + 3600, anonymous=True)
        return self.server.dispatcher.authenticator.issue(Grant(guest))

    async def guest(self, accept: str = JSON) -> Client:
        """Create an application of an anonymous guest."""
        client = Client(self, self.guest_token(), accept)
        await client.create()
        return client

    async def limited(self, address: str, *scopes: str, accept: str = JSON) -> Client:
        """Sign in with some scopes only and create an application."""
        client = Client(self, await self.token(address, " ".join(scopes)), accept)
        await client.create()
        return client

    async def client(self, address: str, accept: str = JSON, **body: Any) -> Client:
        """Sign in and create an application."""
        client = Client(self, await self.token(address), accept)
        await client.create(**body)
        return client

    async def available(self, address: str, accept: str = JSON, **body: Any) -> Client:
        """Sign in, create an application and make the person available."""
        client = await self.client(address, accept, endpointId=body.pop("endpointId", "e1"))
        reply = await client.post("me/makeMeAvailable", body)
        assert reply.status == 204, reply.body
        return client

    async def flush(self) -> None:
        """Have everything stored that may be stored a little later."""
        for node in self.nodes:
            await node._ticker.flush()

    async def crash(self) -> None:
        """End without a word."""
        _durable.discard(id(self))
        if self.nodes in _pools:
            _pools.remove(self.nodes)
        for node in self.nodes:
            await stores.kill(node)

    async def close(self) -> None:
        await quiet()
        _durable.discard(id(self))
        if self.nodes in _pools:
            _pools.remove(self.nodes)
        for node in self.nodes:
            await node.close()


@dataclass
class Client:
    """One application, speaking JSON or XML both ways."""

    world: World
    token: str
    accept: str = JSON
    path: str = ""
    next: str = ""
    created: Reply | None = None

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Accept": self.accept}

    async def create(self, **body: Any) -> Reply:
        """POST applications; remember where the application and its events are."""
        body = {"culture": "en-US", "endpointId": "e1", "userAgent": "test/1"} | body
        reply = await self.send("POST", APPLICATIONS, body)
        self.created = reply
        if reply.status in (200, 201):
            self.path = (reply.header("Location") or "").partition("?")[0]
            if self.accept == JSON:
                self.next = reply.tree["_links"]["events"]["href"]
            else:
                self.next = reply.xml.find(f"{NAMESPACE}link[@rel='events']").get("href")
        return reply

    def encode(self, body: Mapping[str, Any]) -> str:
        """Write parameters in the client's format."""
        if self.accept == JSON:
            return json.dumps(body)
        root = etree.Element(f"{NAMESPACE}input", nsmap={None: NAMESPACE[1:-1]})
        for name, value in body.items():
            if isinstance(value, list):
                items = etree.SubElement(root, f"{NAMESPACE}propertyList", name=name)
                for item in value:
                    etree.SubElement(items, f"{NAMESPACE}item").text = str(item)
            elif value is not None:
                etree.SubElement(root, f"{NAMESPACE}property", name=name).text = str(value)
        return etree.tostring(root, encoding="unicode")

    async def send(
        self,
        method: str,
        url: str,
        body: Mapping[str, Any] | bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send a request to a path below the application, or to an absolute path."""
        given = self.headers
        if isinstance(body, Mapping):
            given["Content-Type"] = self.accept
            body = self.encode(body)
        url = url if url.startswith("/") else f"{self.path}/{url}".rstrip("/")
        return await self.world.ask(method, url, body or b"", given | dict(headers or {}))

    async def get(self, url: str, headers: Mapping[str, str] | None = None) -> Reply:
        return await self.send("GET", url, None, headers)

    async def post(
        self, url: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        return await self.send("POST", url, body, headers)

    async def put(
        self, url: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        return await self.send("PUT", url, body, headers)

    async def delete(self, url: str = "", headers: Mapping[str, str] | None = None) -> Reply:
        return await self.send("DELETE", url, None, headers)

    async def report(self) -> Reply:
        """Report activity."""
        return await self.post("me/reportMyActivity")

    async def poll(self, url: str = "", more: str = "") -> Waiting:
        """Ask for events and do not wait; the URL is the next one unless given."""
        return await self.world.begin("GET", (url or self.next) + more, b"", self.headers)

    def follow(self, reply: Reply) -> None:
        """Remember where a package says to go on: resync, else next."""
        if self.accept == JSON:
            links = {rel: link["href"] for rel, link in reply.tree["_links"].items()}
        else:
            links = {e.get("rel"): e.get("href") for e in reply.xml.findall(f"{NAMESPACE}link")}
        self.next = links.get("resync") or links["next"]

    async def package(self, wait: float = 16.0) -> Reply:
        """Fetch the next package, letting up to ``wait`` seconds pass, and acknowledge later."""
        waiting = await self.poll()
        for _ in range(int(wait * 2)):
            if waiting.reply is not None:
                break
            await self.world.advance(0.5)
        reply = waiting.reply
        assert reply is not None, "no package came"
        assert reply.status == 200, reply.body
        self.follow(reply)
        return reply

    async def news(self) -> list[tuple[str, ...]]:
        """Return the events of the time for which those of medium urgency may be held, if any."""
        await self.world.advance(6)
        waiting = await self.poll()
        if waiting.reply is None:
            await waiting.leave()
            return []
        self.follow(waiting.reply)
        return waiting.reply.events()

    def person(self, address: str, facet: str = "") -> str:
        """Return the path of a person, or of something of hers."""
        return f"people/{quote(address)}" + (f"/{facet}" if facet else "")

    async def watch(self, *addresses: str, duration: int = 30) -> Reply:
        """Subscribe to people's presence."""
        uris = [f"sip:{address}" for address in addresses]
        return await self.post("people/presenceSubscriptions", {"duration": duration, "uris": uris})

    async def listen(self, duration: int = 60) -> Reply:
        """Ask to be told of changes of one's own contacts and groups."""
        capability = "startOrRefreshSubscriptionToContactsAndGroups"
        href = f"people/contactsAndGroupsSubscription/{capability}"
        return await self.post(href, {"duration": duration})

    async def groups(self) -> dict[str, str]:
        """Return the ids of one's own groups by name."""
        reply = await self.get("people/groups", {"Accept": JSON})
        found: dict[str, str] = {}
        for shown in reply.tree["_embedded"].values():
            for group in shown if isinstance(shown, list) else [shown]:
                found[group["name"]] = group["id"]
        return found

    async def make_group(self, name: str) -> str:
        """Make a group, return its id."""
        reply = await self.post("people/groups", {"displayName": name})
        assert reply.status == 204, reply.body
        return (await self.groups())[name]

    async def join(self, address: str, group: str = "") -> Reply:
        """Put somebody into a group, or the one for those who are in no other."""
        body = {"contactUri": f"sip:{address}", **({"groupId": group} if group else {})}
        return await self.post("people/groupMemberships", body)
