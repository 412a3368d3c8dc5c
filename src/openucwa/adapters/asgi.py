"""The only shell: ASGI in, ``dispatch`` behind it, and the waiting that parked requests need."""

from __future__ import annotations

import asyncio
import itertools
import logging
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from functools import partial
from typing import Any, Protocol

from openucwa.adapters.cors import preflight
from openucwa.adapters.logs import REQUEST
from openucwa.adapters.protocol import park
from openucwa.adapters.replies import Replies, Send
from openucwa.app.answers import refusal
from openucwa.app.dispatch import origin_of
from openucwa.app.exchange import Request, Response, Waiting
from openucwa.app.faults import HIT, Fault
from openucwa.app.origins import Origins, canonical, diagnostics
from openucwa.domain.refusals import Refusal, Refused

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Stored = Callable[[], None]
"""Is called when what was noted is stored, or never will be."""

Page = Callable[[Request], Awaitable[Response]]


log = logging.getLogger(__name__)

_SLASHES = re.compile("/+")


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

    ``pages`` are the few paths beside UCWA, by lower-case path, and ``front`` returns what people
    see at others, such as the root, where apps discover. ``fqdn`` is what the server calls
    itself, ``version`` the resource revision it speaks of (R1.17, R1.18).
    """

    def __init__(
        self,
        *,
        dispatch: Callable[[Request, float], Awaitable[Response | Waiting]],
        abandon: Callable[[Any, float], None],
        pages: Mapping[str, Page],
        clock: Clock,
        longest_body: int,
        fqdn: str,
        version: str,
        when_stored: Callable[[Stored, Stored], None] = lambda done, _failed: done(),
        origins: Origins | None = None,
        public_url: str = "",
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        front: Callable[[Request], Page | None] | None = None,
    ) -> None:
        self._front = front
        self._dispatch = dispatch
        self._abandon = abandon
        self._when_stored = when_stored
        self._pages = pages
        self._clock = clock
        self._longest_body = longest_body
        self._origins = origins = origins or Origins()
        self._public_url = public_url
        self._sleep = sleep
        always = [
            (b"X-MS-Server-Fqdn", fqdn.encode()),
            (b"X-MS-UcwaVersion", version.encode()),
            (b"X-Content-Type-Options", b"nosniff"),
            (b"Vary", b"Accept, Accept-Encoding, Origin"),
        ]
        self._beside = Replies(always, origins)
        self._ucwa = Replies([*always, (b"Cache-Control", b"no-cache")], origins)
        self._numbers = itertools.count(1)
        self._sending: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request; anything else is not spoken here."""
        if scope["type"] != "http":
            raise RuntimeError(f"no {scope['type']} here")
        number = b"%012x" % next(self._numbers)
        REQUEST.set(number)
        HIT.set(None)
        now = self._clock.now()
        request = Request(
            scope["method"],
            scope["raw_path"].decode("latin-1"),
            scope["query_string"].decode("latin-1"),
            dict(scope["headers"]),
            scheme=scope["scheme"],
        )
        if b"x-ms-origin" in request.headers and (foreign := self._foreign(request)):
            await self._ucwa.write(send, request, foreign, number, now)
            return
        if request.method == "OPTIONS" and (allowed := preflight(request, self._origins)):
            await self._beside.write(send, request, allowed, number, now)
            return
        if b"content-length" in request.headers or b"transfer-encoding" in request.headers:
            try:
                request.body = await self._body(request.headers, receive)
            except Gone:
                return
            except TooLarge:
                await self._ucwa.write(send, request, _too_large(request), number, now)
                return
        page = None if request.path.startswith("/ucwa/") else self._page(request)
        if page is not None:
            await self._beside.write(send, request, await page(request), number, now)
            return
        outcome = await self._dispatch(request, now)
        fault = HIT.get()
        if not isinstance(outcome, Response):
            outcome.release = self._releasing(request, send, number, stored=outcome.stored)
            departed = partial(self._depart, outcome)
            if not park(send, departed):
                await _departure(receive)
                departed()
        elif fault is None or await self._survives(fault, send):
            replies = self._beside if outcome.private else self._ucwa
            if not replies.write_at_once(send, request, outcome, number, now):
                await replies.write(send, request, outcome, number, now)
        else:
            await _departure(receive)

    def _page(self, request: Request) -> Page | None:
        """Return what is beside UCWA at a path, in any case and with doubled slashes."""
        path = _SLASHES.sub("/", request.path).rstrip("/").lower()
        return self._pages.get(path) or (self._front(request) if self._front else None)

    def _foreign(self, request: Request) -> Response | None:
        """Refuse a web page that may not send this through the XFrame (R1.22)."""
        origin = canonical(request.header(b"x-ms-origin") or "")
        own = self._public_url or origin_of(request.scheme, request.headers.get(b"host", b""))
        if origin in self._origins or (origin and origin == canonical(own)):
            return None
        answer = refusal(Refused(Refusal.FORBIDDEN, "This origin is not allowed."), request.media)
        answer.headers.append((b"X-Ms-diagnostics", diagnostics(own.partition("://")[2])))
        return answer

    async def _body(self, headers: Mapping[bytes, bytes], receive: Receive) -> bytes:
        """Read the body. Raises ``TooLarge`` as soon as that is known, ``Gone``."""
        length = headers.get(b"content-length")
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

    def _depart(self, parked: Waiting) -> None:
        """Forget a parked request whose client has left (R3.13)."""
        self._abandon(parked, self._clock.now())

    def _releasing(
        self, request: Request, send: Send, number: bytes, *, stored: bool
    ) -> Callable[[Response], None]:
        """Return what answers a request later, once what the answer tells of is ``stored``."""
        fault = HIT.get()

        def release(response: Response) -> None:
            if stored:
                write(response)
            else:
                self._when_stored(partial(write, response), refuse)

        def refuse() -> None:
            write(refusal(Refused(Refusal.SERVICE_UNAVAILABLE), request.media))

        def write(response: Response) -> None:
            try:
                now = self._clock.now()
                if fault is None and self._ucwa.write_at_once(send, request, response, number, now):
                    return
            except Exception:  # whoever releases this has nothing to do with it
                log.exception("a bug")
                return
            task = asyncio.create_task(late(response))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

        async def late(response: Response) -> None:
            if fault is None or await self._survives(fault, send):
                await self._ucwa.write(send, request, response, number, self._clock.now())

        return release

    async def _survives(self, fault: Fault, send: Send) -> bool:
        """Do the rest of a planted fault; tell whether the answer is sent after all."""
        await self._sleep(fault.delay)
        if fault.drop:
            transport = getattr(getattr(send, "__self__", None), "transport", None)
            if transport is not None:  # ASGI itself has no word for hanging up
                transport.close()
        return not fault.drop


async def _departure(receive: Receive) -> None:
    """Wait until the client has left, or has its answer."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _too_large(request: Request) -> Response:
    """Refuse a body that was not read to its end, and so the connection with it."""
    answer = refusal(Refused(Refusal.ENTITY_TOO_LARGE), request.media)
    answer.headers.append((b"Connection", b"close"))
    return answer
