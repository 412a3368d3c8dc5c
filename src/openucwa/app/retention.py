"""Forgetting conversations that are older than anybody may keep them, and expired meetings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from openucwa.domain.ports import EVERYBODY, History, Meetings, Policies
from openucwa.resources.policies import RETENTION

DAY = 86_400.0
EVERY = 3600.0
"""Seconds after which it is looked for old conversations again."""

STEP = 100
"""So many are deleted at once; others write in between."""


@dataclass(slots=True)
class Retention:
    """Deletes what has not been added to for so many ``days``, or fewer if a policy says so."""

    history: History
    policies: Policies
    days: int
    _next: float = 0.0

    async def recheck(self, now: float) -> None:
        """Delete some of what is too old, once an hour or as long as there is any left."""
        if 0 < self._next - now <= EVERY:
            return
        policies = await self.policies.everything()
        left = False
        for owner, days in self._spans(policies):
            left |= await self.history.purge(now - days * DAY, STEP, owner) == STEP
        if not left:
            self._next = now + EVERY

    def _spans(self, policies: dict[str, dict[str, str]]) -> Iterator[tuple[str, int]]:
        """Yield how many days hold for everybody, whose address is empty, and for whom fewer do."""
        own = {owner: int(some[RETENTION]) for owner, some in policies.items() if RETENTION in some}
        everybody = min(self.days, own.pop(EVERYBODY, self.days))
        yield "", everybody
        yield from ((owner, days) for owner, days in own.items() if days < everybody)


@dataclass(slots=True)
class Expiry:
    """Deletes meetings that have expired and that nobody has used for long (R10.7, 16.38)."""

    meetings: Meetings
    _next: float = 0.0

    async def recheck(self, now: float) -> None:
        """Delete some of those that are to be forgotten, once an hour or as long as there are."""
        if 0 < self._next - now <= EVERY:
            return
        gone = await self.meetings.expired(now, STEP)
        for identifier in gone:
            await self.meetings.delete(identifier)
        if len(gone) < STEP:
            self._next = now + EVERY
