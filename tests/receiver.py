"""A receiver of what is pushed: an HTTPS server in a thread, which answers as it is told."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

CLOSE = 0
"""Close the connection instead of answering."""

HANG = -1
"""Read the message, and never answer."""


@dataclass(frozen=True)
class Post:
    """A message as it came in; header names are in lower case."""

    headers: dict[str, str]
    body: bytes
    answer: int

    @property
    def tree(self) -> Any:
        return json.loads(self.body)

    def is_signed_with(self, secret: str) -> bool:
        """Check a signature, as the documentation tells receivers to."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode()
        digest = hmac.new(key, signed + self.body, hashlib.sha256).digest()
        wanted = "v1," + base64.b64encode(digest).decode()
        recent = abs(time.time() - int(self.headers["webhook-timestamp"])) < 300
        return recent and wanted in self.headers["webhook-signature"].split()


class Receiver(ThreadingHTTPServer):
    """Keeps what comes in ``posts``; ``answers`` says how: statuses, ``CLOSE`` or ``HANG``."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.posts: list[Post] = []
        self.answers: Callable[[Post], int] = lambda _: 204
        self.news = threading.Condition()
        self.over = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: connections break here on purpose."""

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.server_address[1]}/pushed"

    def taken(self) -> list[Post]:
        """Return what was acknowledged."""
        with self.news:
            return [post for post in self.posts if 200 <= post.answer < 300]

    def wait(self, enough: Callable[[list[Post]], bool], seconds: float = 30) -> list[Post]:
        """Wait until what has come in is enough; return it."""
        with self.news:
            assert self.news.wait_for(lambda: enough(self.posts), seconds), self.posts
            return list(self.posts)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        given = {name.lower(): value for name, value in self.headers.items()}
        status = self.server.answers(Post(given, body, 0))
        with self.server.news:
            self.server.posts.append(Post(given, body, status))
            self.server.news.notify_all()
        if status in (CLOSE, HANG):
            if status == HANG:
                self.server.over.wait(30)
            self.close_connection = True
            return
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", self.server.url + "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate of its own for 127.0.0.1 and receiver.test; return it and its key."""
    certificate, key = folder / "ca.pem", folder / "key.pem"
    words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    words += ["-nodes", "-days", "2", "-subj", "/CN=receiver", "-keyout", str(key)]
    words += ["-addext", "subjectAltName=IP:127.0.0.1,DNS:receiver.test", "-out", str(certificate)]
    subprocess.run(words, check=True, capture_output=True)
    return certificate, key


@contextmanager
def receiving(certificate: Path, key: Path) -> Iterator[Receiver]:
    """Run a receiver."""
    server = Receiver()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.over.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def receivers_certificate(tmp_path_factory):
    """The certificate that receivers show, and its key."""
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def receiver(receivers_certificate):
    """A receiver that is reached by HTTPS."""
    with receiving(*receivers_certificate) as running:
        yield running
