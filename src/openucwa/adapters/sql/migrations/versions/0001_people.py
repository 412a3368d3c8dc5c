"""People, their accounts and what they say; policies; the server's keys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, TEXT, nullable=False) for name in names]


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, TEXT, primary_key=True)


def _person() -> sa.Column[str]:
    target = sa.ForeignKey("people.address", ondelete="CASCADE")
    return sa.Column("address", TEXT, target, primary_key=True)


def upgrade() -> None:
    """Create the first tables."""
    op.create_table(
        "people",
        _key("address"),
        *_text("uri", "name", "title", "department", "company", "office"),
        sa.Column("emails", sa.JSON, nullable=False),
        *_text("work_phone", "mobile_phone", "home_phone", "other_phone", "sort_name"),
    )
    op.create_table("words", _key("kind"), _key("word"), _person())
    op.create_index("words_by_address", "words", ["address"])
    op.create_table(
        "accounts",
        _person(),
        *_text("password_hash"),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
    )
    op.create_table(
        "standings",
        _key("address"),
        sa.Column("note", TEXT),
        sa.Column("note_type", TEXT),
        sa.Column("location", TEXT),
        sa.Column("manual", TEXT),
        sa.Column("manual_since", sa.Double),
        sa.Column("manual_expires", sa.Double),
        sa.Column("last_active", sa.Double),
    )
    op.create_table("policies", _key("address"), _key("name"), *_text("value"))
    op.create_table("server_keys", _key("name"), sa.Column("key", sa.LargeBinary, nullable=False))
