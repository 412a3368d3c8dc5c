"""The batches of a journal, and the SQLite file that keeps them."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import get_args

import msgspec

from openucwa.app.letters import Got, Mail, Posted, Sent
from openucwa.domain.channel import Event, Ref
from openucwa.domain.conversations import Conversation
from openucwa.domain.parties import Message
from openucwa.domain.seen import Seen
from openucwa.domain.users import User

FILE = "live.sqlite3"
FORMAT = 3
"""Grows when older batches can no longer be read; fields that are added have defaults instead."""


class JournalDamaged(Exception):
    """The journal is not what was written; the text says where."""


class JournalUnusable(Exception):
    """The journal cannot be opened now, though nothing is known to be damaged."""


class JournalInUse(JournalUnusable):
    """Another process has the journal open."""


class Relay(msgspec.Struct, array_like=True, tag=True):
    """An event that was put into the channels of these watchers (address, application id)."""

    event: Event
    now: float
    watchers: list[tuple[str, str]]


class Package(msgspec.Struct, array_like=True, tag=True):
    """A package that was made of all the events that waited in a channel."""

    address: str
    application: str
    instance: str
    number: int
    packed: int
    body: bytes
    holds: tuple[float, float, float]


class Said(msgspec.Struct, array_like=True, tag=True):
    """A message that was said in a conversation."""

    conversation: str
    message: Message


class Arrived(msgspec.Struct, array_like=True, tag=True):
    """That a message of a conversation has reached somebody."""

    conversation: str
    number: int
    address: str


Step = Relay | Package | Said | Arrived | Posted | Sent | Got
"""Something small that happened."""


class Activity(msgspec.Struct, array_like=True):
    """When the applications of a user were last active, by id."""

    address: str
    times: dict[str, float]


class Batch(msgspec.Struct, array_like=True):
    """What was written together at ``now`` by a process that ``began`` then (since 1970).

    ``over`` are the ids of conversations that were forgotten; ``mail`` is that of a shard.
    """

    now: float
    steps: list[Step]
    users: list[User]
    activity: list[Activity]
    began: float = 0.0
    conversations: list[Conversation] = []
    over: list[str] = []
    mail: Mail | None = None


class _Stored(msgspec.Struct, array_like=True):
    """The fields of an event."""

    sender: Ref
    link: Ref
    type: str
    urgency: int
    inside: Ref | None
    embed: bool
    once: bool
    params: dict[str, str] | None
    shown: tuple[str, msgspec.Raw] | None = None
    succeeded: bool | None = None
    reason: str | None = None
    apart: bool = False
    receipt: tuple[str, int] | None = None


_STORED = msgspec.msgpack.Decoder(_Stored)

_SEEN: dict[str, msgspec.msgpack.Decoder[Seen]] = {
    kind.__name__: msgspec.msgpack.Decoder(kind) for kind in get_args(Seen)
}
"""Decoders of what events show, by the names of their kinds."""


@lru_cache(maxsize=1 << 16)
def _event(stored: bytes) -> Event:
    """Read an event; those that are alike are one."""
    given = _STORED.decode(stored)
    return Event(
        given.sender,
        given.link,
        given.type,
        given.urgency,
        given.inside,
        embed=given.embed,
        once=given.once,
        params=given.params,
        shown=given.shown and _SEEN[given.shown[0]].decode(given.shown[1]),
        succeeded=given.succeeded,
        reason=given.reason,
        apart=given.apart,
        receipt=given.receipt,
    )


def write_event(value: object) -> bytes:
    """Write an event, as the hook of an encoder."""
    if not isinstance(value, Event):
        raise NotImplementedError  # how a hook of msgspec says that it knows no such type
    # What happens once is put into few channels, and would only drive others out.
    alone = value.once and not value.many
    return _written.__wrapped__(value) if alone else _written(value)


@lru_cache(maxsize=1 << 14)
def _written(event: Event) -> bytes:
    """Write an event; it waits in many channels and, with their users, is written often."""
    shown = event.shown
    return msgspec.msgpack.encode(
        (
            event.sender,
            event.link,
            event.type,
            event.urgency,
            event.inside,
            event.embed,
            event.once,
            event.params,
            None if shown is None else (type(shown).__name__, shown),
            event.succeeded,
            event.reason,
            event.apart,
            event.receipt,
        )
    )


def read_event(kind: type, value: object) -> Event:
    """Read an event, as the hook of a decoder."""
    if kind is not Event or not isinstance(value, bytes):
        raise msgspec.ValidationError("not an event")
    return _event(value)


_ENCODER = msgspec.msgpack.Encoder(enc_hook=write_event)
_DECODER = msgspec.msgpack.Decoder(Batch, dec_hook=read_event)


def encode(batch: Batch) -> bytes:
    """Write a batch."""
    return _ENCODER.encode(batch)


SHORT, LONG = 256, 65536
"""Bytes from which a batch is compressed where it goes over a network, and where it goes to a disk.

