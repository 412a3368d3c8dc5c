"""The only shell: ASGI in, ``dispatch`` behind it, and the waiting that parked requests need."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from typing import Any, Protocol

from structlog.contextvars import bind_contextvars

from openucwa.adapters.headers import CLOSE, CONTENT_LENGTH, name
from openucwa.app import origins
from openucwa.app.answers import refusal
from openucwa.app.exchange import Request, Response
from openucwa.app.polls import Parked
from openucwa.domain.refusals import Refusal, Refused
from openucwa.wire.media import negotiate

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Page = Callable[[Request], Awaitable[Response]]
Headers = list[tuple[bytes, bytes]]

_NO_BODY = (204, 304)


class Clock(Protocol):
    """What time it is, in seconds since 1970."""

    def now(self) -> float:
        """Return the time."""
        ...


class TooLarge(Exception):
    """The body is longer than the server takes."""


class Gone(Exception):
    """The client has left before it said all."""


class Shell:
    """The ASGI application.

    ``pages`` are the few paths beside UCWA, by lower-case path. ``fqdn`` is what the server
    calls itself, ``version`` the resource revision it speaks of (R1.17, R1.18).
    """

    def __init__(
        self,
        *,
        dispatch: Callable[[Request, float], Awaitable[Response | Parked]],
        abandon: Callable[[Parked, float], None],
        pages: Mapping[str, Page],
        clock: Clock,
        longest_body: int,
        fqdn: str,
        version: str,
        origins: Sequence[str] = (),
        public_url: str = "",
    ) -> None:
        self._dispatch = dispatch
        self._abandon = abandon
        self._pages = pages
        self._clock = clock
        self._longest_body = longest_body
        self._origins = origins
        self._public_url = public_url
        self._always: Headers = [
            (name(b"X-MS-Server-Fqdn"), fqdn.encode()),
            (name(b"X-MS-UcwaVersion"), version.encode()),
            (name(b"X-Content-Type-Options"), b"nosniff"),
        ]
        self._ucwa: Headers = [*self._always, (name(b"Cache-Control"), b"no-cache")]
        self._numbers = itertools.count(1)
        self._sending: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request; anything else is not spoken here."""
        if scope["type"] != "http":
            raise RuntimeError(f"no {scope['type']} here")
        number = b"%012x" % next(self._numbers)
        bind_contextvars(request=number.decode())
        request = Request(
            scope["method"],
            scope["raw_path"].decode("latin-1"),
            scope["query_string"].decode("latin-1"),
            dict(scope["headers"]),
            scheme=scope["scheme"],
        )
        extra = [(name(b"X-MS-Correlation-Id"), number)]
        if b"x-ms-origin" in request.headers and not self._welcome(request):
            media = negotiate(request.header(b"accept"))
            answer = refusal(Refused(Refusal.FORBIDDEN, "This origin is not allowed."), media)
            answer.headers.append((b"X-Ms-diagnostics", origins.REFUSAL))
            await _send(send, answer, [*self._ucwa, *extra])
            return
        try:
            request.body = await self._body(request.headers, receive)
        except Gone:
            return
        except TooLarge:
            media = negotiate(request.header(b"accept"))
            answer = refusal(Refused(Refusal.ENTITY_TOO_LARGE), media)
            await _send(send, answer, [*self._ucwa, *extra, CLOSE])
            return
        page = self._pages.get(request.path.rstrip("/").lower())
        if page is not None:
            await _send(send, await page(request), [*self._always, *extra])
            return
        outcome = await self._dispatch(request, self._clock.now())
        if isinstance(outcome, Response):
            await _send(send, outcome, [*self._ucwa, *extra])
        else:
            await self._wait(outcome, receive, send, [*self._ucwa, *extra])

    def _welcome(self, request: Request) -> bool:
        """Tell whether the web page that sends this through the XFrame may do so (R1.22)."""
        host = request.header(b"host") or ""
        own = self._public_url or f"{request.scheme}://{host}"
        return origins.allowed(request.header(b"x-ms-origin") or "", self._origins, own)

    async def _body(self, headers: Mapping[bytes, bytes], receive: Receive) -> bytes:
        """Read the body. Raises ``TooLarge`` as soon as that is known, ``Gone``."""
        length = headers.get(b"content-length")
        if length is None and b"transfer-encoding" not in headers:
            return b""
        if length is not None:
            if length == b"0":
                return b""
            if not length.isdigit() or int(length[:20]) > self._longest_body:
                raise TooLarge
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] != "http.request":
                raise Gone
            body += message.get("body", b"")
            if len(body) > self._longest_body:
                raise TooLarge
            if not message.get("more_body"):
                return bytes(body)

    async def _wait(self, parked: Parked, receive: Receive, send: Send, extra: Headers) -> None:
        """Hold the request open until its answer has been sent or the client has left (R3.13).

        Whoever releases it starts the sending; this coroutine only listens, so a parked
        request needs no task or timer of its own.
        """

        def release(response: Response) -> None:
            task = asyncio.create_task(_send(send, response, extra))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

        parked.release = release
        while (await receive())["type"] != "http.disconnect":
            pass
        self._abandon(parked, self._clock.now())


async def _send(send: Send, response: Response, extra: Headers) -> None:
    """Write a response with its length (CLIENT-RULES R13)."""
    headers = [*extra, *((name(key), value) for key, value in response.headers)]
    if response.status not in _NO_BODY:
        headers.append((CONTENT_LENGTH, b"%d" % len(response.body)))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})
