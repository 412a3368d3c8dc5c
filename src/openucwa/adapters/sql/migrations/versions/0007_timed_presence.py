"""What holds again when a choice of presence has ended."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

SERVES = 4
"""Releases before know no choice that returns to another one; to them it just ends."""


def upgrade() -> None:
    """Add the column."""
    op.add_column("standings", sa.Column("manual_chain", sa.JSON))
