"""A lazy timing wheel: wake me for this key at that time, once.

Each key has at most one entry that counts. Arming later than an entry that is already there
changes nothing: when that entry fires, its owner looks at the truth and arms again. So a
report of activity never touches the wheel. Times are seconds; ticks round up.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Hashable


class Wheel:
    """Buckets of keys by tick; ``tick`` is the resolution in seconds."""

    def __init__(self, tick: float = 0.01) -> None:
        self._tick = tick
        self._buckets: dict[int, list[Hashable]] = {}
        self._order: list[int] = []
        self._armed: dict[Hashable, int] = {}

    def __len__(self) -> int:
        """Return how many keys are armed."""
        return len(self._armed)

    def arm(self, key: Hashable, when: float) -> None:
        """Fire the key at ``when`` or, if it is armed for an earlier time, at that one."""
        slot = math.ceil(when / self._tick)
        if slot * self._tick < when:  # the division was rounded
            slot += 1
        known = self._armed.get(key)
        if known is not None and known <= slot:
            return
        self._armed[key] = slot
        bucket = self._buckets.get(slot)
        if bucket is None:
            self._buckets[slot] = [key]
            heapq.heappush(self._order, slot)
        else:
            bucket.append(key)

    def disarm(self, key: Hashable) -> None:
        """Forget a key."""
        self._armed.pop(key, None)

    def next(self) -> float | None:
        """Return the time of the earliest bucket, or None if the wheel is empty."""
        return self._order[0] * self._tick if self._order else None

    def due(self, now: float, limit: int | None = None) -> list[Hashable]:
        """Take the keys whose time has come, earlier ticks first, at most ``limit`` of them."""
        fired: list[Hashable] = []
        while self._order and self._order[0] * self._tick <= now:
            slot = self._order[0]
            bucket = self._buckets[slot]
            while bucket:
                if len(fired) == limit:
                    return fired
                key = bucket.pop()
                if self._armed.get(key) == slot:
                    del self._armed[key]
                    fired.append(key)
            heapq.heappop(self._order)
            del self._buckets[slot]
        return fired
