"""Reading the path of a request."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from openucwa.domain.refusals import Refusal, Refused
from openucwa.hyper.catalogue import APPLICATIONS_ALIASES


def path_segments(path: str) -> list[str]:
    """Split a path into decoded segments; doubled slashes count once (CLIENT-RULES R8).

    Raises ``Refused``: NotFound for what cannot be part of any path of ours.
    """
    segments = [segment for segment in path.split("/") if segment]
    if not path.isprintable():
        raise Refused(Refusal.NOT_FOUND)
    if "%" in path:
        try:
            segments = [unquote_to_bytes(segment).decode() for segment in segments]
        except UnicodeDecodeError:
            raise Refused(Refusal.NOT_FOUND) from None
        if not "".join(segments).isprintable():
            raise Refused(Refusal.NOT_FOUND)
    return segments


def application_in(segments: list[str]) -> str | None:
    """Return the id of the application that a path of no known resource lies below, or None."""
    for prefix in APPLICATIONS_ALIASES:
        depth = prefix.count("/")
        if "/".join(["", *segments[:depth]]).lower() == prefix and len(segments) > depth:
            return segments[depth]
    return None
