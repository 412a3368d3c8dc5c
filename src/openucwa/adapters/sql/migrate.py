"""Bring a database's schema up to date.

To change the schema, change ``tables``, add ``migrations/versions/NNNN_what.py`` and set ``HEAD``.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

HEAD = "0004"
"""The newest revision, known here so that a start without work need not import Alembic."""


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
        raise DatabaseUnusable(
            f"it has schema {revision}, this release knows {HEAD}: use the newer release"
        )
    # Alembic takes longer to import than everything else to start.
    from alembic import command  # noqa: PLC0415  slow
    from alembic.config import Config  # noqa: PLC0415  slow

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
