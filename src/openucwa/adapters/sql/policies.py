"""What people are allowed, kept in SQL."""

from __future__ import annotations

import secrets

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.tables import people, policies
from openucwa.adapters.sql.turns import alone
from openucwa.domain.administration import PolicyRegistry
from openucwa.domain.ports import EVERYBODY

_REVISION = "*revision"
"""No address, but where the row stands that ``revision`` returns."""


class SqlPolicies(PolicyRegistry):
    """The port, and the administrator's hand on it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._remembered: dict[str, dict[str, str]] = {}

    async def policies(self, address: str) -> dict[str, str]:
        """Return the policies for a person: everybody's, overridden by her own."""
        query = select(policies).where(policies.c.address.in_([EVERYBODY, address]))
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return {row.name: row.value for row in sorted(rows, key=lambda row: row.address == address)}

    async def everything(self) -> dict[str, dict[str, str]]:
        """Return all policies by the address they hold for; ``EVERYBODY`` is for all."""
        query = select(policies).where(policies.c.address != _REVISION)
        query = query.order_by(policies.c.address, policies.c.name)
        found: dict[str, dict[str, str]] = {}
        async with self._database.read() as connection:
            for row in await connection.execute(query):
                found.setdefault(row.address, {})[row.name] = row.value
        self._remembered = found
        return found

    def remembered(self, address: str, name: str) -> str | None:
        """Return a person's policy as it was when ``everything`` was last asked for, or None."""
        for holder in (address, EVERYBODY):
            if name in self._remembered.get(holder, ()):
                return self._remembered[holder][name]
        return None

    async def revision(self) -> str:
        """Return a text that is another one whenever a policy has changed."""
        query = select(policies.c.value).where(policies.c.address == _REVISION)
        async with self._database.read() as connection:
            return await connection.scalar(query) or ""

    async def set(self, address: str, name: str, value: str) -> None:
        """Give a policy a value, for a person or ``EVERYBODY``. Raises ``KeyError`` if unknown."""
        known = select(people.c.address).where(people.c.address == address)
        async with self._database.write() as connection:
            await alone(connection, "policies")
            if address != EVERYBODY and await connection.scalar(known) is None:
                raise KeyError(address)
            await _forget(connection, address, name)
            await _add(connection, address, name, value)

    async def unset(self, address: str, name: str) -> bool:
        """Let a policy be what it is without this one; return whether there was one."""
        async with self._database.write() as connection:
            await alone(connection, "policies")
            return await _forget(connection, address, name)


async def _add(connection: AsyncConnection, address: str, name: str, value: str) -> None:
    row = {"address": address, "name": name, "value": value}
    await connection.execute(policies.insert().values(row))


async def _forget(connection: AsyncConnection, address: str, name: str) -> bool:
    """Delete a policy and make a new revision; return whether there was one."""
    old = delete(policies).where(policies.c.address == address, policies.c.name == name)
    found = (await connection.execute(old)).rowcount
    await connection.execute(delete(policies).where(policies.c.address == _REVISION))
    await _add(connection, _REVISION, "revision", secrets.token_hex(8))
    return bool(found)
