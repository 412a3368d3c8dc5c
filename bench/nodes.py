"""Pools of nodes as processes, with PostgreSQL and Redis, and what each of them uses.

Nodes share the core of the server; PostgreSQL, Redis and the load share the other one.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple, TypeVar

from tools.daemons import Daemon, Missing, Postgres, Redis

from bench.crowd import Member, write_targets
from bench.processes import CannotMeasure, Running, openucwa, posts_per_second
from openucwa.adapters.ticker import FLUSH_EVERY
from openucwa.domain.shards import SHARDS

D = TypeVar("D", bound=Daemon)

SETTLED_WITHIN = 60
"""Seconds that nodes get to share the shards."""


class Spent(NamedTuple):
    """What was used so far, or between two looks.

    Processor time is in seconds. ``trips`` are times that Redis read from a connection: what
    travels together counts once. ``read`` and ``written`` are bytes into Redis and out of it.
    """

    clock: float
    nodes: float
    redis: float
    postgres: float
    trips: float
    commands: float
    read: float
    written: float

    def since(self, before: Spent) -> Spent:
        """Return what was used after an earlier look."""
        return Spent(*(now - then for now, then in zip(self, before, strict=True)))


class Pool:
    """Nodes in the place of one server; ``url`` has the URLs of all."""

    def __init__(self, nodes: list[Running], redis: Redis, postgres: Postgres) -> None:
        self.nodes = nodes
        self.url = " ".join(node.url for node in nodes)
        self.redis, self.postgres = redis, postgres

    def memory(self) -> int:
        """Return the bytes of memory that are resident in all nodes."""
        return sum(node.memory() for node in self.nodes)

    def seconds(self) -> float:
        """Return the seconds of processor time that all nodes have used."""
        return sum(node.seconds() for node in self.nodes)

    def metric(self, name: str) -> float:
        """Return the sum of a metric of all nodes."""
        return sum(node.metric(name) for node in self.nodes)

    def redis_memory(self) -> float:
        """Return the bytes that Redis has allocated for data."""
        return told_by(self.redis)["used_memory"]

    def spent(self) -> Spent:
        """Look at what was used so far; looking costs Redis a round trip and three commands."""
        facts = told_by(self.redis)
        return Spent(
            clock=time.perf_counter(),
            nodes=self.seconds(),
            redis=facts["used_cpu_user"] + facts["used_cpu_sys"],
            postgres=used_by_family(self.postgres.process.pid),
            trips=facts["total_reads_processed"],
            commands=sum(facts[name] for name in facts if name in {"evalsha", "eval", "publish"}),
            read=facts["total_net_input_bytes"],
            written=facts["total_net_output_bytes"],
        )

    def ends(self) -> tuple[Pool, str]:
        """Return the first node by itself, and the URL of the last."""
        return Pool(self.nodes[:1], self.redis, self.postgres), self.nodes[-1].url

    def idle(self, seconds: float = 2 * FLUSH_EVERY) -> Spent:
        """Return what is used while nobody does anything."""
        before = self.spent()
        time.sleep(seconds)
        return self.spent().since(before)

    def wait_until_shared(self) -> None:
        """Wait until each node has its part of the shards. Raises ``CannotMeasure``."""
        fair = -(-SHARDS // len(self.nodes))
        for _ in range(SETTLED_WITHIN * 5):
            counts = [node.metric("openucwa_shards ") for node in self.nodes]
            if sum(counts) == SHARDS and max(counts) <= fair:
                return
            time.sleep(0.2)
        raise CannotMeasure("the nodes do not share the shards")

    def wait_until_stored(self) -> None:
        """Wait until it is in Redis who was active."""
        time.sleep(FLUSH_EVERY + 0.5)

    def reports_per_second(self, members: list[Member], targets: Path, seconds: float) -> float:
        """Return reports of activity a second, which go to all nodes alike whoever they are of."""
        write_targets(targets, members)
        with ThreadPoolExecutor(len(self.nodes)) as threads:
            each = threads.map(
                lambda node: posts_per_second(node.url, targets, seconds), self.nodes
            )
            return sum(each)


def told_by(redis: Redis) -> dict[str, float]:
    """Return the numbers that Redis tells of itself, and how often it was given each command."""
    facts: dict[str, float] = {}
    for line in redis.ask("INFO", "everything").splitlines():
        name, _, value = line.partition(":")
        if name.startswith("cmdstat_"):
            name, value = name[8:], value.partition(",")[0].removeprefix("calls=")
        with contextlib.suppress(ValueError):
            facts[name] = float(value)
    return facts


def used_by_family(process: int) -> float:
    """Return the seconds of processor time that a process and its children have used so far."""
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has ended
            number, _, text = path.read_text().partition(" ")
            fields = text.rpartition(")")[2].split()
            if int(number) == process:
                ticks += sum(map(int, fields[11:15]))  # and those that have ended
            elif int(fields[1]) == process:
                ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def run_daemon(kind: type[D], folder: Path) -> Iterator[D]:
    """Run PostgreSQL or Redis, which do not wait for the disk, and stop it afterwards."""
    try:
        daemon = kind(folder)
        daemon.start()
    except Missing as error:
        raise CannotMeasure(str(error)) from None
    try:
        yield daemon
    finally:
        daemon.stop()


@contextlib.contextmanager
def pool(
    folder: Path, count: int, postgres: Postgres, redis: Redis, database: str, **settings: str
) -> Iterator[Pool]:
    """Run nodes; stop them afterwards."""
    with contextlib.ExitStack() as started:
        nodes = [
            started.enter_context(
                openucwa(
                    folder / f"node-{number}",
                    server_database=database,
                    server_live=redis.url,
                    node_name=f"node-{number}",
                    **settings,
                )
            )
            for number in range(count)
        ]
        one = Pool(nodes, redis, postgres)
        one.wait_until_shared()
        yield one
