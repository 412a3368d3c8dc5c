"""Texts in data URIs: written in the form that every client reads, read in all (R4.25)."""

from __future__ import annotations

import base64
import binascii
import re
from functools import lru_cache
from urllib.parse import quote_plus, unquote_to_bytes

from openucwa.hyper.values import Words

_URI = re.compile(
    r"data:(?P<type>[^,;]*)(?P<more>(?:;[^,]*)?),(?P<text>.*)", re.DOTALL | re.IGNORECASE
)
_ESCAPE = re.compile("%[0-9A-F]{2}")


def encode(words: Words) -> str:
    """Write a text: spaces as ``+``, other escapes in lower case (R4.25)."""
    kind = "html" if words.html else "plain"
    return f"data:text/{kind};charset=utf-8,{escape(words.text)}"


@lru_cache(maxsize=256)
def escape(text: str) -> str:
    """Write what stands behind the comma; a message is shown to several, one after the other."""
    return _ESCAPE.sub(lambda found: found[0].lower(), quote_plus(text))


def decode(uri: str) -> Words | None:
    """Read a text; None if it is no data URI or not a text. What is not UTF-8 becomes U+FFFD."""
    found = _URI.fullmatch(uri.strip())
    if found is None:
        return None
    kind = found["type"].strip().lower() or "text/plain"
    if kind not in ("text/plain", "text/html"):
        return None
    if ";base64" in found["more"].lower():
        try:
            raw = base64.b64decode(unquote_to_bytes(found["text"]))
        except binascii.Error:
            return None
    else:
        raw = unquote_to_bytes(found["text"].replace("+", " "))
    return Words(raw.decode(errors="replace"), html=kind == "text/html")
