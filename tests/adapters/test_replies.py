"""Responses on the wire: names in canonical case, a length, one piece (CLIENT-RULES R4, R13)."""

from __future__ import annotations

import asyncio

import pytest
import uvicorn

from openucwa.adapters.replies import Replies
from openucwa.app.exchange import Request, Response
from openucwa.app.origins import Origins

NOW = 1_790_000_000.0
FIXED = [(b"X-MS-Server-Fqdn", b"pool")]
GET = Request("GET", "/")


def headers_of(message):
    return dict(message["headers"])


async def written(response, now=NOW):
    """Return the two messages that any ASGI server gets."""
    sent = []

    async def send(message):
        sent.append(message)

    await Replies(FIXED, Origins()).write(send, GET, response, b"00000000002a", now)
    return sent


async def test_a_response_has_what_is_fixed_its_own_headers_and_a_length():
    start, body = await written(Response(200, [(b"Content-Type", b"text/plain")], b"hello"))

    assert 200 == start["status"]
    assert {
        b"X-MS-Server-Fqdn": b"pool",
        b"Date": b"Mon, 21 Sep 2026 14:13:20 GMT",
        b"X-MS-Correlation-Id": b"00000000002a",
        b"Content-Type": b"text/plain",
        b"Content-Length": b"5",
    } == headers_of(start)
    assert b"hello" == body["body"]


@pytest.mark.parametrize(("status", "length"), [(204, None), (304, None), (200, b"0")])
async def test_what_cannot_have_a_body_has_no_length(status, length):
    start, _ = await written(Response(status, []))

    assert length == headers_of(start).get(b"Content-Length")


# ---------------------------------------------------------------------- on uvicorn


class Wire:
    """uvicorn on a real socket, answering every request with one response."""

    def __init__(self, response):
        self._response = response
        self._replies = Replies(FIXED, Origins())

    async def __aenter__(self):
        config = uvicorn.Config(
            self._app,
            interface="asgi3",
            http="httptools",
            lifespan="off",
            log_config=None,
            server_header=False,
            date_header=False,
            proxy_headers=False,
        )
        config.load()
        loop = asyncio.get_running_loop()
        state = uvicorn.server.ServerState()
        self._server = await loop.create_server(
            lambda: config.http_protocol_class(config, state, {}), "127.0.0.1", 0
        )
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self._server.close()
        await self._server.wait_closed()

    async def _app(self, scope, receive, send):
        await self._replies.write(send, GET, self._response, b"00000000002a", NOW)

    async def say(self, text):
        """Send raw requests, say that there are no more, and return all that comes back."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(text.replace("\n", "\r\n").encode())
        received = await asyncio.wait_for(reader.read(), 5)
        writer.close()
        await writer.wait_closed()
        return received.decode()


CLOSE = "GET / HTTP/1.1\nHost: x\nConnection: close\n\n"
KEEP = "GET / HTTP/1.1\nHost: x\n\n"


async def test_r4_names_are_in_canonical_case_on_the_wire():
    challenge = [(b"WWW-Authenticate", b"Bearer"), (b"WWW-Authenticate", b"MsRtcOAuth")]
    async with Wire(Response(401, challenge, b"no")) as wire:
        received = await wire.say(CLOSE)

    assert (
        "HTTP/1.1 401 Unauthorized\r\n"
        "X-MS-Server-Fqdn: pool\r\n"
        "Date: Mon, 21 Sep 2026 14:13:20 GMT\r\n"
        "X-MS-Correlation-Id: 00000000002a\r\n"
        "WWW-Authenticate: Bearer\r\n"
        "WWW-Authenticate: MsRtcOAuth\r\n"
        "Content-Length: 2\r\n"
        "Connection: close\r\n"
        "\r\n"
        "no"
    ) == received


async def test_requests_that_come_together_are_answered_in_order_on_one_connection():
    async with Wire(Response(204, [])) as wire:
        received = await wire.say(KEEP + KEEP + CLOSE)

    assert 3 == received.count("HTTP/1.1 204 No Content")
    assert 1 == received.count("Connection: close")
    assert "Content-Length" not in received


async def test_head_has_the_headers_of_get_and_no_body():
    async with Wire(Response(200, [], b"hello")) as wire:
        received = await wire.say(CLOSE.replace("GET", "HEAD"))

    assert "Content-Length: 5\r\n" in received
    assert received.endswith("\r\n\r\n")


async def test_a_response_may_end_the_connection():
    async with Wire(Response(413, [(b"Connection", b"close")], b"too much")) as wire:
        received = await wire.say(KEEP + KEEP)

    assert 1 == received.count("HTTP/1.1")
    assert "Connection: close\r\n" in received


@pytest.mark.parametrize("value", [b"a\r\nSet-Cookie: b", b"a\nb", b"a\rb"])
async def test_a_header_cannot_bring_another_one(value):
    async with Wire(Response(200, [(b"X-Note", value)])) as wire:
        received = await wire.say(CLOSE)

    assert "Set-Cookie" not in received
    assert received.startswith("HTTP/1.1 500")
