"""Where events and presence are pushed to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

SERVES = 4
"""Releases before push nothing and do not look here."""

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, TEXT, nullable=False)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "callbacks",
        sa.Column("id", TEXT, primary_key=True),
        *map(_text, ("url", "secret", "old_secret")),
        sa.Column("rotated", sa.Double, nullable=False),
        *map(_text, ("user_agent", "address")),
        sa.UniqueConstraint("user_agent", "address", name="uq_callbacks_user_agent"),
    )
    op.create_table(
        "webhooks",
        sa.Column("id", TEXT, primary_key=True),
        *map(_text, ("url", "secret", "old_secret")),
        sa.Column("rotated", sa.Double, nullable=False),
        sa.Column("everybody", sa.Boolean, nullable=False),
    )
    owner = sa.ForeignKey("webhooks.id", ondelete="CASCADE")
    op.create_table(
        "webhook_subjects",
        sa.Column("webhook", TEXT, owner, primary_key=True),
        sa.Column("address", TEXT, primary_key=True),
    )
    op.create_index("ix_webhook_subjects_address", "webhook_subjects", ["address"])
