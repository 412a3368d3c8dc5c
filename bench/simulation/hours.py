"""The hours of a working day: when people come, meet, eat and go."""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import NamedTuple

from bench.simulation.habits import HOUR, Habits

COMING = NormalDist(8.5 * HOUR, 0.5 * HOUR)
GOING = NormalDist(17.25 * HOUR, 0.6 * HOUR)
NOON = 12 * HOUR
LUNCH = NormalDist(12.4 * HOUR, 0.3 * HOUR)
MEETINGS = (9, 9.5, 10, 11, 13.5, 14, 15, 16)
"""Hours at which meetings begin; the clock tells everybody at the same time."""

LATE = 90.0
"""Seconds within which most of those who meet have noticed, and of those who are done."""


class Moment(NamedTuple):
    """How people behave at the moment: ``come`` and ``go`` are rates as those of habits."""

    come: float
    go: float
    habits: Habits


def hazard(when: NormalDist, second: float) -> float:
    """Return the rate at which those do something who have not yet."""
    left = 1 - when.cdf(second)
    return when.pdf(second) / left if left > 1e-6 else 0.02


@dataclass(frozen=True)
class Hours:
    """``even``: nobody comes or goes, and no hour is special."""

    even: bool = False

    def moment(self, habits: Habits, second: float) -> Moment:
        """Return what people do at a second of the day."""
        if self.even:
            return Moment(0.0, 0.0, habits)
        lunch = LUNCH.pdf(second) * 0.7
        begin, end = self._since_meeting(second)
        now = replace(
            habits,
            pause=habits.pause + lunch,
            meet=0.15 / LATE if begin else habits.meet / 4,
            over=0.8 / LATE if end else habits.over / 4,
        )
        come = hazard(COMING, second) if second < NOON else 0.0  # who has gone stays at home
        return Moment(come, hazard(GOING, second) if second > NOON else 0.0, now)

    def _since_meeting(self, second: float) -> tuple[bool, bool]:
        """Return whether meetings are beginning, and whether they are ending."""
        passed = [second - hour * HOUR for hour in MEETINGS]
        return (
            any(0 <= one < LATE for one in passed),
            any(0 <= one - 0.75 * HOUR < LATE for one in passed),
        )
