"""What is kept of conversations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, TEXT, nullable=False)


def _of(name: str, target: str, *, key: bool = False) -> sa.Column[str]:
    owner = sa.ForeignKey(target, ondelete="CASCADE")
    return sa.Column(name, TEXT, owner, primary_key=key, nullable=False)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "talks",
        sa.Column("id", TEXT, primary_key=True),
        *map(_text, ("thread", "subject", "importance", "meeting")),
        sa.Column("names", sa.JSON, nullable=False),
        _text("words"),
    )
    op.create_table(
        "messages",
        _of("talk", "talks.id", key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        _text("sender"),
        sa.Column("time", sa.Double, nullable=False),
        *map(_text, ("format", "text", "words")),
    )
    op.create_table(
        "logs",
        sa.Column("id", sa.Integer, primary_key=True),
        _of("owner", "people.address"),
        _of("talk", "talks.id"),
        sa.Column("first", sa.Integer, nullable=False),
        sa.Column("last", sa.Integer),
        *(sa.Column(name, sa.Double, nullable=False) for name in ("since", "time")),
        *(sa.Column(name, sa.Boolean, nullable=False) for name in ("incoming", "missed", "read")),
        sa.UniqueConstraint("talk", "owner", "first", name="uq_logs_talk"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_logs_owner", "logs", ["owner", "time"])
    op.create_index("ix_logs_time", "logs", ["time"])
