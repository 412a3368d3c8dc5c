"""JSON with bare keys, which one client sends and the original server took (R2.1, R16.41)."""

from __future__ import annotations

import re
from typing import Any

from openucwa.wire import json
from openucwa.wire.malformed import Malformed

LONGEST = 64 * 1024
"""Bytes of a body for which a second attempt is made; what such clients send is far shorter."""

# Texts come first, so that nothing in them is taken for a key. Nothing is ever tried twice:
# whatever is sent, reading it takes no longer than its length.
_TEXT_OR_BARE_KEY = re.compile(
    rb'"(?:[^"\\]|\\.?)*+"?|(?P<before>[{,]\s*+)(?P<key>[A-Za-z_$][\w$]*+)(?=\s*+:)', re.DOTALL
)


def decode(body: bytes) -> dict[str, Any]:
    """Read a request's parameters like ``json.decode`` or, if that fails, with keys unquoted.

    Raises Malformed.
    """
    try:
        return json.decode(body)
    except Malformed:
        if len(body) > LONGEST:
            raise
    return json.decode(_TEXT_OR_BARE_KEY.sub(_quote, body))


def _quote(found: re.Match[bytes]) -> bytes:
    if found["key"] is None:
        return found[0]
    return b'%b"%b"' % (found["before"], found["key"])
