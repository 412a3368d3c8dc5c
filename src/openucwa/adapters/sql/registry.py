"""People and accounts as the administrator changes them, in SQL: the ``Registry`` port."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from openucwa.adapters.sql import tables
from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.rows import ACCOUNT, CARD, card_of, chunks, person_of
from openucwa.adapters.sql.search import words_of
from openucwa.domain.people import Account, Person
from openucwa.domain.ports import Registry


class SqlRegistry(Registry):
    """Adds, changes and removes people."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, people: Sequence[tuple[Person, str]]) -> None:
        """Add people with their password hashes, all or nothing.

        Raises ``KeyError`` with the address of the first one that exists already.
        """
        async with self._database.write() as connection:
            for chunk in chunks(people):
                await _add(connection, chunk)

    async def everyone(self) -> Sequence[tuple[Person, Account]]:
        """Return all people by address."""
        query = (
            select(*CARD, *ACCOUNT)
            .join_from(tables.people, tables.accounts)
            .order_by(tables.people.c.address)
        )
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return [(person_of(row[: len(CARD)]), Account(*row[len(CARD) :])) for row in rows]

    async def set_password(self, address: str, password_hash: str) -> None:
        """Replace the hash and raise the generation. Raises ``KeyError`` if unknown."""
        await self._change_account(address, password_hash=password_hash)

    async def set_disabled(self, address: str, disabled: bool) -> None:
        """Lock or unlock the account, raise the generation. Raises ``KeyError`` if unknown."""
        await self._change_account(address, disabled=disabled)

    async def _change_account(self, address: str, **values: Any) -> None:
        change = update(tables.accounts).where(tables.accounts.c.address == address)
        change = change.values(generation=tables.accounts.c.generation + 1, **values)
        async with self._database.write() as connection:
            if not (await connection.execute(change)).rowcount:
                raise KeyError(address)


async def _add(connection: AsyncConnection, people: Sequence[tuple[Person, str]]) -> None:
    addresses = [person.address for person, _ in people]
    query = select(tables.people.c.address).where(tables.people.c.address.in_(addresses))
    known = set(await connection.scalars(query))
    for address in addresses:
        if address in known:
            raise KeyError(address)
        known.add(address)
    cards = [card_of(person) for person, _ in people]
    accounts = [
        {"address": address, "password_hash": password_hash, "disabled": False, "generation": 0}
        for address, (_, password_hash) in zip(addresses, people, strict=True)
    ]
    words = [
        {"kind": kind, "word": word, "address": person.address}
        for person, _ in people
        for kind, word in sorted(words_of(person))
    ]
    await connection.execute(tables.people.insert(), cards)
    await connection.execute(tables.accounts.insert(), accounts)
    await connection.execute(tables.words.insert(), words)
