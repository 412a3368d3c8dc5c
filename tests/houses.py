"""A data folder with a server that dies without a word and comes back."""

from __future__ import annotations

import asyncio

from openucwa.domain.users import FACETS
from world import DOMAIN, START, World

SARA = f"sarad@{DOMAIN}"
HOUR = 3600.0


class House:
    """A data folder and the server that uses it now."""

    def __init__(self, folder):
        self.folder = folder
        self.world = None

    async def open(self, at=START):
        self.world = await World.create(
            self.folder, durable=True, at=at, tokens={"lifetime": 7 * 24 * HOUR}
        )
        if len(self.world.nodes) == 1:
            self.world.server.live.journal.start()

    async def crash(self):
        """End the server without a word."""
        await self.world.crash()

    async def restart(self, *clients, away=10.0):
        """Crash, and come back after so many seconds; the clients go on with what they have."""
        await self.crash()
        await self.open(self.world.clock.time + away)
        for client in clients:
            client.world = self.world

    async def beat(self):
        """Have written who was active and that the server lives, as happens every two seconds."""
        for node in self.world.nodes:
            node.live.beat()
        for _ in range(50):
            await asyncio.sleep(0.001)

    def told(self, facet):
        """Return the events of what has changed of a person while no server was there.

        A node that takes over does not know what others have told of it, and tells everything.
        """
        facets = [facet] if len(self.world.nodes) == 1 else FACETS
        return [("people", "updated", one, "contact") for one in facets]

    def kept(self, address=SARA):
        """Return somebody's only application as it is inside."""
        (app,) = self.world.home(address).live.present(address).applications.values()
        return app
