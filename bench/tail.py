"""The tail: how long a report of activity takes at worst while the server does other things.

Every 5 ms somebody reports, one of a thousand people after the other, whether those before are
answered or not; over as many connections as that takes, from a process of its own, which comes
before the rest of the load. What counts is the time from when a report was due until the answer.

Meanwhile people change, ten a second, of whom two hundred watchers are told at once, each in a
package of her own: 2,000 deliveries a second, as dear as they can be. The same with events held as
by default, which come together. Then, besides, others send batches of a hundred requests, bodies
of nearly a megabyte, and passwords to sign in with, twice a second each.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import itertools
import json
import os
import selectors
import socket
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Awaitable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from rich.progress import track

from bench import fanout
from bench.batch import batch
from bench.client import ask_all, connect, connections, request, run
from bench.crowd import Member, address, enrol, sign_in, write_targets
from bench.fanout import CHANGERS, PEOPLE, WATCHERS
from bench.figures import Figure, Result
from bench.processes import CannotMeasure, Running, openucwa

REPORTERS = 1_000
EVERY = 0.005
"""Seconds between reports."""
CONNECTIONS = 400
"""So many reports at most are on their way: those of two seconds."""

DELIVERIES = 2_000
"""Each second."""

AIM = 25
"""Milliseconds within which 99.9 % of the reports are answered."""

PASSWORD = "correct horse battery staple"
BATCH, LARGE = 100, 900_000
"""GETs in a batch, and bytes of a body that is large but allowed."""

OTHERS_A_SECOND = 2
"""Batches, large bodies and sign-ins: so many of each."""


class Kind(NamedTuple):
    """What goes on meanwhile: whether people change, how long events are held, and who else."""

    name: str
    changes: bool = False
    hold: str = "0s"
    others: bool = False

    def aim(self, share: str) -> float | None:
        """Return the milliseconds within which a share of the reports is to be answered."""
        return AIM if share == NEARLY and self.changes and not self.others else None


KINDS = (
    Kind("nothing else"),
    Kind("2,000 deliveries/s held for 5 s", changes=True, hold="5s"),
    Kind("2,000 deliveries/s at once", changes=True),
    Kind("and batches, large bodies, sign-ins", changes=True, others=True),
)


NEARLY = "99.9 % within"
SHARES = ("half within", "99 % within", NEARLY, "all within")


class Found(NamedTuple):
    """When 50, 99 and 99.9 % of the reports and all of them were answered (ms); deliveries/s."""

    half: float
    most: float
    nearly: float
    longest: float
    deliveries: float


def report(url: str, targets: Path, seconds: float) -> list[float]:
    """Report at fixed times; return how long after its time each report was answered (seconds)."""
    where = urlsplit(url)
    pairs = (line.split() for line in targets.read_text().splitlines())
    reports = itertools.cycle([request("POST", path, token) for path, token in pairs])
    late: list[float] = []
    with contextlib.ExitStack() as opened, selectors.DefaultSelector() as answers:
        free = deque(
            opened.enter_context(socket.create_connection((where.hostname, where.port)))
            for _ in range(CONNECTIONS)
        )
        due = time.perf_counter()
        end = due + seconds
        while due < end or answers.get_map():
            if due < end and time.perf_counter() >= due:
                connection = free.popleft()
                connection.sendall(next(reports))
                answers.register(connection, selectors.EVENT_READ, due)
                due += EVERY
            for key, _ in answers.select(max(0.0, due - time.perf_counter())):
                answer = key.fileobj.recv(4096)
                late.append(time.perf_counter() - key.data)
                if not answer.startswith(b"HTTP/1.1 204"):
                    raise CannotMeasure(answer.decode())
                answers.unregister(key.fileobj)
                free.append(key.fileobj)
    return late


async def reported(url: str, targets: Path, seconds: float) -> list[float]:
    """Report from a process of its own; return how late each answer was."""
    command = [sys.executable, "-m", "bench.tail", url, str(targets), str(seconds)]
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    said = (await process.communicate())[0]
    if process.returncode:
        raise CannotMeasure("the reports could not be sent")
    return json.loads(said)


async def repeat(url: str, what: list[bytes], until: float) -> None:
    """Send some things in turn, each at its time or when the one before is answered."""
    connection = await connect(url)
    turns, due = itertools.cycle(what), time.perf_counter()
    while due < until:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        await connection.ask(next(turns))
        due += 1 / OTHERS_A_SECOND
    connection.close()


def others(server: Running, one: Member, until: float) -> list[Awaitable[None]]:
    """Send batches, large bodies and passwords."""
    hrefs = [f"{one.path}/people/{address(number)}/presence" for number in range(BATCH)]
    note = json.dumps({"message": "note", "more": ["x" * 80] * (LARGE // 84)}).encode()
    form = {"grant_type": "password", "username": address(0), "password": PASSWORD}
    kind = "application/x-www-form-urlencoded"
    sent = (
        batch(f"{one.path}/batch", one.token, hrefs),
        request("POST", f"{one.path}/me/note", one.token, note),
        request("POST", "/WebTicket/oauthtoken", "", urlencode(form).encode(), kind),
    )
    return [repeat(server.url, [what], until) for what in sent]


async def meanwhile(
    server: Running, tokens: list[str], place: Path, kind: Kind, seconds: float
) -> Found:
    """Return how late answers to reports were."""
    members = await sign_in(server.url, tokens)
    people, watchers = members[:PEOPLE], members[PEOPLE : PEOPLE + WATCHERS]
    reporters = members[PEOPLE + WATCHERS :]
    uris = ",".join(f'"sip:{address(number)}"' for number in range(PEOPLE))
    wish = f'{{"duration":30,"uris":[{uris}]}}'.encode()
    path = "people/presenceSubscriptions"
    await ask_all(
        server.url, (request("POST", f"{w.path}/{path}", w.token, wish) for w in watchers)
    )
    targets = place / "targets"
    write_targets(targets, reporters)
    tally = fanout.Tally()
    async with (
        connections(server.url, WATCHERS) as polls,
        connections(server.url, CHANGERS) as posts,
    ):
        pairs = zip(polls, watchers, strict=True)
        tasks = [asyncio.create_task(fanout.watch(poll, one, tally)) for poll, one in pairs]
        await tally.quiet()
        begin = time.perf_counter()
        work: list[Awaitable[None]] = []
        if kind.changes:
            changes = fanout.Changes(people, tally)
            work.append(changes.steady(posts, begin + seconds, DELIVERIES / WATCHERS))
        if kind.others:
            work += others(server, reporters[0], begin + seconds)
        late, *_ = await asyncio.gather(reported(server.url, targets, seconds), *work)
        took = time.perf_counter() - begin
        for task in tasks:
            if task.done():
                task.result()
            task.cancel()
    late.sort()
    shares = (late[int(len(late) * share)] for share in (0.5, 0.99, 0.999))
    return Found(*(1000 * one for one in (*shares, late[-1])), len(tally.seconds) / took)


def measure(rounds: int, *, quick: bool) -> Result:
    """Return how late answers to reports were, by what went on meanwhile."""
    seconds = 5.0 if quick else 20.0
    found: dict[Kind, list[Found]] = {kind: [] for kind in KINDS}
    for kind in track(KINDS * rounds, "tail"):
        with tempfile.TemporaryDirectory() as name:
            place = Path(name)
            tokens = run(enrol(place, PEOPLE + WATCHERS + REPORTERS, password=PASSWORD))
            with openucwa(place, events_medium=kind.hold) as server:
                found[kind].append(run(meanwhile(server, tokens, place, kind, seconds)))
    figures = [
        Figure(f"{kind.name}: {what}", "ms", [one[at] for one in runs], at_most=kind.aim(what))
        for kind, runs in found.items()
        for at, what in enumerate(SHARES)
    ]
    figures += [
        Figure(f"deliveries, {kind.name}", "per second", [one.deliveries for one in runs])
        for kind, runs in found.items()
        if kind.changes
    ]
    return Result("tail", figures, quick)


if __name__ == "__main__":
    _, where, whose, how_long = sys.argv
    gc.disable()
    with contextlib.suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    json.dump(report(where, Path(whose), float(how_long)), sys.stdout)
