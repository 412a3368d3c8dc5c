"""Forgetting conversations that are older than anybody may keep them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from openucwa.domain.ports import EVERYBODY, History, Policies
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
