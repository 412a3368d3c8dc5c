"""Many people and groups at once, all or nothing: what an import finds and what it writes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from openucwa.adapters.sql import tables
from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.groups import SqlGroups, keep_groups
from openucwa.adapters.sql.registry import SqlRegistry, add_people, change_people
from openucwa.adapters.sql.revisions import bump
from openucwa.adapters.sql.rows import chunks
from openucwa.adapters.sql.turns import alone
from openucwa.domain.people import Account, DistributionGroup, Person
from openucwa.domain.photos import Photo

Photos = Iterable[tuple[str, Photo]]
"""Pictures by address, each made when it is its turn: together they may not fit into memory."""

_PHOTOS_AT_ONCE = 50


class Known(NamedTuple):
    """Everybody who is there: cards and accounts, groups with members, digests of pictures."""

    people: Mapping[str, tuple[Person, Account]]
    groups: Mapping[str, tuple[DistributionGroup, frozenset[str]]]
    pictures: Mapping[str, str]


@dataclass(slots=True)
class Intake:
    """What is to be written; ``groups`` have all their members, ``hashes`` are new passwords."""

    added: list[Person] = field(default_factory=list)
    changed: list[Person] = field(default_factory=list)
    hashes: dict[str, str] = field(default_factory=dict)
    groups: dict[DistributionGroup, Sequence[str]] = field(default_factory=dict)


async def known(database: Database) -> Known:
    """Return everybody who is there."""
    people = {person.address: (person, account) for person, account in await _everyone(database)}
    groups = await SqlGroups(database).everything()
    async with database.read() as connection:
        rows = await connection.execute(select(tables.photos.c.address, tables.photos.c.digest))
        pictures = {row.address: row.digest for row in rows}
    return Known(
        people,
        {group.address: (group, frozenset(members)) for group, members in groups.items()},
        pictures,
    )


async def _everyone(database: Database) -> Sequence[tuple[Person, Account]]:
    return await SqlRegistry(database).everyone()


async def take(
    database: Database, intake: Intake, photos: Photos, advance: Callable[[int], None]
) -> None:
    """Write everything in one transaction; ``advance`` is told how much has been done.

    Raises ``KeyError`` with an address that is there by now, or is not there any more.
    """
    async with database.write() as connection:
        await alone(connection, "directory")
        for chunk in chunks(intake.added):
            await add_people(
                connection, [(one, intake.hashes.get(one.address, "")) for one in chunk]
            )
            advance(len(chunk))
        for changed in chunks(intake.changed):
            await change_people(connection, changed)
            advance(len(changed))
        new = {person.address for person in intake.added}
        await _set_passwords(connection, {a: h for a, h in intake.hashes.items() if a not in new})
        await keep_groups(connection, intake.groups)
        advance(len(intake.groups))
        remaining = iter(photos)
        while some := list(islice(remaining, _PHOTOS_AT_ONCE)):
            await _set_photos(connection, some)
            advance(len(some))
        await bump(connection, "directory")


async def _set_passwords(connection: AsyncConnection, hashes: Mapping[str, str]) -> None:
    if hashes:
        accounts = tables.accounts.c
        change = update(tables.accounts).where(accounts.address == bindparam("known"))
        change = change.values(password_hash=bindparam("new"), generation=accounts.generation + 1)
        rows = [{"known": address, "new": new} for address, new in hashes.items()]
        await connection.execute(change, rows)


async def _set_photos(connection: AsyncConnection, photos: Sequence[tuple[str, Photo]]) -> None:
    addresses = [address for address, _ in photos]
    query = select(tables.people.c.address).where(tables.people.c.address.in_(addresses))
    for gone in {*addresses} - {*await connection.scalars(query)}:
        raise KeyError(gone)
    old = delete(tables.photos).where(tables.photos.c.address.in_(addresses))
    await connection.execute(old)
    rows = [{"address": who, "jpeg": photo.jpeg, "digest": photo.digest} for who, photo in photos]
    await connection.execute(tables.photos.insert(), rows)
