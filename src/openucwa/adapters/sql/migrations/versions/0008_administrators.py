"""Who may look after others, and what they did."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

SERVES = 4
"""Releases before know no administrators and note nothing."""

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the column and create the table."""
    admin = sa.Column("admin", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("accounts", admin)
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("time", sa.Double, nullable=False),
        *(sa.Column(name, TEXT, nullable=False) for name in ("actor", "act", "about")),
        sa.Column("details", sa.JSON, nullable=False),
        sa.Column("outcome", TEXT, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_time", "audit", ["time"])
