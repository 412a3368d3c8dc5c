"""Where the servers of a ``World`` keep what they have: a folder each, or one pool of nodes.

``pytest --stores=pool`` gives each world three nodes in this process, which share a database in
PostgreSQL and live state in Redis. Requests go to each of them in turn.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from daemons import Postgres, Redis
from openucwa.adapters.pool import node
from openucwa.adapters.pool.residence import Residence
from openucwa.adapters.sql.postgresql import Postgresql
from openucwa.domain import shards
from openucwa.wiring import Server
from places import EMPTY

NODES = 3
SHARDS = 12
"""Instead of 256, all of which would have to be opened and closed for each test."""
PATIENCE = 10
"""Seconds for which nodes may be busy with each other after a request."""


@dataclass
class Shared:
    """Engines that the nodes of worlds share; worlds in the same folder have the same database."""

    postgres: Postgres
    redis: Redis
    template: str
    _free: list[str] = field(default_factory=list)
    _taken: dict[Path, str] = field(default_factory=dict)
    _kept: dict[Path, int] = field(default_factory=dict)
    _worlds: Iterator[int] = field(default_factory=itertools.count)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.cycle(range(16)))

    def sections(self, folder: Path, given: Mapping[str, Any], *, durable: bool) -> dict[str, Any]:
        """Return the settings of a pool that belongs to a folder, beside what is ``given``.

        One that is ``durable`` goes on with what such a one in the same folder has left.
        """
        folder.mkdir(parents=True, exist_ok=True)
        if folder not in self._taken:
            self._taken[folder] = self._database()
        if not (durable and folder in self._kept):
            self._kept[folder] = next(self._numbers)
            self.redis.ask("-n", str(self._kept[folder]), "FLUSHDB")
        live = f"{self.redis.url.removesuffix('0')}{self._kept[folder]}"
        return dict(given) | {
            "server": {"database": self._taken[folder], "live": live} | given["server"]
        }

    def _database(self) -> str:
        for folder in [one for one in self._taken if not one.exists()]:
            self._free.append(self._taken.pop(folder))
        if self._free:
            url = self._free.pop()
        else:  # not by chance: Hypothesis begins it anew with each example
            url = self.postgres.database(f"world{next(self._worlds)}", self.template)
        self.postgres.ask(EMPTY, url)
        return url

    @contextmanager
    def used(self) -> Iterator[None]:
        """Build worlds on this, which has nothing in it."""
        self._free += self._taken.values()
        self._taken.clear()
        self._kept.clear()
        in_use.append(self)
        before, late = shards.SHARDS, node.LATE
        node.LATE = 0.0  # nothing is under way when worlds are at rest, and no time passes
        shards.SHARDS = node.SHARDS = SHARDS
        migrate, Postgresql.migrate = Postgresql.migrate, _migrated
        yield
        Postgresql.migrate = migrate
        shards.SHARDS, node.SHARDS, node.LATE = before, before, late
        in_use.remove(self)


async def _migrated(engine: Postgresql) -> None:
    """Do nothing: databases are like one that has the schema."""


in_use: list[Shared] = []
"""What worlds are built on; without it each is one process with its own folder."""


async def join(nodes: list[Server]) -> None:
    """Let nodes become a pool, each with a fair share."""
    for one in nodes:
        await one.pooling.node.membership.beat()
    for one in nodes:
        await one.pooling.node.join()
    async with asyncio.timeout(PATIENCE):
        while not _agree([one.pooling.residence for one in nodes]):
            for one in nodes:
                await one.pooling.node._beat()
                await one.pooling.node._adopting


def _agree(residences: list[Residence]) -> bool:
    """Tell whether each node has its share, and all know who has what."""
    owners = {shard: one.node for one in residences for shard in one.here}
    most = -(-SHARDS // len(residences))
    return (
        len(owners) == SHARDS
        and all(len(one.here) <= most for one in residences)
        and all(one.owners == owners for one in residences)
    )


def under_way(nodes: list[Server]) -> list[str]:
    """Return what nodes still have to say to each other, or to write."""
    poolings = [one.pooling for one in nodes]
    passing = [one.dispatcher.neighbours for one in nodes]
    busy = {
        "letters": not all(one.node.courier.idle for one in poolings),
        "watching": any(one.node._tasks for one in poolings),
        "news": not all(one.node.watches.idle for one in poolings),
        "polls": sum(one.away for one in passing) != sum(one.held for one in passing),
        "journals": any(log._waiting for one in poolings for log in one.journals._all.values()),
    }
    return [what for what, is_busy in busy.items() if is_busy]


async def come_to_rest(nodes: list[Server]) -> None:
    """Let nodes do what one process would have done by now."""
    try:
        async with asyncio.timeout(PATIENCE):
            calm = False
            while not calm:
                calm = not under_way(nodes)
                if not calm:
                    await asyncio.sleep(0.0005)  # Redis and the sockets take their time
                await turns()
                calm = calm and not under_way(nodes)
    except TimeoutError:
        raise AssertionError(f"{under_way(nodes)} do not come to rest") from None


async def kill(server: Server) -> None:
    """End a server without a word."""
    journal, pooling = server.live.journal, server.pooling
    if pooling is not None:
        await pooling.node._stop()
        await pooling.node.courier.close()
        await pooling.node.watches.close()
        for shard in sorted(pooling.residence.here):
            await journal.remove(shard).abandon()
        await pooling.mesh.close()
        await pooling.connection.close()
    elif journal is not None:
        await journal.abandon()
    server._passwords.close()
    await server.database.close()


async def turns(*, patient: bool = True) -> None:
    """Let everything run that waits for nothing outside, or if ``patient`` for a disk only."""
    ready = asyncio.get_running_loop()._ready
    for _ in range(30):
        await asyncio.sleep(0)
        if not (ready or patient):
            break
