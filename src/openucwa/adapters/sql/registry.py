"""People and accounts as the administrator changes them, in SQL: the ``Registry`` port."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, Table, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from openucwa.adapters.sql import tables
from openucwa.adapters.sql.belongings import first_generation, remove_belongings
from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.revisions import bump
from openucwa.adapters.sql.rows import ACCOUNT, CARD, card_of, chunks, person_of
from openucwa.adapters.sql.search import index_people
from openucwa.adapters.sql.turns import alone
from openucwa.domain.people import Account, Person
from openucwa.domain.ports import Registry

_EVERYONE = (
    select(*CARD, *ACCOUNT)
    .join_from(tables.people, tables.accounts)
    .order_by(tables.people.c.address)
)


class SqlRegistry(Registry):
    """Adds, changes and removes people."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, people: Sequence[tuple[Person, str]]) -> None:
        """Add people with their password hashes, all or nothing.

        Raises ``KeyError`` with the address of the first one that exists already.
        """
        async with self._database.write() as connection:
            await alone(connection, "directory")
            for chunk in chunks(people):
                await add_people(connection, chunk)
            await bump(connection, "directory")

    async def everyone(self) -> Sequence[tuple[Person, Account]]:
        """Return all people by address."""
        return await self._read(_EVERYONE)

    async def page(self, after: str, limit: int) -> Sequence[tuple[Person, Account]]:
        """Return people by address, those after one."""
        return await self._read(_EVERYONE.where(tables.people.c.address > after).limit(limit))

    async def _read(self, query: Select[Any]) -> Sequence[tuple[Person, Account]]:
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return [(person_of(row[: len(CARD)]), Account(*row[len(CARD) :])) for row in rows]

    async def change(self, people: Sequence[Person]) -> None:
        """Replace the cards of people, all or nothing. Raises ``KeyError`` if one is unknown."""
        async with self._database.write() as connection:
            await alone(connection, "directory")
            for chunk in chunks(people):
                await change_people(connection, chunk)
            await bump(connection, "directory")

    async def remove(self, address: str) -> None:
        """Delete a person with everything she owns, and from everybody's lists and groups.

        Raises ``KeyError`` if unknown.
        """
        async with self._database.write() as connection:
            await alone(connection, "directory")
            await remove_belongings(connection, address)
            await bump(connection, "directory")

    async def set_password(self, address: str, password_hash: str) -> None:
        """Replace the hash and raise the generation. Raises ``KeyError`` if unknown."""
        await self._change_account(address, password_hash=password_hash)

    async def set_disabled(self, address: str, disabled: bool) -> None:
        """Lock or unlock the account, raise the generation. Raises ``KeyError`` if unknown."""
        await self._change_account(address, disabled=disabled)

    async def set_admin(self, address: str, admin: bool) -> None:
        """Let somebody look after others, or no longer. Raises ``KeyError`` if unknown."""
        change = update(tables.accounts).where(tables.accounts.c.address == address)
        async with self._database.write() as connection:
            await alone(connection, "directory")
            if not (await connection.execute(change.values(admin=admin))).rowcount:
                raise KeyError(address)
            await bump(connection, "directory")  # so that everybody looks again

    async def _change_account(self, address: str, **values: Any) -> None:
        change = update(tables.accounts).where(tables.accounts.c.address == address)
        change = change.values(generation=tables.accounts.c.generation + 1, **values)
        async with self._database.write() as connection:
            if not (await connection.execute(change)).rowcount:
                raise KeyError(address)


async def add_people(connection: AsyncConnection, people: Sequence[tuple[Person, str]]) -> None:
    """Add a chunk of people with their password hashes.

    Raises ``KeyError`` with the address of the first one that exists already, be it a group's.
    """
    addresses = [person.address for person, _ in people]
    known = await _known(connection, tables.people, addresses)
    known |= await _known(connection, tables.distribution_groups, addresses)
    for address in addresses:
        if address in known:
            raise KeyError(address)
        known.add(address)
    generation = await first_generation(connection)
    cards = [card_of(person) for person, _ in people]
    accounts = [
        {
            "address": address,
            "password_hash": password_hash,
            "disabled": False,
            "generation": generation,
        }
        for address, (_, password_hash) in zip(addresses, people, strict=True)
    ]
    await connection.execute(tables.people.insert(), cards)
    await connection.execute(tables.accounts.insert(), accounts)
    await connection.run_sync(index_people, addresses)


async def change_people(connection: AsyncConnection, people: Sequence[Person]) -> None:
    """Replace the cards of a chunk of people. Raises ``KeyError`` with the first unknown one."""
    addresses = [person.address for person in people]
    known = await _known(connection, tables.people, addresses)
    for address in addresses:
        if address not in known:
            raise KeyError(address)
    change = update(tables.people).where(tables.people.c.address == bindparam("known"))
    rows = [card_of(person) | {"known": person.address} for person in people]
    await connection.execute(change, rows)
    await connection.run_sync(index_people, addresses)


async def _known(connection: AsyncConnection, table: Table, addresses: Sequence[str]) -> set[str]:
    query = select(table.c.address).where(table.c.address.in_(addresses))
    return set(await connection.scalars(query))
