"""Connections between nodes: who may ask, and what is asked side by side."""

from __future__ import annotations

import asyncio
import socket

import pytest

from openucwa.adapters.pool import mesh as module
from openucwa.adapters.pool.mesh import ANSWER, ASK, HEADER, Mesh, NotReached

SECRET = b"secret of the pool"


class Answering:
    """Answers at once; but "wait" only when it may, and "hang" never."""

    def __init__(self) -> None:
        self.ready, self.asked, self.cancelled = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def __call__(self, body: bytes) -> bytes:
        self.asked.set()
        try:
            if body == b"wait":
                await self.ready.wait()
            elif body == b"hang":
                await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.cancelled.set()
            raise
        return b"re: " + body


@pytest.fixture
async def answering():
    return Answering()


@pytest.fixture
async def meshes():
    """Make nodes that are closed at the end."""
    made = []

    def make(serve=None, secret=SECRET):
        made.append(Mesh(serve or Answering(), secret))
        return made[-1]

    yield make
    for mesh in made:
        await mesh.close()


@pytest.fixture
async def server(meshes, answering):
    return meshes(answering)


@pytest.fixture
async def address(server):
    return f"127.0.0.1:{await server.listen('127.0.0.1', 0)}"


async def test_a_question_is_answered(meshes, address):
    assert b"re: hello" == await meshes().ask(address, b"hello")


async def test_many_are_answered_on_one_connection_in_any_order(meshes, address, answering):
    asking = meshes()
    slow = asyncio.create_task(asking.ask(address, b"wait"))
    bodies = [b"%d" % number * number for number in range(200)]

    answers = await asyncio.gather(*(asking.ask(address, body) for body in bodies))
    assert [b"re: " + body for body in bodies] == answers
    assert not slow.done()
    answering.ready.set()
    assert b"re: wait" == await slow
    assert 1 == len(asking._lines)


async def test_large_ones_too(meshes, address):
    body = bytes(5_000_000)

    assert b"re: " + body == await meshes().ask(address, body)


async def test_who_does_not_know_the_secret_is_not_answered(meshes, address, answering, caplog):
    with pytest.raises(NotReached) as told:
        await meshes(secret=b"guessed").ask(address, b"hello")

    assert not told.value.sent
    assert not answering.asked.is_set()


async def test_who_only_repeats_what_it_hears_is_not_served(address, answering, caplog):
    """It sends the proof of the server back as its own."""
    host, _, port = address.partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(bytes(32))
    nonce, proof = await reader.readexactly(32), await reader.readexactly(32)
    writer.write(proof + HEADER.pack(5, ASK, 0) + b"hello")

    assert nonce
    assert b"" == await asyncio.wait_for(reader.read(), 5)
    assert not answering.asked.is_set()
    assert "secret" in caplog.text
    writer.close()


async def test_who_says_nothing_is_sent_away(address, monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 0.01)
    host, _, port = address.partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))

    assert b"" == await asyncio.wait_for(reader.read(), 5)
    writer.close()


async def test_a_giant_frame_ends_the_connection(meshes, address, monkeypatch):
    asking = meshes()
    await asking.ask(address, b"hello")
    line = asking._lines[address].result()
    line._writer.write(HEADER.pack(module.LONGEST + 1, ASK, 99))
    with pytest.raises(NotReached):
        await asking.ask(address, b"hang")

    assert b"re: again" == await asking.ask(address, b"again")


async def test_who_gives_up_has_the_work_cancelled(meshes, address, answering):
    asking = meshes()
    asked = asyncio.create_task(asking.ask(address, b"hang"))
    await answering.asked.wait()
    asked.cancel()

    await asyncio.wait_for(answering.cancelled.wait(), 5)
    assert b"re: hello" == await asking.ask(address, b"hello")


async def test_nobody_listens(meshes, server, address):
    await server.close()
    with pytest.raises(NotReached) as told:
        await meshes().ask(address, b"hello")

    assert not told.value.sent


async def test_a_node_that_hangs_up_may_have_acted(meshes, server, address, answering):
    asked = asyncio.create_task(meshes().ask(address, b"hang"))
    await answering.asked.wait()
    await server.close()
    with pytest.raises(NotReached) as told:
        await asked

    assert told.value.sent
    assert answering.cancelled.is_set()


async def test_a_node_that_is_back_is_asked_again(meshes, server, address, answering):
    asking = meshes()
    await asking.ask(address, b"hello")
    await server.close()
    with pytest.raises(NotReached):
        await asking.ask(address, b"hello")
    await meshes(answering).listen("127.0.0.1", int(address.rpartition(":")[2]))

    assert b"re: hello" == await asking.ask(address, b"hello")


async def test_a_node_that_does_not_take_connections_is_not_waited_for(meshes, monkeypatch):
    """As one that hangs: it accepts, and says nothing."""
    monkeypatch.setattr(module, "PATIENCE", 0.01)
    accepted = []
    silent = await asyncio.start_server(lambda *pair: accepted.append(pair), "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    with pytest.raises(NotReached) as told:
        await meshes().ask(f"127.0.0.1:{port}", b"hello")

    assert not told.value.sent
    for _, writer in accepted:
        writer.close()
    silent.close()


async def test_an_answer_that_nobody_waits_for_is_dropped(meshes, server, address):
    asking = meshes()
    await asking.ask(address, b"hello")
    reader = asyncio.StreamReader()
    reader.feed_data(HEADER.pack(2, ANSWER, 77) + b"??")
    reader.feed_eof()
    await asking._lines[address].result()._listen(reader)

    assert b"re: hello" == await asking.ask(address, b"hello")


async def test_a_machine_that_says_nothing_any_more_is_noticed(meshes, address):
    """A node waits long for events; nobody else would notice that a cable was cut."""
    asking = meshes()
    await asking.ask(address, b"hello")
    connection = asking._lines[address].result()._writer.get_extra_info("socket")

    assert 1 == connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    assert 5000 == connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
