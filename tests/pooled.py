"""A pool of real processes in a test: nodes that can be hurt, and people at work in it.

Requests go round robin over the nodes, as behind a balancer: one that finds a node gone is sent to
the next, unless doing it twice could do harm.
"""

# ruff: noqa: T201  the numbers that it measures are for docs/pool.md

from __future__ import annotations

import asyncio
import contextlib
import itertools
import signal
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx2

from daemons import HOST, Daemon, Postgres, Redis, free_port
from openucwa.domain.shards import shard_of
from process import COMMAND, environment
from talking import INVITATIONS, TEXT, Told, events_of
from world import DOMAIN, PASSWORD, Client, Reply, Waiting, World

PEOPLE = [f"person{number:02}@{DOMAIN}" for number in range(20)]
PROMPT = {"OPENUCWA_EVENTS_MEDIUM": "100ms", "OPENUCWA_EVENTS_LOW": "100ms"}
LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
GONE = httpx2.TransportError
SHOWN = frozenset({"Online", "Busy", "DoNotDisturb"})
SOON = 30.0
"""Seconds after which what should happen soon has not."""


class Node(Daemon):
    """A node of a pool, as a process."""

    def __init__(self, folder: Path, settings: Mapping[str, str], *, address: str = "") -> None:
        super().__init__(folder)
        self.settings = {
            "OPENUCWA_NODE_NAME": folder.name,
            "OPENUCWA_NODE_ADDRESS": address or f"{HOST}:{free_port()}",
            **settings,
        }

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def environment(self) -> dict[str, str]:
        return environment() | self.settings

    def command(self) -> list[str]:
        words = ["--port", str(self.port), "--data", str(self.folder)]
        return [sys.executable, "-m", "openucwa", "serve", *words]

    def ready(self) -> bool:
        return self.get("/readyz") is not None

    def get(self, path: str) -> str | None:
        """Return a page, if it is well."""
        with contextlib.suppress(OSError):
            return str(urllib.request.urlopen(self.url + path, timeout=2).read(), "utf-8")
        return None

    def freeze(self) -> None:
        """Let it hang until it is thawed."""
        self._send(signal.SIGSTOP)

    def thaw(self) -> None:
        self._send(signal.SIGCONT)

    def stop(self) -> None:
        self.thaw()
        super().stop()

    def metric(self, name: str) -> float:
        """Return a number that it tells of itself."""
        rows = (row.split() for row in (self.get("/metrics") or "").splitlines())
        return next(float(row[1]) for row in rows if row[0] == name)


