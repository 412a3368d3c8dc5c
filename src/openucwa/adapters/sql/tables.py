"""The tables of what must outlive a restart. ``migrations`` builds them; keep both in step."""

from __future__ import annotations

import re

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
    UniqueConstraint,
    false,
)

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class Text(TypeDecorator[str]):
    """Text of any origin, compared by code point: what no engine can hold becomes U+FFFD."""

    impl = String().with_variant(String(collation="C"), "postgresql")
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Replace lone surrogates and NUL."""
        del dialect
        return value and _UNSTORABLE.sub("\ufffd", value)


metadata = MetaData()

people = Table(
    "people",
    metadata,
    Column("address", Text, primary_key=True),
    Column("uri", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("company", Text, nullable=False),
    Column("office", Text, nullable=False),
    Column("emails", JSON, nullable=False),
    Column("work_phone", Text, nullable=False),
    Column("mobile_phone", Text, nullable=False),
    Column("home_phone", Text, nullable=False),
    Column("other_phone", Text, nullable=False),
    Column("manager", Text, nullable=False, server_default="", index=True),
)

distribution_groups = Table(
    "distribution_groups",
    metadata,
    Column("address", Text, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("hidden", Boolean, nullable=False),
)

distribution_members = Table(
    "distribution_members",
    metadata,
    Column(
        "group_address",
        Text,
        ForeignKey(distribution_groups.c.address, ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("member", Text, primary_key=True, index=True),
)
"""Who is in a distribution group: people, and other groups."""

entries = Table(
    "entries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("address", Text, nullable=False, unique=True),
    Column("sort_name", Text, nullable=False),
    Column("is_group", Boolean, nullable=False),
)
"""What a search may find; ``search`` says by what."""

accounts = Table(
    "accounts",
    metadata,
    Column("address", Text, ForeignKey(people.c.address, ondelete="CASCADE"), primary_key=True),
    Column("password_hash", Text, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("admin", Boolean, nullable=False, server_default=false()),
)

standings = Table(
    "standings",
    metadata,
    Column("address", Text, primary_key=True),
    Column("note", Text),
    Column("note_type", Text),
    Column("location", Text),
    Column("manual", Text),
    Column("manual_since", Double),
    Column("manual_expires", Double),
    Column("manual_chain", JSON(none_as_null=True)),
    Column("last_active", Double),
)
"""What people said about themselves; times in seconds since 1970.

``manual_chain`` has the choice and those that it returns to, if there are any.
"""

policies = Table(
    "policies",
    metadata,
    Column("address", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
"""Policies of a person, or of everybody at the address ``*``."""

pools = Table(
    "pools",
    metadata,
    Column("name", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("backup", Text, nullable=False),
    Column("draining", Boolean, nullable=False),
    Column("since", Double, nullable=False),
)
"""Pools that use this database, as ``domain.pools`` explains them."""

homes = Table(
    "homes",
    metadata,
    Column("address", Text, primary_key=True),
    Column("pool", Text, ForeignKey(pools.c.name, ondelete="CASCADE"), nullable=False),
)
"""In which pool a person is at home, or at the address ``*`` everybody else."""

server_keys = Table(
    "server_keys",
    metadata,
    Column("name", Text, primary_key=True),
    Column("key", LargeBinary, nullable=False),
)

photos = Table(
    "photos",
    metadata,
    Column("address", Text, ForeignKey(people.c.address, ondelete="CASCADE"), primary_key=True),
    Column("jpeg", LargeBinary, nullable=False),
    Column("digest", Text, nullable=False),
)
"""A person's picture, in the largest size that is kept."""

