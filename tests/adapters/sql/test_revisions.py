"""Numbers that say that something has changed."""

from __future__ import annotations

from sqlalchemy import select

from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.revisions import bump
from openucwa.adapters.sql.tables import revisions


async def test_each_name_has_a_number_that_grows(place):
    database = await Database.open(place)
    async with database.write() as connection:
        for name in ("directory", "directory", "other"):
            await bump(connection, name)
        rows = {tuple(row) for row in await connection.execute(select(revisions))}
    await database.close()

    assert {("directory", 2), ("other", 1)} <= rows
