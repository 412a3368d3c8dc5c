"""MQTT 3.1.1, just as much as presence needs: mosquitto, with a retained topic for everybody.

A presence server by convention only: a client publishes what it is, and leaves a will that says
that it is offline.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Sequence

from tools.daemons import HOST, Daemon

from bench.field.peers import AWAY, OFFLINE, ONLINE, Heard, Peer, Session, installed, pinned

_LETTERS = {ONLINE: b"a", AWAY: b"w", OFFLINE: b"x"}
_STATES = {letter: state for state, letter in _LETTERS.items()}
_CONNACK, _PUBACK, _SUBACK, _PINGRESP = 0x20, 0x40, 0x90, 0xD0


def _packet(kind: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    size = len(body)
    return bytes([kind, size]) if not size else bytes([kind]) + _length(size) + body


def _length(size: int) -> bytes:
    return bytes([size]) if size < 128 else bytes([size % 128 | 128, size // 128])


def _text(text: bytes) -> bytes:
    return struct.pack("!H", len(text)) + text


class Stream(asyncio.Protocol):
    """One connection: news, and one answer at a time."""

    def __init__(self) -> None:
        self.heard: Heard | None = None
        self.transport: asyncio.Transport | None = None
        self._rest = b""
        self._wanted = 0
        self._answer: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self.transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        """Tell who waits."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error or ConnectionResetError("the server hung up"))

    def data_received(self, data: bytes) -> None:
        """Go through the packets."""
        data = self._rest + data
        at, end, news = 0, len(data), []
        while end - at >= 2:
            size = data[at + 1]  # no packet from the server is longer than that here
            if end - at < 2 + size:
                break
            kind = data[at] & 0xF0
            if kind == 0x30:
                news.append((int(data[at + 11 : at + 16]), _STATES[data[at + 16 : at + 17]]))
            elif kind == self._wanted and not self._answer.done():
                self._answer.set_result(None)
            at += 2 + size
        self._rest = data[at:]
        if news and self.heard is not None:
            self.heard(news)

    async def ask(self, what: bytes, kind: int) -> None:
        """Send a packet and wait for an answer of a kind."""
        self._wanted, self._answer = kind, asyncio.get_running_loop().create_future()
        self.transport.write(what)
        await self._answer


class MqttSession(Session):
    """A client."""

    def __init__(self, peer: Mosquitto, number: int, device: int) -> None:
        self.peer, self.number, self.resource = peer, number, device
        self.topic = b"p/%04d/%05d" % (number // peer.group, number)
        self.state = ONLINE
        self.stream: Stream | None = None
        self.heard: Heard | None = None

    async def sign_in(self) -> None:
        """Connect, with a will, and say that she is there."""
        loop = asyncio.get_running_loop()
        _, self.stream = await loop.create_connection(Stream, HOST, self.peer.port)
        self.stream.heard = self.heard
        flags = 0x02 | 0x04 | 0x20  # a clean session, and a will that is retained
        who = b"c%d-%d" % (self.number, self.resource)
        head = _text(b"MQTT") + bytes([4, flags, 0, 0])
        will = _text(self.topic) + _text(_LETTERS[OFFLINE])
        await self.stream.ask(_packet(0x10, head, _text(who), will), _CONNACK)
        await self.beat()

    async def beat(self) -> None:
        """Publish the same again, which the server cannot know."""
        await self.change(self.state)

    async def change(self, state: str) -> None:
        """Publish, retained, and wait for the answer (QoS 1)."""
        self.state = state
        packet = _packet(0x33, _text(self.topic), b"\0\1", _LETTERS[state])
        await self.stream.ask(packet, _PUBACK)

    async def watch(self, heard: Heard) -> None:
        """Subscribe to the group (QoS 0)."""
        self.heard = self.stream.heard = heard
        topics = _text(b"p/%04d/+" % (self.number // self.peer.group)) + b"\0"
        await self.stream.ask(_packet(0x82, b"\0\1", topics), _SUBACK)
        await self.stream.ask(_packet(0xC0), _PINGRESP)

    async def resume(self) -> None:
        """Connect again, and subscribe again."""
        await self.sign_in()
        if self.heard is not None:
            await self.watch(self.heard)

    def drop(self) -> None:
        """Lose the connection."""
        self.stream.transport.abort()


class MosquittoDaemon(Daemon):
    """mosquitto as a process, which may keep retained messages."""

    def command(self) -> Sequence[str]:
        """Run it on the server's core."""
        config = self.folder / "mosquitto.conf"
        config.write_text(
            f"listener {self.port} {HOST}\nallow_anonymous true\nuser root\npersistence true\n"
            f"persistence_location {self.folder}/\nlog_type error\nmax_queued_messages 0\n"
        )
        return pinned(installed("mosquitto"), "-c", str(config))

    def ready(self) -> bool:
        """Tell whether it listens."""
        with contextlib.suppress(OSError):
            socket.create_connection((HOST, self.port), timeout=1).close()
            return True
        return False


class Mosquitto(Peer):
    """mosquitto: how fast it can be without knowing what presence is."""

    name, title = "mosquitto", "mosquitto"
    programs = ("mosquitto",)
    remarks = (
        "knows topics, not presence: whatever is published is passed on, whether it changed "
        "anything or not, one client cannot tell several devices apart, and nobody fades"
    )
    port, group = 0, 1

    def start(self, count: int, group: int, **_options: str) -> None:
        """Run it; whoever comes is let in."""
        del count
        self.group = group
        daemon = MosquittoDaemon(self.clean("mosquitto"))
        self.port = daemon.port
        self.run(daemon)

    async def session(self, number: int, device: int = 0) -> Session:
        """Sign somebody in."""
        one = MqttSession(self, number, device)
        await one.sign_in()
        return one
