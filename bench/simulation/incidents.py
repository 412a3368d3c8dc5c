"""What goes wrong in a pool, or is done to it, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from bench.simulation.pool import NEVER, Pool

LEASE = 5
"""Seconds without a beat after which a node is dead to the others, who look once a second."""


@dataclass
class Lost:
    """The share of all connections that breaks in a second, and how soon clients are back."""

    connections: float = 0.0
    patience: float | None = None


class Incident(Protocol):
    """Something that happens to a pool."""

    def befall(self, second: int, pool: Pool, lost: Lost, /) -> None:
        """Let what is due in this second happen."""


@dataclass(frozen=True)
class NodeLost:
    """A node is killed; others read the logs of its shards when its lease is over."""

    at: int
    reading: float
    node: int = 0

    def befall(self, second: int, pool: Pool, lost: Lost) -> None:
        """Kill it, and later have its shards claimed."""
        if second == self.at:
            lost.connections = 1 / pool.living
            pool.kill(self.node)
        if second == self.at + LEASE + 1:
            [shards] = np.nonzero(pool.ready == NEVER)
            pool.claim(second, shards, self.reading)


@dataclass(frozen=True)
class Storm:
    """All connections break at once, as when a balancer restarts."""

    at: int
    patience: float

    def befall(self, second: int, _: Pool, lost: Lost) -> None:
        """Break them."""
        if second == self.at:
            lost.connections = 1.0
            lost.patience = self.patience


@dataclass(frozen=True)
class RollingRestart:
    """One node after the other hands its shards over, ends, and is back a little later."""

    at: int
    reading: float
    every: int = 10
    pause: int = 5

    def befall(self, second: int, pool: Pool, lost: Lost) -> None:
        """Have the node end whose turn it is, and the one before come back."""
        node, passed = divmod(second - self.at, self.every)
        if not 0 <= node < len(pool.alive):
            return
        if passed == 0:
            lost.connections = 1 / pool.living
            pool.kill(node)
            [shards] = np.nonzero(pool.ready == NEVER)
            pool.claim(second, shards, self.reading)
        elif passed == self.pause:
            pool.join(node, second, self.reading)


@dataclass(frozen=True)
class RedisLost:
    """A Redis master dies; until its replica takes over, nothing is written to its logs."""

    at: int
    seconds: int = 12
    master: int = 0

    def befall(self, second: int, pool: Pool, _: Lost) -> None:
        """Stall the logs, and later go on."""
        if second == self.at:
            pool.stalled[self.master] = True
        if second == self.at + self.seconds:
            pool.stalled[self.master] = False
