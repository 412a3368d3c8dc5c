"""Shards: which part of a pool somebody or something lives in.

A person with all that is live about her is in one shard, a conversation in the shard of who began
it. At any moment one node of the pool has a shard; that of a person never changes.
"""

from __future__ import annotations

import re
from zlib import crc32

SHARDS = 256
"""So many, for ever: who lives where must not depend on how many nodes there are."""

_BORN = re.compile("[0-9a-f]{2}")


class Elsewhere(Exception):
    """What is looked for lives in a shard that another node has."""

    def __init__(self, shard: int) -> None:
        super().__init__(f"shard {shard} is elsewhere")
        self.shard = shard


def shard_of(address: str) -> int:
    """Return where a person lives, by her canonical address."""
    return crc32(address.encode()) % SHARDS


def home_of(name: str) -> int:
    """Return where a person lives, by her address, or a conversation or invitation, by its id."""
    born = None if "@" in name else born_in(name)
    return shard_of(name) if born is None else born


def beside(address: str, identifier: str) -> str:
    """Return a random id of 32 hexadecimal digits changed so that it lives where a person does."""
    return f"{shard_of(address):02x}{identifier[2:]}"


def born_in(identifier: str) -> int | None:
    """Return where the bearer of an id lives, or None if it is no id of ours."""
    return int(identifier[:2], 16) % SHARDS if _BORN.match(identifier) else None
