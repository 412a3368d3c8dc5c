"""What the clients of these tests share: a network that shows them every byte."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

from openucwa.testing import UcwaServer

T = TypeVar("T")

DOMAIN = "contoso.test"
POOL = "https://pool.contoso.test"
INTERNAL = "https://lyncdiscoverinternal.contoso.test"
EXTERNAL = "https://lyncdiscover.contoso.test"
USER_PATH = "/Autodiscover/AutodiscoverService.svc/root/oauth/user"
TOKEN_PATH = "/WebTicket/oauthtoken"


@dataclass(frozen=True)
class Answer:
    """An answer as it stands on the wire; ``head`` is all before the body."""

    head: str
    content: bytes

    @property
    def body(self) -> str:
        """The content as text."""
        return self.content.decode()

    @property
    def status(self) -> int:
        return int(self.head[9:12])

    def header(self, name: str) -> str:
        """Return a header by its exact name and spacing, or the empty string."""
        found = re.search(rf"^{name}: (.*?)\r?$", self.head, re.MULTILINE)
        return found.group(1) if found else ""


@dataclass(frozen=True)
class Wire:
    """A network in which the server has its three names, at the usual port of HTTPS.

    Whoever asks for another host or port reaches nobody. Each request has its connection.
    """

    server: str

    def ask(self, method: str, url: str, *headers: str, body: str | bytes = "") -> Answer:
        """Send exactly these header lines, beside Host and Content-Length."""
        origin, host, path = re.fullmatch(r"(https://([^/?]*))(.*)", url).groups()
        if origin not in (POOL, INTERNAL, EXTERNAL):
            raise ConnectionError(f"nobody is at {origin}")
        content = body.encode() if isinstance(body, str) else body
        length = [f"Content-Length: {len(content)}"] if method in ("POST", "PUT") else []
        lines = [f"{method} {path or '/'} HTTP/1.1", f"Host: {host}", *headers, *length]
        return self.send("\r\n".join([*lines, "Connection: close", "", ""]).encode() + content)

    def send(self, request: bytes) -> Answer:
        """Send bytes; return all that comes until the server closes the connection."""
        where = urlsplit(self.server)
        with socket.create_connection((where.hostname, where.port), timeout=10) as connection:
            connection.sendall(request)
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        head, _, body = answer.partition(b"\r\n\r\n")
        return Answer(head.decode("latin-1"), body)


def held(server: UcwaServer, ask: Callable[[], T]) -> T:
    """Let time pass until a request that waits for events has its answer."""
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(ask)
        while not waiting.done():
            server.advance("2s")
        return waiting.result()
