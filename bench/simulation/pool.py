"""The machines: who has which shard, what waits at each node, what Redis gets."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bench.simulation.costs import Costs
from bench.simulation.demand import Demand
from openucwa.domain.shards import SHARDS

Floats = NDArray[np.float64]
NEVER = np.inf


class Pool:
    """Nodes that have shards, and Redis masters that have the shards' logs."""

    def __init__(self, costs: Costs, nodes: int, masters: int) -> None:
        self._costs = costs
        self.alive = np.ones(nodes, bool)
        self.owner = np.arange(SHARDS) * nodes // SHARDS
        self.ready = np.full(SHARDS, -NEVER)
        """The second from which a shard is served; never, until somebody claims it."""

        self.backlog: Floats = np.zeros(nodes)
        """Seconds of work that waits at each node."""

        self.extra: Floats = np.zeros(nodes)
        """Seconds of work that come on top in this second, such as reading logs."""

        self.master = np.arange(SHARDS) % masters
        self.masters = masters
        self.stalled = np.zeros(masters, bool)
        self.held: Floats = np.zeros(SHARDS)
        """Seconds of work that waits for a log."""

        self.waited = 0
        """Seconds for which the oldest of that has waited."""

        self.asked: Floats = np.zeros(nodes)
        self.commands: Floats = np.zeros(masters)
        self.redis_bytes: Floats = np.zeros(masters)
        self.without_owner = np.zeros(SHARDS, bool)

    @property
    def living(self) -> int:
        """How many nodes live."""
        return int(self.alive.sum())

    @property
    def busy(self) -> Floats:
        """How busy each living node is: 1 if work waits."""
        asked, waits = self.asked[self.alive], self.backlog[self.alive] > 0
        return np.where(waits, np.maximum(asked, 1.0), asked)

    def kill(self, node: int) -> None:
        """End a node; its shards are nobody's."""
        self.alive[node] = False
        self.backlog[node] = 0.0
        self.ready[self.owner == node] = NEVER

    def claim(self, second: float, shards: NDArray[np.int64], reading: float) -> None:
        """Give shards to the living nodes that have fewest, which read so many seconds for each.

        A node that is half busy needs twice as long for reading.
        """
        had = np.bincount(self.owner[self.ready < NEVER], minlength=len(self.alive)).astype(float)
        had[~self.alive] = NEVER
        free: dict[int, float] = {}
        count = len(had)
        for shard in shards:
            turn = (np.arange(count) - shard) % count  # of those with as few, others each time
            node = int((had + turn / count).argmin())
            had[node] += 1
            self.owner[shard] = node
            took = reading / max(0.1, 1 - min(0.9, self.asked[node]))
            free[node] = free.get(node, second) + took
            self.ready[shard] = free[node]
            self.extra[node] += reading

    def join(self, node: int, second: float, reading: float) -> None:
        """Let a node live again, and have its part of the shards handed over."""
        self.alive[node] = True
        part = SHARDS // self.living
        had = np.bincount(self.owner, minlength=len(self.alive))
        for _ in range(part):
            [shards] = np.nonzero(self.owner == had.argmax())
            had[self.owner[shards[0]]] -= 1
            self.owner[shards[0]] = node
            self.ready[shards[0]] = second + reading
            self.extra[node] += reading

    def served(self, second: float) -> NDArray[np.bool_]:
        """Return which shards have somebody who serves them, and a log that can be written."""
        self.without_owner = self.ready > second
        return ~self.without_owner & ~self.stalled[self.master]

    def work(self, asked: Demand, served: NDArray[np.bool_], pace: int) -> None:
        """Let nodes work for so many seconds, in each of which so much is asked."""
        self.held += np.where(served, 0.0, asked.cpu * pace)
        self.waited = self.waited + pace if self.stalled.any() else 0
        own = np.where(served, asked.cpu + self.held / pace, 0.0)
        self.held[served] = 0.0
        nodes = len(self.alive)
        self.asked = np.bincount(self.owner, own, nodes) + self.extra / pace
        self.asked += np.where(self.alive, np.sum(asked.spread_cpu) / max(1, self.living), 0.0)
        self.backlog = np.maximum(0.0, self.backlog + (self.asked - 1.0) * pace) * self.alive
        self.extra = np.zeros(nodes)
        # As queues.batches, of each log.
        trip = self._costs.part("round_trip") / 1e3
        taken = asked.commits * served
        calls = 1 / (trip + np.exp(-taken * trip) / np.maximum(taken, 1e-9))
        self.commands = np.bincount(self.master, calls, self.masters)
        self.redis_bytes = np.bincount(self.master, asked.log * served, self.masters)
