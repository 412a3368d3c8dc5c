"""Subscriptions: leases on news about people, and on news of the contact list. Times are seconds.

Rules R7.27-R7.45.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from openucwa.domain.refusals import bad_parameter


@dataclass(slots=True)
class Lease:
    """Something that lasts until it ``expires`` unless it is extended.

    ``SHORTEST`` and ``LONGEST`` are minutes; what is asked outside of them is brought into them
    (R7.29), and no more than the longest ever remains.
    """

    SHORTEST: ClassVar[int] = 10
    LONGEST: ClassVar[int] = 30

    expires: float
    warned: bool = False

    def extend(self, minutes: int, now: float) -> None:
        """Add to the remaining time (R7.34). Raises ``Refused`` below one minute."""
        self.expires = min(self.expires + self.lasting(minutes), now + self.LONGEST * 60.0)
        self.warned = False

    def next_change(self, warning: float) -> float:
        """Return when to warn, or to end it once warned; ``warning`` is the time between."""
        return self.expires if self.warned else self.expires - warning

    @classmethod
    def lasting(cls, minutes: int) -> float:
        """Return the seconds for which to lease. Raises ``Refused`` below one minute."""
        if minutes < 1:
            reason = f"a number of minutes from {cls.SHORTEST} to {cls.LONGEST}"
            raise bad_parameter("duration", reason)
        return min(max(minutes, cls.SHORTEST), cls.LONGEST) * 60.0


@dataclass(slots=True, kw_only=True)
class Subscription(Lease):
    """A lease on news about some people, by canonical address.

    That on a ``group`` has the group's id, and nobody is added by hand (R7.30, R7.37).
    """

    id: str
    members: tuple[str, ...] = ()
    group: bool = False


class Listening(Lease):
    """A lease on news of one's own contacts and groups (R7.44, 16.8)."""

    __slots__ = ()

    LONGEST: ClassVar[int] = 60


def watched(subscriptions: Iterable[Subscription]) -> set[str]:
    """Return everyone that some of the subscriptions is about (R7.36)."""
    return {address for subscription in subscriptions for address in subscription.members}
