"""What people said of their phones and calls, kept in SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, and_, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from openucwa.adapters.sql import tables
from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.rows import chunks, phones_of
from openucwa.adapters.sql.search import index_people
from openucwa.adapters.sql.turns import alone_with
from openucwa.domain.forwarding import NO_SETTINGS, Forwarding
from openucwa.domain.phones import OwnPhone, PhoneType
from openucwa.domain.ports import Telephony
from openucwa.domain.refusals import Refusal, Refused


class SqlTelephony(Telephony):
    """The port, over the tables ``phones`` and ``forwarding``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def phones(self, addresses: Iterable[str]) -> dict[str, dict[PhoneType, OwnPhone]]:
        """Return what those people said of their phones, by address."""
        wanted = list(addresses)
        return await self._database.read_in_thread(lambda connection: _phones(connection, wanted))

    async def keep_phone(self, address: str, kind: PhoneType, changes: Mapping[str, Any]) -> None:
        """Store those fields of an own phone, and let a search find what others may see."""
        own = and_(tables.phones.c.address == address, tables.phones.c.kind == kind.value)
        async with self._database.write() as connection:
            await alone_with(connection, address)
            done = await connection.execute(update(tables.phones).where(own).values(**changes))
            if not done.rowcount:
                row = {"address": address, "kind": kind.value, **changes}
                await _add(connection, tables.phones, row)
            await connection.run_sync(index_people, [address])

    async def forwarding(self, address: str) -> Forwarding:
        """Return a person's settings; the defaults if she never changed them."""
        async with self._database.read() as connection:
            return await _forwarding(connection, address)

    async def change_forwarding(
        self, address: str, change: Callable[[Forwarding], Forwarding]
    ) -> None:
        """Store what ``change`` makes of the settings; nobody else changes them meanwhile."""
        own = tables.forwarding.c.address == address
        async with self._database.write() as connection:
            await alone_with(connection, address)
            settings = msgspec.to_builtins(change(await _forwarding(connection, address)))
            for name in NO_SETTINGS:
                del settings[name]
            done = await connection.execute(
                update(tables.forwarding).where(own).values(settings=settings)
            )
            if not done.rowcount:
                row = {"address": address, "settings": settings}
                await _add(connection, tables.forwarding, row)


async def _add(connection: AsyncConnection, table: Table, row: dict[str, Any]) -> None:
    """Add a row. Raises ``Refused``: ApplicationNotFound for who is no more."""
    try:
        await connection.execute(table.insert().values(row))
    except IntegrityError:
        raise Refused(Refusal.APPLICATION_NOT_FOUND) from None


async def forget_telephony(connection: AsyncConnection) -> None:
    """Forget what everybody said of phones and calls."""
    said = list(await connection.scalars(select(tables.phones.c.address).distinct()))
    await connection.execute(delete(tables.phones))
    await connection.execute(delete(tables.forwarding))
    await connection.run_sync(index_people, said)


def _phones(
    connection: Connection, addresses: Sequence[str]
) -> dict[str, dict[PhoneType, OwnPhone]]:
    found: dict[str, dict[PhoneType, OwnPhone]] = {}
    for chunk in chunks(addresses):
        query = select(tables.phones).where(tables.phones.c.address.in_(chunk))
        found |= phones_of(connection.execute(query))
    return found


async def _forwarding(connection: AsyncConnection, address: str) -> Forwarding:
    query = select(tables.forwarding.c.settings).where(tables.forwarding.c.address == address)
    settings = await connection.scalar(query)
    return msgspec.convert(settings or {}, Forwarding)
