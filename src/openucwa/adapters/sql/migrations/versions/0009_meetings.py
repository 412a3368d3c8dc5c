"""Meetings that people arranged."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

SERVES = 4
"""Releases before hold no meetings and do not look here."""

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, TEXT, nullable=False)


def upgrade() -> None:
    """Create the tables."""
    owner = sa.ForeignKey("people.address", ondelete="CASCADE")
    op.create_table(
        "meetings",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("organizer", TEXT, owner, nullable=False),
        *map(_text, ("subject", "description", "access", "promotion", "announcement")),
        *map(_text, ("lobby_bypass", "phone")),
        *(sa.Column(name, sa.Double) for name in ("expires", "starts", "ends")),
        sa.Column("assigned", sa.Boolean, nullable=False),
        sa.Column("used", sa.Double, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("goes", sa.Double),
    )
    for name in ("organizer", "ends", "goes"):
        op.create_index(f"ix_meetings_{name}", "meetings", [name])
    meeting = sa.ForeignKey("meetings.id", ondelete="CASCADE")
    op.create_table(
        "meeting_people",
        sa.Column("meeting", TEXT, meeting, primary_key=True),
        sa.Column("address", TEXT, primary_key=True),
        sa.Column("leads", sa.Boolean, primary_key=True),
        sa.Column("place", sa.Integer, nullable=False),
    )
    op.create_index("ix_meeting_people_address", "meeting_people", ["address"])
    meeting = sa.ForeignKey("meetings.id", ondelete="CASCADE")
    op.create_table(
        "meeting_extensions",
        sa.Column("meeting", TEXT, meeting, primary_key=True),
        sa.Column("id", TEXT, primary_key=True),
        _text("type"),
        sa.Column("data", sa.JSON, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
    )
