"""The ports of durable data, kept in SQL. Knows no engine in particular."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from openucwa.adapters.sql import tables
from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.rows import ACCOUNT, CARD, card_of, columns_of, person_of, standing_of
from openucwa.adapters.sql.search import matches, words_of
from openucwa.adapters.sql.together import Together
from openucwa.domain.people import Account, Person
from openucwa.domain.ports import Accounts, Directory, Registry, Standings
from openucwa.domain.presence import NOTHING_SAID, Standing

T = TypeVar("T")

_CHUNK = 500
"""Addresses in one statement: engines limit the number of its parameters."""


class SqlStore(Directory, Accounts, Standings, Registry):
    """People, accounts, standings and keys in one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._said = Together(database, tables.standings, tables.standings.c.address)

    async def person(self, address: str) -> Person | None:
        """Return the card of a canonical address, or None."""
        return (await self.people([address])).get(address)

    async def people(self, addresses: Iterable[str]) -> dict[str, Person]:
        """Return the cards of those addresses that are known."""
        found: dict[str, Person] = {}
        async with self._database.read() as connection:
            for chunk in _chunks(list(addresses)):
                query = select(*CARD).where(tables.people.c.address.in_(chunk))
                cards = map(person_of, await connection.execute(query))
                found.update((person.address, person) for person in cards)
        return found

    async def search(self, query: str, limit: int) -> Sequence[Person]:
        """Return up to ``limit`` people, as the port says, ordered by folded name."""
        condition = matches(query)
        if condition is None or limit < 1:
            return ()
        found = select(*CARD).where(condition)
        found = found.order_by(tables.people.c.sort_name, tables.people.c.address).limit(limit)
        async with self._database.read() as connection:
            return [person_of(row) for row in await connection.execute(found)]

    async def account(self, address: str) -> Account | None:
        """Return the account of a canonical address, or None."""
        query = select(*ACCOUNT).where(tables.accounts.c.address == address)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).first()
        return Account(*row) if row else None

    async def revision(self) -> int:
        """Return a number that is another one whenever an account has changed."""
        column = tables.accounts.c.generation
        query = select(func.count(), func.coalesce(func.sum(column), 0)).select_from(
            tables.accounts
        )
        async with self._database.read() as connection:
            count, changes = (await connection.execute(query)).one()
        return int(count) << 32 | int(changes)

    async def standing(self, address: str) -> Standing:
        """Return what is stored; an empty standing if nothing is."""
        query = select(tables.standings).where(tables.standings.c.address == address)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).first()
        return standing_of(row) if row else NOTHING_SAID

    async def standings(self) -> dict[str, Standing]:
        """Return everything that is stored, by address."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(tables.standings))
            return {row.address: standing_of(row) for row in rows}

    async def keep(self, address: str, changes: Mapping[str, Any]) -> None:
        """Store those fields of the person's standing, all or nothing, before returning."""
        columns: dict[str, Any] = {}
        for field, value in changes.items():
            columns |= columns_of(field, value)
        if not columns:
            return
        await self._said.change(address, columns)

    async def add(self, people: Sequence[tuple[Person, str]]) -> None:
        """Add people with their password hashes, all or nothing.

        Raises ``KeyError`` with the address of the first one that exists already.
        """
        async with self._database.write() as connection:
            for chunk in _chunks(people):
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

    async def domains(self) -> set[str]:
        """Return the domains of all people."""
        async with self._database.read() as connection:
            rows = await connection.scalars(select(tables.people.c.address))
            return {address.rpartition("@")[2] for address in rows}

    async def secret(self) -> bytes:
        """Return the server's 32 random bytes, made when first asked for."""
        query = select(tables.server_keys.c.key).where(tables.server_keys.c.name == "secret")
        async with self._database.write() as connection:
            key: bytes | None = await connection.scalar(query)
            if key is None:
                key = secrets.token_bytes(32)
                await connection.execute(tables.server_keys.insert().values(name="secret", key=key))
        return key


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK))


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
