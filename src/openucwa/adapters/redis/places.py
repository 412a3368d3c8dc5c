"""Which server has a key: the only one, the one that Sentinels name, or one of a cluster."""

from __future__ import annotations

import asyncio
import bisect
from collections.abc import Callable
from typing import Any, Protocol

from redis.asyncio.connection import Connection as Socket
from redis.crc import key_slot
from redis.exceptions import RedisError

from openucwa.adapters.redis.address import Address, Kind, Place
from openucwa.adapters.redis.lane import Unreachable

PAUSE = 0.5
"""Seconds between two looks at what may have moved."""


class Places(Protocol):
    """Knows where keys are."""

    def of(self, key: str) -> Place | None:
        """Return the server that has a key, unless that has to be looked up first."""
        ...

    async def look(self) -> None:
        """Look up who has what. Raises ``Unreachable``."""
        ...

    def doubt(self) -> None:
        """Note that something may have moved."""
        ...

    def all(self) -> list[Place]:
        """Return all servers that have keys, as far as that is known."""
        ...


def places(address: Address) -> Places:
    """Return what knows the places of this address."""
    return _KINDS[address.kind](address)


class _Single:
    def __init__(self, address: Address) -> None:
        self._place = address.hosts[0]

    def of(self, key: str) -> Place | None:  # noqa: ARG002
        return self._place

    async def look(self) -> None:
        pass

    def doubt(self) -> None:
        pass

    def all(self) -> list[Place]:
        return [self._place]


class _Known:
    """What is known from servers that know, of which one after the other is asked."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._knowing = list(address.hosts)
        self._doubted = True
        self._looked = -PAUSE
        self._looking: asyncio.Task[None] | None = None

    async def look(self) -> None:
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._ask_around())
        await asyncio.shield(self._looking)

    def doubt(self) -> None:
        self._doubted = True

    def _is_due(self) -> bool:
        now = asyncio.get_running_loop().time()
        return self._doubted and now >= self._looked + PAUSE

    async def _ask_around(self) -> None:
        said = "nobody is left"
        for place in list(self._knowing):
            try:
                await self._ask(place)
            except (RedisError, OSError, Unreachable) as error:
                said = str(error)
                self._knowing.remove(place)  # the next time it is asked last
                self._knowing.append(place)
            else:
                self._doubted = False
                self._looked = asyncio.get_running_loop().time()
                return
        raise Unreachable(f"nobody says where the data is: {said}")

    async def _ask(self, place: Place) -> None:
        raise NotImplementedError


class _Watched(_Known):
    """The primary that Sentinels name."""

    _place: Place | None = None

    def of(self, key: str) -> Place | None:  # noqa: ARG002
        return None if self._place is None or self._is_due() else self._place

    def all(self) -> list[Place]:
        return [] if self._place is None else [self._place]

    async def _ask(self, place: Place) -> None:
        words = "SENTINEL", "GET-MASTER-ADDR-BY-NAME", self._address.service
        named = await ask_once(self._address.sentinel(place), *words)
        if named is None:
            raise Unreachable(f"the Sentinel at {place[0]}:{place[1]} does not know that service")
        self._place = named[0].decode(), int(named[1])


class _Cluster(_Known):
    """The primaries of a cluster, by their slots."""

    def __init__(self, address: Address) -> None:
        super().__init__(address)
        self._ends: list[int] = []
        self._primaries: list[Place] = []

    def of(self, key: str) -> Place | None:
        if not self._ends or self._is_due():
            return None
        at = bisect.bisect_left(self._ends, key_slot(key.encode()))
        return self._primaries[min(at, len(self._primaries) - 1)]  # it says who has it instead

    def all(self) -> list[Place]:
        return sorted(set(self._primaries))

    async def _ask(self, place: Place) -> None:
        slots = await ask_once(self._address.socket(place), "CLUSTER", "SLOTS")
        if not slots:
            raise Unreachable("no server of the cluster has any slot")
        slots.sort()
        self._ends = [end for _, end, *_ in slots]
        # A server that does not know its own name is the one that was asked.
        self._primaries = [
            (host.decode() or place[0], port) for _, _, (host, port, *_), *_ in slots
        ]
        others = [
            (host.decode() or place[0], port) for _, _, *all_ in slots for host, port, *_ in all_
        ]
        self._knowing = list(dict.fromkeys([place, *others, *self._address.hosts]))


_KINDS: dict[Kind, Callable[[Address], Places]] = {
    Kind.SINGLE: _Single,
    Kind.SENTINEL: _Watched,
    Kind.CLUSTER: _Cluster,
}


async def ask_once(socket: Socket, *words: str) -> Any:
    """Connect, ask one thing, and hang up."""
    try:
        await socket.send_command(*words)
        return await socket.read_response()
    finally:
        await socket.disconnect(nowait=True)
