"""Group commit: changes of rows that come while others are being written are written together.

A commit waits for the disk, and everybody who changes something waits for a commit. With many
at once there are as many waits as the disk allows, and not as many as there are people.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from sqlalchemy import Column, Connection, Table, update

from openucwa.adapters.sql.database import Database


class Batch:
    """Columns to change, by the key of their row; ``written`` is when they are on disk."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}
        self.written: asyncio.Future[None] = asyncio.get_running_loop().create_future()


class Together:
    """Changes to the rows of one table, which are made if they do not exist."""

    def __init__(self, database: Database, table: Table, key: Column[Any]) -> None:
        self._database = database
        self._table = table
        self._key = key
        self._next: Batch | None = None
        self._task: asyncio.Task[None] | None = None

    async def change(self, key: str, columns: dict[str, Any]) -> None:
        """Change some columns of a row; they are on disk afterwards.

        Raises ``Refused``: ServiceUnavailable, and then none of them has changed.
        """
        if self._next is None:
            self._next = Batch()
        batch = self._next
        batch.rows[key] = batch.rows.get(key, {}) | columns
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        await asyncio.shield(batch.written)

    async def _run(self) -> None:
        while self._next is not None:
            batch, self._next = self._next, None
            try:
                await self._database.write_in_thread(partial(self._write, batch.rows))
            except Exception as error:  # noqa: BLE001  each who waits has it
                batch.written.set_exception(error)
            else:
                batch.written.set_result(None)

    def _write(self, rows: dict[str, dict[str, Any]], connection: Connection) -> None:
        for key in sorted(rows):  # two servers that lock rows in the same order both get on
            self.write_row(connection, key, rows[key])

    def write_row(self, connection: Connection, key: str, columns: dict[str, Any]) -> None:
        """Change some columns of a row."""
        own = update(self._table).where(self._key == key).values(columns)
        if not connection.execute(own).rowcount:
            row = {self._key.name: key, **columns}
            connection.execute(self._table.insert().values(row))
