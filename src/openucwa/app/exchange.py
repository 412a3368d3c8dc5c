"""Requests and responses as plain data, without a server."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from openucwa.wire.media import Media, negotiate


@dataclass(slots=True)
class Request:
    """What came in. ``path`` is still percent-encoded; header names are lower case.

    ``in_batch`` if it came as a part of another request, ``passed`` on by another node.
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[bytes, bytes] = field(default_factory=dict)
    body: bytes = b""
    scheme: str = "http"
    in_batch: bool = False
    passed: bool = False

    def header(self, name: bytes) -> str | None:
        """Return a header as text, or None."""
        value = self.headers.get(name)
        return None if value is None else value.decode("latin-1")

    @property
    def media(self) -> Media:
        """The format to answer in."""
        return negotiate(self.header(b"accept"))


class Waiting:
    """A request that is answered later: whoever waits for it sets ``release`` at once.

    What an answer tells of has to be stored before it goes out, unless it is ``stored`` then.
    """

    __slots__ = ("release", "stored")

    def __init__(self, *, stored: bool = False) -> None:
        self.release: Callable[[Response], None] = lambda _: None
        self.stored = stored


@dataclass(slots=True)
class Response:
    """What goes out.

    ``counted`` if the metrics know of it already, ``private`` if it is for browsers to keep;
    ``unstored`` if what it answers for has still to be stored.
    """

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes = b""
    counted: bool = False
    private: bool = False
    unstored: bool = False
