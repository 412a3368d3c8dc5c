"""Which web pages of other origins may use this server (R1.22)."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

REFUSAL = (
    b'28019;source="openucwa";'
    b'reason="Service does not allow a cross domain request from this origin."'
)
"""What ``X-Ms-diagnostics`` says to a page that may not; its reason is shown to people (R1.20)."""

_PORTS = {"http": 80, "https": 443}


def canonical(origin: str) -> str:
    """Return an origin in lower case with its port, or an empty text if it is none."""
    try:
        parts = urlsplit(origin.strip().lower())
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.hostname}:{port}" if parts.hostname and port else ""


def allowed(origin: str, patterns: Iterable[str], own: str) -> bool:
    """Tell whether an origin is this server's own, or fits one of the patterns.

    A pattern is an origin whose host may begin with ``*.``; ports count.
    """
    asked = canonical(origin)
    if not asked:
        return False
    known = [canonical(pattern) for pattern in (own, *patterns)]
    return any(pattern and fnmatchcase(asked, pattern) for pattern in known)
