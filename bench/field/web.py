"""HTTP for the field: connections that take any answer, and wrk for as much as a server takes."""

from __future__ import annotations

import asyncio
import re
import subprocess
from pathlib import Path

import httptools

from bench.processes import CONNECTIONS, CannotMeasure


class Connection(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self) -> None:
        self._answer: asyncio.Future[bytes] | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._body: list[bytes] = []
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self.transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        """Tell who waits."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error or ConnectionResetError("the server hung up"))

    def data_received(self, data: bytes) -> None:
        """Read on."""
        self._parser.feed_data(data)

    def on_body(self, data: bytes) -> None:
        """Keep a part of the answer."""
        self._body.append(data)

    def on_message_complete(self) -> None:
        """Hand over the answer."""
        body, status = b"".join(self._body), self._parser.get_status_code()
        self._body.clear()
        if self._answer is None or self._answer.done():
            return
        if 200 <= status < 300:
            self._answer.set_result(body)
        else:
            self._answer.set_exception(CannotMeasure(f"{status}: {body[:400]!r}"))

    async def ask(self, what: bytes) -> bytes:
        """Return the body of the answer. Raises ``CannotMeasure`` unless it is a 2xx."""
        if self.transport.is_closing():
            raise ConnectionResetError("the server hung up")
        self._answer = asyncio.get_running_loop().create_future()
        self.transport.write(what)
        return await self._answer


async def connect(host: str, port: int) -> Connection:
    """Open a connection."""
    return (await asyncio.get_running_loop().create_connection(Connection, host, port))[1]


def request(method: str, path: str, token: str, body: bytes | None = None) -> bytes:
    """Return a request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", "Host: bench", f"Authorization: Bearer {token}"]
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + (body or b"")


def per_second(url: str, requests: list[bytes], targets: Path, seconds: float) -> float:
    """Send each request in turn, by wrk; return answers per second.

    Raises ``CannotMeasure`` for any answer but a 2xx.
    """
    targets.write_bytes(b"".join(b"%d\n%b" % (len(one), one) for one in requests))
    done = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:g}s", "-s",
         str(Path(__file__).with_name("requests.lua")), url, "--", str(targets)],
        check=False, capture_output=True, text=True, timeout=seconds + 30,
    )  # fmt: skip
    found = re.search(r"Requests/sec:\s+([0-9.]+)", done.stdout)
    if found is None or "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise CannotMeasure(done.stdout + done.stderr)
    return float(found[1])
