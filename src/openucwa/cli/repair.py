"""``openucwa repair``: go on with what can be read of damaged live state."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import click

from openucwa.adapters.batches import FILE, BatchFile, JournalDamaged, JournalInUse, JournalUnusable
from openucwa.cli.options import with_settings
from openucwa.settings import Settings


def set_aside(path: Path) -> Path:
    """Rename a file, and what SQLite keeps beside it, so that nothing is lost."""
    number = 1
    while (target := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    for ending in ("-wal", "-shm"):
        beside = path.with_name(path.name + ending)
        if beside.exists():
            beside.rename(target.with_name(target.name + ending))
    return path.rename(target)


@click.command()
@with_settings()
def repair(*, settings: Settings) -> None:
    """Drop what is damaged of the live state, so that the server starts again.

    People and what they stored are not touched: this is about who is signed in. Whoever loses
    an application by it creates it anew.
    """
    folder = Path(settings.server.data)
    if not (folder / FILE).exists():
        raise click.ClickException(f"there is no live state in {folder}; is --data right?")
    try:
        file = BatchFile(folder)
        damaged = file.numbers_damaged()
    except JournalInUse as error:
        raise click.ClickException(f"{error}; stop it first") from None
    except JournalUnusable as error:
        raise click.ClickException(str(error)) from None
    except (JournalDamaged, sqlite3.DatabaseError) as error:
        kept = set_aside(folder / FILE)
        click.echo(f"{error}\nNothing can be read. The file is kept as {kept}; clients start anew.")
        return
    file.drop(damaged)
    file.close()
    if damaged:
        click.echo(f"Dropped {len(damaged)} damaged batches: {', '.join(map(str, damaged))}.")
    else:
        click.echo("Nothing is damaged.")
