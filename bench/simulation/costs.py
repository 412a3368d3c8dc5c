"""What operations cost, read from ``bench/results/costs.json``: measured, or estimated so far.

Whoever measures a cost replaces its entry with ``record``, which says where it comes from; the
model, the simulations and the page follow.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

FILE = Path(__file__).parent.parent / "results" / "costs.json"


class Operation(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """What one operation costs at the node that has the person's shard.

    ``cpu`` is in microseconds of that node's core, without passing on or telling other nodes.
    ``requests`` come over HTTP, each perhaps to another node; ``commits`` are times that something
    waits until the shard's log has it; ``log`` is bytes written there; ``letters`` go to shards
    of others; ``sql`` statements go to PostgreSQL.
    """

    cpu: float
    requests: float = 0.0
    commits: float = 0.0
    log: float = 0.0
    letters: float = 0.0
    sql: float = 0.0
    measured: bool = False
    source: str


class Part(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One number with its unit."""

    value: float
    unit: str
    source: str
    measured: bool = False


class Operations(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Everything that happens, in the order of the page."""

    sign_in: Operation
    """From the application to the first package, with subscriptions, but for the contacts."""

    contact: Operation
    """What each watched contact adds to that."""

    report: Operation
    """A report of activity by somebody who is active."""

    fade: Operation
    """A timer makes somebody inactive or away."""

    back: Operation
    """A report of activity by somebody who was not active."""

    change: Operation
    """Somebody chooses her availability, or it follows from a meeting."""

    event: Operation
    """One event for one watcher, from her channel to her package."""

    package: Operation
    """A poll is answered with a package, which the next one acknowledges."""

    empty: Operation
    """A poll is answered with nothing, after its timeout."""

    refresh: Operation
    """Subscriptions are made longer."""

    message: Operation
    """Somebody says something to one other, who has it, which the sender is told."""

    reconnect: Operation
    """A client whose connection broke opens another, and asks again."""

    def items(self) -> list[tuple[str, Operation]]:
        """Return each by its name."""
        return [(name, getattr(self, name)) for name in self.__struct_fields__]


class Parts(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What operations have in common."""

    forward: Part
    """µs of the cores of both nodes together, for a request that came to the wrong one."""

    forward_bytes: Part
    """Bytes between nodes for such a request and its answer."""

    tell: Part
    """µs of both cores for one message between nodes."""

    tell_bytes: Part
    """Bytes of such a message."""

    append: Part
    """µs of a Redis master's core for one batch that is appended to a log."""

    append_byte: Part
    """ns of that core for each byte of the batch."""

    round_trip: Part
    """ms from sending a batch until Redis has confirmed it."""

    beat: Part
    """Commands by which a node renews its lease, each second."""

    statement: Part
    """µs of PostgreSQL's cores for a statement."""

    person: Part
    """Bytes of a node's memory for somebody who is signed in."""

    parked: Part
    """Bytes of memory for a poll that waits."""

    pair: Part
    """Bytes of memory for somebody who watches somebody."""

    kept: Part
    """Bytes of the log of a shard for a person, when nothing is in it twice."""

    floor: Part
    """Bytes that a shard's log grows by at least before it is written anew."""

    reading: Part
    """µs of the new owner's core for each person of a shard's log."""


class Costs(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """All costs, and the machine on which those that count were measured."""

    machine: str
    operations: Operations
    parts: Parts

    def part(self, name: str) -> float:
        """Return a part's value."""
        return float(getattr(self.parts, name).value)


def load(path: Path = FILE) -> Costs:
    """Read the costs. Raises ``msgspec.ValidationError`` for a file of another shape."""
    return msgspec.json.decode(path.read_bytes(), type=Costs)


def record(
    costs: Costs,
    operations: dict[str, Operation] | None = None,
    parts: dict[str, Part] | None = None,
) -> Costs:
    """Return the costs with some of them replaced by what was measured."""
    return msgspec.structs.replace(
        costs,
        operations=msgspec.structs.replace(costs.operations, **(operations or {})),
        parts=msgspec.structs.replace(costs.parts, **(parts or {})),
    )


def write(costs: Costs, path: Path = FILE) -> None:
    """Write the costs so that a difference is easy to read."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(costs), indent=1) + b"\n")


def rounded(value: float) -> float:
    """Return three digits of a cost; there is more noise than that."""
    return float(f"{value:.3g}")
