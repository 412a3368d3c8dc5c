"""How the server was within the last hour, at short intervals: what plots are drawn from."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import add

from openucwa.domain.administration import Figures, Sample

BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper bounds by which latencies are counted, in seconds; one more count is for those above."""

EVERY = 5.0
"""Seconds of an interval; those of all nodes begin at the same times."""

KEPT = 720
"""So many samples are kept: those of an hour."""

NOTHING = Figures()


@dataclass(slots=True)
class Samples:
    """The samples of one node, the oldest of which make room for new ones."""

    _kept: deque[Sample] = field(default_factory=lambda: deque(maxlen=KEPT))
    _before: Figures = NOTHING
    _latencies: Sequence[int] = ()
    _taken: float | None = None

    def take(self, now: Figures, latencies: Sequence[int], time: float) -> None:
        """Note how it is ``now``, and at what pace things went since the last time.

        ``latencies`` counts all deliveries since the start, by ``BOUNDS``. Of an interval there is
        one sample; the first time nothing is known of the pace.
        """
        interval = int(time // EVERY)
        if self._kept and self._kept[-1].interval >= interval:
            return
        if self._taken is not None and time > self._taken:
            before, passed = self._before, time - self._taken
            self._kept.append(
                Sample(
                    interval,
                    now.signed_in,
                    now.available,
                    now.parked,
                    (now.transitions - before.transitions) / passed,
                    (now.deliveries - before.deliveries) / passed,
                    (now.requests - before.requests) / passed,
                    (now.messages - before.messages) / passed,
                    tuple(new - old for new, old in zip(latencies, self._latencies, strict=True)),
                )
            )
        self._before, self._latencies, self._taken = now, tuple(latencies), time

    def latest(self, limit: int) -> list[Sample]:
        """Return the latest samples, the oldest of them first."""
        return list(self._kept)[-limit:]


def together(nodes: Iterable[Iterable[Sample]]) -> dict[int, Sample]:
    """Return the samples of several nodes as one, by interval."""
    found: dict[int, Sample] = {}
    for samples in nodes:
        for one in samples:
            other = found.get(one.interval)
            found[one.interval] = one if other is None else _sum(one, other)
    return found


def _sum(one: Sample, other: Sample) -> Sample:
    return Sample(
        one.interval,
        one.signed_in + other.signed_in,
        one.available + other.available,
        one.parked + other.parked,
        one.transitions + other.transitions,
        one.deliveries + other.deliveries,
        one.requests + other.requests,
        one.messages + other.messages,
        tuple(map(add, one.latencies, other.latencies)),
    )


def percentile(counts: Sequence[int], part: float) -> float | None:
    """Return in how many seconds a part of what a histogram counts was done; None of nothing.

    Within its bucket values are taken as spread evenly; what is above the last bound is there.
    """
    wanted, passed, low = part * sum(counts), 0, 0.0
    if not wanted:
        return None
    for bound, count in zip(BOUNDS, counts, strict=False):
        if count and passed + count >= wanted:
            return low + (bound - low) * (wanted - passed) / count
        passed, low = passed + count, bound
    return low
