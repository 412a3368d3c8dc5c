"""The one connection on which messages of channels arrive."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress

from redis.asyncio.connection import Connection as Socket
from redis.exceptions import RedisError

from openucwa.adapters.redis.lane import Unreachable

log = logging.getLogger(__name__)

QUIET = 10.0
"""Seconds of silence after which the server is asked whether it is still there."""

RETRY = 0.5
"""Seconds until a connection that was lost is made again."""

Callback = Callable[[str, bytes], None]


class Subscriber:
    """Hears what is published, and comes back by itself; what is said meanwhile is not heard."""

    def __init__(self, find: Callable[[], Awaitable[Socket]]) -> None:
        self._find = find
        self._callbacks: dict[str, list[Callback]] = {}
        self._socket: Socket | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._deaf = False

    def subscribe(self, channels: Iterable[str], callback: Callback) -> None:
        """Call back with channel and data for each message of these channels."""
        new = [channel for channel in channels if channel not in self._callbacks]
        for channel in channels:
            self._callbacks.setdefault(channel, []).append(callback)
        if not self._tasks:
            self._start(self._run())
        elif self._socket is not None and new:
            self._start(self._add(self._socket, new))

    async def close(self) -> None:
        """Hear nothing more."""
        while self._tasks:  # before Python 3.12, one may be swallowed
            for task in self._tasks:
                task.cancel()
            await asyncio.wait(self._tasks, timeout=0.1)

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _add(self, socket: Socket, channels: list[str]) -> None:
        with suppress(RedisError, OSError):  # who reads comes back with all of them
            await socket.send_command("SUBSCRIBE", *channels)

    async def _run(self) -> None:
        while True:
            try:
                socket = await self._find()
                try:
                    await self._hear(socket)
                finally:
                    self._socket = None
                    await socket.disconnect(nowait=True)
            except (RedisError, OSError, Unreachable) as error:
                if not self._deaf:
                    log.warning("messages of other nodes are not heard: %s", error)
                self._deaf = True
            except Exception:
                log.exception("a bug")
            await asyncio.sleep(RETRY)

    async def _hear(self, socket: Socket) -> None:
        sent: set[str] = set()
        while new := self._callbacks.keys() - sent:
            await socket.send_command("SUBSCRIBE", *new)
            sent |= new
        self._socket, self._deaf = socket, False
        asked = False
        while True:
            message = await socket.read_response(timeout=QUIET)
            if message is None:
                if asked:
                    raise Unreachable("Redis has become silent")
                asked = True
                await socket.send_command("PING")
                continue
            asked = False
            if message[0] == b"message":
                self._tell(message[1].decode(), message[2])

    def _tell(self, channel: str, data: bytes) -> None:
        for callback in self._callbacks[channel]:
            try:
                callback(channel, data)
            except Exception:
                log.exception("a bug")
