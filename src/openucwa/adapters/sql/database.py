"""A database and its transactions. Everything that is particular to SQLite is here."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Any, Self, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from openucwa.adapters import eager
from openucwa.adapters.sql.migrate import DatabaseUnusable, migrate
from openucwa.domain.refusals import Refusal, Refused

T = TypeVar("T")

log = logging.getLogger(__name__)

FILE = "openucwa.sqlite3"
BUSY = 10.0
"""Seconds to wait for another process that writes, such as the command line beside a server."""

CONNECTIONS = 4
"""So many statements run at once on SQLite, each in a thread of its own; others queue."""

CACHE = 512
"""Kilobytes of pages that each connection keeps; the system caches the file anyway."""


class Database:
    """An open database with the current schema.

    Readers run side by side. Writers queue: within the process at a lock, between processes
    at SQLite's own, taken when the transaction begins so that it cannot fail half way.
    """

    def __init__(self, engine: AsyncEngine, blocking: Engine) -> None:
        self._engine = engine
        self._writer = engine.execution_options(writes=True)
        self._blocking = blocking
        self._blocking_writer = blocking.execution_options(writes=True)
        self._writing = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._reading = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="reader")
        self._turn = asyncio.Lock()

    @classmethod
    async def open(cls, where: str | Path) -> Self:
        """Open and migrate a database: a URL, or SQLite in a folder, made if it is missing.

        Raises ``DatabaseUnusable``.
        """
        try:
            url = make_url(str(where)) if "://" in str(where) else _in_folder(Path(where))
            _probe(url)
            database = cls(_engine(url), _blocking_engine(url))
        except sqlite3.Error as error:
            raise DatabaseUnusable(f"cannot use {where}: {error}") from None
        except OSError as error:
            raise DatabaseUnusable(f"cannot use {where}: {error.strerror}") from None
        except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
            raise DatabaseUnusable(f"not a usable database URL: {error}") from None
        try:
            async with database.write() as connection:
                await connection.run_sync(migrate)
        except (DBAPIError, Refused) as error:
            await database.close()
            cause = error.__cause__ if isinstance(error, Refused) else error
            raise DatabaseUnusable(f"cannot use {url!r}: {getattr(cause, 'orig', cause)}") from None
        except DatabaseUnusable as error:
            await database.close()
            raise DatabaseUnusable(f"cannot use {url!r}: {error}") from None
        return database

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Yield a connection to read from; each statement sees one state of the data.

        Raises ``Refused``: ServiceUnavailable if the database does not answer.
        """
        await eager.in_task()  # the pool of connections counts on it
        with _unavailable():
            async with self._engine.connect() as connection:
                yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Yield the writer's connection. What it did is on disk when the block is left.

        Raises ``Refused``: ServiceUnavailable if it cannot be written.
        """
        await eager.in_task()
        with _unavailable():
            async with self._turn, self._writer.begin() as connection:
                yield connection

    async def read_in_thread(self, work: Callable[[Connection], T]) -> T:
        """Return what blocking work reads from a connection.

        For what is read often: each statement of ``read`` costs several times what it does here.
        Raises ``Refused``: ServiceUnavailable if the database does not answer.
        """

        def read() -> T:
            with self._blocking.connect() as connection:
                return work(connection)

        with _unavailable():
            return await asyncio.get_running_loop().run_in_executor(self._reading, read)

    async def write_in_thread(self, work: Callable[[Connection], None]) -> None:
        """Have blocking work done on the writer's connection, in one transaction.

        For many small writes. Raises ``Refused``: ServiceUnavailable if it cannot be written.
        """

        def write() -> None:
            with self._blocking_writer.begin() as connection:
                work(connection)

        with _unavailable():
            async with self._turn:
                await asyncio.get_running_loop().run_in_executor(self._writing, write)

    async def answers(self) -> bool:
        """Tell whether the database can be read."""
        try:
            async with self.read() as connection:
                await connection.execute(text("SELECT 1"))
        except (DBAPIError, Refused):
            return False
        return True

    async def close(self) -> None:
        """Close all connections; without it the process does not end."""
        await self._engine.dispose()
        self._writing.shutdown()
        self._reading.shutdown()
        self._blocking.dispose()


@contextmanager
def _unavailable() -> Iterator[None]:
    """Turn a full disk, a read-only one or a lost connection into a refusal."""
    try:
        yield
    except OperationalError as error:
        log.error("the database does not answer: %s", error.orig)  # noqa: TRY400  no trace of ours
        text = "The server cannot store or read anything at the moment; try again."
        raise Refused(Refusal.SERVICE_UNAVAILABLE, text) from error


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
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(url.database or "", timeout=BUSY)) as connection:
            connection.execute("PRAGMA schema_version")


def _engine(url: URL) -> AsyncEngine:
    if url.get_backend_name() != "sqlite":
        return create_async_engine(url)
    engine = create_async_engine(
        url, connect_args={"timeout": BUSY}, pool_size=CONNECTIONS, max_overflow=0
    )
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _blocking_engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url)
    engine = create_engine(url.set(drivername="sqlite"), connect_args={"timeout": BUSY})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, record: Any) -> None:
    """Set up a new SQLite connection."""
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
