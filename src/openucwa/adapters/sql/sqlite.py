"""Everything that is particular to SQLite.

Readers run side by side. Writers queue: within the process at a lock, between processes at
SQLite's own, taken when the transaction begins so that it cannot fail half way.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from openucwa.adapters.sql.migrate import DatabaseUnusable, migrate

T = TypeVar("T")

FILE = "openucwa.sqlite3"
BUSY = 10.0
"""Seconds to wait for another process that writes, such as the command line beside a server."""

CONNECTIONS = 4
"""So many statements run at once, each in a thread of its own; others queue."""

CACHE = 512
"""Kilobytes of pages that each connection keeps; the system caches the file anyway."""


class Sqlite:
    """A file, in a folder of which only that is known, or at a URL."""

    def __init__(self, where: str | Path) -> None:
        """Raise ``DatabaseUnusable``."""
        try:
            url = make_url(str(where)) if "://" in str(where) else _in_folder(Path(where))
            if url.get_backend_name() != "sqlite":
                raise DatabaseUnusable(f"not a usable database URL: {url!r}")
            _probe(url)
        except sqlite3.Error as error:
            raise DatabaseUnusable(f"cannot use {where}: {error}") from None
        except OSError as error:
            raise DatabaseUnusable(f"cannot use {where}: {error.strerror}") from None
        except (ArgumentError, NoSuchModuleError) as error:
            raise DatabaseUnusable(f"not a usable database URL: {error}") from None
        self._url = url
        self._engine, self._blocking = _engine(url), _blocking_engine(url)
        self._writer = self._engine.execution_options(writes=True)
        self._blocking_writer = self._blocking.execution_options(writes=True)
        self._writing = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._reading = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="reader")
        self._turn = asyncio.Lock()

    def __str__(self) -> str:
        return repr(self._url)

    def reading(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Return what yields a connection to read from."""
        return self._engine.connect()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Yield the writer's connection, within a transaction."""
        async with self._turn, self._writer.begin() as connection:
            yield connection

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Do blocking work on a connection to read from, in a thread."""

        def read() -> T:
            with self._blocking.connect() as connection:
                return work(connection)

        return await asyncio.get_running_loop().run_in_executor(self._reading, read)

    async def write(self, work: Callable[[Connection], None]) -> None:
        """Do blocking work in a transaction, in a thread."""

        def write() -> None:
            with self._blocking_writer.begin() as connection:
                work(connection)

        async with self._turn:
            await asyncio.get_running_loop().run_in_executor(self._writing, write)

    async def migrate(self) -> None:
        """Bring the schema up to date. Raises ``DatabaseUnusable``."""
        async with self.writing() as connection:
            await connection.run_sync(migrate)

    async def close(self) -> None:
        """Close all connections; without it the process does not end."""
        await self._engine.dispose()
        self._writing.shutdown()
        self._reading.shutdown()
        self._blocking.dispose()


def _in_folder(folder: Path) -> URL:
    """Return the URL of the file in a folder; make both, for the owner's eyes only."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / FILE
    file.touch(mode=0o600)
    return URL.create("sqlite+aiosqlite", database=str(file))


def _probe(url: URL) -> None:
    """Raise ``sqlite3.Error`` for a file that is no database.

    Found out here it is an error and no more; found out by the driver's thread, it ends that
    thread with a trace on the terminal.
    """
    with closing(sqlite3.connect(url.database or "", timeout=BUSY)) as connection:
        connection.execute("PRAGMA schema_version")


def _engine(url: URL) -> AsyncEngine:
    engine = create_async_engine(
        url, connect_args={"timeout": BUSY}, pool_size=CONNECTIONS, max_overflow=0
    )
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _blocking_engine(url: URL) -> Engine:
    engine = create_engine(url.set(drivername="sqlite"), connect_args={"timeout": BUSY})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, record: Any) -> None:
    """Set up a new connection."""
    del record
    connection.isolation_level = None  # transactions begin in _begin, not where the driver likes
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    # NORMAL would be faster, but may lose the last commits when the power fails.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(f"PRAGMA cache_size = -{CACHE}")
    cursor.close()


def _begin(connection: Connection) -> None:
    """Begin a writer's transaction; a single read needs none, and is quicker without."""
    if connection.get_execution_options().get("writes"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
