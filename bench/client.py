"""An HTTP client that costs little, so that a measurement is not one of its own load.

It sends requests made beforehand and understands only what OpenUCWA answers: a
Content-Length, or no body.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import re
from collections.abc import AsyncIterator, Coroutine, Iterable
from typing import Any, TypeVar
from urllib.parse import urlsplit

import uvloop

from bench.processes import CONNECTIONS, CannotMeasure

T = TypeVar("T")

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


def request(
    method: str, path: str, token: str, body: bytes = b"", kind: str = "application/json"
) -> bytes:
    """Return a request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", "Host: bench", f"Authorization: Bearer {token}"]
    if method == "POST":
        lines += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def run(work: Coroutine[Any, Any, T], within: float = 600) -> T:
    """Return what comes of the work. Raises ``TimeoutError`` if it takes too many seconds."""

    async def limited() -> T:
        async with asyncio.timeout(within):
            return await work

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(limited())


class Connection(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self) -> None:
        self._received = bytearray()
        self._answer: asyncio.Future[bytes] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        """Tell who waits."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error or ConnectionResetError("the server hung up"))

    def data_received(self, data: bytes) -> None:
        """Complete the answer, if that was all of it."""
        self._received += data
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return
        found = _LENGTH.search(self._received, 0, end)
        whole = end + 4 + (int(found[1]) if found else 0)
        if len(self._received) < whole:
            return
        answer, self._received = bytes(self._received[:whole]), self._received[whole:]
        if self._answer is None or self._answer.done():
            return
        if answer[9:10] == b"2":
            self._answer.set_result(answer[end + 4 :])
        else:
            self._answer.set_exception(CannotMeasure(answer[:600].decode()))

    async def ask(self, what: bytes) -> bytes:
        """Return the body of the answer. Raises ``CannotMeasure`` unless it is a 2xx."""
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(what)
        return await self._answer

    def send(self, what: bytes) -> None:
        """Send a request whose answer nobody waits for."""
        self._transport.write(what)

    def close(self) -> None:
        """Hang up."""
        self._transport.close()


async def connect(url: str) -> Connection:
    """Open a connection."""
    where = urlsplit(url)
    loop = asyncio.get_running_loop()
    return (await loop.create_connection(Connection, where.hostname, where.port))[1]


@contextlib.asynccontextmanager
async def connections(url: str, count: int) -> AsyncIterator[list[Connection]]:
    """Open many connections, some at a time, and close them afterwards.

    With several URLs, which spaces separate, they go to each in turn.
    """
    turns = itertools.cycle(url.split())
    opened: list[Connection] = []
    try:
        while len(opened) < count:
            some = min(200, count - len(opened))
            opened += await asyncio.gather(*(connect(next(turns)) for _ in range(some)))
        yield opened
    finally:
        for connection in opened:
            connection.close()


async def ask_all(url: str, requests: Iterable[bytes], over: int = CONNECTIONS) -> list[bytes]:
    """Send requests over some connections, each when the one before is answered."""
    numbered = enumerate(requests)
    answers: dict[int, bytes] = {}

    async def work(connection: Connection) -> None:
        for number, what in numbered:
            answers[number] = await connection.ask(what)

    async with connections(url, over) as opened:
        await asyncio.gather(*map(work, opened))
    return [answers[number] for number in range(len(answers))]
