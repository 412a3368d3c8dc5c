"""Distribution groups as the administrator changes them, in SQL: the ``Groups`` port."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.revisions import bump
from openucwa.adapters.sql.rows import GROUP, chunks
from openucwa.adapters.sql.search import index_groups
from openucwa.adapters.sql.tables import (
    contact_groups,
    distribution_groups,
    distribution_members,
    people,
    webhook_subjects,
)
from openucwa.adapters.sql.turns import alone
from openucwa.domain.people import DistributionGroup
from openucwa.domain.ports import Groups, Listed

_NAMED = (
    distribution_members.c.member,
    contact_groups.c.address,
    webhook_subjects.c.address,
)
"""Where rows go that have a group's address."""


class SqlGroups(Groups):
    """Adds, changes and removes distribution groups."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, groups: Mapping[DistributionGroup, Sequence[str]]) -> None:
        """Store groups with their members' addresses, new ones and others, all or nothing.

        Raises ``KeyError`` with the address of one that is a person's.
        """
        async with self._database.write() as connection:
            await alone(connection, "directory")
            await keep_groups(connection, groups)
            await bump(connection, "directory")

    async def add(self, group: DistributionGroup, members: Sequence[str]) -> None:
        """Store a new group. Raises ``KeyError`` if somebody has its address."""
        known = select(distribution_groups.c.address).where(_own(group.address))
        async with self._database.write() as connection:
            await alone(connection, "directory")
            if await connection.scalar(known) is not None:
                raise KeyError(group.address)
            await keep_groups(connection, {group: members})
            await bump(connection, "directory")

    async def change(self, address: str, change: Callable[[Listed], Listed]) -> None:
        """Store what ``change`` makes of a group; nobody else changes it meanwhile.

        Raises ``KeyError`` if it is unknown.
        """
        listed = distribution_members.c
        members = select(listed.member).where(listed.group_address == address)
        async with self._database.write() as connection:
            await alone(connection, "directory")
            found = await connection.execute(select(*GROUP).where(_own(address)))
            if (row := found.one_or_none()) is None:
                raise KeyError(address)
            before = (await connection.scalars(members.order_by(listed.member))).all()
            await keep_groups(connection, dict([change((DistributionGroup(*row), before))]))
            await bump(connection, "directory")

    async def page(self, after: str, limit: int) -> Sequence[tuple[DistributionGroup, int]]:
        """Return groups by address, those after one, and how many members each has."""
        own, listed = distribution_groups.c.address, distribution_members.c.group_address
        count = select(func.count()).where(listed == own).scalar_subquery()
        query = select(*GROUP, count).where(own > after).order_by(own).limit(limit)
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return [(DistributionGroup(*group), members) for *group, members in rows]

    async def remove(self, address: str) -> None:
        """Delete a group, and from everybody's lists and groups. Raises ``KeyError``."""
        async with self._database.write() as connection:
            await alone(connection, "directory")
            old = delete(distribution_groups).where(_own(address))
            if not (await connection.execute(old)).rowcount:
                raise KeyError(address)
            for column in _NAMED:
                await connection.execute(delete(column.table).where(column == address))
            await bump(connection, "directory")

    async def everything(self) -> Mapping[DistributionGroup, Sequence[str]]:
        """Return all groups by address, with their members' addresses."""
        query = (
            select(*GROUP, distribution_members.c.member)
            .join_from(distribution_groups, distribution_members, isouter=True)
            .order_by(distribution_groups.c.address, distribution_members.c.member)
        )
        found: dict[DistributionGroup, list[str]] = {}
        async with self._database.read() as connection:
            for *group, member in await connection.execute(query):
                members = found.setdefault(DistributionGroup(*group), [])
                members += [member] if member is not None else []
        return found


def _own(address: str) -> ColumnElement[bool]:
    return distribution_groups.c.address == address


async def keep_groups(
    connection: AsyncConnection, groups: Mapping[DistributionGroup, Sequence[str]]
) -> None:
    """Do the work of ``keep`` within a transaction."""
    for chunk in chunks(list(groups)):
        addresses = [group.address for group in chunk]
        taken = select(people.c.address).where(people.c.address.in_(addresses)).limit(1)
        if (address := await connection.scalar(taken)) is not None:
            raise KeyError(address)
        # Their members go with them.
        old = distribution_groups.c.address.in_(addresses)
        await connection.execute(delete(distribution_groups).where(old))
        rows = [
            {"address": group.address, "id": group.id, "name": group.name, "hidden": group.hidden}
            for group in chunk
        ]
        await connection.execute(distribution_groups.insert(), rows)
        await connection.run_sync(index_groups, chunk)
    members = [
        {"group_address": group.address, "member": member}
        for group, listed in groups.items()
        for member in dict.fromkeys(listed)
    ]
    if members:
        await connection.execute(distribution_members.insert(), members)
