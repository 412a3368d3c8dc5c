"""A store that answers when the test says so, in front of the real one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from openucwa.domain.ports import Standings
from openucwa.domain.presence import Standing
from world import World


class SlowStandings:
    """What is stored of several people is told once it is ``ready``, as it was when ``asked``."""

    def __init__(self, standings: Standings) -> None:
        self._standings = standings
        self.asked, self.ready = asyncio.Event(), asyncio.Event()

    def __getattr__(self, name: str) -> object:
        return getattr(self._standings, name)

    async def standings_of(self, addresses: Iterable[str]) -> dict[str, Standing]:
        """Look first, answer later."""
        found = await self._standings.standings_of(addresses)
        self.asked.set()
        await self.ready.wait()
        return found


def slow_down(world: World) -> SlowStandings:
    """Let looking up people whom nobody loaded take its time."""
    live = world.server.live
    live._standings = made = SlowStandings(live._standings)
    return made
