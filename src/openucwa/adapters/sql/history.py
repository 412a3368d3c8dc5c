"""The history of conversations, in SQL: the ``History`` port."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.recording import write
from openucwa.adapters.sql.rows import chunks
from openucwa.adapters.sql.tables import logs, messages, talks
from openucwa.adapters.sql.turns import alone_with_talks
from openucwa.domain.history import Entry, Log, Record
from openucwa.domain.modalities import MessageFormat
from openucwa.domain.ports import History
from openucwa.domain.seen import Importance, MessageText, MissedSeen

TOGETHER = 100
"""So many conversations are written in one transaction: others write, too."""

_COVERED = and_(
    messages.c.talk == logs.c.talk,
    messages.c.number >= logs.c.first,
    or_(logs.c.last.is_(None), messages.c.number <= logs.c.last),
)
"""Which messages are part of which log."""

_ENTRY = (
    messages.c.number,
    messages.c.sender,
    messages.c.time,
    messages.c.text,
    messages.c.format,
)


def _counts() -> Select[Any]:
    missed = logs.c.missed.is_(True)
    kinds = (missed, and_(missed, logs.c.read.is_(False)))
    numbers = [func.coalesce(func.sum(case((kind, 1), else_=0)), 0) for kind in kinds]
    return select(func.count(), *numbers).where(logs.c.owner == bindparam("owner"))


_COUNTS = _counts()
"""Made once: everybody who signs in asks, and making it takes longer than the rest."""


class SqlHistory(History):
    """Keeps what people said to each other."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, records: Sequence[Record]) -> set[str]:
        """Write what happened; doing so again changes nothing.

        Nothing is kept for who is not in the directory. Return those who have missed something
        that they had not missed before.
        """
        missed: set[str] = set()
        for start in range(0, len(records), TOGETHER):
            some = records[start : start + TOGETHER]

            def work(connection: Connection, some: Sequence[Record] = some) -> None:
                missed.update(write(connection, some))

            await self._database.write_in_thread(work)
        return missed

    async def logs(self, owner: str, limit: int, words: Sequence[str] = ()) -> Sequence[int]:
        """Return the ids of somebody's newest logs, or of those that have all of the words.

        Each folded word begins a word of the subject and the names, or of one message.
        """
        query = select(logs.c.id).where(logs.c.owner == owner)
        if words:
            about = exists().where(talks.c.id == logs.c.talk, *_begin(talks.c.words, words))
            said = exists().where(_COVERED, *_begin(messages.c.words, words))
            query = query.where(or_(about, said))
        query = query.order_by(logs.c.time.desc(), logs.c.id.desc()).limit(limit)
        async with self._database.read() as connection:
            return list(await connection.scalars(query))

    async def log(self, owner: str, identifier: int) -> Log | None:
        """Return one of somebody's logs, or None."""
        query = _logs().where(logs.c.id == _number(identifier), logs.c.owner == owner)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).first()
            if row is None:
                return None
            latest = select(*_ENTRY).where(_COVERED, logs.c.id == row.id)
            latest = latest.order_by(messages.c.number.desc()).limit(1)
            said = (await connection.execute(latest)).first()
        return _log(row, said)

    async def entries(self, log: Log, after: int, limit: int) -> Sequence[Entry]:
        """Return what was said in a log after a message, oldest first."""
        later = messages.c.number > _number(after)
        query = select(*_ENTRY).where(_COVERED, logs.c.id == log.id, later)
        query = query.order_by(messages.c.number).limit(limit)
        async with self._database.read() as connection:
            return [_entry(row) for row in await connection.execute(query)]

    async def read(self, log: Log) -> None:
        """Note that somebody has read a log."""
        async with self._database.write() as connection:
            await connection.execute(update(logs).where(logs.c.id == log.id).values(read=True))

    async def delete(self, log: Log) -> None:
        """Delete a log, and what nobody else keeps of it."""
        async with self._database.write() as connection:
            await alone_with_talks(connection, [log.conversation])
            await connection.execute(delete(logs).where(logs.c.id == log.id))
            await sweep(connection, [log.conversation])

    async def counts(self, owner: str) -> MissedSeen:
        """Return how much somebody keeps, and how much of it she missed."""
        return await self._database.read_in_thread(
            lambda connection: MissedSeen(*connection.execute(_COUNTS, {"owner": owner}).one())
        )

    async def purge(self, before: float, limit: int, owner: str = "") -> int:
        """Delete some logs with nothing newer in them; return how many, 0 if none are left.

        Those of everybody, or of one ``owner``.
        """
        query = select(logs.c.id, logs.c.talk).where(*_old(before, owner))
        query = query.order_by(logs.c.time).limit(limit)
        async with self._database.write() as connection:
            found = (await connection.execute(query)).all()
            for some in chunks(found):
                await alone_with_talks(connection, {row.talk for row in some})
                these = logs.c.id.in_([row.id for row in some])
                await connection.execute(delete(logs).where(these, *_old(before, owner)))
                await sweep(connection, {row.talk for row in some})
        return len(found)

    async def count_old(self, before: float, owner: str = "") -> int:
        """Return how many logs a purge would delete."""
        query = select(func.count()).select_from(logs).where(*_old(before, owner))
        async with self._database.read() as connection:
            return int(await connection.scalar(query) or 0)


async def sweep(connection: AsyncConnection, conversations: Iterable[str]) -> None:
    """Delete what nobody keeps of some conversations."""
    kept = exists().where(_COVERED)
    some_log = exists().where(logs.c.talk == talks.c.id)
    for some in chunks(list(conversations)):
        unkept = delete(messages).where(messages.c.talk.in_(some), ~kept)
        await connection.execute(unkept)
        await connection.execute(delete(talks).where(talks.c.id.in_(some), ~some_log))


def _number(asked: int) -> ColumnElement[int]:
    """Return a number that clients choose: it may be larger than any that is there."""
    return literal(asked, BigInteger)


def _begin(column: ColumnElement[str], words: Sequence[str]) -> list[ColumnElement[bool]]:
    """Return that each of some words begins a word of a column, where a space is before each."""
    return [column.contains(f" {word}", autoescape=True) for word in words]


def _old(before: float, owner: str) -> list[ColumnElement[bool]]:
    return [logs.c.time < before, *([logs.c.owner == owner] if owner else [])]


def _logs() -> Select[Any]:
    about = (talks.c.thread, talks.c.subject, talks.c.importance, talks.c.meeting, talks.c.names)
    return select(logs, *about).join_from(logs, talks)


def _log(row: Row[Any], said: Any) -> Log:
    return Log(
        row.id,
        row.owner,
        row.talk,
        row.first,
        row.last,
        row.since,
        row.incoming,
        row.missed,
        row.read,
        row.thread,
        row.subject,
        Importance(row.importance),
        row.meeting,
        row.names,
        _entry(said).said if said is not None else None,
    )


def _entry(row: Any) -> Entry:
    return Entry(row.number, row.sender, row.time, MessageText(row.text, MessageFormat(row.format)))
