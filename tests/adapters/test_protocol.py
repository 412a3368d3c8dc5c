"""A connection: requests in turns, pipelines in order, and the end of a quiet one."""

from __future__ import annotations

import asyncio
import gc
import weakref

import pytest
import uvicorn
from uvicorn.server import ServerState

from openucwa.adapters.protocol import Protocol, park
from openucwa.adapters.turns import Turns

KEEP_ALIVE = 75


class Loop:
    """A loop whose timers are gone through by hand."""

    def __init__(self):
        self.now, self.timers, self.soon = 0.0, [], []

    def time(self):
        return self.now

    def call_soon(self, what):
        self.soon.append(what)

    def call_later(self, delay, what):
        timer = Timer(self.now + delay, what)
        self.timers.append(timer)
        return timer

    def pass_time(self, seconds):
        self.now += seconds
        for timer in [timer for timer in self.timers if timer.at <= self.now]:
            self.timers.remove(timer)
            if not timer.cancelled:
                timer.what()

    def turn(self):
        while self.soon:
            self.soon.pop(0)()


class Timer:
    def __init__(self, at, what):
        self.at, self.what, self.cancelled = at, what, False

    def cancel(self):
        self.cancelled = True


class Wire:
    """The other end of a connection."""

    def __init__(self):
        self.received, self.closed = b"", False

    def write(self, data):
        self.received += data

    def close(self):
        self.closed = True

    def is_closing(self):
        return self.closed

    def get_extra_info(self, _name, _default=None):
        return None

    def pause_reading(self):
        pass

    def resume_reading(self):
        pass


@pytest.fixture
def gate():
    return asyncio.Event()


@pytest.fixture
def loop():
    return Loop()


@pytest.fixture
def parked():
    """Return the ASGI callables of requests that were parked, and who of them departed."""
    return []


@pytest.fixture
def leaving():
    """Set this when the server stops."""
    return asyncio.Event()


