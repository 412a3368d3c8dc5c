"""Contact lists, distribution groups, privacy levels, managers; what a search finds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

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
