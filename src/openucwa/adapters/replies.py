"""Writing responses: header names in canonical case, and each response in one piece.

Several clients compare header names by case (CLIENT-RULES R4), which ASGI servers write in lower
case. On uvicorn a response is therefore put together here and written to the connection at
once, which is also what makes an empty 204 cheap. On any other server it goes by ASGI.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from email.utils import formatdate
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from openucwa.app.exchange import Response

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = Sequence[tuple[bytes, bytes]]

_NO_LENGTH = (204, 304)
_STATUS_LINES = {
    status.value: b"HTTP/1.1 %d %s\r\n" % (status.value, status.phrase.encode())
    for status in HTTPStatus
}


class Replies:
    """Writes responses with the headers that all of one kind share."""

    def __init__(self, fixed: Headers) -> None:
        self._fixed = list(fixed)
        self._block = b"".join(b"%b: %b\r\n" % pair for pair in fixed)
        self._second = 0
        self._date = self._date_line = b""

    async def write(self, send: Send, response: Response, number: bytes, now: float) -> None:
        """Write a response; ``number`` is the request's, ``now`` seconds since 1970."""
        if int(now) != self._second:
            self._second = int(now)
            self._date = formatdate(self._second, usegmt=True).encode()
            self._date_line = b"Date: %b\r\nX-MS-Correlation-Id: " % self._date
        length = [] if response.status in _NO_LENGTH else [_length(response.body)]
        cycle = getattr(send, "__self__", None)
        if isinstance(cycle, RequestResponseCycle):
            if cycle.flow.write_paused and not cycle.disconnected:
                await cycle.flow.drain()
            if not cycle.disconnected:
                self._write_at_once(cycle, response, number, length)
            return
        own = [(b"Date", self._date), (b"X-MS-Correlation-Id", number)]
        headers = [*self._fixed, *own, *response.headers, *length]
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        await send({"type": "http.response.body", "body": response.body})

    def _write_at_once(
        self, cycle: RequestResponseCycle, response: Response, number: bytes, length: Headers
    ) -> None:
        """Do what the cycle's ``send`` does for a whole response, in one write."""
        parts = [_STATUS_LINES[response.status], self._block, self._date_line, number, b"\r\n"]
        for name, value in (*response.headers, *length):
            if b"\r" in value or b"\n" in value:
                raise ValueError(f"a line break in the header {name!r}")
            if name == b"Connection":
                cycle.keep_alive = False
            else:
                parts.append(b"%b: %b\r\n" % (name, value))
        parts.append(b"\r\n" if cycle.keep_alive else b"Connection: close\r\n\r\n")
        if cycle.scope["method"] != "HEAD":
            parts.append(response.body)
        cycle.response_started = cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        cycle.transport.write(b"".join(parts))
        cycle.message_event.set()
        if not cycle.keep_alive:
            cycle.transport.close()
        cycle.on_response()


def _length(body: bytes) -> tuple[bytes, bytes]:
    return b"Content-Length", b"%d" % len(body)
