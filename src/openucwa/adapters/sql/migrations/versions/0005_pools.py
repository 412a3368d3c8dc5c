"""Pools, and in which of them people are at home."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

SERVES = 4
"""The release before knows one pool only and does not look here."""

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "pools",
        sa.Column("name", TEXT, primary_key=True),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("backup", TEXT, nullable=False),
        sa.Column("draining", sa.Boolean, nullable=False),
        sa.Column("since", sa.Double, nullable=False),
    )
    op.create_table(
        "homes",
        sa.Column("address", TEXT, primary_key=True),
        sa.Column("pool", TEXT, sa.ForeignKey("pools.name", ondelete="CASCADE"), nullable=False),
    )
