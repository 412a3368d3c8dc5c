"""The few paths beside UCWA: tokens, health, metrics and the description of the API."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec

from openucwa.adapters.metrics import CONTENT_TYPE
from openucwa.app.exchange import Request, Response

Answer = Callable[[Request], Awaitable[Response]]
Gauge = tuple[str, Callable[[], float]]
"""A metric that is read when asked for: its meaning, and how to read it."""


def fixed(content_type: str, body: Callable[[], bytes]) -> Answer:
    """Return a page that answers GET with what ``body`` returns at that time."""

    async def answer(request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return Response(405, [(b"Allow", b"GET, HEAD")])
        return Response(200, [(b"Content-Type", content_type.encode())], body())

    return answer


def post_only(answer: Answer) -> Answer:
    """Return a page that passes on POST and refuses the rest."""

    async def guarded(request: Request) -> Response:
        if request.method != "POST":
            return Response(405, [(b"Allow", b"POST")])
        return await answer(request)

    return guarded


def ready(check: Callable[[], Awaitable[bool]]) -> Answer:
    """Return a page that tells whether requests can be answered: 200, or 503 when not."""

    async def answer(_request: Request) -> Response:
        well = await check()
        kind = (b"Content-Type", b"application/json; charset=utf-8")
        body = {"status": "ready" if well else "the database does not answer"}
        return Response(200 if well else 503, [kind], msgspec.json.encode(body))

    return answer


def metrics(exposition: Callable[[], bytes]) -> Answer:
    """Return the page that Prometheus reads."""
    return fixed(CONTENT_TYPE, exposition)
