"""Pictures of people, kept in SQL."""

from __future__ import annotations

from sqlalchemy import delete, select

from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.tables import people, photos
from openucwa.adapters.sql.turns import alone_with
from openucwa.domain.photos import Photo
from openucwa.domain.ports import Photos


class SqlPhotos(Photos):
    """One picture for each person who has one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def photo(self, address: str) -> Photo | None:
        """Return a person's picture, or None."""
        query = select(photos.c.jpeg, photos.c.digest).where(photos.c.address == address)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).first()
        return Photo(*row) if row else None

    async def keep(self, address: str, photo: Photo | None) -> None:
        """Store a person's picture, or that there is none. Raises ``KeyError`` if unknown."""
        known = select(people.c.address).where(people.c.address == address)
        async with self._database.write() as connection:
            await alone_with(connection, address)
            if await connection.scalar(known) is None:
                raise KeyError(address)
            await connection.execute(delete(photos).where(photos.c.address == address))
            if photo is not None:
                row = {"address": address, "jpeg": photo.jpeg, "digest": photo.digest}
                await connection.execute(photos.insert().values(row))
