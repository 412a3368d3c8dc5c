"""Takes samples of how the server is, beside everything else."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from openucwa.adapters.asgi import Clock
from openucwa.app.overview import NodeOverview
from openucwa.domain.samples import EVERY

log = logging.getLogger(__name__)


class Sampler:
    """Has a sample taken at the beginning of each interval; ``sleep`` waits for it."""

    def __init__(
        self,
        overview: NodeOverview,
        clock: Clock,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._overview = overview
        self._clock = clock
        self._sleep = sleep
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin on the running loop."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            try:
                await self._overview.sample(self._clock.now())
            except Exception:
                log.exception("a bug in a sample")
            await self._sleep(EVERY - self._clock.now() % EVERY)
