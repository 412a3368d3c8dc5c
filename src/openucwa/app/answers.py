"""Writing answers: resources, packages of events and refusals, in the format asked for."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import formatdate
from typing import Any

from openucwa.app.exchange import Request, Response
from openucwa.app.render import Tree
from openucwa.domain.refusals import Refused
from openucwa.hyper.declare import Raw
from openucwa.wire import errors, etags, json, xml
from openucwa.wire.media import Format, Media

_ENCODE: dict[Format, dict[str, Callable[[Any], bytes]]] = {
    Format.JSON: {"resource": json.encode, "reason": json.encode},
    Format.XML: {"resource": xml.encode, "reason": xml.encode_reason},
}

Headers = list[tuple[bytes, bytes]]


def resource(status: int, tree: Tree, media: Media, headers: Headers) -> Response:
    """Write a resource."""
    return _written(status, "resource", tree, media, headers)


def raw(status: int, shown: Raw, headers: Headers, request: Request, now: float) -> Response:
    """Write what is no resource; only its headers, if the client has it already (R2.32)."""
    if shown.etag:
        headers = [
            *headers,
            (b"ETag", etags.quote(shown.etag).encode()),
            (b"Expires", formatdate(now + shown.lifetime, usegmt=True).encode()),
        ]
        if etags.matches(request.header(b"if-none-match") or "", shown.etag):
            return Response(304, headers)
    kind = (b"Content-Type", shown.content_type.encode())
    return Response(status, [*headers, kind], shown.body)


def package(outcome: bytes | Refused, media: Media) -> Response:
    """Write a package of events, given as JSON, or why there is none; the caller counts it."""
    if isinstance(outcome, Refused):
        response = refusal(outcome, media)
    else:
        body = outcome if media.format is Format.JSON else xml.encode_events(json.decode(outcome))
        response = Response(200, [(b"Content-Type", media.content_type.encode())], body)
    response.counted = True
    return response


def refusal(refused: Refused, media: Media) -> Response:
    """Write a refusal as a reason (R5.1)."""
    status, tree = errors.reason(refused.refusal, refused.detail, refused.parameters)
    wait = [(b"Retry-After", b"10")] if status in (429, 503) else []
    return _written(status, "reason", tree, media, wait)


def _written(status: int, shape: str, tree: Tree, media: Media, headers: Headers) -> Response:
    kind = (b"Content-Type", media.content_type.encode())
    return Response(status, [*headers, kind], _ENCODE[media.format][shape](tree))
