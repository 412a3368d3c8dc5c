"""Numbers that say that something has changed, for who looks now and then."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from openucwa.adapters.sql.tables import revisions


async def bump(connection: AsyncConnection, name: str) -> None:
    """Raise a number, within the transaction of what has changed."""
    grown = update(revisions).where(revisions.c.name == name).values(number=revisions.c.number + 1)
    if not (await connection.execute(grown)).rowcount:
        await connection.execute(revisions.insert().values(name=name, number=1))
