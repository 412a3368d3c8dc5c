"""Forgetting conversations that are older than anybody may keep them."""

from __future__ import annotations

from dataclasses import dataclass

from openucwa.domain.ports import History

DAY = 86_400.0
EVERY = 3600.0
"""Seconds after which it is looked for old conversations again."""

STEP = 100
"""So many are deleted at once; others write in between."""


@dataclass(slots=True)
class Retention:
    """Deletes what has not been added to for so many ``days``."""

    history: History
    days: int
    _next: float = 0.0

    async def recheck(self, now: float) -> None:
        """Delete some of what is too old, once an hour or as long as there is any left."""
        if 0 < self._next - now <= EVERY:
            return
        if await self.history.purge(now - self.days * DAY, STEP) < STEP:
            self._next = now + EVERY
