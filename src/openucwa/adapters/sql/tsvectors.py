"""The words of a search in PostgreSQL's index for full text: a column ``found`` of ``entries``.

It is filled and asked word by word, so PostgreSQL's own parsers and dictionaries have no part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ARRAY, Connection, Select, bindparam, cast, column, func, select, table
from sqlalchemy.dialects.postgresql import TSQUERY

from openucwa.adapters.sql.tables import Text

LONGEST = 500
"""Characters of a word that count; PostgreSQL takes 2046 bytes."""

_entries = table(
    "entries", *(column(name) for name in ("address", "sort_name", "is_group", "found"))
)


def insert(
    connection: Connection, rows: Sequence[dict[str, Any]], words: Mapping[str, dict[str, str]]
) -> None:
    """Add entries with their words by address."""
    statement = _entries.insert().values(
        address=bindparam("address", type_=Text),
        sort_name=bindparam("sort_name", type_=Text),
        is_group=bindparam("is_group"),
        found=func.array_to_tsvector(bindparam("words", type_=ARRAY(Text))),
    )
    said = {address: " ".join(some.values()).split() for address, some in words.items()}
    connection.execute(
        statement,
        [row | {"words": [word[:LONGEST] for word in said[row["address"]]]} for row in rows],
    )


def hits(ways: Sequence[Sequence[str]], most: int) -> Select[Any]:
    """Return entries that are found in one of the ways, any of them if there are many."""
    wanted = cast(bindparam("wanted", expression(ways), Text), TSQUERY)
    shown = select(_entries.c.address, _entries.c.is_group, _entries.c.sort_name)
    return shown.where(_entries.c.found.op("@@")(wanted)).limit(most)


def expression(ways: Sequence[Sequence[str]]) -> str:
    """Return ways to be found in the language of ``tsquery``."""
    return " | ".join(f"({' & '.join(map(_begins, way))})" for way in ways)


def _begins(text: str) -> str:
    """Return the pattern for words that begin with a text, in which no character is special."""
    quoted = text[:LONGEST].replace("\\", "\\\\").replace("'", "''")
    return f"'{quoted}':*"
