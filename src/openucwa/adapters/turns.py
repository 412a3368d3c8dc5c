"""Work in turns: all requests that have come in are answered, then all answers are written.

A system call makes the processor forget what it has learnt about the interpreter. Answering
thirty requests one after the other and then writing thirty answers takes two thirds of the time
that answering and writing take when they alternate.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from openucwa.adapters import eager

CHUNK = 32
"""So many requests are begun in one turn; whoever else waits for the loop comes before the next."""


class Turns:
    """What is to be done in this turn of a loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._begun: list[tuple[Coroutine[Any, Any, None], set[asyncio.Task[None]]]] = []
        self._written: list[tuple[asyncio.Transport, bytes]] = []

    def begin(self, work: Coroutine[Any, Any, None], tasks: set[asyncio.Task[None]]) -> None:
        """Start work before the turn ends; it is among ``tasks`` for as long as it waits."""
        if not self._begun:
            self._loop.call_soon(self._run)
        self._begun.append((work, tasks))

    def write(self, transport: asyncio.Transport, data: bytes) -> None:
        """Write before the turn ends, in the order of the calls."""
        if not self._written:
            self._loop.call_soon(self.flush)
        self._written.append((transport, data))

    def flush(self) -> None:
        """Write everything now."""
        written, self._written = self._written, []
        for transport, data in written:
            transport.write(data)

    def _run(self) -> None:
        begun, self._begun = self._begun[:CHUNK], self._begun[CHUNK:]
        if self._begun:
            self._loop.call_soon(self._run)
        for work, tasks in begun:
            task = eager.start(work)
            if task is not None:
                tasks.add(task)
                task.add_done_callback(tasks.discard)
        self.flush()


class TurnTransport:
    """A connection whose writes wait for the end of the turn."""

    __slots__ = ("_transport", "_turns")

    def __init__(self, transport: asyncio.Transport, turns: Turns) -> None:
        self._transport = transport
        self._turns = turns

    def write(self, data: bytes) -> None:
        """Write before the turn ends."""
        self._turns.write(self._transport, data)

    def is_closing(self) -> bool:
        """Tell whether nothing can be written any more."""
        return self._transport.is_closing()

    def close(self) -> None:
        """Write what was to be written, and close."""
        self._turns.flush()
        self._transport.close()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Return what is known of the connection."""
        return self._transport.get_extra_info(name, default)

    def pause_reading(self) -> None:
        """Take nothing more for now."""
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Go on taking what comes."""
        self._transport.resume_reading()

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Hand the connection over."""
        self._transport.set_protocol(protocol)
