"""Entity tags: decimal digits in bodies, quoted in headers (R4.30)."""

from __future__ import annotations

import hashlib
import re

_TAG = re.compile(r'"([^"]*)"|([^\s,"]+)')


def digest(body: bytes) -> str:
    """Return a tag for a representation: the same bytes always give the same digits."""
    return str(int.from_bytes(hashlib.blake2b(body, digest_size=8).digest()))


def quote(etag: str) -> str:
    """Return the tag as the ``ETag`` header carries it."""
    return f'"{etag}"'


def matches(header: str, etag: str) -> bool:
    """Tell whether ``If-Match`` or ``If-None-Match`` names the tag.

    Clients send tags quoted, unquoted, weak, in lists, and ``*`` for any.
    """
    return any(
        quoted == etag or bare == "*" or bare.removeprefix("W/") == etag
        for quoted, bare in _TAG.findall(header)
    )
