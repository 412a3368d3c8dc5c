"""Web pages that call the server directly: CORS, by the same list as the XFrame page (R1.26)."""

from __future__ import annotations

from openucwa.app.exchange import Request, Response
from openucwa.app.origins import Origins

_METHODS = b"GET, POST, PUT, DELETE"
_REQUEST_HEADERS = (
    b"Accept, Accept-Language, Authorization, Cache-Control, Client-Request-Id, Content-Type, "
    b"If-Match, If-None-Match, Pragma, X-ExCompId, X-Ms-Client-Request-Id, X-Ms-Correlation-Id, "
    b"X-Ms-Namespace, X-Ms-Origin, X-MS-RequiresMinResourceVersion, X-Ms-SDK-Instance, "
    b"X-Ms-SDK-Session, X-Ms-SDK-Version, X-Requested-With"
)
"""What the known clients send (R1.23, R1.24)."""

_EXPOSED = (
    b"ETag, Location, Retry-After, WWW-Authenticate, X-Ms-diagnostics, X-MS-Correlation-Id, "
    b"X-MS-Server-Fqdn, X-MS-UcwaVersion"
)
_REMEMBER = b"7200"
"""Seconds for which browsers may remember a preflight: the most that Chromium takes."""

Headers = list[tuple[bytes, bytes]]


def shared(origin: bytes, origins: Origins) -> Headers:
    """Return the headers that let a page of an origin read an answer; none if it may not.

    The origin is repeated as it came, since that is what browsers compare.
    """
    if origin.decode("latin-1") not in origins:
        return []
    return [
        (b"Access-Control-Allow-Origin", origin),
        (b"Access-Control-Allow-Credentials", b"true"),
        (b"Access-Control-Expose-Headers", _EXPOSED),
    ]


def preflight(request: Request, origins: Origins) -> Response | None:
    """Answer a browser that asks whether it may ask, or return None: somebody else's request.

    Preflights carry no token. Those of origins that are not welcome are like any OPTIONS.
    """
    origin = request.header(b"origin")
    asked = b"access-control-request-method" in request.headers
    if request.method != "OPTIONS" or not asked or origin is None or origin not in origins:
        return None
    allowed = [
        (b"Access-Control-Allow-Methods", _METHODS),
        (b"Access-Control-Allow-Headers", _REQUEST_HEADERS),
        (b"Access-Control-Max-Age", _REMEMBER),
    ]
    return Response(204, allowed)
