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

from openucwa.adapters import compression, cors
from openucwa.app.exchange import Request, Response
from openucwa.app.origins import Origins

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = Sequence[tuple[bytes, bytes]]

_NO_LENGTH = (204, 304)
_STATUS_LINES = {
    status.value: b"HTTP/1.1 %d %s\r\n" % (status.value, status.phrase.encode())
    for status in HTTPStatus
}


class Replies:
    """Writes responses with the headers that all of one kind share.

    Pages of ``origins`` may read them.
    """

    def __init__(self, fixed: Headers, origins: Origins) -> None:
        self._fixed = list(fixed)
        self._origins = origins
        self._block = b"".join(b"%b: %b\r\n" % pair for pair in fixed)
        self._second = 0
        self._date = self._date_line = b""

    def write_at_once(
        self, send: Send, request: Request, response: Response, number: bytes, now: float
    ) -> bool:
        """Write a response if nothing keeps it from being written now; tell whether it was.

        ``number`` is the request's, ``now`` seconds since 1970.
        """
        cycle = getattr(send, "__self__", None)
        if (
            not isinstance(cycle, RequestResponseCycle)
            or cycle.flow.write_paused
            or (response.body and b"accept-encoding" in request.headers)
        ):
            return False
        self._put(cycle, response, number, self._last(request, response, now))
        return True

    async def write(
        self, send: Send, request: Request, response: Response, number: bytes, now: float
    ) -> None:
        """Write a response."""
        if response.body and b"accept-encoding" in request.headers:
            response = await compression.compressed(request, response)
        last = self._last(request, response, now)
        cycle = getattr(send, "__self__", None)
        if isinstance(cycle, RequestResponseCycle):
            if cycle.flow.write_paused and not cycle.disconnected:
                await cycle.flow.drain()
            self._put(cycle, response, number, last)
            return
        own = [(b"Date", self._date), (b"X-MS-Correlation-Id", number)]
        headers = [*self._fixed, *own, *response.headers, *last]
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        await send({"type": "http.response.body", "body": response.body})

    def _last(self, request: Request, response: Response, now: float) -> Headers:
        """Return the headers that depend on the request; see that the date is today's."""
        if int(now) != self._second:
            self._second = int(now)
            self._date = formatdate(self._second, usegmt=True).encode()
            self._date_line = b"Date: %b\r\nX-MS-Correlation-Id: " % self._date
        last = [] if response.status in _NO_LENGTH else [_length(response.body)]
        if b"origin" in request.headers:
            last += cors.shared(request.headers[b"origin"], self._origins)
        return last

    def _put(
        self, cycle: RequestResponseCycle, response: Response, number: bytes, last: Headers
    ) -> None:
        """Do what the cycle's ``send`` does for a whole response, in one write."""
        if cycle.disconnected:
            return
        parts = [_STATUS_LINES[response.status], self._block, self._date_line, number, b"\r\n"]
        for name, value in (*response.headers, *last):
            if value.find(b"\r") >= 0 or value.find(b"\n") >= 0:  # ``in`` takes ten times as long
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
