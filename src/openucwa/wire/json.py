"""Resources as JSON (R4.5-R4.11).

A tree is plain data: properties, ``_links``, ``_embedded``, ``rel``, ``etag``, in the order in
which they are to be written, without None.
"""

from __future__ import annotations

from typing import Any

import msgspec

from openucwa.hyper.values import Date
from openucwa.wire import dates
from openucwa.wire.malformed import Malformed


def _write(value: object) -> msgspec.Raw:
    if isinstance(value, Date):
        # Some clients look for the escaped slashes of Microsoft's serializer (R4.10).
        return msgspec.Raw(b'"\\/Date(%d)\\/"' % dates.milliseconds(value))
    raise NotImplementedError(f"{type(value).__name__} is no property value")


_encoder = msgspec.json.Encoder(enc_hook=_write)
_decoder = msgspec.json.Decoder()


def encode(tree: dict[str, Any]) -> bytes:
    """Write a tree on one line, as the parts of a batch need it (R15.23)."""
    return _encoder.encode(tree)


def encode_text(text: str) -> bytes:
    """Write a string."""
    return _encoder.encode(text)


def decode(body: bytes) -> dict[str, Any]:
    """Read a request's parameters; nothing, ``""`` and ``null`` mean none (R4.21).

    Raises Malformed for anything that is not one JSON object.
    """
    body = body.removeprefix(b"\xef\xbb\xbf")
    if not body or body.isspace():
        return {}
    try:
        value = _decoder.decode(body)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"The body is not JSON: {error}") from error
    if value is None or value == "":
        return {}
    if not isinstance(value, dict):
        raise Malformed("The body must be a JSON object.")
    return value
