"""Meetings that people arranged, kept in SQL: the ``Meetings`` port."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, select, union_all, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from openucwa.adapters.sql import tables
from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.revisions import bump
from openucwa.adapters.sql.rows import chunks
from openucwa.adapters.sql.turns import alone_with
from openucwa.domain.meetings import (
    AccessLevel,
    AutomaticLeaderAssignment,
    EntryExitAnnouncement,
    Extension,
    LobbyBypassForPhoneUsers,
    Meeting,
    OnlineMeetingExtensionType,
    PhoneUserAdmission,
)
from openucwa.domain.ports import Appointment, Meetings
from openucwa.domain.refusals import Refusal, Refused

MEETINGS = "meetings"
"""The revision of what is on calendars."""

_IN_OTHER_TABLES = ("leaders", "attendees", "extensions")
_COLUMNS = [field.name for field in fields(Meeting) if field.name not in _IN_OTHER_TABLES]
_TYPES: dict[str, Callable[[str], Any]] = {
    "access": AccessLevel,
    "promotion": AutomaticLeaderAssignment,
    "announcement": EntryExitAnnouncement,
    "lobby_bypass": LobbyBypassForPhoneUsers,
    "phone": PhoneUserAdmission,
}


class SqlMeetings(Meetings):
    """The port, over the tables that begin with ``meeting``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def meeting(self, identifier: str) -> Meeting | None:
        """Return a meeting by its id, or None."""
        known = tables.meetings.c.id == identifier.upper()
        found = await self._database.read_in_thread(lambda connection: _read(connection, known))
        return found[0] if found else None

    async def of(self, organizer: str) -> Sequence[Meeting]:
        """Return somebody's meetings, that which an administrator gave her first, then by id.

        Those that she began at once are not among them.
        """
        columns = tables.meetings.c
        own = (columns.organizer == organizer) & ~_adhoc()
        return await self._database.read_in_thread(lambda connection: _read(connection, own))

    async def assigned(self, organizer: str) -> Meeting | None:
        """Return the permanent meeting that somebody was given, or None."""
        columns = tables.meetings.c
        own = (columns.organizer == organizer) & columns.assigned
        found = await self._database.read_in_thread(lambda connection: _read(connection, own))
        return found[0] if found else None

    async def add(self, meeting: Meeting, most: int) -> bool:
        """Store a new meeting; False if its id is taken, or it is a second assigned one."""
        columns = tables.meetings.c
        alike = _adhoc() if meeting.adhoc else ~_adhoc() & (columns.assigned == meeting.assigned)
        mine = (columns.organizer == meeting.organizer) & alike
        count = select(func.count()).select_from(tables.meetings).where(mine)
        person = select(tables.people.c.address)
        async with self._database.write() as connection:
            await alone_with(connection, meeting.organizer)
            known = person.where(tables.people.c.address == meeting.organizer)
            if await connection.scalar(known) is None:
                raise Refused(Refusal.APPLICATION_NOT_FOUND)
            number = await connection.scalar(count) or 0
            if meeting.assigned and number:
                return False
            if not meeting.assigned and number >= most:
                raise Refused(Refusal.TOO_MANY_ONLINE_MEETINGS)
            try:
                async with connection.begin_nested():
                    await connection.execute(tables.meetings.insert().values(_row(meeting)))
            except IntegrityError:
                return False
            await _keep_people(connection, meeting)
            await _keep_extensions(connection, meeting)
            if meeting.starts is not None:
                await bump(connection, MEETINGS)
        return True

    async def change(self, identifier: str, change: Callable[[Meeting], Meeting]) -> Meeting:
        """Store and return what ``change`` makes of a meeting; nobody else changes it meanwhile."""
        known = tables.meetings.c.id == identifier.upper()
        async with self._database.write() as connection:
            await connection.execute(select(tables.meetings.c.id).where(known).with_for_update())
            found = await connection.run_sync(_read, known)
            if not found:
                raise Refused(Refusal.NOT_FOUND, "There is no such meeting.")
            before, after = found[0], change(found[0])
            await connection.execute(update(tables.meetings).where(known).values(_row(after)))
            if (before.leaders, before.attendees) != (after.leaders, after.attendees):
                await _keep_people(connection, after)
            if before.extensions != after.extensions:
                await _keep_extensions(connection, after)
            if _on_calendars(before) != _on_calendars(after):
                await bump(connection, MEETINGS)
        return after

    async def delete(self, identifier: str) -> bool:
        """Delete a meeting; tell whether there was one."""
        gone = delete(tables.meetings).where(tables.meetings.c.id == identifier.upper())
        async with self._database.write() as connection:
            done = (await connection.execute(gone)).rowcount > 0
            if done:
                await bump(connection, MEETINGS)
        return done

    async def versions(self, identifiers: Collection[str]) -> Mapping[str, int]:
        """Return the versions of those of some meetings that there are, by id."""
        columns = tables.meetings.c
        query = select(columns.id, columns.version)

        def read(connection: Connection) -> dict[str, int]:
            return {
                row.id: row.version
                for some in chunks(sorted(identifiers))
                for row in connection.execute(query.where(columns.id.in_(some)))
            }

        return await self._database.read_in_thread(read)

    async def expired(self, now: float, limit: int) -> Sequence[str]:
        """Return the ids of up to so many meetings that are to be forgotten."""
        columns = tables.meetings.c
        query = select(columns.id).where(columns.goes <= now).order_by(columns.goes).limit(limit)
        async with self._database.read() as connection:
            return (await connection.scalars(query)).all()

    async def appointments(self, since: float, until: float) -> Sequence[Appointment]:
        """Return who is expected in meetings that end after ``since`` and begin by ``until``."""
        meetings, named = tables.meetings.c, tables.meeting_people.c
        then = (meetings.ends > since) & (meetings.starts <= until)
        when = (meetings.starts, meetings.ends)
        others = tables.meeting_people.join(tables.meetings, named.meeting == meetings.id)
        query = union_all(
            select(meetings.organizer.label("address"), *when).where(then),
            select(named.address, *when).select_from(others).where(then),
        )

        def read(connection: Connection) -> list[Appointment]:
            return [Appointment(*row) for row in connection.execute(query)]

        return await self._database.read_in_thread(read)

    async def revision(self) -> int:
        """Return another number once what is on calendars has changed, or a meeting was deleted."""
        query = select(tables.revisions.c.number).where(tables.revisions.c.name == MEETINGS)
        return await self._database.read_in_thread(lambda connection: connection.scalar(query)) or 0


