"""Pools of one, two and three nodes under the same load: what it takes of the nodes and of Redis.

Nodes share one core; PostgreSQL, Redis and what loads them share another. So it says little how
much is done in a second on the clock, and what counts is the processor time that it takes.
Requests go to all nodes alike, wherever their users live, with no balancer in between. Redis does
not write to a disk.

Everybody reports activity once, and what Redis is given counts until all of it is stored. What it
is given while nobody does anything is in that, and told apart. Then there are as many reports as
the nodes take. Those who change their availability have 20 watchers each. Messages are between
two. How soon a request for events wakes up is found with few messages: all are sent to the first
node, and all readers wait at the last.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from msgspec.structs import replace
from rich.progress import Progress
from tools.daemons import Postgres, Redis

from bench import fanout
from bench.client import ask_all, request, run
from bench.crowd import Member, enrol, sign_in
from bench.fanout import PEOPLE
from bench.figures import Figure, Result, number
from bench.messages import PAIRS, talks
from bench.nodes import Pool, Spent, pool, run_daemon
from bench.simulation import costs
from bench.simulation.costs import Costs, Part, rounded

SIZES = (1, 2, 3)
"""Nodes."""

WATCHERS = 20
FIRST, CROWD = 1_000, 3_000
"""So many sign in before memory is looked at, so that what is made once is not in it; and after."""

PER_SECOND, PER_PROCESSOR = "per second", "per second of processor time of all nodes"
MICROSECONDS, TRIPS = "µs of processor time", "round trips to Redis"

FIGURES = {
    "reports": PER_PROCESSOR,
    "deliveries of presence": PER_PROCESSOR,
    "messages between two": PER_PROCESSOR,
    "reports, on the clock": PER_SECOND,
    "commands to Redis when idle": PER_SECOND,
    "a report in the nodes": MICROSECONDS,
    "a report in Redis": MICROSECONDS,
    "a message in Redis": MICROSECONDS,
    "a message in PostgreSQL": MICROSECONDS,
    "a command in Redis": MICROSECONDS,
    "commands for a report": "to Redis",
    "a report": TRIPS,
    "a message": TRIPS,
    "a report into Redis": "bytes",
    "a report out of Redis": "bytes",
    "a message into Redis": "bytes",
    "half of the messages come within": "ms",
    "99 % of the messages come within": "ms",
    "a person in the nodes": "KB",
    "a person in Redis": "KB",
}
"""What is found of each pool, and its unit."""

AIMS = {"a report": 1.0, "half of the messages come within": 20.0}
"""At most so much."""

Found = dict[str, float]


def signing_in(one: Pool, tokens: list[str], first: int) -> tuple[list[Member], Found]:
    """Have a crowd sign in and do nothing; return those after the ``first``, and what they take."""
    run(sign_in(one.url, tokens[:first]))
    redis, nodes = one.redis_memory(), one.memory()
    members = run(sign_in(one.url, tokens[first:]))
    idle, many = one.idle(), 1024 * len(members)
    return members, {
        "commands to Redis when idle": idle.commands / idle.clock,
        "a person in the nodes": (one.memory() - nodes) / many,
        "a person in Redis": (one.redis_memory() - redis) / many,
    }


def reporting(one: Pool, members: list[Member], place: Path, seconds: float) -> Found:
    """Have everybody report once, and then as much as the nodes take."""
    once, many = reporting_once(one, members), len(members)
    before = one.seconds()
    rate = one.reports_per_second(members, place / "targets", seconds)
    took = (one.seconds() - before) / (rate * seconds)
    return {
        "reports": 1 / took,
        "reports, on the clock": rate,
        "a report in the nodes": 1e6 * took,
        "a report in Redis": 1e6 * once.redis / many,
        "commands for a report": once.commands / many,
        "a report": once.trips / many,
        "a report into Redis": once.read / many,
        "a report out of Redis": once.written / many,
    }


def reporting_once(one: Pool, members: list[Member]) -> Spent:
    """Have everybody report activity; return what that takes until it is stored."""
    reports = (request("POST", f"{m.path}/me/reportMyActivity", m.token) for m in members)
    before = one.spent()
    run(ask_all(one.url, reports))
    one.wait_until_stored()
    return one.spent().since(before)


async def talking(one: Pool, tokens: list[str], first: int, seconds: float) -> Found:
    """Have people talk as much as the nodes take."""
    async with talks(one, tokens, "most", first=first) as measured:
        before = one.spent()
        found = await measured(seconds)
        took, count = one.spent().since(before), found.rate * seconds
    return {
        "messages between two": 100 * found.rate / found.server,
        "a message in Redis": 1e6 * took.redis / count,
        "a message in PostgreSQL": 1e6 * took.postgres / count,
        "a command in Redis": 1e6 * took.redis / took.commands,
        "a message": took.trips / count,
        "a message into Redis": took.read / count,
    }


async def waking(one: Pool, tokens: list[str], first: int, seconds: float) -> Found:
    """Have people talk a little, from one end of the pool to the other."""
    sending, polled = one.ends()
    async with talks(sending, tokens, "few", first=first, polled=polled) as measured:
        found = await measured(seconds)
    return {
        "half of the messages come within": found.p50,
        "99 % of the messages come within": found.p99,
    }


def look(one: Pool, tokens: list[str], place: Path, seconds: float, first: int) -> Found:
    """Have a pool do everything; nobody has a part in two things."""
    talkers = PEOPLE + WATCHERS
    others, crowd = talkers + 2 * PAIRS, talkers + 4 * PAIRS
    members, found = signing_in(one, tokens[crowd:], first)
    found |= reporting(one, members, place, seconds)
    changes = run(fanout.observe(one, tokens[:talkers], seconds, "many"))
    found["deliveries of presence"] = 100 * changes.rate / changes.server
    found |= run(talking(one, tokens[talkers:others], talkers, seconds))
    return found | run(waking(one, tokens[others:crowd], others, seconds))


def anew(postgres: Postgres, nodes: int, seconds: float, first: int, crowd: int) -> Found:
    """Run a new pool with new people, and return what it does."""
    url, hold = postgres.database(), fanout.HOLDS["many"]
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        count = PEOPLE + WATCHERS + 4 * PAIRS + first + crowd
        tokens = run(enrol(place, count, database=url))
        with (
            run_daemon(Redis, place / "redis") as redis,
            pool(place, nodes, postgres, redis, url, events_medium=hold) as one,
        ):
            return look(one, tokens, place, seconds, first)


def measure(rounds: int, *, quick: bool) -> Result:
    """Return what each pool takes for what it does."""
    sizes, seconds = (SIZES[1:2], 1.0) if quick else (SIZES, 5.0)
    first, crowd = (50, 200) if quick else (FIRST, CROWD)
    found: dict[int, list[Found]] = {nodes: [] for nodes in sizes}
    with (
        tempfile.TemporaryDirectory() as name,
        run_daemon(Postgres, Path(name)) as postgres,
        Progress() as bar,
    ):
        task = bar.add_task("pool", total=rounds * len(sizes))
        for _ in range(rounds):
            for nodes, runs in found.items():
                bar.update(task, description=f"pool, {nodes} nodes")
                runs.append(anew(postgres, nodes, seconds, first, crowd))
                bar.advance(task)
    figures = [
        Figure(named(what, nodes), unit, [one[what] for one in runs], at_most=AIMS.get(what))
        for what, unit in FIGURES.items()
        for nodes, runs in found.items()
    ]
    result = Result("pool", figures, quick)
    if not quick:
        costs.write(costed(costs.load(), result))
    return result


def named(what: str, nodes: int) -> str:
    """Return how a figure is called."""
    return f"{what}, {nodes} node{'s' if nodes > 1 else ''}"


def costed(known: Costs, result: Result) -> Costs:
    """Return costs with those that follow from what was measured."""
    figures = {figure.what: figure for figure in result.figures}

    def of(what: str, nodes: int = 1) -> float:
        return figures[named(what, nodes)].median

    def more(what: str, nodes: int) -> float:
        return max(0.0, of(what, nodes) - of(what))

    # Half of the requests are passed on between two. Three take turns on one core so often that
    # each finds it cold, which nodes with cores of their own do not.
    few, most = SIZES[1], SIZES[-1]
    forward = more("a report in the nodes", few) / (1 - 1 / few)
    beat = more("commands to Redis when idle", most) / (most - 1)
    report = replace(
        known.operations.report,
        cpu=rounded(of("a report in the nodes")),
        measured=True,
        source=f"pool: {number(of('reports'))} reports a second of processor time of one node",
    )
    said = of("messages between two")
    message = replace(
        known.operations.message,
        cpu=rounded(1e6 / said),
        log=rounded(of("a message into Redis")),
        measured=True,
        source=f"pool: {number(said)} messages a second of processor time of one node",
    )

    def part(value: float, unit: str, source: str) -> Part:
        return Part(rounded(value), unit, f"pool: {source}", measured=True)

    parts = {
        "forward": part(forward, "µs", f"a report with {few} nodes, less one with a single node"),
        "append": part(of("a command in Redis"), "µs", "all commands while people talk"),
        "beat": part(beat, "commands a second", "an idle pool, and one with fewer nodes"),
        "person": part(1024 * of("a person in the nodes"), "bytes", "one node"),
    }
    known = costs.record(known, {"report": report, "message": message}, parts)
    return replace(known, machine=result.machine)
