"""How long to wait before the next attempt: longer each time, and never all clients at once."""

from __future__ import annotations

import random
from collections.abc import Iterator

FIRST, LONGEST = 0.25, 15.0
"""Seconds of the first pause and of the longest, before chance makes them shorter."""


def pauses(first: float = FIRST, longest: float = LONGEST) -> Iterator[float]:
    """Yield pauses in seconds for ever, each up to twice as long as the one before.

    A pause is at least half as long as it may be. After a restart of the server its clients
    come back over some time and not together.
    """
    pause = first
    while True:
        yield pause * random.uniform(0.5, 1.0)  # noqa: S311  chance, not secrecy
        pause = min(2 * pause, longest)
