"""The listener: sockets that cannot be had, and a stop that answers first."""

from __future__ import annotations

import asyncio
import signal
import socket

import pytest

from openucwa.adapters.listener import CannotListen, Listener, listen


async def hello(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"hello"})


def test_port_0_takes_a_free_one():
    with listen("127.0.0.1", 0) as one, listen("127.0.0.1", 0) as other:
        ports = [taken.getsockname()[1] for taken in (one, other)]

    assert 2 == len(set(ports))
    assert 0 not in ports


@pytest.mark.parametrize("host", ["192.0.2.1", "not a host", "999.0.0.1"])
def test_an_address_that_is_not_ours_is_said_in_words(host):
    with pytest.raises(CannotListen, match=r"cannot listen on .* port 8443: .*--host and --port"):
        listen(host, 8443)


def test_a_port_in_use_is_said_in_words():
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(CannotListen, match=rf"port {port}: .*in use"):
            listen("127.0.0.1", port)


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_certificate_that_cannot_be_used_is_said_in_words(tmp_path, content):
    pem = tmp_path / "cert.pem"
    if content is not None:
        pem.write_text(content)
    with listen("127.0.0.1", 0) as sock, pytest.raises(CannotListen, match="TLS certificate"):
        Listener(hello, sock, (pem, pem), print, print)


@pytest.mark.parametrize(
    ("host", "url"), [("127.0.0.1", "http://127.0.0.1:"), ("::1", "http://[::1]:")]
)
async def test_it_says_where_it_listens_answers_and_drains_before_it_stops(host, url):
    said, drained = [], []
    try:
        sock = listen(host, 0)
    except CannotListen:
        pytest.skip("no IPv6 here")
    listening = asyncio.Event()

    def on_listening(where):
        said.append(where)
        listening.set()

    before = signal.getsignal(signal.SIGTERM)

    async def drain():
        drained.append(True)

    listener = Listener(hello, sock, None, on_listening, drain)
    running = asyncio.create_task(listener.run_until_stopped())
    await asyncio.wait_for(listening.wait(), 5)
    port = sock.getsockname()[1]
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    received = await reader.read()
    writer.close()
    await writer.wait_closed()
    signal.raise_signal(signal.SIGTERM)
    await asyncio.wait_for(running, 5)

    assert [f"{url}{port}"] == said
    assert b"hello" in received
    assert [True] == drained
    assert before == signal.getsignal(signal.SIGTERM), "signals are as they were"


async def test_a_node_that_stops_lets_a_connection_end_with_an_answer():
    sock, there = listen("127.0.0.1", 0), asyncio.Event()

    async def drain():
        there.set()

    listener = Listener(hello, sock, None, print, drain, linger=5.0)
    running = asyncio.create_task(listener.run_until_stopped())
    reader, writer = await asyncio.open_connection(*sock.getsockname())
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert b"200" in await reader.readline()
    signal.raise_signal(signal.SIGTERM)
    await asyncio.wait_for(there.wait(), 5)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    rest = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    await asyncio.wait_for(running, 5)

    assert 1 == rest.count(b"HTTP/1.1 200")
    assert 2 == rest.count(b"hello")


async def takes_connections(address):
    try:
        _, writer = await asyncio.open_connection(*address)
    except ConnectionRefusedError:
        return False
    writer.close()
    return True


async def test_who_has_just_connected_is_answered_though_nobody_else_can(monkeypatch):
    monkeypatch.setattr("openucwa.adapters.listener.LAST", 5.0)
    sock, there = listen("127.0.0.1", 0), asyncio.Event()

    async def drain():
        pass

    listener = Listener(hello, sock, None, lambda _: there.set(), drain, linger=0.1)
    running = asyncio.create_task(listener.run_until_stopped())
    await asyncio.wait_for(there.wait(), 5)
    address = sock.getsockname()
    reader, writer = await asyncio.open_connection(*address)
    signal.raise_signal(signal.SIGTERM)
    async with asyncio.timeout(5):
        while await takes_connections(address):
            pass
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    said = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    await asyncio.wait_for(running, 5)

    assert said.startswith(b"HTTP/1.1 200")


def test_listening_uses_ipv6_for_its_addresses():
    try:
        with listen("::1", 0) as sock:
            assert socket.AF_INET6 is sock.family
    except CannotListen:
        pytest.skip("no IPv6 here")
