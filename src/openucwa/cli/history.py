"""``openucwa history``: what is kept of conversations."""

from __future__ import annotations

import sys
import time

import click
from rich.console import Console
from rich.progress import Progress

from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.directory import SqlDirectory
from openucwa.adapters.sql.history import SqlHistory
from openucwa.app.retention import DAY, STEP
from openucwa.cli import stores
from openucwa.cli.options import with_settings
from openucwa.settings import Settings


@click.group()
def history() -> None:
    """See to what is kept of conversations."""


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
    if owner and await SqlDirectory(database).person(owner) is None:
        raise KeyError(owner)
    kept, deleted = SqlHistory(database), 0
    total = await kept.count_old(before, owner)
    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress:
        deleting = progress.add_task("Deleting", total=total)
        while step := await kept.purge(before, STEP, owner):
            deleted += step
            progress.advance(deleting, step)
    return deleted
