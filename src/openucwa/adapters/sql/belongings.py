"""Everything that belongs to one person: read for her, and removed with her."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from openucwa.adapters.sql import tables
from openucwa.adapters.sql.contacts import SqlContacts
from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.directory import SqlDirectory
from openucwa.adapters.sql.history import SqlHistory, sweep
from openucwa.adapters.sql.meetings import MEETINGS, SqlMeetings
from openucwa.adapters.sql.photos import SqlPhotos
from openucwa.adapters.sql.policies import SqlPolicies
from openucwa.adapters.sql.revisions import bump
from openucwa.adapters.sql.standings import SqlStandings
from openucwa.adapters.sql.telephony import SqlTelephony
from openucwa.adapters.sql.turns import alone_with_talks
from openucwa.domain.contacts import OF_THE_LIST, ContactList, Kind
from openucwa.domain.forwarding import NO_SETTINGS
from openucwa.domain.meetings import Meeting
from openucwa.domain.photos import Photo
from openucwa.domain.presence import Claim, Standing


async def belongings(database: Database, address: str) -> dict[str, Any]:
    """Return what a person owns, in plain values; nothing that others hold about her.

    Raises ``KeyError`` if she is unknown.
    """
    telephony = SqlTelephony(database)
    person = await SqlDirectory(database).person(address)
    if person is None:
        raise KeyError(address)
    contacts = await SqlContacts(database).contacts(address)
    standing = await SqlStandings(database).standing(address)
    policies = await SqlPolicies(database).everything()
    accounts, members = tables.accounts.c, tables.distribution_members.c
    account = select(accounts.disabled, accounts.password_hash != "", accounts.admin)
    groups = select(members.group_address).where(members.member == address)
    async with database.read() as connection:
        row = (await connection.execute(account.where(accounts.address == address))).one()
        parents = sorted(await connection.scalars(groups))
    found = {
        "person": person,
        "account": dict(zip(("disabled", "has_password", "admin"), row, strict=True)),
        "standing": _standing(standing),
        "policies": policies.get(address, {}),
        "phones": (await telephony.phones([address])).get(address, {}),
        "forwarding": await telephony.forwarding(address),
        "photo": _photo(await SqlPhotos(database).photo(address)),
        "contacts": _groups(contacts),
        "delegates": list(contacts.only(Kind.DELEGATES).members),
        "levels": standing.levels or {},
        "distribution_groups": parents,
        "conversations": await _conversations(SqlHistory(database), address),
        "meetings": [_meeting(one) for one in await SqlMeetings(database).of(address)],
    }
    plain: dict[str, Any] = msgspec.to_builtins(found)
    for name in NO_SETTINGS:
        del plain["forwarding"][name]
    return plain


def _standing(standing: Standing) -> dict[str, Any]:
    said: dict[str, Any] = {"note": standing.note, "location": standing.location}
    if standing.manual is not None:
        said["chosen"], *before = map(_claim, standing.manual.chain())
        if before:
            said["chosen_before"] = before
    return said | {"last_active": _time(standing.last_active)}


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "availability": claim.availability,
        "since": _time(claim.since),
        "expires": _time(claim.expires),
    }


def _time(moment: float | None) -> str | None:
    return None if moment is None else datetime.fromtimestamp(moment, UTC).isoformat()


def _photo(photo: Photo | None) -> dict[str, str] | None:
    if photo is None:
        return None
    return {"type": "image/jpeg", "base64": base64.b64encode(photo.jpeg).decode()}


def _groups(contacts: ContactList) -> list[dict[str, Any]]:
    return [
        {"name": group.name, "kind": group.kind}
        | ({"address": group.address} if group.address else {"members": list(group.members)})
        for group in contacts.groups.values()
        if group.kind in (*OF_THE_LIST, Kind.DISTRIBUTION)
    ]


async def _conversations(history: SqlHistory, address: str) -> list[dict[str, Any]]:
    """Return what a person keeps of conversations, the newest first."""
    found = []
    for identifier in await history.logs(address, _EVERYTHING):
        log = await history.log(address, identifier)
        if log is not None:
            said = await history.entries(log, 0, _EVERYTHING)
            about = {"subject": log.subject, "began": _time(log.since), "missed": log.missed}
            messages = [
                {"from": one.sender, "at": _time(one.time), "text": one.said.text} for one in said
            ]
            found.append(about | {"people": log.names, "messages": messages})
    return found


def _meeting(meeting: Meeting) -> dict[str, Any]:
    """Return what was arranged, with times that can be read."""
    times = {name: _time(getattr(meeting, name)) for name in ("expires", "starts", "ends", "used")}
    arranged: dict[str, Any] = msgspec.to_builtins(meeting)
    return arranged | times


_EVERYTHING = 2**31 - 1

_ROWS = (
    tables.standings.c.address,
    tables.policies.c.address,
    tables.homes.c.address,
    tables.entries.c.address,
    tables.distribution_members.c.member,
    tables.memberships.c.contact,
    tables.delegates.c.delegate,
    tables.relationships.c.contact,
    tables.callbacks.c.address,
    tables.webhook_subjects.c.address,
    tables.meeting_people.c.address,
    tables.people.c.address,
)
"""Where rows go that have a person's address; those of other tables go with ``people``."""

_GENERATION = "generation"


async def remove_belongings(connection: AsyncConnection, address: str) -> None:
    """Delete a person with what she owns, and what others have of her.

    Raises ``KeyError`` if she is unknown. What others made of their calls stays as it is.
    """
    accounts, people = tables.accounts.c, tables.people.c
    own = select(people.address).where(people.address == address)
    await connection.execute(own.with_for_update())  # nothing is added to what she owns
    last = await connection.scalar(select(accounts.generation).where(accounts.address == address))
    if last is None:
        raise KeyError(address)
    await _begin_after(connection, last)
    await bump(connection, MEETINGS)
    logs = tables.logs.c
    talks = (await connection.scalars(select(logs.talk).where(logs.owner == address))).all()
    await alone_with_talks(connection, set(talks))
    for column in _ROWS:
        await connection.execute(delete(column.table).where(column == address))
    reports = update(tables.people).where(people.manager == address)
    await connection.execute(reports.values(manager=""))
    await sweep(connection, set(talks))


async def first_generation(connection: AsyncConnection) -> int:
    """Return the generation of new accounts.

    It is above that of every removed one, so nobody's tokens are good for who gets the address.
    """
    numbers = tables.revisions.c
    first = select(numbers.number).where(numbers.name == _GENERATION)
    return await connection.scalar(first) or 0


async def _begin_after(connection: AsyncConnection, last: int) -> None:
    first = max(await first_generation(connection), last + 1)
    known = tables.revisions.c.name == _GENERATION
    await connection.execute(delete(tables.revisions).where(known))
    await connection.execute(tables.revisions.insert().values(name=_GENERATION, number=first))
