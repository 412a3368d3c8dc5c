"""Everybody, one by one: an exact simulation of a small pool, against which the others are checked.

Each person has her own clock, contacts, channel and poll; each node does one thing after the
other; each shard's log takes one batch at a time. The model and the day of ten million only know
how many people are in which state. If the three agree, that is enough to know.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter
from dataclasses import dataclass, field

from bench.simulation.costs import Costs
from bench.simulation.demand import REWRITTEN
from bench.simulation.habits import Habits
from openucwa.domain.shards import SHARDS

WARM = 400.0
"""Seconds that are not counted: until polls have lost their common beginning."""

ACTIVE, INACTIVE, AWAY, BUSY = range(4)


@dataclass
class Seen:
    """What was counted in ``seconds``."""

    seconds: float
    counts: Counter[str] = field(default_factory=Counter)
    cpu: list[float] = field(default_factory=list)
    """Seconds of each node's core."""

    batches: int = 0
    log: float = 0.0
    told: int = 0
    forwarded: int = 0
    waits: list[float] = field(default_factory=list)


class Each:
    """A pool of so many people, all signed in."""

    def __init__(
        self, costs: Costs, habits: Habits, people: int, nodes: int, seed: int = 1
    ) -> None:
        self.habits, self.people, self.nodes = habits, people, nodes
        self._operations = dict(costs.operations.items())
        self._forward, self._tell = (costs.part(name) * 1e-6 for name in ("forward", "tell"))
        self._round_trip = costs.part("round_trip") / 1e3
        self._chance = chance = random.Random(seed)
        others = min(round(habits.contacts * habits.present), people - 1)
        self._shard = [chance.randrange(SHARDS) for _ in range(people)]
        self._node = [shard * nodes // SHARDS for shard in self._shard]
        self._watchers = [chance.sample(range(people), others) for _ in range(people)]
        crowd = habits.settled(1.0)
        self._state = chance.choices(range(4), crowd, k=people)
        self._moves = {
            ACTIVE: ((habits.pause, INACTIVE, "fade"), (habits.meet, BUSY, "change")),
            INACTIVE: ((habits.resume, ACTIVE, "back"), (habits.leave, AWAY, "fade")),
            AWAY: ((habits.back, ACTIVE, "back"),),
            BUSY: ((habits.over, ACTIVE, "change"),),
        }
        self._waiting = [0] * people
        self._polled = [0.0] * people
        self._free = [0.0] * nodes
        self._written = [0.0] * SHARDS
        self._gathered = [-1.0] * SHARDS
        self._agenda: list[tuple[float, int, str, float]] = []
        self.seen = Seen(0.0)

    def run(self, seconds: float) -> Seen:
        """Let so much time pass after it has warmed up; return what was seen in it."""
        self._begin()
        end = WARM + seconds
        while self._agenda and self._agenda[0][0] < end:
            now, person, what, mark = heapq.heappop(self._agenda)
            if not self.seen.seconds and now >= WARM:
                self.seen = Seen(seconds, cpu=[0.0] * self.nodes)
            getattr(self, what)(now, person, mark)
        return self.seen

    def _begin(self) -> None:
        self.seen.cpu = [0.0] * self.nodes
        for person in range(self.people):
            self._await_move(0.0, person)
            self._at(self._chance.uniform(0, self.habits.report), person, "_report")
            self._at(self._chance.uniform(0, self.habits.refresh), person, "_refresh")
            self._at(self._chance.expovariate(self.habits.messages), person, "_message")
            self._polled[person] = self._chance.uniform(-self.habits.timeout, 0)
            self._await_timeout(person)

    def _at(self, when: float, person: int, what: str, mark: float = 0.0) -> None:
        heapq.heappush(self._agenda, (when, person, what, mark))

    def _do(self, now: float, person: int, name: str, more: float = 0.0) -> None:
        """Do an operation at the person's node; ``more`` seconds of its core come on top."""
        one, node = self._operations[name], self._node[person]
        self.seen.counts[name] += 1
        for _ in range(round(one.requests)):
            front = self._chance.randrange(self.nodes)
            if front != node:
                self.seen.forwarded += 1
                self._work(now, front, self._forward / 2)
                more += self._forward / 2
        self._work(now, node, one.cpu * 1e-6 + more)
        self.seen.log += one.log * REWRITTEN
        for _ in range(round(one.commits)):
            self._commit(self._free[node], self._shard[person])

    def _work(self, now: float, node: int, seconds: float) -> None:
        begin = max(now, self._free[node])
        self._free[node] = begin + seconds
        self.seen.cpu[node] += seconds
        self.seen.waits.append(begin - now)

    def _commit(self, now: float, shard: int) -> None:
        """Put something into the batch that leaves next, at ``_gathered``."""
        if self._gathered[shard] < now:
            self._gathered[shard] = max(now, self._written[shard])
            self._written[shard] = self._gathered[shard] + self._round_trip
            self.seen.batches += 1

    def _await_move(self, now: float, person: int) -> None:
        moves = self._moves[self._state[person]]
        self._at(now + self._chance.expovariate(sum(rate for rate, *_ in moves)), person, "_move")

    def _move(self, now: float, person: int, _: float) -> None:
        moves = self._moves[self._state[person]]
        [(_, self._state[person], name)] = self._chance.choices(moves, [rate for rate, *_ in moves])
        watchers = self._watchers[person]
        elsewhere = {self._node[other] for other in watchers} - {self._node[person]}
        self.seen.told += len(elsewhere)
        self._do(now, person, name, self._tell / 2 * len(elsewhere))
        for node in elsewhere:
            self._work(now, node, self._tell / 2)
        for other in watchers:
            if not self._waiting[other]:
                self._at(now + self.habits.hold, other, "_package")
            self._waiting[other] += 1
        self._await_move(now, person)

    def _package(self, now: float, person: int, _: float) -> None:
        count, self._waiting[person] = self._waiting[person], 0
        event = self._operations["event"]
        self.seen.counts["event"] += count
        self.seen.log += count * event.log * REWRITTEN
        self._do(now, person, "package", count * event.cpu * 1e-6)
        self._polled[person] = now
        self._await_timeout(person)

    def _await_timeout(self, person: int) -> None:
        polled = self._polled[person]
        self._at(max(0.0, polled + self.habits.timeout), person, "_empty", polled)

    def _empty(self, now: float, person: int, polled: float) -> None:
        if polled == self._polled[person] and not self._waiting[person]:
            self._do(now, person, "empty")
            self._polled[person] = now
            self._await_timeout(person)

    def _report(self, now: float, person: int, _: float) -> None:
        if self._state[person] in (ACTIVE, BUSY):
            self._do(now, person, "report")
        self._at(now + self.habits.report, person, "_report")

    def _refresh(self, now: float, person: int, _: float) -> None:
        self._do(now, person, "refresh")
        self._at(now + self.habits.refresh, person, "_refresh")

    def _message(self, now: float, person: int, _: float) -> None:
        if self._state[person] == ACTIVE:
            other = self._chance.randrange(self.people)
            letters = round(self._operations["message"].letters)
            if self._node[other] != self._node[person]:
                self.seen.told += letters
                self._work(now, self._node[other], letters * self._tell / 2)
                self._do(now, person, "message", letters * self._tell / 2)
            else:
                self._do(now, person, "message")
        self._at(now + self._chance.expovariate(self.habits.messages), person, "_message")
