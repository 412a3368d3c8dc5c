"""OpenUCWA: in one process with SQLite, as one node on Redis and PostgreSQL, and with values read.

What a watcher is sent names who has changed, and nothing more (R7.32): the client then asks. So
there is a peer whose watchers ask for each, all of a package in one batch.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.daemons import HOST, Daemon, Postgres, Redis

from bench.batch import batch
from bench.crowd import CREATE, address, enrol, member
from bench.field.peers import AWAY, CHANGED, OFFLINE, ONLINE, Heard, Peer, Session, pinned
from bench.field.web import Connection, connect, request
from bench.processes import CannotMeasure

_APPLICATIONS = "/ucwa/oauth/v1/applications"
_SAID = {ONLINE: b'{"availability":"Online"}', AWAY: b'{"availability":"Busy"}'}
_MEANT = {"Online": ONLINE, "Busy": AWAY, "Offline": OFFLINE, "IdleOnline": AWAY, "Away": AWAY}
_NEWS = re.compile(rb'"contactPresence","href":"[^"]*/people/p(\d+)@')
_AVAILABILITY = re.compile(rb'"availability":"(\w+)"')
IDLE = 10
"""After so many seconds without activity a device is idle, where two of them disagree."""


class OwnDaemon(Daemon):
    """OpenUCWA as a process, with settings."""

    def __init__(self, folder: Path, **settings: str) -> None:
        super().__init__(folder)
        self._settings = settings

    def command(self) -> Sequence[str]:
        """Run it on the server's core."""
        words = ("serve", "--port", str(self.port), "--data", str(self.folder))
        return pinned(sys.executable, "-u", "-m", "openucwa", *words)

    def environment(self) -> dict[str, str]:
        """Return the variables, with the settings."""
        own = {f"OPENUCWA_{name.upper()}": value for name, value in self._settings.items()}
        return {**os.environ, **own}

    def ready(self) -> bool:
        """Tell whether it says that it listens, after its last start."""
        return "listening on " in self.said() and self._answers()

    def _answers(self) -> bool:
        import urllib.request

        url = f"http://{HOST}:{self.port}/healthz"
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2):
            return True
        return False