async def forget_meetings(connection: AsyncConnection) -> None:
    """Forget what everybody arranged."""
    await connection.execute(delete(tables.meetings))
    await bump(connection, MEETINGS)


def _adhoc() -> ColumnElement[bool]:
    """Return the condition that a meeting was begun at once."""
    columns = tables.meetings.c
    return ~columns.assigned & columns.expires.is_(None)


def _on_calendars(meeting: Meeting) -> tuple[Any, ...]:
    """Return what the calendars of people say of a meeting."""
    if meeting.starts is None:
        return ()
    return meeting.starts, meeting.ends, frozenset(meeting.people)


def _row(meeting: Meeting) -> dict[str, Any]:
    return {name: getattr(meeting, name) for name in _COLUMNS} | {"goes": meeting.goes}


def _read(connection: Connection, condition: ColumnElement[bool]) -> list[Meeting]:
    """Return the meetings that meet a condition, assigned ones first."""
    meetings, named, more = tables.meetings, tables.meeting_people, tables.meeting_extensions
    order = (meetings.c.assigned.desc(), meetings.c.id)
    rows = connection.execute(select(meetings).where(condition).order_by(*order)).all()
    people: dict[tuple[str, bool], list[str]] = {}
    extensions: dict[str, list[Extension]] = {}
    for some in chunks([row.id for row in rows]):
        query = select(named).where(named.c.meeting.in_(some)).order_by(named.c.place)
        for row in connection.execute(query):
            people.setdefault((row.meeting, row.leads), []).append(row.address)
        query = select(more).where(more.c.meeting.in_(some)).order_by(more.c.place)
        for row in connection.execute(query):
            one = Extension(row.id, OnlineMeetingExtensionType(row.type), row.data, row.version)
            extensions.setdefault(row.meeting, []).append(one)
    return [
        Meeting(
            **{name: getattr(row, name) for name in _COLUMNS}
            | {name: kind(getattr(row, name)) for name, kind in _TYPES.items()},
            leaders=tuple(people.get((row.id, True), ())),
            attendees=tuple(people.get((row.id, False), ())),
            extensions=tuple(extensions.get(row.id, ())),
        )
        for row in rows
    ]


async def _keep_people(connection: AsyncConnection, meeting: Meeting) -> None:
    """Store who is named instead of who was."""
    table = tables.meeting_people
    await connection.execute(delete(table).where(table.c.meeting == meeting.id))
    rows = [
        {"meeting": meeting.id, "address": address, "leads": leads, "place": place}
        for leads, addresses in ((True, meeting.leaders), (False, meeting.attendees))
        for place, address in enumerate(dict.fromkeys(addresses))
    ]
    if rows:
        await connection.execute(table.insert(), rows)


async def _keep_extensions(connection: AsyncConnection, meeting: Meeting) -> None:
    """Store a meeting's extensions instead of those that it had."""
    table = tables.meeting_extensions
    await connection.execute(delete(table).where(table.c.meeting == meeting.id))
    rows = [
        {
            "meeting": meeting.id,
            "id": one.id,
            "type": one.type,
            "data": dict(one.data),
            "version": one.version,
            "place": place,
        }
        for place, one in enumerate(meeting.extensions)
    ]
    if rows:
        await connection.execute(table.insert(), rows)
