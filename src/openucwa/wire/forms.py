"""The fields of a form posted to the token endpoint (R1.38, CLIENT-RULES R6)."""

from __future__ import annotations

from urllib.parse import parse_qsl

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from openucwa.wire.malformed import Malformed

_MOST_FIELDS = 50


def fields(content_type: str | None, body: bytes) -> dict[str, str]:
    """Read multipart or, whatever else the type says, urlencoded fields; the last one wins.

    Names are folded to lower case. The charset is always UTF-8. Raises Malformed.
    """
    try:
        if (content_type or "").strip().lower().startswith("multipart/"):
            pairs = _multipart(content_type or "", body)
        else:
            text = body.strip(b"\r\n").decode(errors="replace")
            pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise Malformed(f"The form cannot be read: {error}") from error
    return {name.lower(): value for name, value in pairs}


def _multipart(content_type: str, body: bytes) -> list[tuple[str, str]]:
    """Return the parts of ``multipart/form-data``; raises ValueError."""
    boundary = parse_options_header(content_type)[1].get(b"boundary")
    if not boundary:
        raise ValueError("the boundary is missing")
    parts = _Parts()
    MultipartParser(
        boundary,
        {
            "on_part_begin": parts.begin,
            "on_header_field": parts.header_name,
            "on_header_value": parts.header_value,
            "on_header_end": parts.header_end,
            "on_part_data": parts.data,
            "on_part_end": parts.end,
            "on_end": parts.finish,
        },
    ).write(body)
    if not parts.finished:
        raise FormParserError("the closing boundary is missing")
    return parts.pairs


class _Parts:
    """Collects what the parser calls out, slice by slice."""

    def __init__(self) -> None:
        self.pairs: list[tuple[str, str]] = []
        self.finished = False
        self.begin()

    def begin(self) -> None:
        self._name = ""
        self._value = bytearray()
        self._next_header()

    def _next_header(self) -> None:
        self._header, self._header_value = bytearray(), bytearray()

    def header_name(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            options = parse_options_header(bytes(self._header_value))[1]
            self._name = options.get(b"name", b"").decode(errors="replace")
        self._next_header()

    def data(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def end(self) -> None:
        if len(self.pairs) == _MOST_FIELDS:
            raise ValueError(f"at most {_MOST_FIELDS} fields are allowed")
        self.pairs.append((self._name, self._value.decode(errors="replace")))

    def finish(self) -> None:
        self.finished = True
