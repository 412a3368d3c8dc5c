"""Whether anything grows: people come and go for hours, and what is left of them is looked at.

``python -m bench.soak [--people N] [--hours H] [--connected N] [--minutes M]`` does it twice, at
the same time, and writes docs/soak.md. Once in one process with the clock moved, for hours of the
server's time: its memory is taken apart by tracemalloc, before and after. And once against a server
of its own over sockets, for minutes of everybody's time. People are as many all the time; each
minute some of them leave and as many others come. Each asks for events all the time, watches some,
reports activity every four minutes, and changes now and then.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import itertools
import os
import random
import re
import resource
import tempfile
import time
import tracemalloc
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import Progress

from bench.client import Connection, connect, request, run
from bench.crowd import (
    APPLICATIONS,
    CREATE,
    Member,
    address,
    enrol,
    member,
    settings_for,
    when_stored,
)
from bench.figures import machine
from bench.processes import (
    LOAD_CORE,
    SERVER_CORE,
    CannotMeasure,
    Running,
    openucwa,
    prepare,
    require_sockets,
)
from openucwa.app.exchange import Request, Response, Waiting
from openucwa.wiring import Server

PAGE = Path(__file__).parent.parent / "docs" / "soak.md"
KEPT = Path(__file__).with_name("results") / "soak.json"

STEP = 5
"""Seconds by which the clock is moved at once."""

REPORTS_EVERY = 240
LEAVE_EACH_MINUTE = 0.01
STAY = 180
"""Seconds that somebody stays who uses sockets, on average."""

ARRIVE_WITHIN = 120
"""Seconds within which all have come who use sockets."""

WATCHED = 5
CHANGES_A_SECOND = 2
LOOKS = 12
"""So often memory is looked at."""

_NEXT = re.compile(rb'"(?:next|resync|resume)":\{"href":"([^"]+)"')


class Look(msgspec.Struct):
    """What there is at a time: seconds since the beginning, bytes that are resident, counts."""

    at: float
    resident: int
    files: int
    tasks: int
    people: int
    parked: int


class Soaked(msgspec.Struct):
    """What was found in either way."""

    machine: str
    people: int
    hours: float
    minutes: float
    came: int
    requests: int
    moved: list[Look]
    after: Look
    """When everybody has left, and what waits for them has expired."""
    left: dict[str, int]
    """How much there is then, by what."""
    grown: list[tuple[str, int]]
    """The lines of source that hold more memory at the end than at the first third: bytes."""
    real: list[Look]


class MovedClock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.time = time.time()

    def now(self) -> float:
        """Return the time."""
        return self.time


def resident() -> int:
    """Return the bytes of this process that are resident."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def open_files(process: int | str) -> int:
    """Return how many files and sockets a process has open."""
    return len(list(Path(f"/proc/{process}/fd").iterdir()))


