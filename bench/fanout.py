"""Watchers hear of changes: how many deliveries a second, and how soon.

A delivery is one ``contactPresence`` event of one person in a package that one watcher's
application has received. Watchers hold their requests for events over a connection each and
ask again at once. People change by posting their availability, which is stored before it is
answered; a person who changes again before a package leaves is in it once, and counts once.
The time to delivery runs from sending the change until the watcher has the package.
"""

from __future__ import annotations

import asyncio
import itertools
import re
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from rich.progress import track

from bench.client import Connection, ask_all, connections, request, run
from bench.crowd import Member, address, enrol, sign_in
from bench.figures import Figure, Result
from bench.load import Load
from bench.processes import LOAD_CORE, CannotMeasure, Running, openucwa

WATCHERS, PEOPLE = 200, 100
CHANGERS = 16
"""So many changes are under way at once, at most."""

AIM = 20_000
HOLDS = {"many": "500ms", "soon": "50ms"}
"""How long events are gathered (``events.medium``; a server's default is 5 s), for either aim."""

_PRESENCE = re.compile(rb'"contactPresence","href":"[^"]*/people/p(\d+)@')
_BODIES = [b'{"availability":"Busy"}', b'{"availability":"Online"}']


class Tally:
    """What was delivered, and how long after it was changed."""

    def __init__(self) -> None:
        self.changed = dict.fromkeys(range(PEOPLE), 0.0)
        self.seconds: list[float] = []
        self.packages = 0

    def deliver(self, package: bytes) -> None:
        """Count a package and its deliveries."""
        now = time.perf_counter()
        self.packages += 1
        for person in _PRESENCE.findall(package):
            self.seconds.append(now - self.changed[int(person)])

    async def quiet(self) -> None:
        """Wait until nothing comes any more, and count from there."""
        before = -1
        while self.packages != before:
            before = self.packages
            await asyncio.sleep(0.5)
        self.seconds.clear()
        self.packages = 0


class Found(NamedTuple):
    """Deliveries and packages a second, when 99 % had come, and how busy the cores were."""

    rate: float
    packages: float
    p99: float
    server: float
    load: float


async def watch(connection: Connection, one: Member, tally: Tally) -> None:
    """Ask for one package after the other."""
    for ack in itertools.count(1):
        path = one.events.replace("ack=1&", f"ack={ack}&")
        body = await connection.ask(request("GET", path + "&timeout=600", one.token))
        if b'"resync"' in body or b'"resume"' in body:
            raise CannotMeasure("a watcher lost events")
        tally.deliver(body)


class Changes(Load):
    """People change their availability, one after the other."""

    def __init__(self, people: list[Member], tally: Tally) -> None:
        self._tally = tally
        self._next = (
            (number, request("POST", f"{one.path}/me/presence", one.token, body))
            for body in itertools.cycle(_BODIES)
            for number, one in enumerate(people)
        )

    async def one(self, connection: Connection) -> None:
        """Make the next change."""
        number, what = next(self._next)
        self._tally.changed[number] = time.perf_counter()
        await connection.ask(what)


async def observe(server: Running, tokens: list[str], seconds: float, kind: str) -> Found:
    """Return what is found with as many changes as possible, or at half the aim."""
    members = await sign_in(server.url, tokens)
    people, watchers = members[:PEOPLE], members[PEOPLE:]
    uris = ",".join(f'"sip:{address(number)}"' for number in range(PEOPLE))
    body = f'{{"duration":30,"uris":[{uris}]}}'.encode()
    path = "people/presenceSubscriptions"
    await ask_all(
        server.url, (request("POST", f"{one.path}/{path}", one.token, body) for one in watchers)
    )
    tally = Tally()
    changes = Changes(people, tally)
    async with (
        connections(server.url, len(watchers)) as polls,
        connections(server.url, CHANGERS) as posts,
    ):
        pairs = zip(polls, watchers, strict=True)
        tasks = [asyncio.create_task(watch(poll, one, tally)) for poll, one in pairs]

        async def counted() -> Found:
            await tally.quiet()
            begin, used, own = time.perf_counter(), server.seconds(), time.process_time()
            until = begin + seconds
            if kind == "many":
                await changes.many(posts, until)
            else:
                await changes.steady(posts, until, AIM / 2 / len(watchers))
            took = time.perf_counter() - begin
            late = sorted(tally.seconds)
            if not late:
                raise CannotMeasure("nothing was delivered")
            busy, own = server.seconds() - used, time.process_time() - own
            p99 = late[len(late) * 99 // 100] * 1000
            rates = len(late) / took, tally.packages / took
            return Found(*rates, p99, 100 * busy / took, 100 * own / took)

        try:
            return await counted()
        finally:
            for task in tasks:
                if task.done():
                    task.result()
                task.cancel()


def measure(rounds: int, *, quick: bool) -> Result:
    """Return deliveries per second, and how soon they come at half the aim."""
    seconds = 3 if quick else 10
    found: dict[str, list[Found]] = {kind: [] for kind in HOLDS}
    for kind in track(list(HOLDS) * rounds, "fanout"):
        with tempfile.TemporaryDirectory() as name:
            tokens = run(enrol(Path(name), PEOPLE + WATCHERS))
            with openucwa(Path(name), events_medium=HOLDS[kind]) as server:
                found[kind].append(run(observe(server, tokens, seconds, kind)))
    most, half = found["many"], found["soon"]
    figures = [
        Figure("deliveries", "per second", [f.rate for f in most], at_least=AIM),
        Figure("deliveries at half the aim", "per second", [f.rate for f in half]),
        Figure("packages, when most are delivered", "per second", [f.packages for f in most]),
        Figure("99 % delivered within, at half the aim", "ms", [f.p99 for f in half], at_most=100),
        Figure("the server's core, at most", "% busy", [f.server for f in most]),
        Figure(f"the load's core {LOAD_CORE}, then", "% busy", [f.load for f in most]),
        Figure("the server's core, at half the aim", "% busy", [f.server for f in half]),
    ]
    return Result("fanout", figures, quick)
