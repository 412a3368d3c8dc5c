"""Presence subscriptions: leases on news about people (R7.27-R7.42). Times are seconds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from openucwa.domain.refusals import bad_parameter

SHORTEST, LONGEST = 10, 30
"""The range of a lease in minutes; what is asked outside of it is brought into it (R7.29)."""


def lease(minutes: int) -> float:
    """Return the seconds for which to lease. Raises ``Refused`` below one minute."""
    if minutes < 1:
        raise bad_parameter("duration", f"a number of minutes from {SHORTEST} to {LONGEST}")
    return min(max(minutes, SHORTEST), LONGEST) * 60.0


@dataclass(slots=True)
class Subscription:
    """A lease on news about some people, by canonical address."""

    id: str
    expires: float
    members: dict[str, None] = field(default_factory=dict)
    warned: bool = False

    def extend(self, minutes: int, now: float) -> None:
        """Add to the remaining time, up to the longest lease (R7.34)."""
        self.expires = min(self.expires + lease(minutes), now + LONGEST * 60.0)
        self.warned = False

    def next_change(self, warning: float) -> float:
        """Return when to warn, or to end it once warned; ``warning`` is the time between."""
        return self.expires if self.warned else self.expires - warning


def watched(subscriptions: Iterable[Subscription]) -> set[str]:
    """Return everyone that some of the subscriptions is about (R7.36)."""
    return {address for subscription in subscriptions for address in subscription.members}
