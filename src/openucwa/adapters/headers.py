"""Header names in canonical case on the wire.

Several clients compare names by case (CLIENT-RULES R4), but uvicorn writes whatever ``lower()``
of a name gives. A name that is its own lower case passes through as it is written.
"""

from __future__ import annotations

from functools import lru_cache


class Name(bytes):
    """A header name that keeps its case."""

    __slots__ = ()

    def lower(self) -> Name:
        """Return the name itself."""
        return self


class ContentLength(Name):
    """``Content-Length``: uvicorn must recognise it by its lower case."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return other in (b"content-length", bytes(self))

    def __hash__(self) -> int:
        return hash(b"content-length")


CONTENT_LENGTH = ContentLength(b"Content-Length")
CLOSE = (b"Connection", b"close")


@lru_cache(maxsize=256)
def name(text: bytes) -> bytes:
    """Return a name that keeps its case, except those the server has to understand."""
    return text if text == b"Connection" else Name(text)
