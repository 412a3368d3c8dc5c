"""What time it is: wall time that never jumps."""

from __future__ import annotations

import time


class SystemClock:
    """Seconds since 1970, taken from the wall once and counted on by the monotonic clock.

    Somebody who sets the machine's clock does not make people idle.
    """

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def now(self) -> float:
        """Return the time in seconds since 1970."""
        return time.monotonic() + self._offset
