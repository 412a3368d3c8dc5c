"""A whole server in this process, reached without sockets: what goes in and out is bytes.

Nothing happens by itself but the writing of the journal: the clock stands. So the
same requests cost the same instructions, however busy the machine is.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import msgspec
from uvicorn.server import ServerState

from bench.client import Connection
from openucwa.adapters.listener import Listener, listen
from openucwa.settings import Settings
from openucwa.wiring import Server


class StillClock:
    """A clock that stands."""

    def __init__(self) -> None:
        self.time = float(int(time.time()))

    def now(self) -> float:
        """Return the time."""
        return self.time


class Wire(asyncio.Transport):
    """What one side writes the other side is given in the next turn of the loop."""

    def __init__(self, other: asyncio.Protocol) -> None:
        super().__init__()
        self._other = other
        self._closing = False

    def write(self, data: Any) -> None:
        """Hand it over."""
        asyncio.get_running_loop().call_soon(self._other.data_received, bytes(data))

    def is_closing(self) -> bool:
        """Tell whether it was closed."""
        return self._closing

    def close(self) -> None:
        """Close; nobody is told."""
        self._closing = True

    def pause_reading(self) -> None:
        """Nothing is read by itself."""

    def resume_reading(self) -> None:
        """Nothing is read by itself."""

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Return where it leads to."""
        return ("127.0.0.1", 1) if name in ("peername", "sockname") else default


class Inside:
    """The server with its clock, and connections to it."""

    def __init__(self, server: Server, clock: StillClock) -> None:
        self.server, self.clock = server, clock
        self._listener = Listener(
            server.app, listen("127.0.0.1", 0), None, lambda _: None, server.drain
        )
        self._protocol = self._listener.protocol()
        self._state = ServerState()

    def pass_time(self, seconds: float) -> None:
        """Move the clock, and do what is due then."""
        self.clock.time += seconds
        timers, now = self.server.timers, self.clock.now()
        while (due := timers.next()) is not None and due <= now:
            timers.run(now)

    def connect(self) -> Connection:
        """Open a connection."""
        client = Connection()
        config = self._listener.config
        other = self._protocol(config=config, server_state=self._state, app_state={})
        other.connection_made(Wire(client))
        client.connection_made(Wire(other))
        return client


async def build(folder: Path, **sections: Any) -> Inside:
    """Put a server together, with what is in a data folder."""
    clock = StillClock()
    settings = msgspec.convert({"server": {"data": str(folder)}, **sections}, Settings)
    server = await Server.build(settings, clock)
    server.live.journal.start()
    return Inside(server, clock)
