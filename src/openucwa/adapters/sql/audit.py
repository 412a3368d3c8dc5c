"""What administrators did, in SQL: the ``Audit`` port, and the way acts are noted as they are done.

An act is written in the transaction of what it changes: there is never one without the other.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from sqlalchemy import delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.groups import SqlGroups
from openucwa.adapters.sql.policies import SqlPolicies
from openucwa.adapters.sql.pools import SqlPools
from openucwa.adapters.sql.store import SqlStore
from openucwa.adapters.sql.tables import audit
from openucwa.adapters.sql.webhooks import SqlWebhooks
from openucwa.domain.administration import Act, Audit, Hand


class SqlAudit(Audit):
    """Notes acts and shows them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, act: Act) -> None:
        """Keep an act."""
        async with self._database.write() as connection:
            await _write(connection, act)

    async def acts(self, limit: int, before: int = 0, person: str = "") -> Sequence[Act]:
        """Return the newest acts, or those before one, or those by or about a person."""
        column = audit.c
        query = select(
            column.time, column.actor, column.act, column.about, column.details, column.outcome,
            column.id,
        ).order_by(column.id.desc()).limit(limit)  # fmt: skip
        if before:
            query = query.where(column.id < before)
        if person:
            query = query.where(or_(column.actor == person, column.about == person))
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return [Act(*row)._replace(details=tuple(row.details)) for row in rows]

    async def purge(self, before: float, most: int) -> None:
        """Forget what is older than a time, and all but the newest so many."""
        newest = select(func.max(audit.c.id)).scalar_subquery()
        old = (audit.c.time < before) | (audit.c.id <= newest - most)
        async with self._database.write() as connection:
            await connection.execute(delete(audit).where(old))


class Signed(Database):
    """A database whose transactions note an act together with what they change."""

    def __init__(self, database: Database, act: Act) -> None:
        super().__init__(database.engine)
        self._act = act

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Yield a connection within a transaction."""
        async with super().write() as connection:
            yield connection
            await _write(connection, self._act)


def hand_on(database: Database) -> Hand:
    """Return the adapters with which an administrator works on a database."""
    store = SqlStore(database)
    return Hand(
        registry=store,
        accounts=store,
        directory=store,
        groups=SqlGroups(database),
        policies=SqlPolicies(database),
        pools=SqlPools(database),
        webhooks=SqlWebhooks(database),
    )


async def _write(connection: AsyncConnection, act: Act) -> None:
    row = act._asdict() | {"details": list(act.details)}
    del row["number"]
    await connection.execute(audit.insert().values(row))
