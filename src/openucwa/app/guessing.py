"""Guessing passwords and keys: whoever was wrong too often has to wait."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

REMEMBERED = 10_000
"""Failures of so many accounts or meetings are remembered, the latest ones."""

_MINUTE = 60.0


class TooManyGuesses(Exception):
    """There were too many failures within the last minute."""


@dataclass(slots=True)
class Guessing:
    """Counts failures; ``allowed`` of them within a minute lock what they are about."""

    allowed: int
    _failures: dict[str, deque[float]] = field(default_factory=dict)

    def refuse(self, key: str, now: float) -> None:
        """Raise ``TooManyGuesses`` if there were too many failures within the last minute."""
        while len(self._failures) > REMEMBERED:
            del self._failures[next(iter(self._failures))]
        failures = self._failures.get(key, deque())
        while failures and failures[0] < now - _MINUTE:
            failures.popleft()
        if len(failures) >= self.allowed:
            raise TooManyGuesses

    def failed(self, key: str, now: float) -> None:
        """Note a failure."""
        self._failures.setdefault(key, deque(maxlen=self.allowed)).append(now)

    def forget(self, key: str) -> None:
        """Forget failures: somebody was right."""
        self._failures.pop(key, None)
