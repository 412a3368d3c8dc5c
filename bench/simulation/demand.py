"""What happens in a second, and what that asks of nodes, of Redis and of the network.

Everything here works on plain numbers, for the model, and on arrays with a number for each shard,
for the simulation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.simulation.costs import Costs
from bench.simulation.queues import Burst, waiting

REWRITTEN = 1.5
"""What is written to a log in all, for what is new: it is written anew when it has tripled."""

Numbers = Any
"""A number, or an array with one for each shard."""


def spread(nodes: float, watchers: float) -> float:
    """Return how many other nodes have any of so many watchers, who are anywhere."""
    return (nodes - 1) * (1 - (1 - 1 / nodes) ** watchers)


def visible(counts: Mapping[str, Numbers]) -> Numbers:
    """Return how many people appear otherwise to those who watch them."""
    return sum(counts.get(name, 0) for name in ("sign_in", "change", "fade", "back"))


@dataclass(frozen=True)
class Demand:
    """What a second asks for. Processor time is in seconds, of the owners unless said otherwise."""

    cpu: Numbers
    """For the operations themselves."""

    spread_cpu: Numbers
    """For passing requests on and telling other nodes, which all nodes share."""

    squares: Numbers
    """The sum of the squares of how long each operation takes (s²)."""

    commits: Numbers
    log: Numbers
    """Bytes written to logs, with what is written anew."""

    sql: Numbers
    forwarded: Numbers
    """Requests that came to the wrong node."""

    told: Numbers
    """Messages between nodes."""


def demand(
    costs: Costs, counts: Mapping[str, Numbers], nodes: float, watchers: float, contacts: float
) -> Demand:
    """Return what operations, so many of each in a second, ask of a pool of so many nodes."""
    wrong = 1 - 1 / nodes
    others = spread(nodes, watchers)
    each = [(counts[name], one) for name, one in costs.operations.items() if name in counts]
    requests = sum(count * one.requests for count, one in each)
    # Others are told of somebody whose appearance changes; and somebody new watches her contacts.
    told = visible(counts) * others + counts.get("sign_in", 0) * spread(nodes, contacts)
    told = told + sum(count * one.letters for count, one in each) * wrong
    shared = requests * wrong * costs.part("forward") + told * costs.part("tell")
    return Demand(
        cpu=sum(count * one.cpu for count, one in each) * 1e-6,
        spread_cpu=shared * 1e-6,
        squares=sum(count * one.cpu**2 for count, one in each) * 1e-12,
        commits=sum(count * one.commits for count, one in each),
        log=sum(count * one.log for count, one in each) * REWRITTEN,
        sql=sum(count * one.sql for count, one in each),
        forwarded=requests * wrong,
        told=told,
    )


@dataclass(frozen=True)
class Arrivals:
    """How work comes to each of ``nodes``."""

    residual: float
    """The mean of the squares of what comes at once, over the mean (s)."""

    burst: Burst
    nodes: float

    def within(self, busy: float, share: float) -> float:
        """Return the seconds within which such a share of the work of a busy node has begun."""
        most = max(self.burst.mean * self.nodes, 1e-9)
        return waiting(busy, self.residual, share) + self.burst.last(share, most)


def arrivals(
    costs: Costs, counts: Mapping[str, float], cpu: float, squares: float, nodes: float
) -> Arrivals:
    """Return how work comes; ``cpu`` and ``squares`` are those of the demand of the whole pool."""
    changes, packages = visible(counts), counts["package"]
    together = packages / changes / nodes if changes else 0.0
    events = counts["event"] / packages if packages else 0.0
    operations = costs.operations
    each = (operations.package.cpu + events * operations.event.cpu) * 1e-6
    burst = Burst(together, each, changes)
    residual = (squares / nodes + burst.squares()) / (cpu / nodes) if cpu else 0.0
    return Arrivals(residual, burst, nodes)
