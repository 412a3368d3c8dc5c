"""What people said about themselves, in SQL: the ``Standings`` port."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from openucwa.adapters.sql import tables
from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.rows import columns_of, standing_of
from openucwa.adapters.sql.together import Together
from openucwa.domain.ports import Standings
from openucwa.domain.presence import NOTHING_SAID, Standing


class SqlStandings(Standings):
    """Notes, locations and choices; the privacy levels that people gave to others."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._said = Together(database, tables.standings, tables.standings.c.address)

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
