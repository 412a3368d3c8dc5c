"""Everybody signs in at eight, with long contact lists; and then people are busy.

Each client does what Microsoft's do: it creates its application, makes itself available, reads
its groups and the contacts in them, listens to changes of both, subscribes to the presence of all
groups in one batch, and fetches its first package of events, which has two for every contact.
Some then fetch every contact's presence, in batches of twenty; that is told apart. People come
while others are there already, who hear of it.

A watched pair is somebody and one of those whose presence she subscribed to. What it takes of
memory is found with two servers, on one of which nobody subscribed, when all events are
acknowledged.

Then a hundred people a second change their availability. When such a change is answered it is in
the queues of all who watch, and on disk. How soon that is counts from when the change was due,
and so does how soon it is delivered: with events held as by default, and not held at all.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
import re
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from rich.progress import track

from bench.acquaintances import acquainted, distances
from bench.batch import batch
from bench.client import Connection, connect, connections, request, run
from bench.crowd import APPLICATIONS, CREATE, Member, address, member
from bench.figures import Figure, Result
from bench.processes import CannotMeasure, Running, openucwa, require_sockets

T = TypeVar("T")

PEOPLE, CONTACTS = 3000, 250
AT_ONCE = 32
"""So many are signing in at the same time."""

TOGETHER = 20
"""So many GETs Microsoft's library puts into a batch."""

RATE, CALM = 100, 5
"""Changes a second; before that there are a few for some time."""

POSTS = 64
"""Connections for changes, so that none waits for one."""

HELD = 5.0
"""Seconds for which events of presence are gathered by default."""

_AVAILABLE = b'{"inactiveTimeout":"PT12H"}'
_LISTEN = "startOrRefreshSubscriptionToContactsAndGroups?duration=60"
_LISTED = re.compile(rb'"groupContacts":\{"href":"([^"]+)"')
_WATCHED = re.compile(rb'"subscribeToGroupPresence":\{"href":"([^"]+)"')
_PRESENCE = re.compile(rb'"contactPresence","href":"[^"]*/people/p(\d+)@')


class Office:
    """A server and its people."""

    def __init__(
        self, server: Running, tokens: list[str], contacts: int, *, watching: bool = True
    ) -> None:
        self.server = server
        self.tokens = tokens
        self.contacts = contacts
        self.watching = watching
        self.members: dict[int, Member] = {}
        self.due: dict[int, float] = {}
        self.delivered: list[float] = []
        self.packages = 0

    async def spend(self, work: Callable[[asyncio.Semaphore, int], Any]) -> float:
        """Have everybody do something, some at a time; return the processor time it took (s)."""
        before, gate = self.server.seconds(), asyncio.Semaphore(AT_ONCE)
        await asyncio.gather(*(work(gate, number) for number in range(len(self.tokens))))
        return self.server.seconds() - before

    async def sign_in(self, gate: asyncio.Semaphore, number: int) -> None:
        """Sign somebody in, from her application to the first package."""
        token = self.tokens[number]
        async with gate:
            connection = await connect(self.server.url)
            ask = connection.ask
            one = member(token, await ask(request("POST", APPLICATIONS, token, CREATE)))
            await ask(request("POST", f"{one.path}/me/makeMeAvailable", token, _AVAILABLE))
            groups = await ask(request("GET", f"{one.path}/people/groups", token))
            for href in _LISTED.findall(groups):
                await ask(request("GET", href.decode(), token))
            path = f"{one.path}/people/contactsAndGroupsSubscription"
            await ask(request("POST", f"{path}/{_LISTEN}", token))
            if self.watching:
                hrefs = [f"{href.decode()}&duration=30" for href in _WATCHED.findall(groups)]
                await _ask_together(connection, one, hrefs, "POST", 201)
        first = await ask(request("GET", one.events, token))  # not before events are due
        connection.send(request("GET", _numbered(one.events, 2), token))  # acknowledges it
        connection.close()
        if first.count(b'{"rel":"contact",') < 2 * self.contacts * self.watching:
            raise CannotMeasure("a first package does not tell of all contacts")
        self.members[number] = one

    async def look(self, gate: asyncio.Semaphore, number: int) -> None:
        """Have somebody fetch the presence of each of her contacts."""
        one, people = self.members[number], len(self.tokens)
        others = [(number + further) % people for further in distances(people, self.contacts)]
        hrefs = [f"{one.path}/people/{address(other)}/presence" for other in others]
        async with gate:
            connection = await connect(self.server.url)
            for start in range(0, len(hrefs), TOGETHER):
                await _ask_together(connection, one, hrefs[start : start + TOGETHER], "GET", 200)
            connection.close()

    @contextlib.asynccontextmanager
    async def following(self) -> AsyncIterator[None]:
        """Have everybody ask for one package after the other, once what waits is delivered."""
        async with connections(self.server.url, len(self.tokens)) as opened:
            pairs = enumerate(opened)
            tasks = [asyncio.create_task(self._follow(one, number)) for number, one in pairs]
            try:
                await self.quiet()
                yield
            finally:
                for task in tasks:
                    if task.done():
                        task.result()
                    task.cancel()

    async def _follow(self, connection: Connection, number: int) -> None:
        one = self.members[number]
        for ack in itertools.count(2):
            path = _numbered(one.events, ack) + "&timeout=1800"
            package = await connection.ask(request("GET", path, one.token))
            now = time.perf_counter()
            if b'"resync"' in package or b'"resume"' in package:
                raise CannotMeasure("a watcher lost events")
            self.packages += 1
            changed = (self.due.get(int(other)) for other in _PRESENCE.findall(package))
            self.delivered += [now - due for due in changed if due is not None]

    async def quiet(self) -> None:
        """Wait until nothing comes any more."""
        before = -1
        while self.packages != before:
            before = self.packages
            await asyncio.sleep(HELD + 1)

    async def change(self, numbers: Iterable[int], rate: float) -> list[float]:
        """Have people change, so many a second; return how soon each was answered (s)."""
        answered: list[float] = []
        free = asyncio.Queue[Connection]()

        async def post(one: Member, due: float) -> None:
            connection = await free.get()
            body = b'{"availability":"Busy"}'
            await connection.ask(request("POST", f"{one.path}/me/presence", one.token, body))
            answered.append(time.perf_counter() - due)
            free.put_nowait(connection)

        async with connections(self.server.url, POSTS) as opened, asyncio.TaskGroup() as tasks:
            for connection in opened:
                free.put_nowait(connection)
            begin = time.perf_counter()
            for turn, number in enumerate(numbers):
                due = self.due[number] = begin + turn / rate
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                tasks.create_task(post(self.members[number], due))
        return answered


