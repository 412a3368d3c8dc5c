"""The HTTP server around the shell: uvicorn, with a stop that answers everybody first."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, cast

import uvicorn

from openucwa.adapters.protocol import Protocol
from openucwa.adapters.turns import Turns

BACKLOG = 4096
KEEP_ALIVE = 75
"""Seconds for which an idle connection is kept: longer than clients pause between polls."""

LINGER = 3.0
"""Seconds for which a node that stops lets others end their connections, by the next answer: one
that it ended itself could just be given a request, which nobody dares to repeat."""

LAST = 1.0
"""Seconds for which it waits once more when it takes no new connections: those that have just come
have not sent their requests yet."""

STOP_WITHIN = 10
"""Seconds that requests get to end when the server stops."""


class CannotListen(Exception):
    """The address cannot be used; the text says why and what to do."""


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 takes a free one. Raises ``CannotListen``."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise CannotListen(
            f"cannot listen on {host} port {port}: {_reason(error)}. "
            "Choose another with --host and --port; port 0 takes a free one."
        ) from None


def _reason(error: OSError) -> str:
    """Say why, in the system's words alone."""
    return os.strerror(error.errno) if error.errno and error.errno > 0 else str(error.strerror)


class Listener(uvicorn.Server):
    """uvicorn, told when to say that it listens and what to do before connections are ended."""

    def __init__(
        self,
        app: Any,
        sock: socket.socket,
        tls: tuple[Path, Path] | None,
        listening: Callable[[str], None],
        drain: Callable[[], Awaitable[None]],
        *,
        linger: float = 0.0,
    ) -> None:
        config = uvicorn.Config(
            app,
            http="httptools",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_keep_alive=KEEP_ALIVE,
            timeout_graceful_shutdown=STOP_WITHIN,
            ssl_certfile=tls[0] if tls else None,
            ssl_keyfile=tls[1] if tls else None,
        )
        try:
            config.load()
        except OSError as error:
            raise CannotListen(f"cannot use the TLS certificate and key: {error}") from None
        super().__init__(config)
        self._sock = sock
        self._listening = listening
        self._drain = drain
        self._linger = linger
        self._leaving = asyncio.Event()

    async def run_until_stopped(self) -> None:
        """Serve until SIGTERM or SIGINT."""
        await self.serve([self._sock])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept, and say so."""
        self.config.http_protocol_class = self.protocol()
        await super().startup(sockets)
        host, port = self._sock.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        scheme = "https" if self.config.is_ssl else "http"
        self._listening(f"{scheme}://{shown}:{port}")

    def protocol(self) -> Any:
        """Return what makes the protocol of a connection."""
        return partial(Protocol, turns=Turns(asyncio.get_running_loop()), leaving=self._leaving)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer parked requests, then end connections."""
        self._leaving.set()
        for connection in self.server_state.connections:
            cast("Protocol", connection).leave()
        await self._drain()
        await asyncio.sleep(0)  # the answers are sent by tasks of their own
        if self._linger:
            await self._end_of_connections(self._linger)
            await self._stop_listening()
            await self._end_of_connections(LAST)
        await super().shutdown(sockets)

    async def _stop_listening(self) -> None:
        """Refuse who comes now; who has connected is served, though it was not noticed yet."""
        found: list[socket.socket] = []
        self._sock.setblocking(False)
        with contextlib.suppress(OSError):  # at last, nobody waits
            while True:
                found.append(self._sock.accept()[0])
                found[-1].setblocking(False)
        for server in self.servers:
            server.close()
        self._sock.close()
        loop, config = asyncio.get_running_loop(), self.config
        make = partial(
            cast("Any", config.http_protocol_class),
            config=config,
            server_state=self.server_state,
            app_state=self.lifespan.state,
        )
        await asyncio.gather(
            *(loop.connect_accepted_socket(make, one, ssl=config.ssl) for one in found),
            return_exceptions=True,
        )

    async def _end_of_connections(self, longest: float) -> None:
        """Wait until all have been ended by others or with an answer, or for so many seconds."""
        clock = asyncio.get_running_loop().time
        end = clock() + longest
        while self.server_state.connections and clock() < end:  # noqa: ASYNC110  uvicorn tells nobody
            await asyncio.sleep(0.05)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGTERM and SIGINT, and let the process end as it likes afterwards."""
        before = {
            number: signal.signal(number, self.handle_exit)
            for number in (signal.SIGTERM, signal.SIGINT)
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
