"""Writing conversations into the history, so that it does no harm to write them again.

What was written and is written once more, because a server ended before it had noted that, is
replaced by what it says now.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Table, bindparam, delete, select, update

from openucwa.adapters.sql.rows import chunks
from openucwa.adapters.sql.tables import logs, messages, people, talks
from openucwa.domain.folding import fold
from openucwa.domain.history import Entry, Record, covers
from openucwa.domain.modalities import MessageFormat
from openucwa.domain.parties import Attendance
from openucwa.domain.seen import MessageText
from openucwa.wire import markup

Key = tuple[str, str, int]
"""What a log is known by beside its id: conversation, owner and first message."""


def write(connection: Connection, records: Sequence[Record]) -> set[str]:
    """Write records in one transaction; return who has missed what she had not missed before."""
    _write_talks(connection, records)
    _write_messages(connection, records)
    return _write_logs(connection, records)


def words_of(texts: Iterable[str]) -> str:
    """Return the folded words of texts with a space before each, as searches look for them."""
    return "".join(f" {word}" for text in texts for word in fold(text))


def plain(said: MessageText) -> str:
    """Return what was said without markup."""
    return markup.plain(said.text) if said.format is MessageFormat.HTML else said.text


def _write_talks(connection: Connection, records: Sequence[Record]) -> None:
    identifiers = [record.conversation for record in records]
    rows = select(talks.c.id).where(talks.c.id.in_(identifiers)).order_by(talks.c.id)
    known = set(connection.scalars(rows.with_for_update(key_share=True)))
    new, old = [], []
    for record in records:
        row = {
            "id": record.conversation,
            "thread": record.thread,
            "subject": record.subject,
            "importance": record.importance.value,
            "meeting": record.meeting,
            "names": dict(record.names),
            "words": words_of([record.subject, *record.names.values()]),
        }
        if record.conversation not in known:
            new.append(row)
        else:
            old.append({f"own_{name}": value for name, value in row.items()})
    _insert(connection, talks, new)
    if old:
        changes: dict[Any, Any] = {
            one: bindparam(f"own_{one.name}") for one in talks.c if not one.primary_key
        }
        change = update(talks).where(talks.c.id == bindparam("own_id")).values(changes)
        connection.execute(change, old)


def _write_messages(connection: Connection, records: Sequence[Record]) -> None:
    again = delete(messages).where(
        messages.c.talk == bindparam("own_talk"), messages.c.number > bindparam("own_logged")
    )
    connection.execute(
        again, [{"own_talk": one.conversation, "own_logged": one.logged} for one in records]
    )
    rows = [_row(record.conversation, entry) for record in records for entry in record.entries]
    _insert(connection, messages, rows)


def _row(conversation: str, entry: Entry) -> dict[str, Any]:
    return {
        "talk": conversation,
        "number": entry.number,
        "sender": entry.sender,
        "time": entry.time,
        "format": entry.said.format.value,
        "text": entry.said.text,
        "words": words_of([plain(entry.said)]),
    }


def _write_logs(connection: Connection, records: Sequence[Record]) -> set[str]:
    known, present = _known_logs(connection, records), _present(connection, records)
    new: dict[Key, dict[str, Any]] = {}
    old: dict[Key, dict[str, Any]] = {}
    missed: set[str] = set()
    for record in records:
        for one in record.attendances:
            if one.owner not in present:
                continue
            key = (record.conversation, one.owner, one.first)
            before = known.get(key)
            newly = one.missed and (before is None or not before.missed)
            if newly:
                missed.add(one.owner)
            said = [entry.time for entry in record.entries if covers(one, entry.number)]
            changes = {
                "last": one.last,
                "missed": one.missed,
                "read": not newly and (before is None or before.read),
                "time": max([one.time if before is None else before.time, *said]),
            }
            if before is None:
                new[key] = _new(record.conversation, one) | changes
            else:
                old[key] = {f"own_{name}": value for name, value in changes.items()}
                old[key]["own_id"] = before.id
    _insert(connection, logs, list(new.values()))
    if old:
        fields = ("last", "missed", "read", "time")
        values: dict[str, Any] = {name: bindparam(f"own_{name}") for name in fields}
        change = update(logs).where(logs.c.id == bindparam("own_id")).values(values)
        connection.execute(change, list(old.values()))
    return missed


def _new(conversation: str, attendance: Attendance) -> dict[str, Any]:
    return {
        "talk": conversation,
        "owner": attendance.owner,
        "first": attendance.first,
        "since": attendance.time,
        "incoming": attendance.incoming,
    }


def _known_logs(connection: Connection, records: Sequence[Record]) -> dict[Key, Row[Any]]:
    identifiers = [record.conversation for record in records]
    rows = select(logs).where(logs.c.talk.in_(identifiers)).order_by(logs.c.id)
    found = connection.execute(rows.with_for_update(key_share=True))
    return {(row.talk, row.owner, row.first): row for row in found}


def _present(connection: Connection, records: Sequence[Record]) -> set[str]:
    """Return those owners who are in the directory: others may have been removed meanwhile."""
    owners = sorted({one.owner for record in records for one in record.attendances})
    present: set[str] = set()
    for some in chunks(owners):
        query = select(people.c.address).where(people.c.address.in_(some))
        present.update(connection.scalars(query))
    return present


def _insert(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(table.insert(), rows)
