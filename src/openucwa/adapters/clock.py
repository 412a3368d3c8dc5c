"""What time it is: wall time that never jumps, or time that tests move."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

from openucwa.adapters import eager

SLEW = 0.005
"""Seconds by which a clock is corrected at a time, so that it never goes back."""


FAR = 1.0
"""Seconds by which a clock is behind when the machine was asleep."""


class SystemClock:
    """Seconds since 1970, taken from the wall once and counted on by the monotonic clock.

    Somebody who sets the machine's clock does not make people idle.
    """

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def now(self) -> float:
        """Return the time in seconds since 1970."""
        return time.monotonic() + self._offset


class PooledClock(SystemClock):
    """A clock that all nodes of a pool share, whatever those of their machines say."""

    def __init__(self, now: float) -> None:
        super().__init__()
        self._offset = now - time.monotonic()

    def follow(self, now: float) -> None:
        """Go a little faster or slower, having heard what time it is; jump if it is far ahead."""
        apart = now - self.now()
        self._offset += apart if apart > FAR else max(-SLEW, min(SLEW, apart))


class MovableClock(SystemClock):
    """A clock that can be stopped and moved ahead, never back."""

    def __init__(self) -> None:
        super().__init__()
        self._stopped: float | None = None
        self._sleepers: list[float] = []
        self._changed = asyncio.Event()

    @property
    def frozen(self) -> bool:
        """Whether it stands still."""
        return self._stopped is not None

    def now(self) -> float:
        """Return the time in seconds since 1970."""
        return super().now() if self._stopped is None else self._stopped

    def freeze(self) -> None:
        """Stand still."""
        self._stopped = self.now()
        self._tell()

    def thaw(self) -> None:
        """Go on from where it stands."""
        if self._stopped is not None:
            self._offset += self._stopped - super().now()
            self._stopped = None
            self._tell()

    def move(self, to: float) -> None:
        """Jump ahead to a time; nothing happens if it has passed."""
        if self._stopped is not None:
            self._stopped = max(self._stopped, to)
        else:
            self._offset += max(0.0, to - self.now())
        self._tell()

    async def sleep(self, seconds: float) -> None:
        """Wait until so much time has passed on this clock."""
        await eager.in_task()
        until = self.now() + seconds
        self._sleepers.append(until)
        try:
            while (left := until - self.now()) > 0:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), None if self.frozen else left)
        finally:
            self._sleepers.remove(until)

    def next(self) -> float | None:
        """Return when the first of those who sleep wakes up, or None."""
        return min(self._sleepers, default=None)

    def _tell(self) -> None:
        """Have those who sleep look at the clock."""
        self._changed.set()
        self._changed = asyncio.Event()
