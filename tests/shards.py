"""Shards of a pool without Redis: where they are, their journals, and a way between two nodes."""

from __future__ import annotations

import asyncio
import zlib

from openucwa.adapters.batches import decode
from openucwa.adapters.journal import Journal
from openucwa.adapters.pool.journals import Journals
from openucwa.adapters.pool.mesh import NotReached
from openucwa.adapters.pool.residence import Residence
from openucwa.adapters.recovery import replay
from openucwa.domain.shards import SHARDS, shard_of

NOW = 1_000_000.0


def somebody_in(shard: int) -> str:
    """Return an address of somebody who lives in a shard."""
    names = (f"p{number}@contoso.test" for number in range(100 * SHARDS))
    return next(name for name in names if shard_of(name) == shard)


async def come_true(true) -> None:
    """Wait until something is true."""
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110  there are several to wait for
            await asyncio.sleep(0.001)


class ShardLog:
    """A log in memory that outlives its owners."""

    grown = 0

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    def size(self) -> int:
        return 0

    async def append(self, body: bytes) -> int:
        self.bodies.append(body)
        return len(self.bodies)

    async def close(self) -> None:
        pass

    def read(self):
        """Return what a new owner finds."""
        batches = (decode(at, zlib.crc32(body), body) for at, body in enumerate(self.bodies))
        return replay(batches, 1000)


class Place:
    """A node as far as its shards and their journals go."""

    def __init__(self, name: str, network: Network) -> None:
        self.network = network
        self.residence = Residence(name, lambda: 0.0)
        self.journals = Journals()
        network.places[name] = self

    async def open(self, shard: int, epoch: int = 1) -> None:
        """Own a shard from now on."""
        log = self.network.logs.setdefault(shard, ShardLog())
        mail = log.read().mail
        mail.begin(epoch)
        self.journals.add(shard, Journal(log, lambda: NOW, tuple, mail=mail))
        self.residence.here.add(shard)
        self.network.learn()

    async def give(self, shard: int) -> None:
        """Own a shard no longer; all that was noted is stored."""
        self.residence.here.discard(shard)
        await self.journals.stored_in(shard)
        await self.journals.remove(shard).stop()
        self.network.learn()

    async def lose(self, shard: int) -> None:
        """Die as far as a shard goes: what was not stored is gone."""
        self.residence.here.discard(shard)
        await self.journals.remove(shard).abandon()
        self.network.learn()


class Network:
    """Nodes that reach each other as long as nobody says otherwise."""

    def __init__(self) -> None:
        self.places: dict[str, Place] = {}
        self.logs: dict[int, ShardLog] = {}
        self.serve = {}
        self.asked: list[tuple[str, bytes]] = []
        self.luck = iter(())
        """What happens to the next questions: "lost", "unanswered", or nothing."""

    def learn(self) -> None:
        """Have everybody know who has what."""
        names = {name: name for name in self.places}
        owners = {shard: name for name, one in self.places.items() for shard in one.residence.here}
        for one in self.places.values():
            one.residence.learn(names, owners)

    async def ask(self, address: str, body: bytes) -> bytes:
        """Ask a node by its name."""
        happens = next(self.luck, "")
        if happens == "lost" or address not in self.serve:
            raise NotReached(address, sent=False)
        self.asked.append((address, body))
        answer = await self.serve[address](body)
        if happens == "unanswered":
            raise NotReached(address, sent=True)
        return answer
