"""The ports of durable data that the whole server shares, kept in one SQL database."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, func, select

from openucwa.adapters.sql import tables
from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.directory import SqlDirectory
from openucwa.adapters.sql.registry import SqlRegistry
from openucwa.adapters.sql.rows import ACCOUNT, chunks
from openucwa.adapters.sql.standings import SqlStandings
from openucwa.adapters.sql.turns import alone
from openucwa.domain.people import Account
from openucwa.domain.ports import Accounts


class SqlStore(SqlDirectory, SqlStandings, SqlRegistry, Accounts):
    """People, accounts, standings and keys in one database."""

    def __init__(self, database: Database) -> None:
        SqlStandings.__init__(self, database)

    async def account(self, address: str) -> Account | None:
        """Return the account of a canonical address, or None."""
        return (await self.accounts([address])).get(address)

    async def accounts(self, addresses: Iterable[str]) -> dict[str, Account]:
        """Return the accounts of those addresses that have one."""
        wanted = list(addresses)
        return await self._database.read_in_thread(lambda connection: _accounts(connection, wanted))

    async def revision(self) -> int:
        """Return a number that is another one whenever an account or the directory changed."""
        accounts, revisions = tables.accounts, tables.revisions
        directory = select(revisions.c.number).where(revisions.c.name == "directory")
        query = select(
            func.coalesce(directory.scalar_subquery(), 0),
            func.count(),
            func.coalesce(func.sum(accounts.c.generation), 0),
        ).select_from(accounts)
        async with self._database.read() as connection:
            changes, count, generations = (await connection.execute(query)).one()
        return int(changes) << 64 | int(count) << 32 | int(generations)

    async def domains(self) -> set[str]:
        """Return the domains of all people."""
        async with self._database.read() as connection:
            rows = await connection.scalars(select(tables.people.c.address))
            return {address.rpartition("@")[2] for address in rows}

    async def secret(self) -> bytes:
        """Return the server's 32 random bytes, made when first asked for."""
        query = select(tables.server_keys.c.key).where(tables.server_keys.c.name == "secret")
        async with self._database.write() as connection:
            await alone(connection, "secret")
            key: bytes | None = await connection.scalar(query)
            if key is None:
                key = secrets.token_bytes(32)
                await connection.execute(tables.server_keys.insert().values(name="secret", key=key))
        return key


def _accounts(connection: Connection, addresses: Sequence[str]) -> dict[str, Account]:
    found: dict[str, Account] = {}
    for chunk in chunks(addresses):
        query = select(*ACCOUNT).where(tables.accounts.c.address.in_(chunk))
        accounts = (Account(*row) for row in connection.execute(query))
        found.update((account.address, account) for account in accounts)
    return found