phones = Table(
    "phones",
    metadata,
    Column("address", Text, ForeignKey(people.c.address, ondelete="CASCADE"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("number", Text),
    Column("shown", Boolean),
)
"""What people changed of the phones on their cards; null is what the directory says."""

forwarding = Table(
    "forwarding",
    metadata,
    Column("address", Text, ForeignKey(people.c.address, ondelete="CASCADE"), primary_key=True),
    Column("settings", JSON, nullable=False),
)
"""What happens to a person's calls."""

contact_groups = Table(
    "contact_groups",
    metadata,
    Column("owner", Text, ForeignKey(people.c.address, ondelete="CASCADE"), primary_key=True),
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False),
)
"""The groups of people's contact lists beside those that everybody has.

Those with an ``address`` are distribution groups.
"""

memberships = Table(
    "memberships",
    metadata,
    Column("owner", Text, ForeignKey(people.c.address, ondelete="CASCADE"), primary_key=True),
    Column("group_id", Text, primary_key=True),
    Column("contact", Text, primary_key=True, index=True),
)
"""Who is in which group of a contact list."""

delegates = Table(
    "delegates",
    metadata,
    Column("owner", Text, ForeignKey(people.c.address, ondelete="CASCADE"), primary_key=True),
    Column("delegate", Text, primary_key=True, index=True),
)
"""Who may act for whom."""

relationships = Table(
    "relationships",
    metadata,
    Column("owner", Text, ForeignKey(people.c.address, ondelete="CASCADE"), primary_key=True),
    Column("contact", Text, primary_key=True, index=True),
    Column("level", Text, nullable=False),
)
"""The privacy levels that people gave to others."""

talks = Table(
    "talks",
    metadata,
    Column("id", Text, primary_key=True),
    Column("thread", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("importance", Text, nullable=False),
    Column("meeting", Text, nullable=False),
    Column("names", JSON, nullable=False),
    Column("words", Text, nullable=False),
)
"""Conversations of which anybody keeps anything. ``words`` are what a search finds them by."""

messages = Table(
    "messages",
    metadata,
    Column("talk", Text, ForeignKey(talks.c.id, ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("sender", Text, nullable=False),
    Column("time", Double, nullable=False),
    Column("format", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("words", Text, nullable=False),
)
"""What was said, once for all who keep it."""

logs = Table(
    "logs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("owner", Text, ForeignKey(people.c.address, ondelete="CASCADE"), nullable=False),
    Column("talk", Text, ForeignKey(talks.c.id, ondelete="CASCADE"), nullable=False),
    Column("first", Integer, nullable=False),
    Column("last", Integer),
    Column("since", Double, nullable=False),
    Column("time", Double, nullable=False),
    Column("incoming", Boolean, nullable=False),
    Column("missed", Boolean, nullable=False),
    Column("read", Boolean, nullable=False),
    UniqueConstraint("talk", "owner", "first", name="uq_logs_talk"),
    Index("ix_logs_owner", "owner", "time"),
    Index("ix_logs_time", "time"),
    sqlite_autoincrement=True,
)
"""Which messages of a conversation are somebody's: from ``first``, to ``last`` once she left.

``since`` is when she came and ``time`` when something was last said. No log gets the id of one
that was deleted.
"""

callbacks = Table(
    "callbacks",
    metadata,
    Column("id", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("old_secret", Text, nullable=False),
    Column("rotated", Double, nullable=False),
    Column("user_agent", Text, nullable=False),
    Column("address", Text, nullable=False),
    UniqueConstraint("user_agent", "address", name="uq_callbacks_user_agent"),
)
"""Where the events of applications are pushed to; those of all people at an empty address."""

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("old_secret", Text, nullable=False),
    Column("rotated", Double, nullable=False),
    Column("everybody", Boolean, nullable=False),
)
"""Where changes of presence are pushed to."""

webhook_subjects = Table(
    "webhook_subjects",
    metadata,
    Column("webhook", Text, ForeignKey(webhooks.c.id, ondelete="CASCADE"), primary_key=True),
    Column("address", Text, primary_key=True, index=True),
)
"""Whose presence a webhook is told of: people and distribution groups."""

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("time", Double, nullable=False, index=True),
    Column("actor", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("details", JSON, nullable=False),
    Column("outcome", Text, nullable=False),
    sqlite_autoincrement=True,
)
"""What administrators did. It outlives whom it is about."""

meetings = Table(
    "meetings",
    metadata,
    Column("id", Text, primary_key=True),
    Column(
        "organizer",
        Text,
        ForeignKey(people.c.address, ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("subject", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("access", Text, nullable=False),
    Column("promotion", Text, nullable=False),
    Column("announcement", Text, nullable=False),
    Column("lobby_bypass", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("expires", Double),
    Column("starts", Double),
    Column("ends", Double, index=True),
    Column("assigned", Boolean, nullable=False),
    Column("used", Double, nullable=False),
    Column("version", Integer, nullable=False),
    Column("goes", Double, index=True),
)
"""Meetings that people arranged; ``goes`` is when they may be forgotten."""

meeting_people = Table(
    "meeting_people",
    metadata,
    Column("meeting", Text, ForeignKey(meetings.c.id, ondelete="CASCADE"), primary_key=True),
    Column("address", Text, primary_key=True, index=True),
    Column("leads", Boolean, primary_key=True),
    Column("place", Integer, nullable=False),
)
"""Who is named leader or attendee of a meeting, in the order of naming."""

meeting_extensions = Table(
    "meeting_extensions",
    metadata,
    Column("meeting", Text, ForeignKey(meetings.c.id, ondelete="CASCADE"), primary_key=True),
    Column("id", Text, primary_key=True),
    Column("type", Text, nullable=False),
    Column("data", JSON, nullable=False),
    Column("version", Integer, nullable=False),
    Column("place", Integer, nullable=False),
)
"""Data that apps keep with a meeting."""

revisions = Table(
    "revisions",
    metadata,
    Column("name", Text, primary_key=True),
    Column("number", Integer, nullable=False),
)
"""Numbers that grow whenever something changed; ``directory`` is who people are."""