Most are shorter than ``LONG``, and come by the hundred: to set up a large window takes five times
what it takes to compress one of those with a small one.
"""
_LARGE, _SMALL = (1, zlib.DEFLATED, 15, 8), (1, zlib.DEFLATED, 13, 6)
"""Level, method, bits of the window, memory."""


def packed(body: bytes, least: int = SHORT) -> bytes:
    """Compress a batch, unless it has fewer bytes than ``least``."""
    if len(body) < least:
        return body
    packing = zlib.compressobj(*(_LARGE if len(body) >= LONG else _SMALL))
    return packing.compress(body) + packing.flush()


_PREPARE = (
    "PRAGMA busy_timeout = 1000",
    "PRAGMA locking_mode = EXCLUSIVE",  # one server for one folder
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "CREATE TABLE IF NOT EXISTS meta (format INTEGER NOT NULL)",
    """CREATE TABLE IF NOT EXISTS batches
       (id INTEGER PRIMARY KEY, checksum INTEGER NOT NULL, body BLOB NOT NULL)""",
)

_COMPRESSED = {b"\x58", b"\x78"}
"""How what is compressed begins, by its window; a batch that is not begins like an array."""

_OUTSIDE = (
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
)
"""What says nothing about the file itself."""


class BatchFile:
    """An append-only table with a checksum for each batch.

    Methods block, and may raise ``sqlite3.Error``. Opening it raises ``JournalDamaged`` for a
    file that is no database, and ``JournalUnusable``, such as when the disk is full.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self.grown = 0
        """Bytes that were written since it was opened."""
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.path.touch(mode=0o600)
            self._connection = sqlite3.connect(
                self.path, isolation_level=None, check_same_thread=False
            )
        except (OSError, sqlite3.OperationalError) as error:
            raise JournalUnusable(f"cannot open {self.path}: {error}") from error
        try:
            self._prepare()
        except sqlite3.DatabaseError as error:
            self._connection.close()
            if error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise JournalInUse(f"another server runs with the data folder {folder}") from error
            if error.sqlite_errorcode & 0xFF in _OUTSIDE:
                raise JournalUnusable(f"cannot use {self.path}: {error}") from error
            raise JournalDamaged(f"{self.path}: {error}") from error

    def _prepare(self) -> None:
        for statement in _PREPARE:
            self._connection.execute(statement)
        row = self._connection.execute("SELECT format FROM meta").fetchone()
        if row is None:
            self._connection.execute("INSERT INTO meta VALUES (?)", (FORMAT,))
        self._format = row[0] if row else FORMAT

    def is_current(self) -> bool:
        """Tell whether the batches have the present format; a new file has."""
        return bool(self._format == FORMAT)

    def clear(self) -> None:
        """Forget all batches, and be of the present format."""
        self._connection.execute("DELETE FROM batches")
        self._connection.execute("UPDATE meta SET format = ?", (FORMAT,))
        self._format = FORMAT

    def read(self) -> Iterator[Batch]:
        """Yield all batches. Raises ``JournalDamaged`` at the first that cannot be trusted."""
        try:
            for number, checksum, body in self._rows():
                yield decode(number, checksum, body)
        except JournalDamaged as error:
            raise JournalDamaged(f"{self.path}: {error}") from None
        except sqlite3.DatabaseError as error:
            raise JournalDamaged(f"{self.path}: {error}") from error

    def numbers_damaged(self) -> list[int]:
        """Return which batches cannot be trusted."""
        damaged = []
        for number, checksum, body in self._rows():
            try:
                decode(number, checksum, body)
            except JournalDamaged:
                damaged.append(number)
        return damaged

    def drop(self, numbers: Iterable[int]) -> None:
        """Forget some batches."""
        self._connection.executemany("DELETE FROM batches WHERE id = ?", [(n,) for n in numbers])

    def append(self, body: bytes) -> int:
        """Write a batch; return its number once it is on disk.

        Packages repeat each other a lot, and the disk is slower than compressing many of them.
        """
        body = packed(body, LONG)
        self.grown += len(body)
        statement = "INSERT INTO batches (checksum, body) VALUES (?, ?)"
        return self._connection.execute(statement, (zlib.crc32(body), body)).lastrowid or 0

    def drop_before(self, number: int, most: int) -> bool:
        """Forget the oldest batches before a number, so many at most; tell whether all are gone."""
        query = "SELECT min(id) FROM batches"
        oldest = self._connection.execute(query).fetchone()[0] or number
        until = min(number, oldest + most)
        self._connection.execute("DELETE FROM batches WHERE id < ?", (until,))
        return bool(until == number)

    def size(self) -> int:
        """Return the bytes of all batches."""
        query = "SELECT coalesce(sum(length(body)), 0) FROM batches"
        return int(self._connection.execute(query).fetchone()[0])

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _rows(self) -> Iterator[tuple[int, int, bytes]]:
        query = "SELECT id, checksum, CAST(body AS BLOB) FROM batches ORDER BY id"
        return self._connection.execute(query)


def decode(number: int, checksum: int, body: bytes) -> Batch:
    """Read a batch. Raises ``JournalDamaged``."""
    if zlib.crc32(body) != checksum:
        raise JournalDamaged(f"batch {number} is not what was written")
    try:
        return _DECODER.decode(zlib.decompress(body) if body[:1] in _COMPRESSED else body)
    except (msgspec.DecodeError, zlib.error) as error:
        raise JournalDamaged(f"batch {number} cannot be read: {error}") from error
