"""Contact lists, distribution groups, privacy levels, managers; what a search finds."""

from __future__ import annotations

import string

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from openucwa.adapters.sql.search import index_people

revision = "0003"
down_revision = "0002"

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, TEXT, nullable=False)


def _key(name: str, target: str = "") -> sa.Column[str]:
    owned = [sa.ForeignKey(target, ondelete="CASCADE")] if target else []
    return sa.Column(name, TEXT, *owned, primary_key=True)


def upgrade() -> None:
    """Create the tables; let searches find who is there already."""
    op.add_column("people", sa.Column("manager", TEXT, nullable=False, server_default=""))
    op.drop_column("people", "sort_name")
    op.drop_table("words")
    op.create_table(
        "distribution_groups",
        _key("address"),
        sa.Column("id", TEXT, nullable=False, unique=True),
        _text("name"),
        sa.Column("hidden", sa.Boolean, nullable=False),
    )
    op.create_table(
        "distribution_members",
        _key("group_address", "distribution_groups.address"),
        _key("member"),
    )
    op.create_table(
        "entries",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("address", TEXT, nullable=False, unique=True),
        _text("sort_name"),
        sa.Column("is_group", sa.Boolean, nullable=False),
    )
    op.create_table(
        "contact_groups",
        _key("owner", "people.address"),
        _key("id"),
        _text("name"),
        _text("address"),
    )
    op.create_table(
        "memberships", _key("owner", "people.address"), _key("group_id"), _key("contact")
    )
    op.create_table("delegates", _key("owner", "people.address"), _key("delegate"))
    op.create_table(
        "relationships", _key("owner", "people.address"), _key("contact"), _text("level")
    )
    op.create_table("revisions", _key("name"), sa.Column("number", sa.Integer, nullable=False))
    for table, column in (
        ("people", "manager"),
        ("distribution_members", "member"),
        ("memberships", "contact"),
        ("delegates", "delegate"),
        ("relationships", "contact"),
    ):
        op.create_index(f"ix_{table}_{column}", table, [column])
    if op.get_bind().dialect.name == "sqlite":
        _build_fts5()
    else:
        _build_tsvectors()
    # With the server's own code: words that were folded in another way would never be found.
    addresses = op.get_bind().scalars(sa.text("SELECT address FROM people")).all()
    index_people(op.get_bind(), addresses)


def _build_tsvectors() -> None:
    """Let searches on PostgreSQL find who is there, for as long as they are there."""
    op.add_column("entries", sa.Column("found", postgresql.TSVECTOR, nullable=False))
    op.create_index("ix_entries_found", "entries", ["found"], postgresql_using="gin")
    op.execute(
        "CREATE FUNCTION forget_entry() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN DELETE FROM entries WHERE address = old.address; RETURN NULL; END'"
    )
    for table in ("people", "distribution_groups"):
        op.execute(
            f"CREATE TRIGGER {table}_found AFTER DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION forget_entry()"
        )


def _build_fts5() -> None:
    """Let searches on SQLite find who is there, for as long as they are there.

    Spaces alone end words, and as many letters of each are indexed as people type before they
    look at what is found: each length that is not costs reading all words that begin alike.
    """
    marks = string.punctuation.replace("'", "''")
    tokenizer = f"ascii tokenchars '{marks}'".replace('"', '""')
    op.get_bind().exec_driver_sql(
        "CREATE VIRTUAL TABLE entry_words USING fts5(name, mail, phone, detail = none, "
        f"columnsize = 0, prefix = '1 2 3 4 5 6 7 8 9', tokenize = \"{tokenizer}\")"
    )
    for table, found in (
        ("people", "entries WHERE address = old.address"),
        ("distribution_groups", "entries WHERE address = old.address"),
        ("entries", "entry_words WHERE rowid = old.id"),
    ):
        follow = f"DELETE FROM {found}"  # noqa: S608  only what stands here
        op.execute(f"CREATE TRIGGER {table}_found AFTER DELETE ON {table} BEGIN {follow}; END")
