"""Forgetting what administrators did so long ago, or so many acts ago, that nobody asks."""

from __future__ import annotations

from dataclasses import dataclass

from openucwa.domain.administration import Audit

EVERY = 3600.0
"""Seconds between two looks."""


@dataclass(slots=True)
class Keeping:
    """Keeps acts for ``retention`` seconds, and ``most`` of them."""

    audit: Audit
    retention: float
    most: int
    _next: float = 0.0

    async def recheck(self, now: float) -> None:
        """Forget what is too old, once an hour."""
        if not 0 < self._next - now <= EVERY:
            await self.audit.purge(now - self.retention, self.most)
            self._next = now + EVERY
