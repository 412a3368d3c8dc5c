"""Things to do, over some connections: as many as the server takes, or so many a second."""

from __future__ import annotations

import asyncio
import time

from bench.client import Connection


class Load:
    """Something that is done again and again, over whichever connection is free."""

    async def one(self, connection: Connection) -> None:
        """Do the next thing."""
        raise NotImplementedError

    async def many(self, opened: list[Connection], until: float) -> None:
        """Do as much as the server takes."""

        async def work(connection: Connection) -> None:
            while time.perf_counter() < until:
                await self.one(connection)

        await asyncio.gather(*map(work, opened))

    async def steady(self, opened: list[Connection], until: float, rate: float) -> None:
        """Do so many things a second, at even distances, on whichever connection is free."""
        free = asyncio.Queue[Connection]()
        for connection in opened:
            free.put_nowait(connection)

        async def once(connection: Connection) -> None:
            try:
                await self.one(connection)
            finally:
                free.put_nowait(connection)

        due, tasks = time.perf_counter(), []
        while max(due, time.perf_counter()) < until:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            tasks.append(asyncio.create_task(once(await free.get())))
            due += 1 / rate
        await asyncio.gather(*tasks)
