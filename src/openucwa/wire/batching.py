"""Requests that come together, and their answers, as ``multipart/batching`` (R6.1-R6.6).

Tolerant of how clients write, and strict about what their parsers read: those look at lines, and
know no grammar (R15.23).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import NamedTuple

from openucwa.wire.malformed import Malformed

_BOUNDARY = re.compile(r';\s*boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))', re.IGNORECASE)
_REQUEST = re.compile(
    rb"""\s*+
    (?:[^\s:]+:[^\n]*\n(?:[\ \t][^\n]*\n)*+)*+     # the part's own headers tell nothing new
    \s*+
    (GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH)[\ \t]+
    (?:https?://[^\s/?\#]+|(?=/))([^\s\#]*)(?:\#\S*)?
    [\ \t]+HTTP/1\.[01][\ \t]*+(?=\r?\n|\Z)""",
    re.IGNORECASE | re.VERBOSE,
)
_BLANK_LINE = re.compile(rb"\n\r?\n")
_STATUS_LINES = {
    status.value: b"HTTP/1.1 %d %b" % (status.value, status.phrase.encode())
    for status in HTTPStatus
}

Headers = Mapping[bytes, bytes]


class Part(NamedTuple):
    """A request in a batch, as ``Request`` has it: encoded path, header names in lower case."""

    method: str
    path: str
    query: str
    headers: Headers
    body: bytes


def split(content_type: str, body: bytes) -> list[bytes]:
    """Return the parts as they came, at least one. Raises Malformed.

    What stands before the first delimiter and after the closing one is not looked at.
    """
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise Malformed("The Content-Type has no boundary.")
    delimiter = b"\n--" + (found[1] or found[2]).encode("latin-1", "replace")
    parts = []
    for piece in (b"\n" + body).split(delimiter)[1:]:
        if piece.startswith(b"--"):
            break
        parts.append(piece.removesuffix(b"\r"))
    else:
        # The closing delimiter is missing, or looks like any other (16.32).
        if parts and not parts[-1].strip():
            parts.pop()
    if not parts:
        raise Malformed("The boundary of the Content-Type does not begin any part.")
    return parts


def read(parts: Iterable[bytes], inherited: Headers) -> list[Part | Malformed]:
    """Read the request in each part, or say why there is none.

    A body may come as a header ``Data`` (R6.3). No length is needed: the boundary ends it.
    Headers that are ``inherited`` win over those that a part has itself.
    """
    known: dict[bytes, Headers] = {}  # most parts have the same headers
    found: list[Part | Malformed] = []
    for part in parts:
        line = _REQUEST.match(part)
        if line is None:
            found.append(Malformed("This part is not an HTTP request."))
            continue
        blank = _BLANK_LINE.search(part, line.end())
        head = part[line.end() : blank.start() if blank else None]
        headers = known.get(head)
        if headers is None:
            headers = known[head] = {**_headers(head), **inherited}
        body = part[blank.end() :] if blank else b""
        if not body or body.isspace():
            body = headers.get(b"data", b"")
        path, _, query = line[2].decode("latin-1").partition("?")
        found.append(Part(line[1].decode().upper(), path, query, headers, body))
    return found


def _headers(head: bytes) -> dict[bytes, bytes]:
    fields = (line.partition(b":") for line in head.split(b"\n"))
    return {name.strip().lower(): value.strip() for name, colon, value in fields if colon}


def answer(status: int, headers: Sequence[tuple[bytes, bytes]], body: bytes) -> bytes:
    """Write the answer to one part (R6.5).

    ``Content-Type`` comes last of the headers, and what a client could take for a line of its
    own or for a status line is written otherwise, with the same meaning.
    """
    lines = [_STATUS_LINES[status]]
    kind = b""
    for name, value in headers:
        if name == b"Content-Type":
            kind = value
        elif b"\n" not in value and b"\r" not in value:
            lines.append(b"%b: %b" % (name, value))
    if kind:
        lines.append(b"Content-Type: " + kind)
    if b"HTTP/1.1" in body:
        escaped = b"HTTP\\/1.1" if b"json" in kind else b"HTTP&#47;1.1"
        body = body.replace(b"HTTP/1.1", escaped)
    return b"\r\n".join([*lines, b"", body.replace(b"\r\n", b"\n")])


def join(boundary: str, answers: Iterable[bytes]) -> bytes:
    """Put answers together, with nothing before the first and after the last (R15.23)."""
    delimiter = b"--" + boundary.encode()
    head = delimiter + b"\r\nContent-Type: application/http; msgtype=response\r\n\r\n"
    return b"".join([*(b"%b%b\r\n" % (head, one) for one in answers), delimiter, b"--\r\n"])
