"""The small client: what it makes of servers that are none, or do not answer as they should."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from openucwa.cli.session import Refused, Session


@pytest.fixture
def answering():
    """Serve the same answer to everything; return a session with that server."""
    started = []

    def serve(status, body=b"", **headers):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name.replace("_", "-"), value)
                self.end_headers()
                here = f"http://127.0.0.1:{self.server.server_port}"
                self.wfile.write(body.replace(b"HERE", here.encode()))

            def log_message(self, *words):
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        started.append(server)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return Session(f"http://127.0.0.1:{server.server_port}", "a@b.test", "secret")

    yield serve
    for server in started:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((503,), "the server answers 503"),
        ((200, b"<html>"), "not a UCWA server"),
        ((200, b'"text"'), "not a UCWA server"),
        ((200, b'{"_links":{}}'), "not a UCWA server"),
    ],
)
def test_what_is_no_ucwa_server_cannot_be_used(answering, answer, said):
    with pytest.raises(OSError, match=said):
        answering(*answer, Content_Type="application/json").sign_in()


def test_who_is_sent_in_circles_gives_up(answering):
    body = b'{"_links":{"redirect":{"href":"HERE"}}}'
    with pytest.raises(OSError, match="from one to the next"):
        answering(200, body, Content_Type="text/json").sign_in()


def test_a_refusal_has_the_words_of_the_server(answering):
    session = answering(404, b'{"code":"NotFound","message":"No."}', Content_Type="text/json")
    with pytest.raises(Refused, match=r"^No\.$") as caught:
        session.sign_in()

    assert caught.value.status == 404


def test_who_does_not_ask_for_a_token_gets_none(answering):
    body = b'{"_links":{"user":{"href":"/user"}}}'
    with pytest.raises(OSError, match="not an address"):
        answering(200, body, Content_Type="application/json").sign_in()


@pytest.mark.parametrize("url", ["pool.test", "file:///etc/passwd", "http://", ""])
def test_only_web_addresses_are_asked(url):
    with pytest.raises(OSError, match="not an address like"):
        Session(url, "a@b.test", "secret").sign_in()
