"""A database and its transactions, whichever engine keeps it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Protocol, Self, TypeVar

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from openucwa.adapters import eager
from openucwa.adapters.sql.migrate import DatabaseUnusable
from openucwa.adapters.sql.postgresql import Postgresql, is_postgresql
from openucwa.adapters.sql.sqlite import Sqlite
from openucwa.domain.refusals import Refusal, Refused

T = TypeVar("T")

log = logging.getLogger(__name__)


class Engine(Protocol):
    """What each kind of database does in its own way.

    ``OperationalError`` is raised by all of it if the database does not answer.
    """

    def __str__(self) -> str:
        """Return where the database is, without passwords."""

    def reading(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Return what yields a connection to read from."""

    def writing(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Return what yields a connection within a transaction."""

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Do blocking work on a connection to read from."""

    async def write(self, work: Callable[[Connection], None]) -> None:
        """Do blocking work in a transaction."""

    async def migrate(self) -> None:
        """Bring the schema up to date. Raises ``DatabaseUnusable``."""

    async def close(self) -> None:
        """Close all connections."""


class Database:
    """An open database with the current schema."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def engine(self) -> Engine:
        """What keeps it."""
        return self._engine

    @classmethod
    async def open(cls, where: str | Path) -> Self:
        """Open and migrate a database: a URL, or SQLite in a folder, made if it is missing.

        Raises ``DatabaseUnusable``.
        """
        engine = Postgresql(str(where)) if is_postgresql(where) else Sqlite(where)
        try:
            await engine.migrate()
        except DBAPIError as error:
            await engine.close()
            raise DatabaseUnusable(f"cannot use {engine}: {error.orig}") from None
        except DatabaseUnusable as error:
            await engine.close()
            raise DatabaseUnusable(f"cannot use {engine}: {error}") from None
        return cls(engine)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Yield a connection to read from; each statement sees one state of the data.

        Raises ``Refused``: ServiceUnavailable if the database does not answer.
        """
        await eager.in_task()  # the pool of connections counts on it
        with _unavailable():
            async with self._engine.reading() as connection:
                yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Yield a connection within a transaction; what it did is on disk when the block is left.

        Raises ``Refused``: ServiceUnavailable if it cannot be written.
        """
        await eager.in_task()
        with _unavailable():
            async with self._engine.writing() as connection:
                yield connection

    async def read_in_thread(self, work: Callable[[Connection], T]) -> T:
        """Return what blocking work reads from a connection, on SQLite in a thread.

        For what is read often: there each statement of ``read`` costs several times what it
        does here. Raises ``Refused``: ServiceUnavailable if the database does not answer.
        """
        with _unavailable():
            return await self._engine.read(work)

    async def write_in_thread(self, work: Callable[[Connection], None]) -> None:
        """Have blocking work done in one transaction, on SQLite in a thread.

        For many small writes. The work is done anew if others change the same at that moment.
        Raises ``Refused``: ServiceUnavailable if it cannot be written.
        """
        with _unavailable():
            await self._engine.write(work)

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
        await self._engine.close()


@contextmanager
def _unavailable() -> Iterator[None]:
    """Turn a full disk, a read-only one or a lost connection into a refusal."""
    try:
        yield
    except OperationalError as error:
        log.error("the database does not answer: %s", error.orig)  # noqa: TRY400  no trace of ours
        text = "The server cannot store or read anything at the moment; try again."
        raise Refused(Refusal.SERVICE_UNAVAILABLE, text) from error
