"""Pictures of people, their phones, and what happens to their calls."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def _person() -> sa.Column[str]:
    target = sa.ForeignKey("people.address", ondelete="CASCADE")
    return sa.Column("address", TEXT, target, primary_key=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "photos",
        _person(),
        sa.Column("jpeg", sa.LargeBinary, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
    )
    op.create_table(
        "phones",
        _person(),
        sa.Column("kind", TEXT, primary_key=True),
        sa.Column("number", TEXT),
        sa.Column("shown", sa.Boolean),
    )
    op.create_table("forwarding", _person(), sa.Column("settings", sa.JSON, nullable=False))
