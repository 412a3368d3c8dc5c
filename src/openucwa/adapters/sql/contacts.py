"""Contact lists in SQL: the ``Contacts`` port.

What owners made themselves is stored: their groups, who is in which, and their delegates. Whose
delegate somebody is, and who is in her organization, follows from other rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from sys import intern
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    literal_column,
    select,
    union,
    union_all,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.tables import contact_groups, delegates, memberships, people
from openucwa.adapters.sql.turns import alone_with
from openucwa.domain.contacts import ALWAYS, NAMES, ContactList, Group, Kind, system_group
from openucwa.domain.ports import Contacts
from openucwa.domain.refusals import Refusal, Refused

MOST_COLLEAGUES = 1000
"""So many people of an organization are shown; there may be many under one head."""


class SqlContacts(Contacts):
    """The port, over the tables ``contact_groups``, ``memberships`` and ``delegates``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def contacts(self, address: str) -> ContactList:
        """Return a person's list."""
        return await self._database.read_in_thread(lambda connection: _read(connection, address))

    async def change(
        self, address: str, change: Callable[[ContactList], ContactList]
    ) -> tuple[ContactList, ContactList]:
        """Store what ``change`` makes of a list; return what was and what is.

        Raises ``Refused`` as ``change`` does, and ApplicationNotFound for who is no more.
        """
        async with self._database.write() as connection:
            await alone_with(connection, address)
            before = await connection.run_sync(_read, address)
            try:
                await _write(connection, before, change(before))
            except IntegrityError:
                raise Refused(Refusal.APPLICATION_NOT_FOUND) from None
            return before, await connection.run_sync(_read, address)

    async def reread(self, address: str) -> tuple[None, ContactList]:
        """Return what the list is now; nothing is known of what it was."""
        return None, await self.contacts(address)


_OWNER: BindParameter[str] = bindparam("owner")
_EMPTY: ColumnElement[str] = literal_column("''")


def _lines(
    kind: Kind,
    text: ColumnElement[str],
    group: ColumnElement[str] = _EMPTY,
    address: ColumnElement[str] = _EMPTY,
) -> Select[Any]:
    columns: tuple[ColumnElement[Any], ...] = (literal_column(f"'{kind}'"), group, text, address)
    return select(*columns)


def _organization() -> Select[Any]:
    """Return whom a person reports to, who else does, and who reports to her."""
    own = people.alias("own")
    head = select(people.c.address).join(own, own.c.manager == people.c.address)
    peers = select(people.c.address).join(own, own.c.manager == people.c.manager)
    ways = (
        head.where(own.c.address == _OWNER),
        peers.where(own.c.address == _OWNER, own.c.manager != ""),
        select(people.c.address).where(people.c.manager == _OWNER),
    )
    everyone = union(*(way.where(people.c.address != _OWNER) for way in ways))
    found = everyone.order_by("address").limit(MOST_COLLEAGUES).subquery()
    return _lines(Kind.ORGANIZATION, found.c.address)


# One statement, as each takes longer than what it reads. A line of the kind USER is a group,
# with its name and perhaps an address; all others are somebody in a group.
_EVERYTHING = union_all(
    _lines(Kind.USER, contact_groups.c.name, contact_groups.c.id, contact_groups.c.address).where(
        contact_groups.c.owner == _OWNER
    ),
    _lines(Kind.DEFAULT, memberships.c.contact, memberships.c.group_id).where(
        memberships.c.owner == _OWNER
    ),
    _lines(Kind.DELEGATES, delegates.c.delegate).where(delegates.c.owner == _OWNER),
    _lines(Kind.DELEGATORS, delegates.c.owner).where(delegates.c.delegate == _OWNER),
    _organization(),
)


def _read(connection: Connection, owner: str) -> ContactList:
    """Read a list. Addresses are interned, as many lists are about the same people."""
    ids = {kind: system_group(owner, kind) for kind in NAMES}
    named: list[tuple[str, str, str, str]] = []
    members: defaultdict[str, list[str]] = defaultdict(list)
    lines = connection.execute(_EVERYTHING, {"owner": owner}).all()
    for kind, identifier, text, address in lines:
        if kind == Kind.USER:
            named.append((text.casefold(), identifier, text, address))
        else:
            members[identifier or ids[kind]].append(intern(text))

    def group(identifier: str, kind: Kind, name: str, address: str = "") -> Group:
        return Group(identifier, kind, name, tuple(sorted(members[identifier])), address)

    groups = [group(ids[kind], kind, NAMES[kind]) for kind in ALWAYS]
    for _, identifier, name, address in sorted(named):
        kind = Kind.DISTRIBUTION if address else Kind.USER
        groups.append(group(identifier, kind, name, address))
    derived = [kind for kind in ids if kind not in ALWAYS and members[ids[kind]]]
    groups += [group(ids[kind], kind, NAMES[kind]) for kind in derived]
    return ContactList(owner, {one.id: one for one in groups})


Rows = set[tuple[str, ...]]


def _stored(contacts: ContactList) -> dict[Table, Rows]:
    """Return what is stored of a list, as rows without the owner, keys first."""
    rows: dict[Table, Rows] = {contact_groups: set(), memberships: set(), delegates: set()}
    for group in contacts.groups.values():
        if group.kind in (Kind.USER, Kind.DISTRIBUTION):
            rows[contact_groups].add((group.id, group.name, group.address))
    for group, contact in contacts.memberships():
        if group.kind is Kind.DELEGATES:
            rows[delegates].add((contact,))
        else:
            rows[memberships].add((group.id, contact))
    return rows


async def _write(connection: AsyncConnection, before: ContactList, after: ContactList) -> None:
    """Store what differs."""
    owner, old, new = before.owner, _stored(before), _stored(after)
    for table in old:
        columns = [column.name for column in table.columns]
        if gone := old[table] - new[table]:
            keys = [column for column in table.primary_key if column.name != "owner"]
            these = and_(*(key == bindparam(f"old_{key.name}") for key in keys))
            names = [f"old_{key.name}" for key in keys]
            rows = [dict(zip(names, row, strict=False)) for row in gone]
            await connection.execute(delete(table).where(table.c.owner == owner, these), rows)
        if come := new[table] - old[table]:
            rows = [dict(zip(columns, (owner, *row), strict=True)) for row in come]
            await connection.execute(table.insert(), rows)
