"""Something between a client and a server that can lose what is said."""

from __future__ import annotations

import asyncio
import contextlib


class Between:
    """Passes bytes on, to a server and back, until it is told to swallow what comes back."""

    def __init__(self, port: int) -> None:
        self.port = 0
        self.swallowing = False
        self._server_port = port
        self._writers = set()
        self._serving = set()

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self._server.close()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """End all connections."""
        for writer in self._writers:
            writer.close()

    async def _serve(self, reader, writer) -> None:
        self._serving.add(asyncio.current_task())
        with contextlib.closing(writer), contextlib.suppress(OSError):
            others, other = await asyncio.open_connection("127.0.0.1", self._server_port)
            with contextlib.closing(other):
                self._writers |= {writer, other}
                await asyncio.gather(
                    self._pass(reader, other, lambda: False),
                    self._pass(others, writer, lambda: self.swallowing),
                )

    async def _pass(self, reader, writer, swallow) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                if swallow():
                    self.cut()
                else:
                    writer.write(data)
        self.cut()
