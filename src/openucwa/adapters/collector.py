"""Keeping Python's garbage collector from holding up the loop.

A full collection looks at every object, and a server has hundreds of thousands that live for
hours. So what has settled is taken out of the collector's sight from time to time; it is freed
by reference counting when it goes, as nearly everything here is.
"""

from __future__ import annotations

import gc

GROWTH = 1000
"""So many users must have come since the last time."""

_settled = 0


def settle_memory(users: int) -> None:
    """Take long-lived objects out of the collector's sight if many users have come."""
    global _settled  # noqa: PLW0603  there is one collector in a process
    if users - _settled >= GROWTH:
        gc.collect(1)
        gc.freeze()
        _settled = users
    elif users < _settled // 2:
        gc.unfreeze()
        _settled = users
