"""The journal of live state: what was acknowledged is on disk, and comes back.

Batches are appended to a SQLite file by a thread of its own; whatever came up while one batch
was being written goes into the next (group commit). A batch holds, in this order: events that
were relayed to watchers, whole users as they were when the batch was closed, and when people
were last active. Reading all batches in order gives the live state again. A checkpoint writes
every user once more and then drops all batches before.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import msgspec

from openucwa.domain.channel import Event
from openucwa.domain.users import User

log = logging.getLogger(__name__)

FILE = "live.sqlite3"
FORMAT = 1
"""Grows when older batches can no longer be read; fields that are added have defaults instead."""

RETRY = 1.0
"""Seconds until a batch that could not be written is tried again."""


class JournalDamaged(Exception):
    """The journal cannot be read to its end; the text says what to do."""


class NotStored(Exception):
    """What was changed is not on disk, and cannot be for now."""


class Relay(msgspec.Struct, array_like=True):
    """An event that was put into the channels of these watchers (address, application id)."""

    event: Event
    now: float
    watchers: list[tuple[str, str]]


class Activity(msgspec.Struct, array_like=True):
    """When applications of a user were last active, by id."""

    address: str
    times: dict[str, float]


class Batch(msgspec.Struct, array_like=True):
    """What was written together. ``now`` is when, in seconds since 1970."""

    now: float
    relays: list[Relay] = []
    users: list[User] = []
    activity: list[Activity] = []


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Batch)


class JournalFile:
    """The SQLite file under a journal. Its methods block; they run in the journal's thread."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self._connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
        self.path.chmod(0o600)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("PRAGMA busy_timeout = 10000")

    def prepare(self) -> bool:
        """Make the tables; tell whether what is there has the present format.

        Raises ``sqlite3.DatabaseError`` if the file is damaged.
        """
        run = self._connection.execute
        run("CREATE TABLE IF NOT EXISTS meta (format INTEGER NOT NULL)")
        run(
            "CREATE TABLE IF NOT EXISTS batches "
            "(id INTEGER PRIMARY KEY, checksum INTEGER NOT NULL, body BLOB NOT NULL)"
        )
        row = run("SELECT format FROM meta").fetchone()
        if row is None:
            run("INSERT INTO meta VALUES (?)", (FORMAT,))
        return row is None or row[0] == FORMAT

    def clear(self) -> None:
        """Forget everything, and be of the present format."""
        self._connection.execute("DELETE FROM batches")
        self._connection.execute("UPDATE meta SET format = ?", (FORMAT,))

    def read(self) -> Iterator[tuple[int, Batch]]:
        """Yield all batches. Raises ``JournalDamaged`` at the first that is not what was written."""
        query = "SELECT id, checksum, body FROM batches ORDER BY id"
        for number, checksum, body in self._connection.execute(query):
            yield number, _read(number, checksum, body)

    def append(self, body: bytes) -> int:
        """Write a batch and return its number, once it is on disk."""
        values = (zlib.crc32(body), body)
        statement = "INSERT INTO batches (checksum, body) VALUES (?, ?)"
        return self._connection.execute(statement, values).lastrowid or 0

    def drop_before(self, number: int) -> None:
        """Forget older batches."""
        self._connection.execute("DELETE FROM batches WHERE id < ?", (number,))

    def size(self) -> int:
        """Return the bytes of all batches."""
        query = "SELECT coalesce(sum(length(body)), 0) FROM batches"
        return int(self._connection.execute(query).fetchone()[0])

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def _read(number: int, checksum: int, body: bytes) -> Batch:
    try:
        if zlib.crc32(body) == checksum:
            return _DECODER.decode(body)
    except (TypeError, msgspec.DecodeError) as error:
        raise JournalDamaged(f"batch {number}: {error}") from error
    raise JournalDamaged(f"batch {number} is not what was written")
