"""People at work with their contact lists: they sign in, watch each other, and change."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable

from bench.acquaintances import distances
from bench.batch import batch
from bench.client import Connection, connect, connections, request
from bench.crowd import APPLICATIONS, CREATE, Member, address, member
from bench.processes import CannotMeasure, Running

AT_ONCE = 32
"""So many do something at the same time."""

TOGETHER = 20
"""So many GETs Microsoft's library puts into a batch."""

POSTS = 64
"""Connections for changes, so that none waits for one."""

_AVAILABLE = b'{"inactiveTimeout":"PT12H"}'
_LISTEN = "startOrRefreshSubscriptionToContactsAndGroups?duration=60"
_LISTED = re.compile(rb'"groupContacts":\{"href":"([^"]+)"')
_WATCHED = re.compile(rb'"subscribeToGroupPresence":\{"href":"([^"]+)"')
_PRESENCE = re.compile(rb'"contactPresence","href":"[^"]*/people/p(\d+)@')


class Office:
    """A server, which holds events of presence for so many seconds, and its people."""

    def __init__(
        self,
        server: Running,
        tokens: list[str],
        contacts: int,
        *,
        held: float,
        watching: bool = True,
    ) -> None:
        self.server = server
        self.tokens = tokens
        self.contacts = contacts
        self.held = held
        self.watching = watching
        self.members: dict[int, Member] = {}
        self.due: dict[int, float] = {}
        self.delivered: list[float] = []
        self.deliveries = 0
        self._last = 0.0

    async def spend(self, work: Callable[[asyncio.Semaphore, int], Awaitable[None]]) -> float:
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
            changed = (self.due.get(int(other)) for other in _PRESENCE.findall(package))
            late = [now - due for due in changed if due is not None]
            self._last = now
            self.deliveries += len(late)
            self.delivered += late

    async def quiet(self) -> None:
        """Wait until nothing comes any more."""
        self._last = time.perf_counter()
        left = self.held + 1
        while left > 0:
            await asyncio.sleep(left)
            left = self._last + self.held + 1 - time.perf_counter()

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