class OwnSession(Session):
    """An application: one connection for what it says, one for its events."""

    keeps = True

    def __init__(self, peer: OpenUcwa, number: int, device: int) -> None:
        self.peer, self.number, self.device_number = peer, number, device
        self.token = peer.tokens[number]
        self.path = self.events = ""
        self.says: Connection | None = None
        self.asks: Connection | None = None
        self.heard: Heard | None = None
        self._acks = itertools.count(1)
        self._ack = next(self._acks)
        self._follows: asyncio.Task[None] | None = None

    async def sign_in(self, wish: bytes = b"{}") -> None:
        """Create an application and make it available."""
        self.says = await connect(HOST, self.peer.port)
        name = b"bench%d" % self.device_number
        created = await self._say("POST", _APPLICATIONS, CREATE.replace(b"bench", name))
        self.path, _, self.events = member(self.token, created)
        await self._say("POST", f"{self.path}/me/makeMeAvailable", wish)

    async def _say(self, method: str, path: str, body: bytes | None = None) -> bytes:
        return await self.says.ask(request(method, path, self.token, body))

    async def beat(self) -> None:
        """Report activity."""
        await self._say("POST", f"{self.path}/me/reportMyActivity", b"")

    async def change(self, state: str) -> None:
        """Choose an availability, which is stored before it is answered."""
        await self._say("POST", f"{self.path}/me/presence", _SAID[state])

    async def device(self, active: bool) -> None:
        """Report activity, or none."""
        if active:
            await self.beat()

    async def watch(self, heard: Heard) -> None:
        """Subscribe to the group, and ask for events again and again."""
        self.heard = heard
        first = self.number // self.peer.group * self.peer.group
        group = [one for one in range(first, first + self.peer.group) if one != self.number]
        if group:
            body = {"duration": 30, "uris": [f"sip:{address(one)}" for one in group]}
            path = f"{self.path}/people/presenceSubscriptions"
            await self._say("POST", path, json.dumps(body).encode())
        self.asks = await connect(HOST, self.peer.port)
        await self._events()
        self._follows = asyncio.create_task(self._follow())

    async def _events(self) -> None:
        path = self.events.replace("ack=1&", f"ack={self._ack}&") + "&timeout=1200"
        body = await self.asks.ask(request("GET", path, self.token))
        if b'"resync"' in body or b'"resume"' in body:
            raise CannotMeasure("a watcher lost events")
        self._ack = next(self._acks)
        who = [int(one) for one in _NEWS.findall(body)]
        if not who:
            return
        if self.peer.reading:
            self.heard(list((await self._read(who)).items()))
        else:
            self.heard([(one, CHANGED) for one in who])

    async def _follow(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                await self._events()

    async def _read(self, who: list[int]) -> dict[int, str]:
        found: dict[int, str] = {}
        for start in range(0, len(who), 100):
            some = who[start : start + 100]
            paths = [f"{self.path}/people/{address(one)}/presence" for one in some]
            answer = await self.asks.ask(batch(f"{self.path}/batch", self.token, paths))
            said = [_MEANT[one.decode()] for one in _AVAILABILITY.findall(answer)]
            found |= zip(some, said, strict=True)
        return found

    async def known(self) -> dict[int, str]:
        """Ask for everybody."""
        first = self.number // self.peer.group * self.peer.group
        group = [one for one in range(first, first + self.peer.group) if one != self.number]
        self.asks, kept = await connect(HOST, self.peer.port), self.asks
        try:
            return await self._read(group)
        finally:
            self.asks.transport.abort()
            self.asks = kept

    async def resume(self) -> None:
        """Connect again, and ask for the same events again."""
        if self._follows is not None:
            self._follows.cancel()
        self.says = await connect(HOST, self.peer.port)
        await self.beat()
        if self.heard is not None:
            self.asks = await connect(HOST, self.peer.port)
            self._follows = asyncio.create_task(self._follow())

    def rest(self) -> None:
        """Keep the connection for events."""
        self.says.transport.abort()

    def drop(self) -> None:
        """Lose the connections."""
        if self._follows is not None:
            self._follows.cancel()
        for connection in (self.says, self.asks):
            if connection is not None:
                connection.transport.abort()


class OpenUcwa(Peer):
    """One process with SQLite."""

    name, title = "openucwa", "OpenUCWA"
    reading = False
    remarks = (
        "a change is on disk before it is answered; a delivery names who changed, and asking for "
        "the value is one more GET (see the line with values read); events are held for 500 ms "
        "where as many as possible are delivered, and not at all where it is asked how soon"
    )

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        self.port, self.group = 0, 1
        self.tokens: list[str] = []

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self.port}"

    def start(self, count: int, group: int, **options: str) -> None:
        """Run it with nobody signed in."""
        self._start(count, group, options, "")

    def _start(self, count: int, group: int, options: dict[str, str], database: str) -> None:
        self.group = group
        folder = self.clean(self.name)
        self.tokens = asyncio.run(enrol(folder, count, database=database))
        hold = options.pop("hold", "0s")
        daemon = OwnDaemon(folder, events_medium=hold, **options)
        self.port = daemon.port
        self.run(daemon)

    async def session(self, number: int, device: int = 0) -> Session:
        """Sign somebody in; a second device is one that is soon idle."""
        one = OwnSession(self, number, device)
        await one.sign_in(b'{"inactiveTimeout":"PT%dS"}' % IDLE if device else b"{}")
        return one

    def requests(self, kind: str, count: int) -> list[bytes]:
        """Return requests of the applications that are there."""
        if kind == "beat":
            return [
                request("POST", f"{one.path}/me/reportMyActivity", one.token, b"")
                for one in self.signed_in[:count]
            ]
        return [
            request("POST", f"{one.path}/me/presence", one.token, _SAID[state])
            for state in (AWAY, ONLINE)
            for one in self.signed_in[:count]
        ]


class Reading(OpenUcwa):
    """The same; watchers ask for what has changed."""

    name, title = "openucwa-read", "OpenUCWA, values read"
    only = frozenset({"fan", "soon"})
    reading = True
    remarks = "as OpenUCWA, and watchers ask for the presence of whoever has changed, in batches"


class Node(OpenUcwa):
    """One node of a pool on Redis and PostgreSQL, all on the same core."""

    name, title = "openucwa-node", "OpenUCWA, Redis and PostgreSQL"
    programs = ("redis-server", "psql")
    remarks = (
        "as OpenUCWA; Redis and PostgreSQL share the server's core, their processor time counts, "
        "their memory does not, neither waits for the disk, and neither is killed"
    )

    def start(self, count: int, group: int, **options: str) -> None:
        """Run all three."""
        redis, postgres = Redis(self.clean("redis")), Postgres(self.clean("postgres"))
        self.run(_pinned(redis), _pinned(postgres))
        database = postgres.database("field")
        options |= {"server_live": redis.url, "server_database": database, "node_name": "one"}
        self._start(count, group, options, database)


def _pinned(daemon: Redis | Postgres) -> Redis | Postgres:
    plain = daemon.command
    daemon.command = lambda: pinned(*plain())
    return daemon
