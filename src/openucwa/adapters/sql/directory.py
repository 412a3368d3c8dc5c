"""Who people are and what groups they form, in SQL: the ``Directory`` port."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, select
from sqlalchemy.ext.asyncio import AsyncConnection

from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.rows import CARD, GROUP, chunks, person_of
from openucwa.adapters.sql.search import found_by, ways_of
from openucwa.adapters.sql.tables import distribution_groups, distribution_members, people
from openucwa.domain.people import DistributionGroup, Person
from openucwa.domain.ports import Directory, Found


class SqlDirectory(Directory):
    """Cards and distribution groups."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def person(self, address: str) -> Person | None:
        """Return the card of a canonical address, or None."""
        return (await self.people([address])).get(address)

    async def people(self, addresses: Iterable[str]) -> dict[str, Person]:
        """Return the cards of those addresses that are known."""
        wanted = list(addresses)
        return await self._database.read_in_thread(lambda connection: _people(connection, wanted))

    async def groups(self, addresses: Iterable[str]) -> dict[str, DistributionGroup]:
        """Return those distribution groups that are known, by address."""
        async with self._database.read() as connection:
            return await _groups(connection, addresses)

    async def group_with_id(self, identifier: str) -> DistributionGroup | None:
        """Return the distribution group that UCWA calls by this id, or None."""
        query = select(*GROUP).where(distribution_groups.c.id == identifier)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).first()
        return DistributionGroup(*row) if row else None

    async def members(self, address: str) -> Sequence[str]:
        """Return the addresses of those directly in a distribution group, in order."""
        listed = distribution_members.c
        query = select(listed.member).where(listed.group_address == address).order_by(listed.member)
        async with self._database.read() as connection:
            return (await connection.scalars(query)).all()

    async def everyone_in(self, address: str, most: int) -> Sequence[str]:
        """Return the people in a distribution group and in those within it, in order.

        Of more than ``most``, one more: any of them, for to sort them all takes long.
        """
        listed = distribution_members.c
        direct = select(listed.member).where(listed.group_address == address)
        inside = direct.cte("inside", recursive=True)
        within = select(listed.member).join(inside, listed.group_address == inside.c.member)
        inside = inside.union(within)  # not UNION ALL: circles end
        query = select(people.c.address).join(inside, people.c.address == inside.c.member)
        async with self._database.read() as connection:
            return sorted(await connection.scalars(query.limit(most + 1)))

    async def search(self, query: str, limit: int) -> Found:
        """Return up to ``limit`` people and distribution groups, ordered by folded name."""
        ways = ways_of(query)
        if not ways or limit < 1:
            return Found()
        async with self._database.read() as connection:
            statement = found_by(connection.dialect, ways, limit)
            rows = (await connection.execute(statement)).all()
            hits = rows[:limit]
            found = [row.address for row in hits if not row.is_group]
            cards = await connection.run_sync(_people, found)
            groups = await _groups(connection, (row.address for row in hits if row.is_group))
        return Found(
            [cards[row.address] for row in hits if row.address in cards],
            [groups[row.address] for row in hits if row.address in groups],
            more=len(rows) > limit,
        )


def _people(connection: Connection, addresses: Sequence[str]) -> dict[str, Person]:
    found: dict[str, Person] = {}
    for chunk in chunks(addresses):
        query = select(*CARD).where(people.c.address.in_(chunk))
        cards = map(person_of, connection.execute(query))
        found.update((person.address, person) for person in cards)
    return found


async def _groups(
    connection: AsyncConnection, addresses: Iterable[str]
) -> dict[str, DistributionGroup]:
    found: dict[str, DistributionGroup] = {}
    for chunk in chunks(list(addresses)):
        query = select(*GROUP).where(distribution_groups.c.address.in_(chunk))
        groups = (DistributionGroup(*row) for row in await connection.execute(query))
        found.update((group.address, group) for group in groups)
    return found
