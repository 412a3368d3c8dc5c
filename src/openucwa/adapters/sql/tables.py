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
    Column("sort_name", Text, nullable=False),
)

words = Table(
    "words",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("word", Text, primary_key=True),
    Column("address", Text, ForeignKey(people.c.address, ondelete="CASCADE"), primary_key=True),
    Index("words_by_address", "address"),
)
"""What a search finds people by: folded words of the name, addresses, digits of phones."""

accounts = Table(
    "accounts",
    metadata,
    Column("address", Text, ForeignKey(people.c.address, ondelete="CASCADE"), primary_key=True),
    Column("password_hash", Text, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("generation", Integer, nullable=False),
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
    Column("last_active", Double),
)
"""What people said about themselves; times in seconds since 1970."""

policies = Table(
    "policies",
    metadata,
    Column("address", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
"""Policies of a person, or of everybody at the address ``*``."""

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