def _numbered(events: str, number: int) -> str:
    """Return where the package of a number is."""
    return events.replace("ack=1&", f"ack={number}&")


async def _ask_together(
    connection: Connection, one: Member, hrefs: list[str], method: str, status: int
) -> None:
    """Send a batch. Raises ``CannotMeasure`` unless each part is answered with the status."""
    answer = await connection.ask(batch(f"{one.path}/batch", one.token, hrefs, method))
    if answer.count(b"\r\nHTTP/1.1 %d " % status) != len(hrefs):
        raise CannotMeasure(answer.decode())


class Day(NamedTuple):
    """What a day took: processor time (s) of signing in and of looking, memory (bytes).

    Of changes: when 99 % were answered and when delivered (s), how many a second, and what part
    of the server's core that took.
    """

    signing_in: float
    looking: float
    memory: float
    answered: float
    delivered: float
    rate: float
    busy: float


async def morning(office: Office) -> float:
    """Have everybody sign in; return the processor time (s)."""
    return await office.spend(office.sign_in)


async def day(office: Office, changes: int) -> Day:
    """Have everybody sign in and look, and some change."""
    signing_in = await office.spend(office.sign_in)
    looking = await office.spend(office.look)
    order = random.Random(0).sample(sorted(office.members), changes)
    first = int(min(3 * HELD * CALM, changes / 5))
    async with office.following():
        memory = office.server.memory()
        await office.change(order[:first], CALM)  # or everybody's events were due at once
        office.delivered.clear()
        begin, used = time.perf_counter(), office.server.seconds()
        answered = await office.change(order[first:], RATE)
        took, busy = time.perf_counter() - begin, office.server.seconds() - used
        rate = len(office.delivered) / took
        await office.quiet()
    delivered = office.delivered or [0.0]
    return Day(
        signing_in,
        looking,
        memory,
        _nearly_all(answered),
        _nearly_all(delivered),
        rate,
        busy / took,
    )


def _nearly_all(seconds: list[float]) -> float:
    return sorted(seconds)[len(seconds) * 99 // 100] if seconds else 0.0


class Crowd(NamedTuple):
    """How many people have how many contacts."""

    people: int
    contacts: int

    def __str__(self) -> str:
        return f"{self.people:,} people with {self.contacts} contacts"

    def visit(
        self,
        place: Path,
        work: Callable[[Office], Coroutine[Any, Any, T]],
        *,
        watching: bool = True,
        **options: str,
    ) -> T:
        """Return what is found in an office of these people."""
        origin, tokens = acquainted(place, *self)
        with tempfile.TemporaryDirectory() as name:
            folder = shutil.copytree(origin, Path(name) / "data")
            with openucwa(folder, **options) as server:
                return run(work(Office(server, tokens, self.contacts, watching=watching)))


def measure(rounds: int, place: Path, *, quick: bool) -> Result:
    """Return what signing in, watching and changing cost."""
    people, contacts = (300, 50) if quick else (PEOPLE, CONTACTS)
    require_sockets(people + POSTS)
    full = Crowd(people, contacts)
    smaller = [
        *(Crowd(people * part // 3, contacts) for part in (1, 2)),
        *(Crowd(people, contacts // part) for part in (5, 2)),
    ]
    costs: dict[Crowd, list[float]] = {crowd: [] for crowd in (*smaller, full)}
    held: list[Day] = []
    at_once: list[Day] = []
    alone: list[Day] = []
    watched = partial(day, changes=people // 2)
    for _ in track(range(rounds), "people"):
        for crowd in smaller:
            costs[crowd].append(crowd.visit(place, morning))
        held.append(full.visit(place, watched))
        costs[full].append(held[-1].signing_in)
        at_once.append(full.visit(place, watched, events_medium="0s"))
        alone.append(full.visit(place, partial(day, changes=0), watching=False))
    pairs = people * contacts
    each = [(watch.memory - none.memory) / pairs for watch, none in zip(held, alone, strict=True)]
    return Result(
        "people",
        [
            Figure(f"{full} sign in", "s of processor time", costs[full], at_most=60),
            Figure("and look at all of them", "s of processor time", [d.looking for d in held]),
            *(
                Figure(str(crowd), "ms for each to sign in", [s / crowd.people * 1e3 for s in runs])
                for crowd, runs in costs.items()
            ),
            *(
                Figure(
                    str(crowd),
                    "µs for each contact",
                    [s / (crowd.people * crowd.contacts) * 1e6 for s in runs],
                )
                for crowd, runs in costs.items()
            ),
            Figure("memory of a watched pair", "bytes", each, at_most=120),
        ],
        quick,
    )
