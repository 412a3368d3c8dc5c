"""What people do all day, and how often: assumptions, in one place.

Somebody who is signed in is active, inactive, away or busy, and moves between these as if each
second decided anew. With many people that differs little from timers that run for minutes.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import NamedTuple

HOUR = 3600.0


class Crowd(NamedTuple):
    """How many people are in each state."""

    active: float
    inactive: float
    away: float
    busy: float


@dataclass(frozen=True)
class Habits:
    """Rates are per second and person; the rest is in seconds unless said otherwise."""

    contacts: int = 60
    """So many does everybody watch, and is watched by."""

    present: float = 0.75
    """The share of all accounts that is signed in at the busiest hour."""

    report: float = 240.0
    """How often an active client reports activity."""

    hold: float = 5.0
    """How long events of presence are gathered."""

    timeout: float = 180.0
    """How long a poll waits."""

    refresh: float = 1500.0
    """How often subscriptions are made longer."""

    pause: float = 1.5 / HOUR
    """Active people become inactive."""

    resume: float = 6 / HOUR
    """Inactive people are back."""

    leave: float = 12 / HOUR
    """Inactive people become away."""

    back: float = 3 / HOUR
    """People who are away are back."""

    meet: float = 0.5 / HOUR
    """Active people become busy."""

    over: float = 1.5 / HOUR
    """Busy people are free again."""

    messages: float = 6 / HOUR
    """Messages that somebody active sends."""

    def settled(self, people: float) -> Crowd:
        """Return in which states so many people are in the long run."""
        inactive = self.pause / (self.resume + self.leave)
        away = inactive * self.leave / self.back
        busy = self.meet / self.over
        one = people / (1 + inactive + away + busy)
        return Crowd(one, one * inactive, one * away, one * busy)

    def polls(self, events: float) -> tuple[float, float]:
        """Return how many packages and empty answers a second somebody gets.

        ``events`` is how many a second there are for her, which come by chance.
        """
        if events <= 0:
            return 0.0, 1 / self.timeout
        none = exp(-events * self.timeout)
        packages = 1 / (1 / events + self.hold)
        return packages, packages * none / (1 - none) if none < 1 else 1 / self.timeout
