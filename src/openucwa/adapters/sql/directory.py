"""Who people are, in SQL: the ``Directory`` port."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from openucwa.adapters.sql import tables
from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.rows import CARD, chunks, person_of
from openucwa.adapters.sql.search import matches
from openucwa.domain.people import Person
from openucwa.domain.ports import Directory


class SqlDirectory(Directory):
    """Cards and distribution groups."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def person(self, address: str) -> Person | None:
        """Return the card of a canonical address, or None."""
        return (await self.people([address])).get(address)

    async def people(self, addresses: Iterable[str]) -> dict[str, Person]:
        """Return the cards of those addresses that are known."""
        found: dict[str, Person] = {}
        async with self._database.read() as connection:
            for chunk in chunks(list(addresses)):
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
