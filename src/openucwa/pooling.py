"""What makes a server one node of a pool; only ``wiring`` uses it."""

from __future__ import annotations

import hmac
import signal
import socket
import time
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass

from openucwa.adapters.asgi import Clock
from openucwa.adapters.clock import PooledClock
from openucwa.adapters.pool.conversations import PooledConversations
from openucwa.adapters.pool.courier import Courier
from openucwa.adapters.pool.journals import Journals
from openucwa.adapters.pool.live import PooledLive
from openucwa.adapters.pool.mesh import Mesh
from openucwa.adapters.pool.node import LEASE, Node
from openucwa.adapters.pool.passing import Passing
from openucwa.adapters.pool.residence import NodeUnusable, Residence
from openucwa.adapters.pool.watches import Watches
from openucwa.adapters.redis.connection import Connection, LiveUnusable, connect
from openucwa.adapters.redis.membership import Membership
from openucwa.app.dispatch import Dispatcher
from openucwa.app.letterbox import Letterbox
from openucwa.app.scribe import Scribe
from openucwa.domain.administration import Finding, Question
from openucwa.domain.ports import Standings
from openucwa.domain.users import Change, User
from openucwa.settings import Settings


@dataclass(slots=True)
class Pooling:
    """The parts of a node, from its connection to Redis to the node itself."""

    pool: str
    connection: Connection
    membership: Membership
    residence: Residence
    mesh: Mesh
    clock: Clock
    journals: Journals
    conversations: PooledConversations
    _passing: list[Passing]
    node: Node | None = None
    live: PooledLive | None = None

    @classmethod
    async def begin(cls, settings: Settings, secret: bytes, clock: Clock | None = None) -> Pooling:
        """Connect to Redis and listen for other nodes; without a ``clock``, have that of the pool.

        Raises ``NodeUnusable``.
        """
        try:
            connection = await connect(settings.server.live)
        except LiveUnusable as error:
            raise NodeUnusable(str(error)) from None
        passing: list[Passing] = []

        async def serve(body: bytes) -> bytes:
            return await passing[0].serve(body)

        mesh = Mesh(serve, hmac.digest(secret, b"mesh", "sha256"))
        host, _, port = settings.node.address.rpartition(":")
        try:
            port = str(await mesh.listen(settings.node.listen or host.strip("[]"), int(port)))
        except (OSError, socket.gaierror) as error:
            await connection.close()
            raise NodeUnusable(
                f"cannot listen for other nodes at {settings.node.address}: {error.strerror}. "
                "Set --node-address to an address of this machine."
            ) from None
        address = f"{host}:{port}"
        name = settings.node.name or address
        membership = Membership(connection, settings.pool.name, name, address, LEASE)
        residence = Residence(name, time.monotonic)
        clock = clock or PooledClock(await membership.time())
        journals, conversations = Journals(), PooledConversations(residence)
        conversations.journal = journals
        return cls(
            settings.pool.name, connection, membership, residence, mesh, clock, journals,
            conversations, passing,
        )  # fmt: skip

    def live_of(self, standings: Standings) -> PooledLive:
        """Return the live state of this node, and keep it."""
        self.live = PooledLive(standings, self.residence)
        self.live.journal = self.journals
        return self.live

    def connect(
        self,
        dispatcher: Dispatcher,
        standings: Standings,
        scribe: Scribe,
        *,
        stale: Callable[[str, list[str]], None],
        moved: Callable[[Collection[int]], None],
        survey: Callable[[Question], Awaitable[Finding]],
        queue_limit: int,
    ) -> Passing:
        """Let the parts know each other; the node may join then."""
        live, commit, now = self.live, dispatcher.commit, self.clock.now
        if live is None:
            raise RuntimeError("live_of comes first")
        letterbox = Letterbox(services=dispatcher.services, commit=commit, now=now)
        courier = Courier(self.residence, self.journals, self.mesh.ask, letterbox.read)

        def tell(user: User, change: Change) -> None:
            commit.changed_elsewhere(user, change, now())

        def is_watched(address: str) -> bool:
            return bool(live.watchers(address))

        watches = Watches(self.residence, self.mesh.ask, tell, is_watched, now)
        live.courier = self.conversations.courier = courier
        live.watches = watches
        commit.announcer.post = scribe.post = courier.post
        passing = Passing(
            residence=self.residence,
            live=live,
            watches=watches,
            courier=courier,
            ask=self.mesh.ask,
            flush=scribe.flush,
            stale=stale,
            survey=survey,
            now=now,
        )
        passing.dispatcher = dispatcher
        dispatcher.neighbours = passing
        dispatcher.services = dispatcher.services._replace(write_history=passing.flush_everywhere)
        self._passing.append(passing)
        self.node = node = Node(
            pool=self.pool,
            connection=self.connection,
            membership=self.membership,
            residence=self.residence,
            journals=self.journals,
            live=live,
            conversations=self.conversations,
            courier=courier,
            watches=watches,
            commit=commit,
            dispatcher=dispatcher,
            clock=self.clock,
            standings=standings,
            queue_limit=queue_limit,
            hang_up=self.mesh.keep,
            moved=moved,
            lost=lambda: signal.raise_signal(signal.SIGTERM),
        )
        self.mesh.gone = node.suspect
        return passing

    def drain(self) -> None:
        """Have all requests for events answered that wait at other nodes, and let none wait."""
        for passing in self._passing:
            passing.drain()

    async def close(self) -> None:
        """Stop everything."""
        if self.node is not None:
            await self.node.close()
        await self.mesh.close()
        await self.connection.close()
