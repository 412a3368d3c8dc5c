"""What people said about themselves, in SQL: the ``Standings`` port."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from sys import intern
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, select, true

from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.rows import chunks, columns_of, standing_of
from openucwa.adapters.sql.tables import people, relationships, standings
from openucwa.adapters.sql.together import Together
from openucwa.domain.people import Level
from openucwa.domain.ports import Standings
from openucwa.domain.presence import NOTHING_SAID, Standing


class SqlStandings(Standings):
    """Notes, locations and choices; the privacy levels that people gave to others."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._said = Said(database, standings, standings.c.address)

    async def standing(self, address: str) -> Standing:
        """Return what is stored; an empty standing if nothing is."""
        return (await self.standings_of([address])).get(address, NOTHING_SAID)

    async def standings(self) -> dict[str, Standing]:
        """Return everything that is stored, by address."""
        return await self._database.read_in_thread(_standings)

    async def standings_of(self, addresses: Iterable[str]) -> dict[str, Standing]:
        """Return what is stored of those people; nothing for those of whom nothing is."""
        wanted = list(addresses)

        def read(connection: Connection) -> dict[str, Standing]:
            found: dict[str, Standing] = {}
            for chunk in chunks(wanted):
                said, given = standings.c.address.in_(chunk), relationships.c.owner.in_(chunk)
                found |= _standings(connection, said, given)
            return found

        return await self._database.read_in_thread(read)

    async def levels_towards(self, address: str) -> Mapping[str, Level]:
        """Return the privacy levels that others gave to a person, by their addresses."""
        query = select(relationships.c.owner, relationships.c.level)
        query = query.where(relationships.c.contact == address)

        def read(connection: Connection) -> dict[str, Level]:
            return {owner: Level(level) for owner, level in connection.execute(query)}

        return await self._database.read_in_thread(read)

    async def set_level(self, address: str, contact: str, level: Level | None) -> None:
        """Store the privacy level that a person gives to somebody; None is the default again."""
        await self._said.change(address, {f"{_LEVEL_OF}{contact}": level})

    async def keep(self, address: str, changes: Mapping[str, Any]) -> None:
        """Store those fields of the person's standing, all or nothing, before returning."""
        columns: dict[str, Any] = {}
        for field, value in changes.items():
            columns |= columns_of(field, value)
        if not columns:
            return
        await self._said.change(address, columns)


_LEVEL_OF = "level of "
"""What is before an address in the name of what is no column, but a row of another table."""


class Said(Together):
    """Rows of standings, and the levels that their people gave to others."""

    def write_row(self, connection: Connection, key: str, columns: dict[str, Any]) -> None:
        """Change a row, and what its person is to others."""
        own = {name: value for name, value in columns.items() if not name.startswith(_LEVEL_OF)}
        for name in columns.keys() - own.keys():
            _give(connection, key, name.removeprefix(_LEVEL_OF), columns[name])
        if own:
            super().write_row(connection, key, own)


def _give(connection: Connection, owner: str, contact: str, level: Level | None) -> None:
    """Store a level; one that somebody gives who is no more is not stored."""
    row = {"owner": owner, "contact": contact}
    known = [relationships.c[name] == value for name, value in row.items()]
    owners = select(people.c.address).where(people.c.address == owner)
    exists = connection.scalar(owners.with_for_update(key_share=True)) is not None
    connection.execute(delete(relationships).where(*known))
    if level is not None and exists:
        connection.execute(relationships.insert().values(level=level.value, **row))


def _standings(connection: Connection, *conditions: ColumnElement[bool]) -> dict[str, Standing]:
    """Return standings by address; ``conditions`` are those of both tables, or none."""
    said, given = conditions or (true(), true())
    rows = connection.execute(select(standings).where(said))
    found = {row.address: standing_of(row) for row in rows}
    levels: dict[str, dict[str, Level]] = {}
    for row in connection.execute(select(relationships).where(given)):
        levels.setdefault(row.owner, {})[intern(row.contact)] = Level(row.level)
    for owner, own in levels.items():
        found[owner] = replace(found.get(owner, NOTHING_SAID), levels=own)
    return found
