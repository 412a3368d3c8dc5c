"""Bring a database's schema up to date.

To change the schema, change ``tables``, add ``migrations/versions/NNNN_what.py`` and set ``HEAD``.

Several servers of two releases may use one database, while they are replaced one by one. So a
migration only adds what the release before can do without, and says ``SERVES`` with the oldest
revision whose release works with its schema; what nobody needs any more goes in a later one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text

HEAD = "0009"
"""The newest revision, known here so that a start without work need not import Alembic."""

_OLDEST = "oldest schema served"
"""Where the number of ``SERVES`` stands among the revisions."""


class DatabaseUnusable(Exception):
    """The database cannot be opened; the text says which one and why."""


def migrate(connection: Connection) -> None:
    """Upgrade the schema within the connection's transaction. Raises ``DatabaseUnusable``."""
    revision = None
    if inspect(connection).has_table("alembic_version"):
        revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if revision == HEAD:
        return
    if revision is not None and revision > HEAD:
        if _serves(connection) > int(HEAD):
            raise DatabaseUnusable(
                f"it has schema {revision}, this release knows {HEAD}: use the newer release"
            )
        return
    # Alembic takes longer to import than everything else to start.
    from alembic import command  # noqa: PLC0415  slow
    from alembic.config import Config  # noqa: PLC0415  slow
    from alembic.script import ScriptDirectory  # noqa: PLC0415  slow

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    script = ScriptDirectory.from_config(config).get_revision("head")
    note_served(connection, script.module)


def note_served(connection: Connection, migration: Any) -> None:
    """Store which releases can use the schema that a migration leaves behind."""
    number = int(getattr(migration, "SERVES", migration.revision))
    name = {"name": _OLDEST}
    connection.execute(text("DELETE FROM revisions WHERE name = :name"), name)
    row = text("INSERT INTO revisions (name, number) VALUES (:name, :number)")
    connection.execute(row, name | {"number": number})


def _serves(connection: Connection) -> int:
    """Return the oldest revision whose release can use the schema; a high one if nobody knows."""
    query = text("SELECT number FROM revisions WHERE name = :name")
    number = connection.scalar(query, {"name": _OLDEST})
    return 2**31 if number is None else int(number)
