"""Pools: which of them serves whom (BEHAVIOUR 14).

All servers decide by the same facts, so none sends a person to one that would send her on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Pool(NamedTuple):
    """Servers that are one to clients.

    ``url`` is what clients call it; nobody can be sent to one that has none. ``backup`` is the
    name of the pool that serves its people while it is ``draining``. It has been as it is
    ``since`` then, in seconds since 1970.
    """

    name: str
    url: str = ""
    backup: str = ""
    draining: bool = False
    since: float = 0.0


class Homes(NamedTuple):
    """All pools by name, and in which of them people are at home.

    ``stated`` names the pools of some, by their addresses; all others are at home in ``default``.
    """

    pools: Mapping[str, Pool] = {}
    stated: Mapping[str, str] = {}
    default: str = ""

    def home(self, address: str) -> str:
        """Return the name of the pool in which a person is at home."""
        return self.stated.get(address, self.default)

    def serving(self, home: str) -> Pool | None:
        """Return the pool that serves those who are at home in one, or None.

        It is the first that is not drained on the way from backup to backup. That may be a circle.
        """
        passed: set[str] = set()
        while home in self.pools and home not in passed:
            pool = self.pools[home]
            if not pool.draining:
                return pool
            passed.add(home)
            home = pool.backup
        return None
