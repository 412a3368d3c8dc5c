"""Writing answers: resources, packages of events and refusals, in the format asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from openucwa.app.exchange import Response
from openucwa.app.render import Tree
from openucwa.domain.refusals import Refused
from openucwa.wire import errors, json, xml
from openucwa.wire.media import Format, Media

_ENCODE: dict[Format, dict[str, Callable[[Any], bytes]]] = {
    Format.JSON: {"resource": json.encode, "events": json.encode, "reason": json.encode},
    Format.XML: {
        "resource": xml.encode,
        "events": xml.encode_events,
        "reason": xml.encode_reason,
    },
}

Headers = list[tuple[bytes, bytes]]


def resource(status: int, tree: Tree, media: Media, headers: Headers) -> Response:
    """Write a resource."""
    return _written(status, "resource", tree, media, headers)


def package(outcome: Tree | Refused, media: Media) -> Response:
    """Write a package of events, or why there will be none; whoever asks for it counts it."""
    if isinstance(outcome, Refused):
        response = refusal(outcome, media)
    else:
        response = _written(200, "events", outcome, media, [])
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
