"""``openucwa history``: what is kept of conversations."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime

import click
from rich.console import Console
from rich.progress import Progress

from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.directory import SqlDirectory
from openucwa.adapters.sql.history import SqlHistory
from openucwa.app.retention import DAY, STEP
from openucwa.cli import stores
from openucwa.cli.options import with_settings
from openucwa.domain.folding import fold
from openucwa.domain.history import Log
from openucwa.settings import Settings


@click.group()
def history() -> None:
    """See to what is kept of conversations."""


@history.command("list")
@click.argument("address")
@click.argument("words", nargs=-1)
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True)
@with_settings()
def list_logs(settings: Settings, address: str, words: Sequence[str], limit: int) -> None:
    """List what the person at ADDRESS keeps, the newest first, separated by tabs.

    With WORDS, only the conversations in which all of these were said, or that are about them.
    `openucwa export` writes what was said.
    """
    owner, wanted = stores.address_typed(address), fold(" ".join(words))

    async def work(database: Database) -> list[Log]:
        await _require(database, owner)
        if words and not wanted:
            return []
        kept = SqlHistory(database)
        found = [await kept.log(owner, one) for one in await kept.logs(owner, limit, wanted)]
        return [log for log in found if log is not None]

    for log in stores.change(settings, work):
        began = datetime.fromtimestamp(log.since, UTC).isoformat(timespec="seconds")
        status = "missed" if log.missed else "kept"
        click.echo("\t".join((began, status, ", ".join(log.others()), _line(log.subject))))


@history.command()
@click.option(
    "--days",
    type=click.IntRange(0, 36_500),
    help="Keep what was said in so many days.  [default: the setting messages.retention]",
)
@click.option("--person", metavar="ADDRESS", help="Only what this person keeps.")
@with_settings()
def purge(settings: Settings, days: int | None, person: str | None) -> None:
    """Delete conversations in which nothing was said for long.

    A server that runs does so by itself every hour, and may go on meanwhile.
    """
    owner = stores.address_typed(person) if person is not None else ""
    kept = settings.messages.retention if days is None else days
    before = time.time() - kept * DAY
    deleted = stores.change(settings, lambda database: _purge(database, before, owner))
    click.echo(f"deleted {deleted} {'log' if deleted == 1 else 'logs'} of conversations")


async def _purge(database: Database, before: float, owner: str) -> int:
    if owner:
        await _require(database, owner)
    kept, deleted = SqlHistory(database), 0
    total = await kept.count_old(before, owner)
    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress:
        deleting = progress.add_task("Deleting", total=total)
        while step := await kept.purge(before, STEP, owner):
            deleted += step
            progress.advance(deleting, step)
    return deleted


def _line(text: str) -> str:
    """Return a text of anybody's making as one line without control characters."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


async def _require(database: Database, address: str) -> None:
    """Raise ``KeyError`` for who is not in the directory."""
    if await SqlDirectory(database).person(address) is None:
        raise KeyError(address)
