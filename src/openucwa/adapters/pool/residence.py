"""Who has which shard: what this node knows of its pool."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from openucwa.adapters import eager
from openucwa.domain.shards import Elsewhere

PATIENCE = 15.0
"""Seconds for which whoever asks waits until somebody has a shard again."""


class NodeUnusable(Exception):
    """This node cannot join its pool; the text says why."""


class Residence:
    """The shards that are ``here``, and the nodes that have the others.

    ``until`` is when the lease of this node is over unless it is renewed, by ``monotonic``, whose
    seconds no change of the system's clock moves.
    """

    def __init__(self, node: str, monotonic: Callable[[], float]) -> None:
        self.node = node
        self._monotonic = monotonic
        self.here: set[int] = set()
        self.nodes: Mapping[str, str] = {}
        self.owners: Mapping[int, str] = {}
        self.until = 0.0
        self.reachable = True
        """Whether the lease could be renewed the last time."""
        self._changed = asyncio.Event()

    @property
    def adrift(self) -> bool:
        """Whether the lease is over, so that others may have taken what is here."""
        return self._monotonic() > self.until

    async def reassure(self) -> None:
        """If the lease is over though nothing seems wrong, wait until it has been renewed.

        Such as when the machine slept: then what is still here may have changed elsewhere.
        """
        if self.adrift and self.reachable:
            await self.change(1.0)

    def has(self, shard: int) -> bool:
        """Tell whether a shard is here."""
        return shard in self.here

    def require(self, shard: int) -> None:
        """Make sure that a shard is here. Raises ``Elsewhere``."""
        if shard not in self.here:
            raise Elsewhere(shard)

    def learn(self, nodes: Mapping[str, str], owners: Mapping[int, str]) -> None:
        """Take note of who is alive, where each listens, and who has which shard."""
        self.nodes, self.owners = nodes, owners
        self.tell()

    def tell(self) -> None:
        """Let everybody look again who waits for a shard."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def change(self, longest: float) -> None:
        """Wait until something has changed, or for so many seconds."""
        await eager.in_task()
        try:
            async with asyncio.timeout(longest):
                await self._changed.wait()
        except TimeoutError:
            pass

    def address_of(self, shard: int) -> str | None:
        """Return where the node listens that has a shard; None if that is nobody, or this one."""
        node = self.owners.get(shard)
        return None if node is None or node == self.node else self.nodes.get(node)
