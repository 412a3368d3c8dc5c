"""Connections between the nodes of a pool: questions and their answers, many at a time.

A frame is its length, its kind, the number of the question, and a body. Before anything else each
side proves that it knows the pool's secret; what is said then is not encrypted.
"""

from __future__ import annotations

import asyncio
import hmac
import itertools
import logging
import secrets
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from functools import partial

log = logging.getLogger(__name__)

HEADER = struct.Struct("!IBQ")
ASK, ANSWER, CANCEL = range(3)

LONGEST = 64 * 1024 * 1024
"""Bytes of a frame at most."""

PATIENCE = 2.0
"""Seconds for connecting to a node."""

SILENCE = {"TCP_KEEPIDLE": 2, "TCP_KEEPINTVL": 1, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 5000}
"""When the machine of a node counts as gone that does not even confirm what it was sent."""

_NONCE = 32
_PROOF = 32

Serve = Callable[[bytes], Awaitable[bytes]]


class NotReached(Exception):
    """A node did not answer; if the question was ``sent`` it may have acted on it."""

    def __init__(self, address: str, *, sent: bool) -> None:
        super().__init__(f"no answer from {address}")
        self.sent = sent


class Mesh:
    """Asks other nodes, and has their questions answered by ``serve``.

    ``gone`` is told of each address where nothing listens, though its machine answers.
    """

    def __init__(self, serve: Serve, secret: bytes) -> None:
        self._serve = serve
        self._secret = secret
        self.gone: Callable[[str], None] = lambda _: None
        self._server: asyncio.Server | None = None
        self._lines: dict[str, asyncio.Task[Line]] = {}
        self._served: set[asyncio.Task[None]] = set()

    async def listen(self, host: str, port: int) -> int:
        """Begin to listen; return the port. Raises ``OSError``."""
        self._server = await asyncio.start_server(self._accept, host, port)
        return int(self._server.sockets[0].getsockname()[1])

    async def ask(self, address: str, body: bytes) -> bytes:
        """Return a node's answer. Raises ``NotReached``."""
        known = self._lines.get(address)
        if known is None or (known.done() and not _works(known)):
            known = self._lines[address] = asyncio.create_task(self._connect(address))
        try:
            line = await asyncio.shield(known)
        except asyncio.CancelledError:
            if known.cancelled():  # somebody hung up; nobody has cancelled this question
                raise NotReached(address, sent=False) from None
            raise
        except (OSError, EOFError, TimeoutError) as error:
            if isinstance(error, ConnectionRefusedError):
                self.gone(address)
            raise NotReached(address, sent=False) from error
        return await line.ask(body)

    def keep(self, addresses: Collection[str]) -> None:
        """Hang up on all nodes but some: whoever still waits for them asks in vain."""
        for address in self._lines.keys() - addresses:
            task = self._lines.pop(address)
            if _works(task):
                task.result().close()
            else:
                task.cancel()

    async def close(self) -> None:
        """Hang up and listen no longer."""
        if self._server is not None:
            self._server.close()
        lines = [task.result() for task in self._lines.values() if _works(task)]
        for task in [*self._lines.values(), *self._served]:
            task.cancel()
        for line in lines:
            line.close()
        await asyncio.gather(*self._lines.values(), *self._served, return_exceptions=True)

    async def _connect(self, address: str) -> Line:
        host, _, port = address.rpartition(":")
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection(host.strip("[]"), int(port))
            try:
                await self._prove(address, reader, writer)
            except BaseException:
                writer.close()
                raise
        _notice_silence(writer)
        return Line(address, reader, writer)

    async def _prove(
        self, address: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Let both sides see that they know the secret. Raises ``OSError``, ``EOFError``."""
        nonce = secrets.token_bytes(_NONCE)
        writer.write(nonce)
        theirs, proof = await reader.readexactly(_NONCE), await reader.readexactly(_PROOF)
        if not hmac.compare_digest(proof, self._proof(b"server", nonce)):
            raise ConnectionAbortedError(f"{address} does not know the secret of this pool")
        writer.write(self._proof(b"client", theirs))

    def _proof(self, side: bytes, nonce: bytes) -> bytes:
        return hmac.digest(self._secret, side + nonce, "sha256")

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._served.add(task)
            task.add_done_callback(self._served.discard)
        working: dict[int, asyncio.Task[None]] = {}
        try:
            async with asyncio.timeout(PATIENCE):
                nonce = secrets.token_bytes(_NONCE)
                theirs = await reader.readexactly(_NONCE)
                writer.write(nonce + self._proof(b"server", theirs))
                proof = await reader.readexactly(_PROOF)
            if not hmac.compare_digest(proof, self._proof(b"client", nonce)):
                log.warning("somebody without the secret of this pool tried to speak to this node")
                return
            _notice_silence(writer)
            async for kind, number, body in _frames(reader):
                if kind == CANCEL:
                    if number in working:
                        working[number].cancel()
                    continue
                working[number] = asyncio.create_task(self._answer(writer, number, body))
                working[number].add_done_callback(partial(_forget, working, number))
        except (OSError, EOFError, TimeoutError, asyncio.CancelledError):
            pass
        finally:
            for one in list(working.values()):
                one.cancel()
            writer.close()

    async def _answer(self, writer: asyncio.StreamWriter, number: int, body: bytes) -> None:
        answer = await self._serve(body)
        if not writer.is_closing():
            writer.write(HEADER.pack(len(answer), ANSWER, number) + answer)


class Line:
    """A connection to one node, on which this one asks."""

    def __init__(
        self, address: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._address = address
        self._writer = writer
        self._numbers = itertools.count()
        self._waiting: dict[int, asyncio.Future[bytes]] = {}
        self.works = True
        self._listening = asyncio.create_task(self._listen(reader))

    async def ask(self, body: bytes) -> bytes:
        """Return the answer to a question. Raises ``NotReached``."""
        if not self.works:
            raise NotReached(self._address, sent=False)
        number = next(self._numbers)
        future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        self._writer.write(HEADER.pack(len(body), ASK, number) + body)
        try:
            return await future
        except asyncio.CancelledError:
            if self.works:
                self._writer.write(HEADER.pack(0, CANCEL, number))
            raise
        finally:
            self._waiting.pop(number, None)

    def close(self) -> None:
        """Hang up."""
        self.works = False
        self._listening.cancel()
        self._writer.close()

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        try:
            async for _, number, body in _frames(reader):
                future = self._waiting.get(number)
                if future is not None and not future.done():
                    future.set_result(body)
        except (OSError, EOFError):
            pass
        finally:
            self.works = False
            self._writer.close()
            for future in self._waiting.values():
                if not future.done():
                    future.set_exception(NotReached(self._address, sent=True))


def _notice_silence(writer: asyncio.StreamWriter) -> None:
    """Have the system end a connection over which nothing gets any more, if it can do that."""
    connection: socket.socket = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in SILENCE.items():
        if hasattr(socket, name):
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def _works(task: asyncio.Task[Line]) -> bool:
    done = task.done() and not task.cancelled() and task.exception() is None
    return done and task.result().works


def _forget(working: dict[int, asyncio.Task[None]], number: int, _: object) -> None:
    working.pop(number, None)


async def _frames(reader: asyncio.StreamReader) -> AsyncIterator[tuple[int, int, bytes]]:
    """Yield the frames that come. Raises ``EOFError`` at the end, ``OSError``."""
    while True:
        length, kind, number = HEADER.unpack(await reader.readexactly(HEADER.size))
        if length > LONGEST:
            raise ConnectionAbortedError(f"a frame of {length} bytes")
        yield kind, number, await reader.readexactly(length)
