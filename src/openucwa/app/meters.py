"""What the server counts while it works; ``adapters.metrics`` shows it to Prometheus.

Plain numbers, so that counting costs next to nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field

from openucwa.domain.administration import Figures
from openucwa.domain.samples import BOUNDS


@dataclass(slots=True)
class Histogram:
    """Counts of values by bound, the last one for everything above."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    total: float = 0.0

    def observe(self, value: float) -> None:
        """Count one value."""
        self.counts[bisect_left(BOUNDS, value)] += 1
        self.total += value


@dataclass(slots=True)
class Meters:
    """All counts since the start. Latencies are in seconds."""

    requests: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    transitions: Counter[tuple[str, str]] = field(default_factory=Counter)
    sign_ins: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    messages: Counter[str] = field(default_factory=Counter)
    webhooks: Counter[tuple[str, str]] = field(default_factory=Counter)
    deliveries: int = 0
    dropped_queues: int = 0
    delivery_latency: Histogram = field(default_factory=Histogram)
    wheel_lag: Histogram = field(default_factory=Histogram)

    def figures(self) -> Figures:
        """Return the sums for administrators, and nothing of what there is now."""
        return Figures(
            requests=self.requests.total(),
            sign_ins=self.sign_ins["granted"],
            transitions=self.transitions.total(),
            messages=self.messages.total(),
            deliveries=self.deliveries,
            ended=self.ended.total(),
            dropped=self.dropped_queues,
        )
