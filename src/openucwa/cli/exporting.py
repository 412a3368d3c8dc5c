"""``openucwa export``: everything that belongs to one person, as JSON."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from openucwa import __version__
from openucwa.adapters.sql.belongings import belongings
from openucwa.cli import stores
from openucwa.cli.options import with_settings
from openucwa.settings import Settings


@click.command()
@click.argument("address")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write, which only you can read; without it, the standard output.",
)
@with_settings()
def export(settings: Settings, address: str, output: Path | None) -> None:
    """Write everything that belongs to the person at ADDRESS, as JSON.

    That is what the directory says of her and what she said and set herself. What others noted
    about her is theirs: whose contact or delegate she is, and what they let her see.
    """
    known = stores.address_typed(address)
    found = stores.change(settings, lambda database: belongings(database, known))
    when = datetime.now(UTC).isoformat(timespec="seconds")
    document = {"openucwa": __version__, "exported": when, **found}
    text = msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        with open(output, "w", encoding="utf-8", opener=_private) as file:
            file.write(text)
    except OSError as error:
        raise click.ClickException(f"cannot write {output}: {error.strerror}") from None


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