@pytest.fixture
def connection(loop, gate, parked, leaving):
    """Return a protocol and its wire; ``/wait`` is answered when the gate opens."""

    async def app(scope, _receive, send):
        if scope["path"] == "/wait":
            await gate.wait()
        if scope["path"] == "/bug":
            raise LookupError
        if scope["path"] == "/park":
            assert park(send, lambda: parked.append("departed"))
            parked.append(send)
            return
        headers = [(b"path", scope["raw_path"])]
        await send({"type": "http.response.start", "status": 204, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    config = uvicorn.Config(
        app, lifespan="off", log_config=None, access_log=False, timeout_keep_alive=KEEP_ALIVE
    )
    config.load()
    protocol = Protocol(
        turns=Turns(loop),
        leaving=leaving,
        config=config,
        server_state=ServerState(),
        app_state={},
        _loop=loop,
    )
    wire = Wire()
    protocol.connection_made(wire)
    return protocol, wire


def ask(protocol, *paths):
    protocol.data_received(
        b"".join(b"GET %b HTTP/1.1\r\nHost: h\r\n\r\n" % path.encode() for path in paths)
    )


def answers(wire):
    return [
        line.removeprefix("path: ")
        for line in wire.received.decode().split("\r\n")
        if line.startswith("path: ")
    ]


async def test_a_request_is_answered_within_its_turn(loop, connection):
    protocol, wire = connection
    ask(protocol, "/a")
    assert b"" == wire.received
    loop.turn()
    assert ["/a"] == answers(wire)


async def test_a_connection_of_a_server_that_leaves_ends_with_its_next_answer(
    loop, connection, leaving
):
    protocol, wire = connection
    ask(protocol, "/1")
    loop.turn()
    leaving.set()
    assert not wire.closed
    ask(protocol, "/2")
    loop.turn()

    assert wire.closed
    assert 2 == wire.received.count(b"HTTP/1.1 204")


async def test_a_request_under_way_is_the_last_once_the_server_leaves(loop, connection, gate):
    protocol, wire = connection
    ask(protocol, "/wait")
    loop.turn()
    protocol.leave()
    assert not wire.closed
    gate.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    loop.turn()

    assert ["/wait"] == answers(wire)
    assert wire.closed


async def test_a_pipeline_is_answered_in_its_order(loop, connection, gate):
    protocol, wire = connection
    ask(protocol, "/wait", "/b", "/c")
    loop.turn()
    assert [] == answers(wire)
    gate.set()
    for _ in range(5):
        await asyncio.sleep(0)
        loop.turn()
    assert ["/wait", "/b", "/c"] == answers(wire)


async def test_a_quiet_connection_is_closed_at_its_time_and_not_before(loop, connection):
    protocol, wire = connection
    ask(protocol, "/a")
    loop.turn()
    loop.pass_time(KEEP_ALIVE - 10)
    ask(protocol, "/b")
    loop.turn()
    loop.pass_time(KEEP_ALIVE - 1)
    assert not wire.closed
    loop.pass_time(1)
    assert wire.closed


async def test_many_requests_need_one_timer(loop, connection):
    protocol, _ = connection
    for _ in range(10):
        ask(protocol, "/a")
        loop.turn()
    assert 1 == len(loop.timers)


async def test_a_request_that_waits_is_not_a_quiet_connection(loop, connection, gate):
    protocol, wire = connection
    ask(protocol, "/a")
    loop.turn()
    ask(protocol, "/wait")
    loop.turn()
    loop.pass_time(2 * KEEP_ALIVE)
    assert not wire.closed
    gate.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    loop.turn()
    assert ["/a", "/wait"] == answers(wire)
    loop.pass_time(KEEP_ALIVE)
    assert wire.closed


async def test_a_lost_connection_is_freed_without_the_garbage_collector(loop, connection):
    protocol, _ = connection
    ask(protocol, "/a")
    loop.turn()
    cycle = weakref.ref(protocol.cycle)
    gc.disable()
    protocol.connection_lost(None)
    gone = cycle() is None
    gc.enable()
    assert gone


async def test_a_lost_connection_leaves_no_timer(loop, connection):
    protocol, _ = connection
    ask(protocol, "/a")
    loop.turn()
    protocol.connection_lost(None)
    assert all(timer.cancelled for timer in loop.timers)


async def test_a_connection_that_asks_nothing_is_closed(loop, connection):
    _, wire = connection
    loop.pass_time(KEEP_ALIVE)
    assert wire.closed


async def test_a_body_that_does_not_end_is_not_awaited_for_ever(loop, connection):
    protocol, wire = connection
    protocol.data_received(b"POST /wait HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nslow")
    loop.turn()
    loop.pass_time(KEEP_ALIVE)
    assert not wire.closed
    loop.pass_time(KEEP_ALIVE)
    assert wire.closed


async def test_a_parked_request_needs_no_task_until_it_is_answered(loop, connection, parked):
    protocol, wire = connection
    ask(protocol, "/park", "/b")
    loop.turn()
    assert (set(), b"") == (protocol.tasks, wire.received)
    loop.pass_time(2 * KEEP_ALIVE)

    (send,) = parked
    await send({"type": "http.response.start", "status": 204, "headers": [(b"path", b"/park")]})
    await send({"type": "http.response.body", "body": b""})
    loop.turn()
    assert ["/park", "/b"] == answers(wire)
    protocol.connection_lost(None)
    assert [send] == parked, "it was answered before"


async def test_who_parked_a_request_hears_that_its_client_has_left(loop, connection, parked):
    protocol, _ = connection
    ask(protocol, "/park")
    loop.turn()
    protocol.connection_lost(None)
    assert "departed" == parked[-1]


async def test_a_bug_in_the_application_is_answered_and_ends_the_connection(loop, connection):
    protocol, wire = connection
    ask(protocol, "/bug")
    loop.turn()
    assert wire.received.startswith(b"HTTP/1.1 500 ")
    assert wire.closed


def test_other_servers_cannot_park():
    assert not park(print, print)
