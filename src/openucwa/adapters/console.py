"""The console: the presence board's files, as they are in the package, for browsers to load.

All files but the two pages are below a path that changes when any of them does, so browsers
keep them for ever and never mix two releases. Nothing of it is private: whoever looks at it has
not signed in yet.
"""

from __future__ import annotations

import gzip
import hashlib
import html
import re
from collections.abc import Callable, Collection
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from openucwa.adapters.compression import reads_gzip
from openucwa.adapters.pages import Answer
from openucwa.app.exchange import Request, Response
from openucwa.domain.meetings import ID
from openucwa.wire.etags import matches, quote

PLACE = "/console"
MARK = "/console/-/"
"""Stands in the pages for where the other files are."""

_DOMAIN = 'data-domain=""'
"""Stands in the page of meetings for the domain of their organizers."""

_MEETING = re.compile(rf"/[^/]+/[A-Z0-9]{{{ID}}}/?")
"""The path of a `joinUrl` (R10.5). The API has no capital letters there."""

_TYPES = {
    "css": "text/css; charset=utf-8",
    "ftl": "text/plain; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "svg": "image/svg+xml",
    "webmanifest": "application/manifest+json; charset=utf-8",
}
"""What is served, by the ends of names; the package has other files too."""

_COMMENT = re.compile(rb"^[ ]*(?:/\*(?:(?!\*/).)*\*/|//[^\n]*)\n", re.DOTALL | re.MULTILINE)
"""Comments that have lines of their own; they would be a tenth of what browsers load."""

_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    b"connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; "
    b"form-action 'none'; frame-ancestors 'none'"
)
_FOR_EVER = b"public, max-age=31536000, immutable"
_ASK_AGAIN = b"no-cache"


Front = Callable[[Request], Answer | None]
"""Returns what a person with a browser is shown where apps would be answered, if anything."""


def console(domains: Collection[str]) -> tuple[Front, dict[str, Answer]]:
    """Return what people are shown, and the files by their paths, for a server of these domains.

    Meetings' addresses do not say the domain if the server is opened by another name; if there is
    only one it is clear all the same.
    """
    (board, meeting), files = _loaded(next(iter(domains)) if len(domains) == 1 else "")

    def front(request: Request) -> Answer | None:
        if not request.path.strip("/"):
            page = board
        elif _MEETING.fullmatch(request.path):
            page = meeting
        else:
            return None
        return page if wants_page(request) else None

    return front, files


@cache
def _loaded(domain: str) -> tuple[list[Answer], dict[str, Answer]]:
    """Return the board's page and that of meetings, and the other files by their paths."""
    files = dict(_files(resources.files("openucwa") / "console", ""))
    together = hashlib.sha256(
        b"".join(name.encode() + body for name, body in sorted(files.items()))
    )
    place = f"{PLACE}/{together.hexdigest()[:12]}/"
    said = f'data-domain="{html.escape(domain)}"'
    pages = []
    for name in ("index.html", "guest.html"):
        page = files.pop(name).decode().replace(MARK, place).replace(_DOMAIN, said)
        pages.append(_file(name, page.encode(), _ASK_AGAIN))
    return pages, {place + name: _file(name, body, _FOR_EVER) for name, body in files.items()}


def wants_page(request: Request) -> bool:
    """Tell whether a person looks with a browser: apps discover at the root (R1.4).

    Those ask for JSON or for anything; only a browser that shows a page asks for HTML.
    """
    kinds = {
        kind.partition(";")[0].strip() for kind in (request.header(b"accept") or "").split(",")
    }
    return "text/html" in kinds and not any("json" in kind for kind in kinds)


def _files(folder: Traversable, before: str) -> list[tuple[str, bytes]]:
    found = []
    for entry in folder.iterdir():
        name = before + entry.name
        if entry.is_dir():
            found += _files(entry, f"{name}/")
        elif name.rpartition(".")[2] in _TYPES:
            body = entry.read_bytes()
            found.append((name, _COMMENT.sub(b"", body) if name.endswith(("js", "css")) else body))
    return found


def _file(name: str, body: bytes, keep: bytes) -> Answer:
    """Return a page that answers with a file, compressed beforehand."""
    tag = hashlib.sha256(body).hexdigest()[:16]
    short = gzip.compress(body, 9, mtime=0)
    headers = [
        (b"ETag", quote(tag).encode()),
        (b"Cache-Control", keep),
        (b"Content-Security-Policy", _POLICY),
        (b"Referrer-Policy", b"no-referrer"),
        (b"Cross-Origin-Opener-Policy", b"same-origin"),
        (b"Cross-Origin-Resource-Policy", b"same-origin"),
    ]
    kind = (b"Content-Type", _TYPES[name.rpartition(".")[2]].encode())

    async def answer(request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return Response(405, [(b"Allow", b"GET, HEAD")])
        known = request.header(b"if-none-match")
        if known is not None and matches(known, tag):
            return Response(304, headers)
        if reads_gzip(request):
            return Response(200, [*headers, kind, (b"Content-Encoding", b"gzip")], short)
        return Response(200, [*headers, kind], body)

    return answer
