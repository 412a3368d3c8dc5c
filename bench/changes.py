"""What a change of presence takes of a node: the change, each event, and each package of events.

A pool has one node. People change in three runs: nobody watches them, or twenty do who are told at
once, or twenty who are told of many changes together. Changes come at an even rate that keeps the
node far from busy. What each takes follows from the three; what an idle pool takes is told apart.
"""

from __future__ import annotations

import asyncio
import itertools
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace
from rich.progress import Progress
from tools.daemons import Postgres, Redis

from bench import fanout
from bench.client import Connection, ask_all, connections, request, run
from bench.crowd import address, enrol, sign_in
from bench.fanout import CHANGERS, PEOPLE
from bench.figures import Figure, Result
from bench.nodes import Pool, pool, run_daemon
from bench.pool import WATCHERS
from bench.processes import CannotMeasure
from bench.simulation import costs
from bench.simulation.costs import Costs

KINDS = ("change", "event", "package")
"""What is found."""

MICROSECONDS, BYTES = "µs of processor time of the node", "bytes into Redis"


class Way(NamedTuple):
    """How people are watched: by how many, how long events are held (s), changes a second."""

    watchers: int
    hold: float
    rate: float


WAYS = (Way(0, 0.5, 150), Way(WATCHERS, 0.05, 20), Way(WATCHERS, 0.5, 150))


class Row(NamedTuple):
    """How many changes, events and packages there were, and what they took: µs, and bytes."""

    counts: tuple[int, int, int]
    processor: float
    written: float


class Changes(fanout.Changes):
    """Changes that are counted."""

    count = 0

    async def one(self, connection: Connection) -> None:
        """Make the next change."""
        self.count += 1
        await super().one(connection)


async def told(one: Pool, tokens: list[str], way: Way, seconds: float) -> Row:
    """Have people change for some seconds; return what that took until everybody was told."""
    members = await sign_in(one.url, tokens)
    people, watchers = members[:PEOPLE], members[PEOPLE:]
    uris = ",".join(f'"sip:{address(number)}"' for number in range(PEOPLE))
    body = f'{{"duration":30,"uris":[{uris}]}}'.encode()
    path = "people/presenceSubscriptions"
    await ask_all(
        one.url, (request("POST", f"{it.path}/{path}", it.token, body) for it in watchers)
    )
    tally = fanout.Tally()
    changes = Changes(people, tally)
    async with (
        connections(one.url, len(watchers)) as polls,
        connections(one.url, CHANGERS) as posts,
    ):
        pairs = zip(polls, watchers, strict=True)
        tasks = [asyncio.create_task(fanout.watch(poll, it, tally)) for poll, it in pairs]
        try:
            await tally.quiet()
            idle = await asyncio.to_thread(one.idle)
            tally.seconds.clear()
            tally.packages = 0
            before = one.spent()
            await changes.steady(posts, time.perf_counter() + seconds, way.rate)
            await asyncio.sleep(way.hold + 0.5)
            took = one.spent().since(before)
        finally:
            for task in tasks:
                if task.done():
                    task.result()
                task.cancel()
    if len(tally.seconds) > changes.count * way.watchers:
        raise CannotMeasure("a change was delivered twice")
    share = took.clock / idle.clock
    return Row(
        (changes.count, len(tally.seconds), tally.packages),
        1e6 * (took.nodes - share * idle.nodes),
        took.read - share * idle.read,
    )


def each(rows: list[Row]) -> list[tuple[float, float]]:
    """Return µs and bytes of each kind, from as many rows as there are kinds."""
    counts = np.array([row.counts for row in rows], float)
    taken = np.array([row[1:] for row in rows])
    return [(float(cpu), float(size)) for cpu, size in np.linalg.solve(counts, taken)]


def anew(way: Way, postgres: Postgres, seconds: float) -> Row:
    """Run a new pool with new people, and return what their changes take."""
    url = postgres.database()
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        tokens = run(enrol(place, PEOPLE + way.watchers, database=url))
        held = f"{1000 * way.hold:.0f}ms"
        with (
            run_daemon(Redis, place / "redis") as redis,
            pool(place, 1, postgres, redis, url, events_medium=held) as one,
        ):
            return run(told(one, tokens, way, seconds))


def measure(rounds: int, *, quick: bool) -> Result:
    """Return what a change, an event and a package take."""
    seconds = 2.0 if quick else 10.0
    runs = []
    with (
        tempfile.TemporaryDirectory() as name,
        run_daemon(Postgres, Path(name)) as postgres,
        Progress() as bar,
    ):
        task = bar.add_task("changes", total=rounds * len(WAYS))
        for _ in range(rounds):
            rows = []
            for way in WAYS:
                rows.append(anew(way, postgres, seconds))
                bar.advance(task)
            runs.append(each(rows))
    figures = [
        Figure(kind, unit, [one[place][at] for one in runs])
        for (at, unit), (place, kind) in itertools.product(
            enumerate((MICROSECONDS, BYTES)), enumerate(KINDS)
        )
    ]
    result = Result("changes", figures, quick)
    if not quick:
        costs.write(costed(costs.load(), result))
    return result


def costed(known: Costs, result: Result) -> Costs:
    """Return costs with those that were measured; what noise has hidden stays an estimate."""
    found = {(figure.what, figure.unit): figure.median for figure in result.figures}
    operations = {
        kind: replace(
            getattr(known.operations, kind),
            cpu=costs.rounded(found[kind, MICROSECONDS]),
            log=costs.rounded(max(0.0, found[kind, BYTES])),
            measured=True,
            source="changes: one node, three rates and holds, and as many unknowns",
        )
        for kind in KINDS
        if found[kind, MICROSECONDS] > 0
    }
    return costs.record(known, operations)
