"""How those who change the same take turns on PostgreSQL.

SQLite has one writer in any case, so nothing of this costs anything there. Whoever locks more than
one thing locks people before what they own, and conversations before their logs.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Column, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from openucwa.adapters.sql.rows import chunks
from openucwa.adapters.sql.tables import people, talks


async def alone(connection: AsyncConnection, name: str) -> None:
    """Wait until no other transaction has this name, and have it until this one ends."""
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))


async def alone_with(connection: AsyncConnection, address: str) -> None:
    """Let others wait who change what a person owns, until the transaction ends.

    Nothing can be added to who is not in the directory, so nobody need wait for that.
    """
    await _lock(connection, people.c.address, [address])


async def alone_with_talks(connection: AsyncConnection, identifiers: Iterable[str]) -> None:
    """Let others wait who write these conversations, until the transaction ends."""
    await _lock(connection, talks.c.id, identifiers)


async def _lock(connection: AsyncConnection, key: Column[str], values: Iterable[str]) -> None:
    """Lock rows, always in the same order; not against those who only refer to them."""
    if connection.dialect.name == "postgresql":
        for some in chunks(sorted(values)):
            rows = select(key).where(key.in_(some)).order_by(key)
            await connection.execute(rows.with_for_update(key_share=True))
