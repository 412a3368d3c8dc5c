"""On paper: what a pool needs for so many people at the busiest hour, and what breaks first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from bench.simulation.costs import Costs
from bench.simulation.demand import Demand, arrivals, demand
from bench.simulation.habits import Habits
from bench.simulation.queues import batches
from openucwa.domain.shards import SHARDS

BUSY = 0.6
"""How busy a core may be at the busiest hour: the rest is for failures, and so that few wait."""

AFTER = 0.95
"""How busy one may be after another was lost, whose shards the others have."""

MASTER_BYTES = 300e6
"""Bytes a second that one Redis master may take: a quarter of 10 Gbit/s, for replicas and disk."""

MASTER_MEMORY = 32e9
"""Bytes that one Redis master may hold."""


def traffic(habits: Habits, people: float) -> dict[str, float]:
    """Return how many operations a second so many people cause who are signed in."""
    crowd = habits.settled(people)
    fade = crowd.active * habits.pause + crowd.inactive * habits.leave
    back = crowd.inactive * habits.resume + crowd.away * habits.back
    change = crowd.active * habits.meet + crowd.busy * habits.over
    events = (fade + back + change) * habits.contacts * habits.present
    packages, empty = habits.polls(events / people)
    return {
        "report": (crowd.active + crowd.busy) / habits.report,
        "fade": fade,
        "back": back,
        "change": change,
        "event": events,
        "package": packages * people,
        "empty": empty * people,
        "refresh": people / habits.refresh,
        "message": crowd.active * habits.messages,
    }


@dataclass(frozen=True)
class Need:
    """What so many accounts need at the busiest hour; one node is one process on one core."""

    accounts: int
    people: float
    nodes: int
    """As many as keep every core below ``BUSY``, or one for each shard if that is not enough."""

    busy: float
    """How busy the busiest core is."""

    after: float
    """How busy one is after another was lost; 0 if there is no other."""

    p99: float
    """Seconds within which 99 % of its work begins."""

    memory: float
    """Bytes of one node."""

    commands: float
    redis_bytes: float
    redis_memory: float
    masters: int
    between: float
    """Bytes a second between nodes."""

    databases: float
    """Cores of PostgreSQL."""

    takeover: float
    """Seconds of a core to read the log of one shard."""

    demand: Demand

    @property
    def enough(self) -> bool:
        """Whether 256 nodes carry it, and one less does."""
        return self.busy <= BUSY and self.after <= AFTER


def ask(costs: Costs, habits: Habits, people: float, nodes: int) -> Demand:
    """Return what a second asks of all nodes."""
    watchers = habits.contacts * habits.present
    return demand(costs, traffic(habits, people), nodes, watchers, habits.contacts)


def load(whole: Demand, nodes: int) -> float:
    """Return how busy the busiest of so many nodes is."""
    return float(whole.cpu * ceil(SHARDS / nodes) / SHARDS + whole.spread_cpu / nodes)


def need(costs: Costs, habits: Habits, accounts: int) -> Need:
    """Return what a pool of so many accounts needs."""
    people = accounts * habits.present

    def busy_with(nodes: int) -> float:
        return load(ask(costs, habits, people, nodes), nodes)

    def enough(nodes: int) -> bool:
        return busy_with(nodes) <= BUSY and (nodes == 1 or busy_with(nodes - 1) <= AFTER)

    nodes = next(filter(enough, sizes()), SHARDS)
    whole, counts = ask(costs, habits, people, nodes), traffic(habits, people)
    busy = load(whole, nodes)
    round_trip = costs.part("round_trip") / 1e3
    commands = SHARDS * batches(whole.commits / SHARDS, round_trip)
    redis_cpu = (
        commands * costs.part("append") * 1e-6 + whole.log * costs.part("append_byte") * 1e-9
    )
    memory = stored(costs, people)
    masters = ceil(max(redis_cpu / BUSY, whole.log / MASTER_BYTES, memory / MASTER_MEMORY))
    pairs = costs.part("pair") * habits.contacts * habits.present
    return Need(
        accounts=accounts,
        people=people,
        nodes=nodes,
        busy=busy,
        after=busy_with(nodes - 1) if nodes > 1 else 0.0,
        p99=arrivals(costs, counts, whole.cpu, whole.squares, nodes).within(busy, 0.99),
        memory=(costs.part("person") + costs.part("parked") + pairs) * people / nodes,
        commands=commands + nodes * costs.part("beat"),
        redis_bytes=whole.log,
        redis_memory=memory,
        masters=masters if masters == 1 else max(3, masters),
        between=whole.forwarded * costs.part("forward_bytes")
        + whole.told * costs.part("tell_bytes"),
        databases=whole.sql * costs.part("statement") * 1e-6,
        takeover=people / SHARDS * costs.part("reading") * 1e-6,
        demand=whole,
    )


def stored(costs: Costs, people: float) -> float:
    """Return the most bytes that the logs of so many people take in Redis."""
    # A log may grow to twice what it was written anew with, while the next is written beside it.
    return 4 * people * costs.part("kept") + SHARDS * costs.part("floor")


def sizes() -> list[int]:
    """Return how many nodes make sense: one more may leave the most shards as they are."""
    return sorted({ceil(SHARDS / most) for most in range(1, SHARDS + 1)})


def limit(holds: Callable[[int], bool], most: int = 10**9) -> int:
    """Return the most accounts for which something holds that fewer have no trouble with."""
    low, high = 1, most
    while high - low > low // 100:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


def limits(costs: Costs, habits: Habits) -> dict[str, int]:
    """Return up to how many accounts each part of a pool goes, the first to break first."""

    def within(test: Callable[[Need], bool]) -> int:
        return limit(lambda accounts: test(need(costs, habits, accounts)))

    found = {
        "one node": within(lambda one: one.nodes == 1),
        "one Redis master": within(lambda one: one.masters == 1),
        "three Redis masters": within(lambda one: one.masters <= 3),
        "one PostgreSQL of 16 cores": within(lambda one: one.databases <= 16 * BUSY),
        "256 nodes": within(lambda one: one.enough),
    }
    return dict(sorted(found.items(), key=lambda pair: pair[1]))
