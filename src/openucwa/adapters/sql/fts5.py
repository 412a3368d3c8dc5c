"""The words of a search in SQLite's index for full text, FTS5.

The table ``entry_words`` has a row for each of ``entries``. Its tokenizer ends words only at spaces
and control characters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    bindparam,
    column,
    func,
    literal_column,
    select,
    table,
)

from openucwa.adapters.sql.tables import Text, entries

_words = table("entry_words", *(column(name) for name in ("rowid", "name", "mail", "phone")))


def insert(
    connection: Connection, rows: Sequence[dict[str, Any]], words: Mapping[str, dict[str, str]]
) -> None:
    """Add entries with their words by address."""
    last = connection.scalar(select(func.max(entries.c.id))) or 0
    numbered = list(enumerate(rows, last + 1))
    connection.execute(entries.insert(), [{"id": number, **row} for number, row in numbered])
    said = [{"rowid": number, **words[row["address"]]} for number, row in numbered]
    connection.execute(_words.insert(), said)


def hits(ways: Sequence[Sequence[str]], most: int) -> Select[Any]:
    """Return entries that are found in one of the ways, any of them if there are many."""
    is_match = literal_column("entry_words").op("MATCH")(
        bindparam("wanted", expression(ways), Text)
    )
    found = select(_words.c.rowid).where(is_match).limit(most).subquery()
    shown = select(entries.c.address, entries.c.is_group, entries.c.sort_name)
    return shown.join_from(found, entries, entries.c.id == found.c.rowid)


def expression(ways: Sequence[Sequence[str]]) -> str:
    """Return ways to be found in the language of FTS5."""
    return " OR ".join(f"({' AND '.join(map(_begins, way))})" for way in ways)


def _begins(text: str) -> str:
    """Return the pattern for words that begin with a text, in which no character is special."""
    quoted = text.replace('"', '""')
    return f'"{quoted}" *'
