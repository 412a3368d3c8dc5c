"""Pools, and in which of them people are at home, kept in SQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.revisions import bump
from openucwa.adapters.sql.rows import chunks
from openucwa.adapters.sql.tables import homes, people, pools, revisions
from openucwa.adapters.sql.turns import alone
from openucwa.domain.administration import PoolRegistry
from openucwa.domain.pools import Homes, Pool
from openucwa.domain.ports import EVERYBODY

_REVISION = "pools"


class SqlPools(PoolRegistry):
    """The port, and the administrator's hand on it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def homes(self) -> Homes:
        """Return what is stored of all pools and people."""
        return await self._database.read_in_thread(_homes)

    async def revision(self) -> int:
        """Return a number that is another one whenever any of it has changed."""
        query = select(revisions.c.number).where(revisions.c.name == _REVISION)
        async with self._database.read() as connection:
            return await connection.scalar(query) or 0

    async def register(self, name: str, url: str, backup: str, now: float) -> None:
        """Note how a pool is reached and backed up; everybody is at home in the first one."""
        told = {"url": url, "backup": backup}
        known = select(pools.c.url, pools.c.backup).where(pools.c.name == name)
        async with self._database.read() as connection:
            row = (await connection.execute(known)).one_or_none()
        if row is not None and row._asdict() == told:
            return
        async with self._database.write() as connection:
            await alone(connection, _REVISION)
            own = update(pools).where(pools.c.name == name).values(told)
            if not (await connection.execute(own)).rowcount:
                new = {"name": name, "draining": False, "since": now, **told}
                await connection.execute(pools.insert().values(new))
            if await connection.scalar(select(homes.c.pool).where(_OTHERS)) is None:
                await connection.execute(homes.insert().values(address=EVERYBODY, pool=name))
            await bump(connection, _REVISION)

    async def drain(self, name: str, draining: bool, now: float) -> None:
        """Drain a pool, or let it serve again; nothing changes if it does so already.

        Raises ``KeyError`` if there is no such pool.
        """
        known = select(pools.c.draining).where(pools.c.name == name)
        change = update(pools).where(pools.c.name == name).values(draining=draining, since=now)
        async with self._database.write() as connection:
            await alone(connection, _REVISION)
            before = await connection.scalar(known)
            if before is None:
                raise KeyError(name)
            if before != draining:
                await connection.execute(change)
                await bump(connection, _REVISION)

    async def settle(self, addresses: Collection[str], pool: str) -> None:
        """Let people be at home in a pool: some, or with ``EVERYBODY`` all, and who comes later.

        All or nothing: raises ``KeyError`` with an address that is unknown.
        """
        async with self._database.write() as connection:
            await alone(connection, _REVISION)
            if EVERYBODY in addresses:
                await connection.execute(delete(homes))
                addresses = {EVERYBODY}
            for some in chunks(sorted(addresses)):
                await _require(connection, some)
                await connection.execute(delete(homes).where(homes.c.address.in_(some)))
                rows = [{"address": address, "pool": pool} for address in some]
                await connection.execute(homes.insert(), rows)
            await bump(connection, _REVISION)

    async def population(self) -> Counter[str]:
        """Return how many people are at home in each pool, by its name."""
        default = select(homes.c.pool).where(_OTHERS).scalar_subquery()
        home = func.coalesce(homes.c.pool, default)
        joined = people.outerjoin(homes, homes.c.address == people.c.address)
        query = select(home.label("pool"), func.count().label("people"))
        query = query.select_from(joined).group_by("pool")
        async with self._database.read() as connection:
            return Counter({row.pool: row.people for row in await connection.execute(query)})


_OTHERS = homes.c.address == EVERYBODY


async def _require(connection: AsyncConnection, addresses: Sequence[str]) -> None:
    """Raise ``KeyError`` with the first address that nobody has."""
    query = select(people.c.address).where(people.c.address.in_(addresses))
    known = {EVERYBODY, *await connection.scalars(query)}
    for address in addresses:
        if address not in known:
            raise KeyError(address)


def _homes(connection: Connection) -> Homes:
    found = {row.name: Pool(*row) for row in connection.execute(select(pools))}
    stated = {row.address: row.pool for row in connection.execute(select(homes))}
    return Homes(found, stated, stated.pop(EVERYBODY, ""))
