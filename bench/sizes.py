"""What a report of activity costs in a pool, and Redis keeps, for more and more people signed in.

Each crowd has a node and a Redis of its own. They sign in without HTTP, fifty at a time, and the
node takes over what Redis has of them then. Up to ten thousand of each crowd, spread evenly, report
once, and what Redis is given counts until that is stored, whatever it is; that is done once, and
the figures of Redis have one run. Then a thousand of them report as often as the node answers. The
node has one core, and the load, Redis and PostgreSQL share another; what counts is processor time.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from rich.progress import Progress
from tools.daemons import Postgres, Redis

from bench.crowd import HOUR, Member, crowd, members
from bench.figures import Figure, Result
from bench.nodes import Pool, Spent, pool, run_daemon, told_by
from bench.pool import reporting_once
from bench.simulation import costs
from bench.simulation.costs import Costs, Part

SIZES = (1_000, 20_000, 100_000)
"""People. It would take more than five minutes to gather twice as many; ``growth`` has them, with
one process."""

ONCE, OFTEN = 10_000, 1_000
"""So many people at most, evenly spread over a crowd, report once, and again and again."""


class Crowd(NamedTuple):
    """Many people at one node: KB of Redis for each, and what a report of each takes of it."""

    node: Pool
    often: list[Member]
    kept: float
    report: Spent


REDIS: tuple[tuple[str, str, Callable[[Crowd], float], float | None], ...] = (
    ("a report", "µs of Redis", lambda one: 1e6 * one.report.redis, None),
    ("a report", "round trips to Redis", lambda one: one.report.trips, 1.0),
    ("a report", "commands to Redis", lambda one: one.report.commands, None),
    ("a report", "bytes to Redis", lambda one: one.report.read, None),
    ("a person", "KB of Redis", lambda one: one.kept, 1.5),
)
"""What, its unit, how it is found, and what it may be at most in the largest crowd."""


def gathered(stack: contextlib.ExitStack, place: Path, size: int, postgres: Postgres) -> Crowd:
    """Return a crowd at a node that runs as long as the stack."""
    database = postgres.database()
    redis = stack.enter_context(run_daemon(Redis, place / f"redis-{size}"))
    empty = told_by(redis)["used_memory"]
    everybody = members(crowd(place, size, HOUR, database, redis.url))
    one = stack.enter_context(pool(place / f"pool-{size}", 1, postgres, redis, database))
    one.wait_until_stored()
    kept = (one.redis_memory() - empty) / size / 1024
    some = everybody[:: max(1, size // ONCE)]
    each = Spent(*(value / len(some) for value in reporting_once(one, some)))
    return Crowd(one, everybody[:: max(1, size // OFTEN)], kept, each)


def measure(rounds: int, *, quick: bool) -> Result:
    """Return what a report costs and what is kept of each person, by the size of the crowd."""
    sizes, seconds = ((500, 1_000), 1.0) if quick else (SIZES, 3.0)
    reports: dict[int, list[float]] = {size: [] for size in sizes}
    with TemporaryDirectory() as name, contextlib.ExitStack() as stack, Progress() as bar:
        place = Path(name)
        postgres = stack.enter_context(run_daemon(Postgres, place / "postgresql"))
        task = bar.add_task("sizes", total=len(sizes) * (rounds + 1))
        crowds = {}
        for size in sizes:
            crowds[size] = gathered(stack, place, size, postgres)
            bar.advance(task)
        for _ in range(rounds):
            for size, one in crowds.items():
                before = one.node.seconds()
                rate = one.node.reports_per_second(one.often, place / "targets", seconds)
                took = one.node.seconds() - before
                reports[size].append(1e6 * took / (rate * seconds))
                bar.advance(task)
    first, last = reports[sizes[0]], reports[sizes[-1]]
    growth = [100 * (many / few - 1) for few, many in zip(first, last, strict=True)]
    figures = [
        *(
            Figure(f"a report of {size:,}", "µs of the node", runs)
            for size, runs in reports.items()
        ),
        Figure(f"growth from {sizes[0]:,} to {sizes[-1]:,}", "%", growth, at_most=10),
    ]
    for what, unit, found, most in REDIS:
        for size, one in crowds.items():
            aim = most if size == sizes[-1] else None
            figures.append(Figure(f"{what} of {size:,}", unit, [found(one)], at_most=aim))
    result = Result("sizes", figures, quick)
    if not quick:
        costs.write(costed(costs.load(), result))
    return result


def costed(known: Costs, result: Result) -> Costs:
    """Return costs with what Redis keeps of a person of the largest crowd."""
    *_, largest = (figure for figure in result.figures if figure.unit == "KB of Redis")
    value = costs.rounded(1024 * largest.median)
    kept = Part(value, "bytes", f"sizes: {largest.what} whom nobody watches", measured=True)
    return costs.record(known, parts={"kept": kept})