class Cable:
    """A way for connections to a server, which can be cut: nothing gets through until it is mended.

    What was under way gets through then, as in a network.
    """

    def __init__(self, host: str, port: int) -> None:
        self._to = host, port
        self._whole = asyncio.Event()
        self._whole.set()
        self._server: asyncio.Server | None = None
        self._carrying: set[asyncio.Task[None]] = set()

    async def lay(self, port: int = 0) -> str:
        """Begin to listen; return the address."""
        self._server = await asyncio.start_server(self._carry, HOST, port)
        return f"{HOST}:{self._server.sockets[0].getsockname()[1]}"

    def cut(self) -> None:
        self._whole.clear()

    def mend(self) -> None:
        self._whole.set()

    async def close(self) -> None:
        self.mend()
        if self._server is not None:
            self._server.close()
        for task in self._carrying:
            task.cancel()
        await asyncio.gather(*self._carrying, return_exceptions=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._carrying.add(asyncio.current_task())
        with contextlib.closing(writer), contextlib.suppress(OSError):
            await self._whole.wait()
            there, back = await asyncio.open_connection(*self._to)
            with contextlib.closing(back):
                both = (self._pass_on(reader, back), self._pass_on(there, writer))
                await asyncio.gather(*both, return_exceptions=True)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while chunk := await reader.read(65536):
                await self._whole.wait()
                writer.write(chunk)
        finally:
            writer.close()


@dataclass
class Pool:
    """Nodes that share PostgreSQL and Redis."""

    folder: Path
    settings: dict[str, str]
    nodes: list[Node] = field(default_factory=list)

    def make(self, **more: str) -> Node:
        """Make one more node, which is not started yet; settings by the names of variables."""
        address = more.pop("address", "")
        folder = self.folder / f"node{len(self.nodes) + 1}"
        self.nodes.append(Node(folder, self.settings | more, address=address))
        return self.nodes[-1]

    async def stop(self) -> None:
        await asyncio.gather(*(asyncio.to_thread(node.stop) for node in self.nodes))

    async def start(self, count: int, **more: str) -> list[Node]:
        """Start so many nodes at once, and wait until each has its part."""
        nodes = [self.make(**more) for _ in range(count)]
        await self.begin(*nodes)
        return nodes

    async def begin(self, *nodes: Node) -> None:
        """Start nodes at once, and wait until each has its part."""
        await asyncio.gather(*(asyncio.to_thread(node.start) for node in nodes))
        await self.balanced()

    def shards(self) -> list[int]:
        """Return how many shards each living node says it has."""
        return self.shards_of(*(node for node in self.nodes if node.alive))

    def shards_of(self, *nodes: Node) -> list[int]:
        return [int(node.metric("openucwa_shards")) for node in nodes]

    async def balanced(self) -> float:
        """Wait until everybody has a fair part; return how long that took."""
        living = sum(node.alive for node in self.nodes)
        fair = -(-256 // living)

        def shared() -> bool:
            found = self.shards()
            return sum(found) == 256 and max(found) <= fair

        return await until(shared)

    def owner(self, redis: Redis, address: str) -> Node:
        """Return the node where somebody lives."""
        said = redis.ask("HGET", "{openucwa:main}:owners", str(shard_of(address)))
        return next(node for node in self.nodes if node.name == said.rpartition(":")[2])


async def until(true: Callable[[], bool], within: float = SOON) -> float:
    """Wait until something is true; return how long that took."""
    began = time.monotonic()
    while not await asyncio.to_thread(true):
        assert time.monotonic() < began + within, "it did not happen"
        await asyncio.sleep(0.05)
    return time.monotonic() - began


class Everywhere(World):
    """The way to the pool: each request goes to the next node."""

    def __init__(self, urls: list[str]) -> None:
        self.urls = itertools.cycle(urls)
        self.count = len(urls)
        limits = httpx2.Limits(max_connections=None, max_keepalive_connections=None)
        self.http = httpx2.AsyncClient(timeout=60, limits=limits, trust_env=False)
        self.tokens: dict[str, str] = {}
        self.slowest = 0.0
        self.failures: list[object] = []
        self.under_way: dict[str, float] = {}
        self.times: list = []
        self.statuses: Counter[int] = Counter()

    async def begin(
        self,
        method: str,
        url: str,
        body: bytes | str = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Waiting:
        async def run() -> Reply:
            began = time.monotonic()
            reply = await self._balanced(method, url, body, headers)
            if "/events?" not in url:
                self.slowest = max(self.slowest, time.monotonic() - began)
            self.statuses[reply.status] += 1
            return reply

        return Waiting(asyncio.create_task(run()), asyncio.Event())

    async def ask(self, *request: Any, **more: Any) -> Reply:
        reply = await (await self.begin(*request, **more)).task
        assert reply is not None
        return reply

    async def _balanced(self, method, url, body, headers) -> Reply:
        for left in reversed(range(self.count)):
            try:
                where = next(self.urls) + url
                self.under_way[where] = began = time.monotonic()
                answer = await self.http.request(method, where, content=body, headers=headers)
            except httpx2.ConnectError:
                if not left:
                    raise
            except GONE as error:
                self.failures.append(error)
                if method != "GET" or not left:
                    raise
            else:
                if answer.status_code >= 500:
                    self.failures.append((method, url, answer.status_code, answer.text))
                self.under_way.pop(where, None)
                self.times.append(
                    (time.monotonic() - began, began, method, where, answer.status_code)
                )
                pairs = [(key.decode(), value.decode()) for key, value in answer.headers.raw]
                return Reply(answer.status_code, pairs, answer.content)
        raise AssertionError

    async def token(self, address: str, scope: str = "") -> str:
        if address not in self.tokens:
            self.tokens[address] = await super().token(address, scope)
        return self.tokens[address]

    async def advance(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def close(self) -> None:
        await self.http.aclose()


@dataclass
class Worker:
    """Somebody at work, who notes what was answered and what she was told.

    Whatever gets no answer, or 503, is done again, as clients do.
    """

    client: Client
    address: str
    conversation: str = ""
    partner: Worker | None = None
    said: list[str] = field(default_factory=list)
    heard: list[tuple[float, str]] = field(default_factory=list)
    receipts: Counter[str] = field(default_factory=Counter)
    seen: dict[str, list[str]] = field(default_factory=dict)
    shown: str = "Online"
    busy_until: float = 0.0
    refused: int = 0
    log: list[str] = field(default_factory=list)
    """Everything that she was told."""

    async def fetch(self) -> list[Told]:
        """Fetch a package, and note what is in it."""
        reply = await (await self.client.poll()).task
        if reply.status in (502, 503):
            assert reply.header("Retry-After"), reply.body
            await asyncio.sleep(0.2)
            return []
        assert reply.status == 200, reply.body
        assert "resync" not in reply.hrefs
        self.client.follow(reply)
        events = events_of(reply)
        self.log += [str(event) for event in events]
        for event in events:
            if event.rel == "contactPresence":
                await self.look(unquote(event.href.split("/people/")[1].split("/")[0]))
            elif event.rel == "message" and event.shown.properties["direction"] == "Incoming":
                text = event.shown.href_of("plainMessage").partition(",")[2]
                self.heard.append((time.monotonic(), text))
            elif event.rel == "message" and event.type == "completed":
                assert event.status == "Success", event.reason
                self.receipts[event.shown.properties["operationId"]] += 1
        return events

    async def look(self, address: str) -> None:
        """Note what somebody shows."""
        reply = await self.repeated("GET", self.client.person(address, "presence"))
        assert reply.status == 200, reply.body
        self.seen.setdefault(address, []).append(reply.property("availability"))

    async def listen(self) -> None:
        """Fetch packages for ever."""
        while True:
            try:
                await self.fetch()
            except GONE:
                await asyncio.sleep(0.05)

    async def repeated(
        self, method: str, url: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Send a request until it is answered."""
        while True:
            with contextlib.suppress(GONE):
                reply = await self.client.send(method, url, body, headers)
                if reply.status not in (502, 503):
                    return reply
                assert reply.header("Retry-After"), reply.body
                self.refused += 1
            await asyncio.sleep(0.1)

    async def work(self, stop: asyncio.Event, pause: float = 0.15) -> None:
        """Say something, report, and change what is shown, again and again."""
        for number in itertools.count():
            if stop.is_set():
                return
            if self.conversation:
                await self.say(f"{self.address[:8]}-{len(self.said)}")
            await self.done("POST", "me/reportMyActivity")
            if number % 10 == 9:
                await self.show("Busy" if self.shown != "Busy" else "DoNotDisturb")
            await asyncio.sleep(pause)

    async def done(self, method: str, url: str, body: Any = None) -> None:
        reply = await self.repeated(method, url, body)
        assert reply.status in (200, 201, 204), (reply.status, reply.body)

    async def show(self, availability: str) -> None:
        await self.done("POST", "me/presence", {"availability": availability})
        self.shown = availability

    async def say(self, text: str) -> None:
        """Say something; asked again, it is said once (R11.2)."""
        url = f"{self.conversation}/messaging/messages?operationId={text}"
        reply = await self.repeated("POST", url, text, TEXT)
        assert reply.status == 201, reply.body
        self.said.append(text)

    async def until(self, rel: str, link: str) -> str:
        """Fetch until a resource of a rel has a link; return where it leads."""
        while True:
            for event in await self.fetch():
                if event.shown and "conversation" in event.shown.links:
                    self.conversation = event.shown.href_of("conversation")
                if event.rel == rel and event.shown and link in event.shown.links:
                    return event.shown.href_of(link)


async def available(way: Everywhere, addresses: list[str]) -> list[Worker]:
    """Sign people in and make them available."""

    async def one(address: str) -> Worker:
        client = await way.available(address, supportedModalities=["Messaging"])
        return Worker(client, address)

    return list(await asyncio.gather(*(one(address) for address in addresses)))


async def talk(one: Worker, other: Worker) -> None:
    """Have two people begin to talk."""
    reply = await one.client.post(INVITATIONS, {"to": f"sip:{other.address}"})
    assert reply.status == 201, reply.body
    try:
        async with asyncio.timeout(SOON):
            reply = await other.client.post(await other.until("messagingInvitation", "accept"))
            assert reply.status == 204, reply.body
            await other.until("messaging", "sendMessage")
            await one.until("messaging", "sendMessage")
    except TimeoutError:
        raise AssertionError((one.log[-3:], other.log[-8:], other.client.next)) from None
    one.partner, other.partner = other, one


async def watch_in_a_ring(people: list[Worker], each: int) -> None:
    """Have each watch the next so many."""
    twice = people + people
    await asyncio.gather(*(
        person.client.watch(*(one.address for one in twice[at + 1 : at + 1 + each]))
        for at, person in enumerate(people)
    ))  # fmt: skip


@contextlib.asynccontextmanager
async def at_work(people: list[Worker], pause: float = 0.15):
    """Have people listen and work meanwhile; wait in the end until all has been heard."""
    stop = asyncio.Event()
    listening = [asyncio.create_task(one.listen()) for one in people]
    working = [asyncio.create_task(one.work(stop, pause)) for one in people]
    try:
        yield
        stop.set()
        try:
            async with asyncio.timeout(SOON):
                await asyncio.gather(*working)
        except TimeoutError:
            print(
                "UNDER WAY", time.monotonic(), *people[0].client.world.under_way.items(), sep="\n"
            )
            raise
        await rest(people, listening)
    finally:
        for task in listening + working:
            task.cancel()
        await asyncio.gather(*listening, *working, return_exceptions=True)


async def rest(people: list[Worker], listening: list[asyncio.Task[None]]) -> None:
    """Wait until everything that was said has been heard, and what comes twice would have come."""
    end = time.monotonic() + SOON
    while time.monotonic() < end:
        for task in listening:
            if task.done():
                task.result()
        if all(
            len(one.receipts) >= len(one.said)
            and (one.partner is None or len(one.heard) >= len(one.partner.said))
            for one in people
        ):
            break
        await asyncio.sleep(0.1)
    await asyncio.sleep(0.5)


async def check(people: list[Worker], ever: frozenset[str] = SHOWN) -> None:
    """Nothing is lost, nothing came twice, and nobody was ever shown as what she was not."""
    for one in people:
        if one.partner is not None:
            heard = [text for _, text in one.heard]
            assert one.partner.said == heard, _differ(one.partner.said, heard)
            assert Counter(one.said) == one.receipts
        for address, seen in one.seen.items():
            assert set(seen) <= ever, (one.address, address, seen)
        reply = await one.client.get("me/presence")
        assert one.shown == reply.property("availability")
        for other in people:
            if other.address in one.seen:
                assert other.shown == one.seen[other.address][-1]


def _differ(said: list[str], heard: list[str]) -> str:
    """Say what is lost, what came twice, and whether the order is another one."""
    lost, twice = Counter(said) - Counter(heard), Counter(heard) - Counter(said)
    return f"lost {dict(lost)}, twice {dict(twice)}, of {len(said)}: {heard}"


def longest_silence(people: list[Worker]) -> float:
    """Return the longest time for which somebody heard nothing that talks went on about."""
    gaps = [
        later - earlier
        for one in people
        for (earlier, _), (later, _) in itertools.pairwise(one.heard)
    ]
    return max(gaps, default=0.0)


def people_of(postgres: Postgres, folder: Path) -> str:
    """Make a database with people in it, and return its URL."""
    database = postgres.database()
    rows = (f"{address},{address.partition('@')[0].title()},{PASSWORD}" for address in PEOPLE)
    (folder / "people.csv").write_text("\n".join(["address,name,password", *rows]))
    words = ("import", str(folder / "people.csv"), "--database", database)
    subprocess.run([*COMMAND, *words], env=environment(), check=True, timeout=120)
    return database


async def at_a_table(way, count=20, watched=6):
    """Sign people in who talk in pairs and watch each other."""
    people = await available(way, PEOPLE[:count])
    await watch_in_a_ring(people, min(watched, count - 1))
    await asyncio.gather(*(talk(*pair) for pair in zip(people[::2], people[1::2], strict=True)))
    return people
