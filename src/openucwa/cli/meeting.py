"""``openucwa meeting``: meetings that are arranged for people."""

from __future__ import annotations

import secrets
import time
from dataclasses import replace
from datetime import UTC, datetime

import click

from openucwa.adapters.meeting_terms import meeting_terms
from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.meetings import SqlMeetings
from openucwa.adapters.sql.store import SqlStore
from openucwa.cli import stores
from openucwa.cli.attending import join
from openucwa.cli.options import with_settings
from openucwa.domain.arranging import check
from openucwa.domain.meetings import (
    LIFETIME,
    SUBJECT,
    AccessLevel,
    Meeting,
    identifier_from,
    join_url_of,
)
from openucwa.domain.refusals import Refused
from openucwa.settings import Settings


class Moment(click.ParamType[float]):
    """A moment in ISO 8601; without a zone it is in that of this machine."""

    name = "time"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return it in seconds since 1970."""
        try:
            return datetime.fromisoformat(value).timestamp()
        except (ValueError, OverflowError, OSError):
            self.fail(f"{value!r} is no time such as 2026-12-01T10:00", param, ctx)


_ACCESS = click.Choice([one.value for one in AccessLevel])


@click.group()
def meeting() -> None:
    """Arrange meetings for people, and join them."""


meeting.add_command(join)


@meeting.command()
@click.argument("organizer", metavar="ORGANIZER")
@click.option("--subject", default="", help="What it is about.")
@click.option("--start", type=Moment(), help="When it begins, as in 2026-12-01T10:00.")
@click.option("--end", type=Moment(), help="When it ends.")
@click.option("--leader", "leaders", multiple=True, metavar="ADDRESS", help="Who leads it, too.")
@click.option("--attendee", "attendees", multiple=True, metavar="ADDRESS", help="Who is invited.")
@click.option(
    "--access", type=click.Choice([one.value for one in AccessLevel]), help="Who enters directly."
)
@with_settings()
def add(
    settings: Settings,
    organizer: str,
    *,
    subject: str,
    start: float | None,
    end: float | None,
    leaders: tuple[str, ...],
    attendees: tuple[str, ...],
    access: str | None,
) -> None:
    """Arrange a meeting of ORGANIZER; prints its id and where people join."""
    address, now = stores.address_typed(organizer), time.time()

    async def work(database: Database) -> tuple[Meeting, str]:
        terms = meeting_terms(settings, settings.server.domains or await _domains(database))
        wanted = Meeting(
            "",
            address,
            subject=subject[:SUBJECT],
            access=AccessLevel(access) if access else terms.access,
            leaders=_named(leaders, address),
            attendees=_named(attendees, address),
            promotion=terms.promotion,
            announcement=terms.announcement,
            expires=max(now, end or 0.0) + LIFETIME,
            starts=start,
            ends=end,
            used=now,
        )
        try:
            check(wanted, terms.eligible, now)
        except Refused as refused:
            why = "; ".join(f"{name}: {reason}" for name, reason in refused.parameters)
            raise click.UsageError(why) from None
        if await SqlStore(database).person(address) is None:
            raise KeyError(address)
        while True:
            made = replace(wanted, id=identifier_from(secrets.randbits(64)))
            if await SqlMeetings(database).add(made, terms.per_user):
                return made, join_url_of(address, made.id, terms.join_url)

    made, url = stores.change(settings, work)
    click.echo(f"{made.id}\t{url}")


@meeting.command("list")
@click.argument("organizer", metavar="ORGANIZER")
@with_settings()
def list_meetings(settings: Settings, organizer: str) -> None:
    """List the meetings of ORGANIZER: id, begin, end and subject, separated by tabs."""
    address = stores.address_typed(organizer)
    for one in stores.use(settings, lambda database: SqlMeetings(database).of(address)):
        click.echo("\t".join((one.id, _shown(one.starts), _shown(one.ends), one.subject)))


@meeting.command()
@click.argument("identifier", metavar="ID")
@with_settings()
def show(settings: Settings, identifier: str) -> None:
    """Show all of a meeting."""

    async def work(database: Database) -> tuple[Meeting | None, str]:
        domains = settings.server.domains or await _domains(database)
        found = await SqlMeetings(database).meeting(identifier)
        return found, meeting_terms(settings, domains).join_url

    found, base = stores.use(settings, work)
    if found is None:
        raise _unknown(identifier)
    rows = {
        "organizer": found.organizer,
        "subject": found.subject,
        "join": join_url_of(found.organizer, found.id, base),
        "uri": found.uri,
        "access": found.access,
        "leaders": ", ".join(found.leaders),
        "attendees": ", ".join(found.attendees),
        "starts": _shown(found.starts),
        "ends": _shown(found.ends),
        "expires": _shown(found.expires),
        "kept until": _shown(found.goes),
    }
    for name, value in rows.items():
        click.echo(f"{name}\t{value}")


@meeting.command()
@click.argument("identifier", metavar="ID")
@with_settings()
def end(settings: Settings, identifier: str) -> None:
    """Delete a meeting; who is in it is put out within seconds."""
    if not stores.use(settings, lambda database: SqlMeetings(database).delete(identifier)):
        raise _unknown(identifier)
    click.echo(f"ended {identifier.upper()}")


def _unknown(identifier: str) -> click.ClickException:
    hint = "`openucwa meeting list` shows those of a person"
    return click.ClickException(f"there is no meeting {identifier}; {hint}")


def _named(typed: tuple[str, ...], organizer: str) -> tuple[str, ...]:
    found = map(stores.address_typed, typed)
    return tuple(dict.fromkeys(one for one in found if one != organizer))


async def _domains(database: Database) -> set[str]:
    return await SqlStore(database).domains()


def _shown(moment: float | None) -> str:
    """Return a moment in UTC, or a dash."""
    if moment is None:
        return "-"
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="minutes")
