"""Carries what is pushed to its receivers: one message at a time each, until it has arrived."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from contextvars import Context
from typing import Any, NamedTuple, Protocol
from urllib.parse import quote

from openucwa.adapters.asgi import Clock
from openucwa.adapters.outward import Unreachable
from openucwa.app.callbacks import Callbacks, Line
from openucwa.app.meters import Meters
from openucwa.app.webhooks import BATCH, Outlet, Reports, message
from openucwa.domain.refusals import Refused
from openucwa.domain.webhooks import Patience, Reach, Target, headers

log = logging.getLogger(__name__)

GATHER = 0.2
"""Seconds for which a report waits for others that go into the same message."""


class Parcel(NamedTuple):
    """A message: what kind it is of, its id, and what its headers say about it."""

    kind: str
    name: str
    body: bytes
    about: Mapping[str, str] = {}


class Outside(Protocol):
    """Where messages are posted."""

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """Post a message; return the status of the answer. Raises ``Unreachable``."""
        ...


class Couriers:
    """A task for each channel that is pushed and each webhook; all belong to one loop.

    ``stored`` waits until what is sent is safe, ``sleep`` until some seconds have passed. Receivers
    compare what is signed with clocks of their own, so that has the time of the ``wall``.
    """

    def __init__(
        self,
        *,
        callbacks: Callbacks,
        reports: Reports,
        outside: Outside,
        clock: Clock,
        stored: Callable[[], Awaitable[None]],
        patience: Patience,
        meters: Meters,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._callbacks = callbacks
        self._reports = reports
        self._outside = outside
        self._clock = clock
        self._stored = stored
        self._patience = patience
        self._meters = meters
        self._sleep = sleep
        self._wall = wall
        self._tasks: set[asyncio.Task[None]] = set()
        self._news: dict[Outlet, asyncio.Event] = {}
        reports.wake = self._wake

    def start(self) -> None:
        """Begin to carry, on the running loop."""
        self._callbacks.begin = lambda line: self._begin(self._push(line))
        self._reports.begin = lambda outlet: self._begin(self._report(outlet))
        for line in self._callbacks.lines():
            self._callbacks.begin(line)
        for outlet in self._reports.outlets():
            self._reports.begin(outlet)

    def stop(self) -> None:
        """Carry no more: packages that have not arrived are sent after the next start."""
        self._callbacks.begin = lambda _: None
        self._reports.begin = lambda _: None
        for task in self._tasks:
            task.cancel()

    async def close(self) -> None:
        """Stop, and wait until that is done."""
        self.stop()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, context=Context())  # not that of who happened to call
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("a bug in what is pushed", exc_info=task.exception())

    def _wake(self, outlet: Outlet) -> None:
        if outlet in self._news:
            self._news[outlet].set()

    async def _push(self, line: Line) -> None:
        """Push packages for as long as there is a callback for them."""
        ready = asyncio.Event()
        try:
            while self._callbacks.target(line) is not None:
                package = self._callbacks.ask(line, self._clock.now(), ready.set)
                if package is None:
                    await ready.wait()
                    ready.clear()
                    continue
                try:
                    await self._stored()  # what another node would not know of must not be sent
                except Refused:
                    continue  # a shard was lost; perhaps another one than this
                number = line.channel.number
                about = {
                    "OpenUCWA-User": quote(line.key[0], safe="@!$&()*+=~"),
                    "OpenUCWA-Application": line.key[1],
                    "OpenUCWA-Epoch": line.channel.epoch,
                    "OpenUCWA-Package": str(number),
                }
                parcel = Parcel("callback", line.identifier, package, about)
                if await self._carry(parcel, lambda: self._callbacks.target(line), line.reach):
                    self._callbacks.pushed(line, number, self._clock.now())
        finally:
            self._callbacks.end(line, self._clock.now())

    async def _report(self, outlet: Outlet) -> None:
        """Send reports for as long as the webhook is registered."""
        news = self._news[outlet] = asyncio.Event()
        try:
            while self._reports.target(outlet) is not None:
                if not len(outlet.outbox):
                    await news.wait()
                    news.clear()
                    await self._sleep(GATHER)
                    continue
                reports = outlet.outbox.take(BATCH)
                with suppress(Refused):  # of whom another node has now, that reports as well
                    await self._stored()
                name = f"{outlet.webhook.id}.{reports[-1].number}"
                parcel = Parcel("presence", name, message(reports))
                await self._carry(parcel, lambda: self._reports.target(outlet), outlet.reach)
        finally:
            del self._news[outlet]

    async def _carry(
        self, parcel: Parcel, target: Callable[[], Target | None], reach: Reach
    ) -> bool:
        """Post a message until it has arrived; tell whether it has, and was not given up."""
        while (where := target()) is not None:
            now = self._clock.now()
            signed = headers(where, parcel.name, self._wall(), parcel.body) | dict(parcel.about)
            try:
                status = await self._outside.post(where.url, signed, parcel.body)
                failure = "" if 200 <= status < 300 else f"it answered {status}"
            except Unreachable as error:
                failure = str(error)
            self._meters.webhooks[parcel.kind, "failed" if failure else "delivered"] += 1
            if not failure:
                reach.succeeded()
                return True
            before = reach.is_lost(self._patience, now)
            reach.failed(now)
            if reach.is_lost(self._patience, self._clock.now()) and not before:
                log.warning("%s %s cannot be reached: %s", parcel.kind, where.id, failure)
            chance = random.random()  # noqa: S311  chance, not secrecy
            await self._sleep(reach.pause(self._patience, chance))
        return False
