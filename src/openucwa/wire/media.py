"""Which format a response takes, and which one a request's body has (R4.1, R4.3)."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from functools import lru_cache


class Format(enum.Enum):
    """The two shapes of a resource on the wire."""

    JSON = "json"
    XML = "xml"


@dataclass(frozen=True, slots=True)
class Media:
    """A format and the exact ``Content-Type`` that announces it."""

    format: Format
    content_type: str


def _media(format_: Format, name: str) -> Media:
    return Media(format_, f"{name}; charset=utf-8")  # clients want it unquoted (R1.17)


_DEFAULT = _media(Format.JSON, "application/json")

# The vendor types are answered as asked for, in the misspelling of one page too (R4.1).
_OFFERED = {
    "*/*": _DEFAULT,
    "application/*": _DEFAULT,
    "text/json": _DEFAULT,
    "application/json": _DEFAULT,
    "text/xml": _media(Format.XML, "application/xml"),
    "application/xml": _media(Format.XML, "application/xml"),
} | {
    name: _media(format_, name)
    for format_ in Format
    for name in (
        f"application/vnd.microsoft.com.ucwa+{format_.value}",
        f"application/vnd.microsoft.ucwa+{format_.value}",
    )
}

_FORMATS = {name: media.format for name, media in _OFFERED.items() if "*" not in name}

# Types that tools put on a body without meaning them: curl, jQuery, aiohttp (CLIENT-RULES R12).
_CARELESS = {"text/plain", "application/octet-stream", "application/x-www-form-urlencoded"}


@lru_cache(maxsize=256)
def negotiate(accept: str | None) -> Media:
    """Choose the response type: the best known one of ``Accept``, else JSON.

    Of several types with the same quality the first wins. There is no 406: a header that
    names nothing we have is read as if it were absent.
    """
    best, best_quality = _DEFAULT, 0.0
    for item in (accept or "").split(","):
        name, *parameters = item.split(";")
        media = _OFFERED.get(name.strip().lower())
        quality = _quality(parameters)
        if media is not None and quality > best_quality:
            best, best_quality = media, quality
    return best


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def body_format(content_type: str | None, body: bytes) -> Format | None:
    """Tell how to decode a request's body, or None if its type is not supported (415).

    Clients send bodies without a type, or with a careless one (R1.25); then the first
    character decides. An empty body is JSON whatever its type: no parameters (R4.21).
    """
    start = body[:64].removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if not start:
        return Format.JSON
    name = (content_type or "").partition(";")[0].strip().lower()
    if name in _FORMATS:
        return _FORMATS[name]
    if name and name not in _CARELESS:
        return None
    if start == b"<":
        return Format.XML
    # Without a type the body is ours to judge, so rubbish is 400; with one it is 415.
    return Format.JSON if start == b"{" or not name else None
