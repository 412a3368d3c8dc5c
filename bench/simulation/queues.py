"""Waiting: for a core that does one thing after the other, and for a log that takes batches."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, log, sqrt
from statistics import NormalDist


def batches(commits: float, round_trip: float) -> float:
    """Return how many batches a second one log gets.

    What comes while a batch is on its way goes into the next, which leaves when that is confirmed
    (after ``round_trip`` seconds), or as soon as there is anything.
    """
    if commits <= 0:
        return 0.0
    return 1 / (round_trip + exp(-commits * round_trip) / commits)


def waiting(load: float, residual: float, share: float) -> float:
    """Return the seconds within which such a share of all work has begun at a core.

    ``load`` is how busy it is, from 0 to 1; ``residual`` the mean of the squares of what comes
    at once over the mean. Work comes by chance (M/G/1); the tail is taken for exponential.
    """
    if load >= 1:
        return inf
    if load <= 1 - share:
        return 0.0
    mean = load * residual / 2 / (1 - load)
    return mean / load * log(load / (1 - share))


@dataclass(frozen=True)
class Burst:
    """Packages that one node has to send at once: those of all who watch the same person."""

    mean: float
    """How many there are for one change."""

    each: float
    """Seconds that one takes."""

    changes: float
    """How many changes a second there are in the pool, each of which is a burst at each node."""

    def squares(self) -> float:
        """Return what coming at once adds to the sum of squares of a node's work (s²)."""
        return self.changes * (self.mean * self.each) ** 2

    def last(self, share: float, most: float) -> float:
        """Return the seconds within which such a share of a burst, ``most`` in the pool, begins."""
        far = NormalDist().inv_cdf(share) * sqrt(max(0.0, self.mean * (1 - self.mean / most)))
        return max(0.0, (self.mean + far) * share * self.each)
