"""Joining a meeting: how soon 500 people are in it and know of each other, and what that costs.

Everybody asks for events over a connection of her own; up to 32 requests to join are on their way
to the server at the same time, until all have joined. A roster is whole when whoever is in the
meeting has been told of everybody in it. All goes over HTTP and is stored before it is answered.
Once all join as fast as the server takes them; once a hundred do and the next hundred wait until
the rosters of all are whole, which tells what a join costs when few are there and when many are.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from rich.progress import track

from bench.client import Connection, connections, run
from bench.crowd import enrol, sign_in
from bench.figures import Figure, Result
from bench.messages import SENDERS, TALKERS, Talker
from bench.processes import Running, openucwa

PEOPLE = 500
STEP = 100
AIM = 10.0
"""Seconds until all are in and know it."""

_EVENT = re.compile(rb'"type":"')
_THERE = re.compile(rb'/participants/p(\d+)@[^{}]*\},"in":\{"rel":"(?:attendees|leaders)"')


class Seat:
    """Somebody who joins, and what she has been told."""

    def __init__(self, talker: Talker) -> None:
        self.talker = talker
        self.roster: set[bytes] = set()
        self.packages = 0
        self.events = 0

    async def listen(self, changed: asyncio.Event) -> None:
        """Take one package after the other."""
        while True:
            package = await self.talker.package()
            self.packages += 1
            self.events += len(_EVENT.findall(package))
            known = len(self.roster)
            self.roster.update(_THERE.findall(package))
            if len(self.roster) != known:
                changed.set()


class Found(NamedTuple):
    """What a meeting took: seconds until all were in it, and until all rosters were whole.

    ``steps`` are milliseconds of processor time for each join, a hundred after the other;
    ``events`` and ``packages`` are those of a person on average.
    """

    joined: float
    whole: float
    steps: list[float]
    events: float
    packages: float


async def arrange(host: Talker, post: Connection) -> bytes:
    """Arrange a meeting for everybody; return what whoever joins it sends."""
    wish = host.post("onlineMeetings/myOnlineMeetings", b'{"accessLevel":"Everyone"}')
    made = json.loads(await post.ask(wish))
    return json.dumps({"onlineMeetingUri": made["onlineMeetingUri"]}).encode()


async def come(seats: Iterator[Seat], wish: bytes, posts: list[Connection]) -> None:
    """Have people join, as many at the same time as there are connections."""

    async def some(post: Connection) -> None:
        for seat in seats:
            await post.ask(seat.talker.post("communication/onlineMeetingInvitations", wish))

    await asyncio.gather(*map(some, posts))


async def until_whole(seats: list[Seat], changed: asyncio.Event) -> None:
    """Wait until each has been told of all."""
    while any(len(seat.roster) < len(seats) for seat in seats):
        changed.clear()
        await changed.wait()


async def meet(server: Running, tokens: list[str], step: int) -> Found:
    """Return what is found when people join, so many at a time."""
    members = await sign_in(server.url, tokens, TALKERS)
    async with (
        connections(server.url, len(members)) as polls,
        connections(server.url, SENDERS) as posts,
    ):
        everybody = [Seat(Talker(*pair)) for pair in zip(members, polls, strict=True)]
        wish, changed = await arrange(everybody[0].talker, posts[0]), asyncio.Event()
        tasks = [asyncio.create_task(one.listen(changed)) for one in everybody]
        await asyncio.sleep(1)
        for one in everybody:
            one.packages = one.events = 0
        begin, used, steps = time.perf_counter(), server.seconds(), list[float]()
        joined = 0.0
        for first in range(0, len(everybody), step):
            await come(iter(everybody[first : first + step]), wish, posts)
            joined = time.perf_counter() - begin
            await until_whole(everybody[: first + step], changed)
            before, used = used, server.seconds()
            steps.append(1000 * (used - before) / step)
        whole = time.perf_counter() - begin
        for task in tasks:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks)
        events, packages = (
            sum(getattr(one, name) for one in everybody) / len(everybody)
            for name in ("events", "packages")
        )
        return Found(joined, whole, steps, events, packages)


def measure(rounds: int, *, quick: bool) -> Result:
    """Return how soon all are in, what a join costs, and how much everybody is told."""
    people = PEOPLE // 5 if quick else PEOPLE
    sizes = {"at once": people, "in steps": STEP // 5 if quick else STEP}
    found: dict[str, list[Found]] = {kind: [] for kind in sizes}
    for kind in track([*sizes] * rounds, "joins"):
        with tempfile.TemporaryDirectory() as name:
            tokens = run(enrol(Path(name), people))
            with openucwa(Path(name), messages_participants=str(people)) as server:
                found[kind].append(run(meet(server, tokens, sizes[kind])))
    once, steps = found.values()
    figures = [
        Figure(f"all {people} are in", "s", [f.joined for f in once]),
        Figure("all rosters are whole", "s", [f.whole for f in once], at_most=AIM),
        Figure("a join, all at once", "ms of the processor", [f.steps[0] for f in once]),
        Figure(f"a join of the first {sizes['in steps']}", "ms of the processor",
               [f.steps[0] for f in steps]),
        Figure(f"a join of the last {sizes['in steps']}", "ms of the processor",
               [f.steps[-1] for f in steps]),
        Figure("events for each", "", [f.events for f in once]),
        Figure("packages for each", "", [f.packages for f in once]),
    ]  # fmt: skip
    return Result("joins", figures, quick)
