"""Everything that is particular to PostgreSQL.

Writers run side by side, in any number of processes, and wait only for who changes the same
(``turns`` says how they take turns). Each request waits for seconds at most.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, NullPool, event, text
from sqlalchemy.exc import DisconnectionError, IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from openucwa.adapters import eager
from openucwa.adapters.sql.migrate import DatabaseUnusable, migrate

T = TypeVar("T")

CONNECTIONS = 8
"""So many connections each process has at most; what needs one more waits."""
CONNECTING = 3.0
"""Seconds within which the server has to accept a connection."""
PATIENCE = 8.0
"""Seconds that a statement may take, and that somebody waits for a connection."""
BLOCKING = 3
"""Seconds that a migration waits for who uses a table; then it has to be tried again."""

_PAUSES = (0.01, 0.05, 0.25)
"""Seconds before work is tried again after others changed the same."""

_SCHEME = re.compile(r"(postgres|postgresql)(\+asyncpg)?://")
_PASSWORD = re.compile(r"(?<=:)[^/]*(?=@)|(?<=password=)[^&]*")

_CONFLICTS = ("0A", "23", "40")
"""Classes of states: this transaction has to yield to one that changes the same, or the schema."""
_OURS = ("22", "23", "42")
"""Classes of states that say what is wrong with a statement. All others are of the server."""
_READ_ONLY = "25006"
"""This server became a standby; another one takes changes now."""


def is_postgresql(where: str | Path) -> bool:
    """Tell whether this is a URL of PostgreSQL."""
    return _SCHEME.match(str(where)) is not None


class Postgresql:
    """A database at a URL as PostgreSQL's own programs read it."""

    def __init__(self, url: str) -> None:
        """Raise ``DatabaseUnusable`` if the driver is missing."""
        self._url = _SCHEME.sub("postgresql://", url, count=1)
        self._engine = _engine(self._url, PATIENCE, pool_size=CONNECTIONS, max_overflow=0)
        # The engine would let whoever comes just then go before those who wait for a connection,
        # again and again. Here who comes first goes first.
        self._turns = asyncio.Semaphore(CONNECTIONS)
        # A single statement needs no transaction, which costs two more round trips.
        self._reader = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    def __str__(self) -> str:
        return _PASSWORD.sub("***", self._url)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Yield a connection to read from."""
        async with self._turn(), _connected(self._reader) as connection:
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Yield a connection within a transaction."""
        try:
            async with self._turn(), _connected(self._engine) as connection, connection.begin():
                yield connection
        except IntegrityError as error:
            raise _unavailable(error.orig or error) from error

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """Have one of the connections to oneself, after those who came before."""
        await eager.in_task()  # time limits count on it, the driver's, too
        try:
            async with asyncio.timeout(PATIENCE):
                await self._turns.acquire()
        except TimeoutError:
            raise _unavailable(OSError("all connections are in use for too long")) from None
        try:
            yield
        finally:
            self._turns.release()

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Do work on a connection to read from."""
        return await _do(self.reading, work)

    async def write(self, work: Callable[[Connection], None]) -> None:
        """Do work in a transaction; do it anew if others change the same at that moment."""
        await _do(self.writing, work)

    async def migrate(self) -> None:
        """Bring the schema up to date, one process after the other.

        Raises ``DatabaseUnusable``.
        """
        engine = _engine(self._url, None, poolclass=NullPool)  # it takes as long as it does
        try:
            async with _connected(engine) as connection, connection.begin():
                await connection.run_sync(_migrate)
        finally:
            await engine.dispose()

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()


def _migrate(connection: Connection) -> None:
    encoding = connection.scalar(text("SHOW server_encoding"))
    if encoding != "UTF8":
        raise DatabaseUnusable(f"its encoding is {encoding}: create it with ENCODING 'UTF8'")
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('openucwa', 0))"))
    # Whoever waits for a table has everybody else wait who comes later, servers that run, too.
    connection.execute(text(f"SET LOCAL lock_timeout = '{BLOCKING}s'"))
    migrate(connection)


def _driver() -> Any:
    """Return asyncpg, which only those need who use PostgreSQL."""
    try:
        return import_module("asyncpg")
    except ModuleNotFoundError:
        what = "PostgreSQL needs asyncpg: pip install 'openucwa[postgres]'"
        raise DatabaseUnusable(what) from None


def _engine(url: str, patience: float | None, **pool: Any) -> AsyncEngine:
    asyncpg = _driver()

    async def connect(**options: Any) -> Any:
        try:
            return await asyncpg.connect(
                url, timeout=CONNECTING, command_timeout=patience, **options
            )
        except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise _unavailable(error) from error

    engine = create_async_engine("postgresql+asyncpg://", async_creator=connect, **pool)
    event.listen(engine.sync_engine, "checkout", _discard_closed)
    event.listen(engine.sync_engine, "handle_error", _judge)
    return engine


@asynccontextmanager
async def _connected(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Yield a connection of the pool."""
    connection = engine.connect()
    try:
        await connection.start()
    except OSError as error:
        raise _unavailable(error) from error
    async with AsyncExitStack() as stack:
        stack.push_async_exit(connection)
        yield connection


async def _do(
    connected: Callable[[], AbstractAsyncContextManager[AsyncConnection]],
    work: Callable[[Connection], T],
) -> T:
    """Do work, anew if it has to yield to others."""
    for pause in _PAUSES:
        try:
            async with connected() as connection:
                return await connection.run_sync(work)
        except OperationalError as error:
            if not _state(error.orig).startswith(_CONFLICTS):
                raise
        await asyncio.sleep(pause)
    async with connected() as connection:
        return await connection.run_sync(work)


def _discard_closed(connection: Any, record: Any, proxy: Any) -> None:
    """Have the pool make new connections for those that the server has closed."""
    del connection, proxy
    if record.driver_connection.is_closed():
        raise DisconnectionError


def _judge(context: Any) -> Exception | None:
    """Say of an error whether it is the server's, and whether the connection is of any use."""
    error = context.original_exception
    state = _state(error)
    if isinstance(error, OSError) or state == _READ_ONLY:
        context.is_disconnect = True
        context.invalidate_pool_on_disconnect = state == _READ_ONLY
    if context.is_disconnect or (state and not state.startswith(_OURS)):
        return _unavailable(error)
    return None


def _unavailable(error: BaseException) -> OperationalError:
    if not str(error):
        error = OSError("no answer in time")
    return OperationalError(None, None, error)


def _state(error: BaseException | None) -> str:
    """Return PostgreSQL's five letters for what happened, or none."""
    cause = error and error.__cause__  # SQLAlchemy loses those of statements to be prepared anew
    return getattr(error, "sqlstate", None) or getattr(cause, "sqlstate", None) or ""
