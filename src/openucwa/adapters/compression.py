"""Compressed bodies, for clients that can read them."""

from __future__ import annotations

import asyncio
import gzip
import re

from openucwa.app.exchange import Request, Response

_LONG = 64 * 1024
"""Bytes above which everybody else would wait for it, so that it happens in a thread."""

_LEVEL = 1
"""The others take longer and save next to nothing: hypermedia repeats itself a lot."""

_TEXT = re.compile(rb"(?i)(?:application/(?:[\w.]+\+)?(?:json|xml)|text/html)\b")
_GZIP = re.compile(r"(?i)\s*(gzip|x-gzip|\*)\s*(?:;\s*q\s*=\s*([0-9.]+)\s*)?")
_CANNOT = "apache-httpclient"
"""Says that it takes gzip and does not decode it (CLIENT-RULES C1)."""


async def compressed(request: Request, response: Response) -> Response:
    """Return the response with a compressed body, or as it is.

    Short ones too: a client that asks for gzip may be unable to read anything else
    (CLIENT-RULES C1). An entity tag stands for the resource and not for its bytes, and stays.
    """
    headers = dict(response.headers)
    suitable = (
        response.body
        and _TEXT.match(headers.get(b"Content-Type", b""))
        and b"Content-Encoding" not in headers
    )
    if not suitable or not reads_gzip(request):
        return response
    if len(response.body) > _LONG:
        body = await asyncio.to_thread(gzip.compress, response.body, _LEVEL, mtime=0)
    else:
        body = gzip.compress(response.body, _LEVEL, mtime=0)
    encoding = (b"Content-Encoding", b"gzip")
    return Response(response.status, [*response.headers, encoding], body)


def reads_gzip(request: Request) -> bool:
    """Tell whether the client says that it can decode gzip, and does."""
    accepted = request.header(b"accept-encoding")
    if accepted is None or _CANNOT in (request.header(b"user-agent") or "").lower():
        return False
    weights = {}
    for part in accepted.split(","):
        if found := _GZIP.fullmatch(part):
            weights[found[1].lower().removeprefix("x-")] = _weight(found[2])
    return weights.get("gzip", weights.get("*", 0.0)) > 0


def _weight(text: str | None) -> float:
    try:
        return 1.0 if text is None else float(text)
    except ValueError:
        return 0.0
