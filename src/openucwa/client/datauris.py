"""Text in links: ``data:`` URIs, as messages come and go (RFC 2397, with ``+`` for a space)."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from urllib.parse import quote_plus, unquote_to_bytes

_CHARSET = re.compile(r";charset=([^;,]+)", re.IGNORECASE)


def link_of(text: str) -> str:
    """Return plain text as a link."""
    return f"data:text/plain;charset=utf-8,{quote_plus(text)}"


def text_of(link: str) -> str:
    """Return the text in a link; what cannot be read is replaced, and other links are empty."""
    head, _, body = link.partition(",")
    if not head.lower().startswith("data:"):
        return ""
    if head.lower().endswith(";base64"):
        try:
            raw = b64decode(unquote_to_bytes(body))
        except binascii.Error:
            return ""
    else:
        raw = unquote_to_bytes(body.replace("+", " "))
    charset = _CHARSET.search(head)
    try:
        return raw.decode(charset[1].strip("\"'") if charset else "utf-8", "replace")
    except LookupError:
        return raw.decode("utf-8", "replace")
