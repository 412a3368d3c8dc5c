"""HTTP by uvicorn, in turns, and with one timer for a connection instead of one for a request.

A request may be parked: then no task waits, neither for its answer nor for its client to leave.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from openucwa.adapters.turns import Turns, TurnTransport

log = logging.getLogger(__name__)


def park(send: object, departed: Callable[[], None]) -> bool:
    """Leave a request open after the application has returned; ``send`` is its ASGI callable.

    ``departed`` is called if the client leaves before it is answered. Return False on a server
    that knows nothing of parking: then the application must wait.
    """
    cycle = getattr(send, "__self__", None)
    connection = getattr(getattr(cycle, "on_response", None), "__self__", None)
    if not isinstance(connection, Protocol):
        return False
    connection.departed = departed
    return True


class Protocol(HttpToolsProtocol):
    """One connection; from when the server is ``leaving``, each ends with its next answer."""

    def __init__(self, *, turns: Turns, leaving: asyncio.Event, **options: Any) -> None:
        super().__init__(**options)
        self._turns = turns
        self._leaving = leaving
        self._quiet_since = 0.0
        self._watch: asyncio.TimerHandle | None = None
        self._slow: RequestResponseCycle | None = None
        self.departed: Callable[[], None] | None = None

    # uvicorn, too, takes a narrower type than asyncio says it passes.
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin, and do not wait for ever for the first request."""
        super().connection_made(cast("asyncio.Transport", TurnTransport(transport, self._turns)))
        self._await_request()

    def connection_lost(self, exc: Exception | None) -> None:
        """End; whoever parked a request is told."""
        super().connection_lost(exc)
        if self._watch is not None:
            self._watch.cancel()
        if self.departed is not None:
            self.departed()
            self.departed = None
        # The cycle knows its connection: both would have to wait for the garbage collector.
        # It is declared as always there, though nobody asks for it after the connection is lost.
        self.cycle = None  # type: ignore[assignment]

    def on_response_complete(self) -> None:
        """Take the next request, or begin to watch whether one comes."""
        self.departed = None
        if self.pipeline or self.transport.is_closing():
            super().on_response_complete()
            return
        self.server_state.total_requests += 1
        self.flow.resume_reading()
        self._await_request()

    def leave(self) -> None:
        """End with the answer that is being waited for, if any."""
        last: RequestResponseCycle | None = self.cycle
        if last is not None and not last.response_complete:
            last.keep_alive = False

    def _await_request(self) -> None:
        self._quiet_since = self.loop.time()
        if self._watch is None:
            self._watch = self.loop.call_later(self.timeout_keep_alive, self._look)

    def _look(self) -> None:
        """Close the connection if no request has come, or not all of one, for long enough."""
        self._watch = None
        left = self._quiet_since + self.timeout_keep_alive - self.loop.time()
        last: RequestResponseCycle | None = self.cycle
        if last is not None and not last.response_complete:
            if not last.more_body:
                return  # the answer is ours to give; it begins a new watch
            if self._slow is not last:
                self._slow, left = last, self.timeout_keep_alive
        if left > 0:
            self._watch = self.loop.call_later(left, self._look)
        else:
            self.timeout_keep_alive_handler()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        if self._leaving.is_set():
            cycle.keep_alive = False
        self._turns.begin(self._answer(cycle, app), self.tasks)

    async def _answer(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Have the application answer a request, at once or, if it is parked, some day."""
        try:
            await app(cycle.scope, cycle.receive, cycle.send)
        except Exception:
            log.exception("a bug")
            if cycle.response_started:
                self.transport.close()
            else:
                await cycle.send_500_response()