class Moved:
    """A server in this process, whose clock is moved, and those who use it."""

    def __init__(self, server: Server, clock: MovedClock, tokens: list[str], people: int) -> None:
        self.server, self.clock, self.tokens, self.wanted = server, clock, tokens, people
        self.here: dict[int, Member] = {}
        self.waits: set[int] = set()
        self.asks: dict[int, str] = {}
        self.due: dict[int, float] = {}
        self.away = list(range(len(tokens)))
        self.chance = random.Random(1)
        self.came = self.requests = 0

    async def ask(self, method: str, url: str, token: str, body: bytes = b"") -> Response | None:
        """Send a request; return the answer, or None if it waits."""
        self.requests += 1
        path, _, query = url.partition("?")
        headers = {b"authorization": b"Bearer " + token.encode(), b"host": b"bench"}
        headers[b"content-type"] = b"application/json"
        asked = Request(method, path, query, headers, body)
        answer = await self.server.dispatcher.dispatch(asked, self.clock.now())
        if isinstance(answer, Waiting) and answer.stored:
            answer = await when_stored(answer)
        if isinstance(answer, Waiting):
            number = self._polls
            answer.release = lambda response: self._told(number, response)
            return None
        if answer.status >= 300:
            raise CannotMeasure(f"{method} {path}: {answer.status} {answer.body[:300]!r}")
        return answer

    _polls = -1

    def _told(self, number: int, response: Response) -> None:
        """Take a package, and ask for the next with the next step."""
        if number in self.here and (found := _NEXT.search(response.body)):
            self.asks[number] = found[1].decode()
            self.waits.discard(number)

    async def come(self) -> None:
        """Let somebody sign in, watch some, and ask for events."""
        number = self.away.pop(self.chance.randrange(len(self.away)))
        token = self.tokens[number]
        created = await self.ask("POST", APPLICATIONS, token, CREATE)
        self.here[number] = one = member(token, created.body)
        await self.ask("POST", f"{one.path}/me/makeMeAvailable", token, b"{}")
        some = self.chance.sample(range(len(self.tokens)), WATCHED)
        uris = ",".join(f'"sip:{address(other)}"' for other in some if other != number)
        body = f'{{"duration":30,"uris":[{uris}]}}'.encode()
        await self.ask("POST", f"{one.path}/people/presenceSubscriptions", token, body)
        self.due[number] = self.clock.now() + self.chance.uniform(0, REPORTS_EVERY)
        self.asks[number] = one.events
        self.came += 1

    async def leave(self, number: int) -> None:
        """Let somebody sign out, or just be gone, as every third is."""
        one = self.here.pop(number)
        for known in (self.asks, self.due):
            known.pop(number, None)
        self.waits.discard(number)
        self.away.append(number)
        if number % 3:
            await self.ask("DELETE", one.path, one.token)

    async def step(self) -> None:
        """Let some seconds pass, with what happens in them."""
        end = self.clock.now() + STEP
        gone = int(self.wanted * LEAVE_EACH_MINUTE * STEP / 60 + self.chance.random())
        for number in self.chance.sample(list(self.here), min(gone, len(self.here))):
            await self.leave(number)
        missing = self.wanted - len(self.here)
        await self._many([self.come() for _ in range(min(missing, max(gone, self.wanted // 24)))])
        await self._many([self._report(one) for one, due in self.due.items() if due <= end])
        some = self.chance.choices(list(self.here), k=CHANGES_A_SECOND * STEP)
        await self._many([self._change(number) for number in set(some)])
        for number, url in list(self.asks.items()):
            if number not in self.waits and number in self.here:
                await self._poll(number, url)
        await self.advance(end)

    async def _many(self, work: list) -> None:
        """Do all of it, fifty at a time, which then share a write of the journal."""
        for start in range(0, len(work), 50):
            await asyncio.gather(*work[start : start + 50])

    async def _report(self, number: int) -> None:
        self.due[number] += REPORTS_EVERY
        await self.ask("POST", f"{self.here[number].path}/me/reportMyActivity", self.tokens[number])

    async def _change(self, number: int) -> None:
        body = self.chance.choice([b'{"availability":"Busy"}', b'{"availability":"Online"}'])
        path = f"{self.here[number].path}/me/presence"
        await self.ask("POST", path, self.tokens[number], body)

    async def _poll(self, number: int, url: str) -> None:
        self._polls = number
        self.waits.add(number)
        answer = await self.ask("GET", f"{url}&timeout=180", self.tokens[number])
        if answer is not None:
            self._told(number, answer)

    async def advance(self, end: float) -> None:
        """Move the clock; what falls due happens at its time."""
        while (due := self.server.timers.next()) is not None and due <= end:
            self.clock.time = max(due, self.clock.time)
            self.server.timers.run(self.clock.time)
            await asyncio.sleep(0)
        self.clock.time = end
        await self.server._ticker.flush()  # noqa: SLF001  which has no clock of its own here

    def look(self, begin: float) -> Look:
        """Look at what there is."""
        gc.collect()
        return Look(
            self.clock.now() - begin,
            resident(),
            open_files("self"),
            len(asyncio.all_tasks()),
            len(self.here),
            len(self.server.polls),
        )

    def left(self) -> dict[str, int]:
        """Count what should be gone when everybody is."""
        users = list(self.server.live.users())
        return {
            "people in memory": len(users),
            "applications": sum(len(user.applications) for user in users),
            "parked requests": len(self.server.polls),
            "tasks": len(asyncio.all_tasks()),
        }


async def moved(people: int, hours: float) -> Soaked:
    """Do it with the clock moved."""
    with tempfile.TemporaryDirectory() as name, Progress(console=Console(stderr=True)) as progress:
        tokens = await enrol(Path(name), 2 * people)
        clock = MovedClock()
        tracemalloc.start()
        server = await Server.build(settings_for(Path(name)), clock)
        server.live.journal.start()
        soak = Moved(server, clock, tokens, people)
        begin, steps = clock.now(), int(hours * 3600 / STEP)
        looks, before = [], None
        for number in progress.track(range(1, steps + 1), description="the clock is moved"):
            await soak.step()
            if number == steps // 3:
                gc.collect()
                before = tracemalloc.take_snapshot()
            if number % (steps // LOOKS) == 0:
                looks.append(soak.look(begin))
        gc.collect()
        snapshot = tracemalloc.take_snapshot()
        tracemalloc.stop()
        only = [tracemalloc.Filter(inclusive=False, filename_pattern=tracemalloc.__file__)]
        lines = snapshot.filter_traces(only).compare_to(before.filter_traces(only), "lineno")
        grown = [(_place(line.traceback), line.size_diff) for line in lines[:15]]
        for number in list(soak.here):
            await soak.leave(number)
        for _ in range(4 * 60):  # those who were just gone expire after a quarter of an hour
            await soak.advance(clock.now() + 15)
        found = Soaked(
            machine(), people, hours, 0, soak.came, soak.requests, looks,
            soak.look(begin), soak.left(), grown, [],
        )  # fmt: skip
        await server.close()
        return found


def move(people: int, hours: float) -> Soaked:
    """Do it with the clock moved, on whichever core has time."""
    os.sched_setaffinity(0, {SERVER_CORE, LOAD_CORE})
    return asyncio.run(moved(people, hours))


def _place(traceback: tracemalloc.Traceback) -> str:
    frame = traceback[0]
    return "/".join(Path(frame.filename).parts[-3:]) + f":{frame.lineno}"


class Somebody:
    """Somebody who uses a server over sockets: one connection, and she comes and goes."""

    def __init__(self, url: str, token: str, number: int, count: int) -> None:
        self.url, self.token, self.number, self.count = url, token, number, count

    async def live(self, until: float, chance: random.Random) -> None:
        """Come, ask for events for a while, leave; again and again."""
        await asyncio.sleep(chance.uniform(0, ARRIVE_WITHIN))
        while time.monotonic() < until:
            try:
                connection = await connect(self.url)
                try:
                    end = min(until, time.monotonic() + self._stay(chance))
                    await self._session(connection, end)
                finally:
                    connection.close()
            except OSError:  # more connect at once than the system lets wait: she tries again
                await asyncio.sleep(1)

    def _stay(self, chance: random.Random) -> float:
        return chance.expovariate(1 / STAY) + 5

    async def _session(self, connection: Connection, until: float) -> None:
        one = member(
            self.token, await connection.ask(request("POST", APPLICATIONS, self.token, CREATE))
        )

        async def say(path: str, body: bytes = b"") -> None:
            await connection.ask(request("POST", f"{one.path}/{path}", self.token, body))

        await say("me/makeMeAvailable", b"{}")
        others = [(self.number + step) % self.count for step in range(1, WATCHED + 1)]
        uris = ",".join(f'"sip:{address(other)}"' for other in others)
        await say("people/presenceSubscriptions", f'{{"duration":30,"uris":[{uris}]}}'.encode())
        url = one.events
        for state in itertools.cycle((b'{"availability":"Busy"}', b'{"availability":"Online"}')):
            body = await connection.ask(request("GET", f"{url}&timeout=180", self.token))
            url = _NEXT.search(body)[1].decode()
            if time.monotonic() > until:
                break
            if b'"presence"' not in body:  # not of her own change, or it would never end
                await say("me/presence" if self.number % 50 == 0 else "me/reportMyActivity",
                          state if self.number % 50 == 0 else b"")  # fmt: skip
        await connection.ask(request("DELETE", one.path, self.token))


async def real(server: Running, tokens: list[str], minutes: float) -> list[Look]:
    """Do it over sockets."""
    begin = time.monotonic()
    until = begin + minutes * 60
    chance = random.Random(2)
    people = [
        Somebody(server.url, token, number, len(tokens)) for number, token in enumerate(tokens)
    ]
    tasks = [asyncio.create_task(one.live(until, chance)) for one in people]
    looks = []
    for _ in range(LOOKS):
        await asyncio.sleep(minutes * 60 / LOOKS)
        parked = int(await asyncio.to_thread(server.metric, "openucwa_parked_polls "))
        files = await asyncio.to_thread(open_files, server.process.pid)
        here = sum(not task.done() for task in tasks)
        looks.append(Look(time.monotonic() - begin, server.memory(), files, 0, here, parked))
    for task in tasks:
        if task.done():
            task.result()
        task.cancel()
    return looks


def write(found: Soaked) -> None:
    """Write the page."""
    moved_rows = "".join(
        f"| {look.at / 60:.0f} | {look.people:,} | {look.parked:,} | "
        f"{look.resident / 2**20:,.0f} | {look.files} | {look.tasks} |\n"
        for look in [*found.moved, found.after]
    )
    real_rows = "".join(
        f"| {look.at / 60:.1f} | {look.people:,} | {look.parked:,} | "
        f"{look.resident / 2**20:,.0f} | {look.files} |\n"
        for look in found.real
    )
    grown = "".join(f"| `{place}` | {size / 1024:+,.0f} |\n" for place, size in found.grown)
    left = "".join(f"| {what} | {count:,} |\n" for what, count in found.left.items())
    PAGE.write_text(
        TEXT.format(found=found, moved=moved_rows, real=real_rows, grown=grown, left=left), "utf-8"
    )


TEXT = """\
# Soak

Whether anything grows while people come and go for hours.
This page is generated by `make soak`.

## Hours of the server's time

{found.people:,} people are signed in for {found.hours:g} hours of the server's time, which was
moved; one of a hundred leaves each minute, and others come: {found.came:,} in all.
Each has a request for events that waits, watches {watched} others for half an hour, and reports
activity every four minutes; there were {found.requests:,} requests.
Every third just goes, and its application expires.
Memory includes what tracemalloc takes, and the crowd itself, which is in the same process.
The last row is an hour after everybody has left.

| minutes | people | waiting requests | resident (MB) | files | tasks |
|---|---|---|---|---|---|
{moved}
What holds more memory, or less, at the end than after the first third, by lines of source:

| line | KB |
|---|---|
{grown}
Events that are told to many are kept to be used again, made, written and drawn: caches with a bound
of 16,384 each, which grow until they are full.

What there is an hour after everybody has left:

| what | count |
|---|---|
{left}
## Minutes of everybody's time

A server of its own, with people who come and go over sockets for {found.minutes:g} minutes.
They stay for {stay} minutes on average.

| minutes | people | waiting requests | resident (MB) | files |
|---|---|---|---|---|
{real}
Measured on {found.machine}.
""".replace("{watched}", str(WATCHED)).replace("{stay}", str(STAY // 60))


def main() -> None:
    """Soak, keep, write the page."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--people", type=int, default=1_000, help="with the clock moved")
    parser.add_argument("--hours", type=float, default=2, help="of the server's time")
    parser.add_argument("--minutes", type=float, default=20, help="of everybody's time")
    parser.add_argument("--connected", type=int, default=19_000, help="people over sockets")
    given = parser.parse_args()
    prepare()
    require_sockets(given.connected)
    with ProcessPoolExecutor(1) as beside, tempfile.TemporaryDirectory() as name:
        moving = beside.submit(move, given.people, given.hours)
        tokens = run(enrol(Path(name), given.connected))
        with openucwa(Path(name)) as server:
            looks = run(real(server, tokens, given.minutes), within=given.minutes * 60 + 600)
        found = moving.result()
    found.real, found.minutes = looks, given.minutes
    KEPT.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")
    write(found)


if __name__ == "__main__":
    main()
