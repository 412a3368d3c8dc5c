"""Keeping Python's garbage collector from holding up the loop.

A full collection looks at every object, and a server has hundreds of thousands that live for
hours. So what has settled is taken out of the collector's sight from time to time; it is freed
by reference counting when it goes, as nearly everything here is.
"""

from __future__ import annotations

import gc

GROWTH = 1000
"""So many users must have come since the last time."""

YOUNG = 7000
"""So many more objects come than go before the young ones are looked at; with Python's 700 the same
messages, on their way for a moment, would be looked at again and again.
"""

FULL = 100
"""So many collections of young objects come before a full one; Python's own number is ten.

Requests that are parked live long, too, and thousands of them take a tenth of a second.
"""

_settled = 0
_collections = 0


def collect_rarely() -> None:
    """Put collections off, full ones above all."""
    gc.set_threshold(YOUNG, gc.get_threshold()[1], FULL)


def settle_memory(users: int) -> None:
    """Take long-lived objects out of the collector's sight if many users have come.

    Or if there was a full collection: what it has left is not worth another look.
    """
    global _settled, _collections  # noqa: PLW0603  there is one collector in a process
    before, _collections = _collections, gc.get_stats()[2]["collections"]
    if users < _settled // 2:
        gc.unfreeze()
        _settled = users
    elif users - _settled >= GROWTH or (users and _collections > before):
        gc.collect(1)
        gc.freeze()
        _settled = max(users, _settled)
