"""A working day of millions: how many people of each shard are in each state, second by second.

To follow ten million people one by one takes hours. But they act independently, so that how many
of a shard's 30,000 active people pause in a second is one draw from a binomial distribution; and
what they cause is added up for each shard, and from there for each node and Redis master. A node
does a second of work in a second, and what is left over waits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bench.simulation.costs import Costs
from bench.simulation.demand import Demand, arrivals, demand
from bench.simulation.habits import Habits
from bench.simulation.hours import Hours, Moment
from bench.simulation.incidents import Incident, Lost
from bench.simulation.pool import Pool
from openucwa.domain.shards import SHARDS

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

OUT, ACTIVE, INACTIVE, AWAY, BUSY = range(5)

FULL = 0.999
"""A core that is busier is taken for this busy: what more there is waits, and is counted."""


@dataclass
class Record:
    """What was seen, once each second; ``at`` is the hour of the day."""

    at: list[float] = field(default_factory=list)
    signed_in: list[int] = field(default_factory=list)
    active: list[int] = field(default_factory=list)
    cut: list[int] = field(default_factory=list)
    """People whose client has no poll with us, but will."""

    unserved: list[int] = field(default_factory=list)
    """Shards that nobody serves, or whose log cannot be written."""

    work: list[float] = field(default_factory=list)
    """Seconds of cores that are asked for in a second, of all nodes."""

    middle: list[float] = field(default_factory=list)
    busiest: list[float] = field(default_factory=list)
    """How busy the node in the middle is, and the busiest one."""

    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    """Seconds until work begins: half of it at the node in the middle, 99 % at the worst."""

    commands: list[float] = field(default_factory=list)
    redis_bytes: list[float] = field(default_factory=list)
    """A second, at the busiest Redis master."""

    between: list[float] = field(default_factory=list)
    """Bytes a second between nodes."""


class Day:
    """A pool and its people."""

    def __init__(
        self,
        costs: Costs,
        habits: Habits,
        accounts: int,
        *,
        nodes: int,
        masters: int,
        hours: Hours,
        incidents: Sequence[Incident] = (),
        settled: bool = False,
        pace: int = 1,
        seed: int = 1,
    ) -> None:
        """``settled``: everybody who comes at all has been there for long; ``pace`` in seconds."""
        self.costs, self.habits, self.hours, self.incidents = costs, habits, hours, incidents
        self.pace = pace
        self.chance = np.random.default_rng(seed)
        self.pool = Pool(costs, nodes, masters)
        self.people: Counts = np.zeros((5, SHARDS), np.int64)
        everybody = self.chance.multinomial(
            round(accounts * habits.present), np.full(SHARDS, 1 / SHARDS)
        )
        self.people[OUT] = everybody
        if settled:
            share = np.array(habits.settled(1.0))
            self.people[OUT] = 0
            self.people[ACTIVE:] = self.chance.multinomial(everybody, share).T
        self.cut: Counts = np.zeros(SHARDS, np.int64)
        self.patience = 30.0
        """Seconds within which clients come back that have lost their connections."""

        self.heard = 0.0
        """Events a second for each person who polls, of late."""

        self.record = Record()

    def run(self, begin: float, end: float) -> Record:
        """Let the time from one second of the day to another pass."""
        for second in range(int(begin), int(end), self.pace):
            self.step(second)
        return self.record

    def step(self, second: int) -> None:
        """Let a second pass, or as many as the pace has."""
        lost = Lost()
        for incident in self.incidents:
            incident.befall(second, self.pool, lost)
        served = self.pool.served(second)
        self._lose(lost)
        acts = self._act(self.hours.moment(self.habits, second), served)
        counts = {name: count / self.pace for name, count in acts.items()}
        asked = self._ask(counts)
        self.pool.work(asked, served, self.pace)
        self._note(second, served, counts, asked)

    def _lose(self, lost: Lost) -> None:
        """Break the connections of those whom nobody serves, and of some others."""
        there = self.people[ACTIVE:].sum(axis=0)
        more = self.chance.binomial(there - self.cut, min(1.0, lost.connections))
        self.cut = np.where(self.pool.without_owner, there, self.cut + more)
        if lost.patience is not None:
            self.patience = lost.patience

    def _act(self, moment: Moment, served: NDArray[np.bool_]) -> dict[str, Counts]:
        """Move people from state to state; return how often what happens in each shard."""
        habits, there = moment.habits, self.people
        gone, paused, met = self._leave(ACTIVE, served, moment.go, habits.pause, habits.meet)
        left, resumed, faded = self._leave(INACTIVE, served, moment.go, habits.resume, habits.leave)
        went, back = self._leave(AWAY, served, moment.go, habits.back)
        done, over = self._leave(BUSY, served, moment.go, habits.over)
        [come] = self._leave(OUT, served, moment.come)
        ended = gone + left + went + done
        there[OUT] += ended
        there[ACTIVE] += come + resumed + back + over
        there[INACTIVE] += paused
        there[AWAY] += faded
        there[BUSY] += met
        signed_in = there[ACTIVE:].sum(axis=0)
        self.cut = np.minimum(self.cut, signed_in)
        again = self.chance.binomial(
            self.cut, -np.expm1(-2.0 * self.pace / self.patience) * ~self.pool.without_owner
        )
        self.cut -= again
        polling = signed_in - self.cut
        return {
            "sign_in": come,
            "contact": come * habits.contacts,
            "fade": paused + faded + ended,
            "back": resumed + back,
            "change": met + over,
            "reconnect": again,
            **self._poll(
                polling, again, come + paused + faded + ended + resumed + back + met + over
            ),
            "report": self._some(there[ACTIVE] + there[BUSY], served / habits.report),
            "refresh": self._some(polling, served / habits.refresh),
            "message": self._some(there[ACTIVE], served * habits.messages),
        }

    def _leave(self, state: int, served: NDArray[np.bool_], *rates: float) -> list[Counts]:
        """Take people out of a state for so many reasons, each by its rate; return how many."""
        leave = self.chance.binomial(
            self.people[state], -np.expm1(-sum(rates) * self.pace) * served
        )
        self.people[state] -= leave
        parts, left = [], sum(rates)
        for rate in rates[:-1]:
            part = self.chance.binomial(leave, rate / left if left else 0.0)
            parts.append(part)
            leave, left = leave - part, left - rate
        return [*parts, leave]

    def _some(self, people: Counts, rate: float | Floats) -> Counts:
        return self.chance.poisson(people * rate * self.pace)

    def _poll(self, polling: Counts, again: Counts, changes: Counts) -> dict[str, Counts]:
        """Return what those get who poll, of changes anywhere; something waits for who is back."""
        listening = polling.sum()
        watched = self.habits.contacts * listening / max(1, self.people.sum())
        now = changes.sum() / self.pace * watched * self.habits.present / max(1, listening)
        self.heard += (now - self.heard) * min(1.0, self.pace / max(1.0, self.habits.hold))
        packages, empty = self.habits.polls(self.heard)
        return {
            "event": self._some(polling, self.heard),
            "package": self._some(polling, packages) + again,
            "empty": self._some(polling, empty),
        }

    def _ask(self, counts: dict[str, Floats]) -> Demand:
        share = self.people[ACTIVE:].sum() / max(1, self.people.sum()) * self.habits.present
        watchers = self.habits.contacts * share
        return demand(self.costs, counts, self.pool.living, watchers, self.habits.contacts)

    def _note(
        self, second: int, served: NDArray[np.bool_], counts: dict[str, Floats], asked: Demand
    ) -> None:
        seen, pool = self.record, self.pool
        totals = {name: float(count.sum()) for name, count in counts.items()}
        busy, backlog = pool.busy, pool.backlog[pool.alive]
        middle, worst = float(np.median(busy)), float(busy.max())
        of_changes = totals | {"package": totals["package"] - totals["reconnect"]}
        cpu, squares = float(asked.cpu.sum()), float(asked.squares.sum())
        come = arrivals(self.costs, of_changes, cpu, squares, pool.living)
        seen.at.append(second / 3600)
        seen.signed_in.append(int(self.people[ACTIVE:].sum()))
        seen.active.append(int(self.people[ACTIVE].sum()))
        seen.cut.append(int(self.cut.sum()))
        seen.unserved.append(int((~served).sum()))
        seen.work.append(float(pool.asked.sum()))
        seen.middle.append(middle)
        seen.busiest.append(worst)
        seen.p50.append(float(np.median(backlog)) + come.within(min(middle, FULL), 0.5))
        seen.p99.append(float(backlog.max()) + come.within(min(worst, FULL), 0.99) + pool.waited)
        seen.commands.append(float(pool.commands.max()))
        seen.redis_bytes.append(float(pool.redis_bytes.max()))
        seen.between.append(
            float(asked.forwarded.sum()) * self.costs.part("forward_bytes")
            + float(asked.told.sum()) * self.costs.part("tell_bytes")
        )
