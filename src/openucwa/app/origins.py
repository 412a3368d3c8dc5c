"""Which web pages of other origins may use this server (R1.22, R1.26)."""

from __future__ import annotations

import re
from collections.abc import Iterable

LOOPBACK = tuple(
    f"{scheme}://{host}:*"
    for scheme in ("http", "https")
    for host in ("localhost", "127.0.0.1", "[::1]")
)
"""Patterns for the pages that a developer serves on the own machine."""

_ORIGIN = re.compile(
    r"([a-z][a-z0-9+.-]*)://"
    r"((?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])"
    r"(?::([0-9]{1,5}|\*))?/?"
)
_PORTS = {"http": "80", "https": "443"}


def canonical(origin: str) -> str:
    """Return an origin or a pattern in lower case with its port, or an empty text if it is none.

    ``null``, which pages without an origin send, stays as it is.
    """
    text = origin.strip(" \t").lower()
    found = _ORIGIN.fullmatch(text)
    if found is None:
        return text if text == "null" else ""
    scheme, host, port = found.groups()
    port = port or _PORTS.get(scheme, "")
    return f"{scheme}://{host}:{port.lstrip('0')}" if port else f"{scheme}://{host}"


class Origins:
    """The origins that are welcome.

    A pattern is an origin, whose host may begin with ``*.`` for every host below the rest, and
    whose port may be ``*``. Scheme, host and port count, case does not.
    """

    def __init__(self, patterns: Iterable[str] = ()) -> None:
        names = filter(None, map(canonical, patterns))
        self._pattern = re.compile("|".join(_expression(name) for name in names) or r"(?!)")

    def __contains__(self, origin: str) -> bool:
        return self._pattern.fullmatch(canonical(origin)) is not None


def _expression(pattern: str) -> str:
    escaped = re.escape(pattern)
    escaped = escaped.replace(r"://\*\.", r"://(?:[a-z0-9_-]+\.)+")
    return re.sub(r":\\\*\Z", ":[0-9]+", escaped)


def diagnostics(host: str) -> bytes:
    """Return what ``X-Ms-diagnostics`` says to a page that may not; people are shown the reason.

    The spacing matters, and the number is ours: none is documented (R1.20).
    """
    reason = "Service does not allow a cross domain request from this origin."
    return f'28019;source="{host}";reason="{reason}"'.encode()
