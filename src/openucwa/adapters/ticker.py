"""The loop's only timer: runs what is due, and stores what may be stored a little later."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from openucwa.adapters.asgi import Clock
from openucwa.app.commit import Commit
from openucwa.app.timers import Timers
from openucwa.domain.ports import Standings
from openucwa.domain.refusals import Refused

log = logging.getLogger(__name__)

LONGEST_SLEEP = 0.01
"""Seconds; what is armed during a sleep waits at most so much longer than it should."""

FLUSH_EVERY = 2.0
"""Seconds between storings of when people were last active."""


class Ticker:
    """Drives the timers by the clock; calls ``beat`` whenever it stores."""

    def __init__(
        self,
        timers: Timers,
        commit: Commit,
        standings: Standings,
        clock: Clock,
        beat: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._timers = timers
        self._commit = commit
        self._standings = standings
        self._clock = clock
        self._beat = beat
        self._task: asyncio.Task[None] | None = None
        self._chores: asyncio.Task[None] | None = None
        self._hurried = False

    def start(self) -> None:
        """Begin to tick on the running loop."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop ticking and store what is left."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._chores is not None:
            await self._chores
        await self.flush()

    async def flush(self) -> None:
        """Store when people were last active, here and before they went offline."""
        if self._beat is not None:
            await self._beat()
        seen = self._commit.last_seen
        for address, when in list(seen.items()):
            await self._standings.keep(address, {"last_active": when})
            if seen.get(address) == when:
                del seen[address]

    def hurry(self) -> None:
        """Look at what is due once everybody else has had a turn, until nothing is left."""
        if not self._hurried:
            self._hurried = True
            asyncio.get_running_loop().call_soon(self._look_again)

    def _look_again(self) -> None:
        self._hurried = False
        self._tick()
        if self._pause() == 0:
            self.hurry()

    def _tick(self) -> None:
        try:
            if not self._commit.live.adrift:  # else others may do it, and must not be told
                self._timers.run(self._clock.now())
        except Exception:
            log.exception("a bug in a timer")

    async def _run(self) -> None:
        flushed = self._clock.now()
        while True:
            self._tick()
            now = self._clock.now()
            if now - flushed >= FLUSH_EVERY and (self._chores is None or self._chores.done()):
                flushed = now
                self._chores = asyncio.create_task(self._do_chores())
            await asyncio.sleep(self._pause())

    def _pause(self) -> float:
        """Return the seconds until something is due, as far as they are known."""
        due = self._timers.next()
        if due is None or self._commit.live.adrift:
            return LONGEST_SLEEP
        return min(max(0.0, due - self._clock.now()), LONGEST_SLEEP)

    async def _do_chores(self) -> None:
        """Store what may be late, beside the timers: a slow disk must not hold them up."""
        try:
            await self.flush()
        except Refused as refused:
            log.warning("not stored yet: %s", refused)
        except Exception:
            log.exception("a bug in a chore")
