"""``openucwa user photo``: the picture of a person."""

from __future__ import annotations

from typing import BinaryIO

import click

from openucwa.adapters.pictures import LONGEST, prepare_now
from openucwa.adapters.sql.photos import SqlPhotos
from openucwa.cli import stores
from openucwa.cli.options import with_settings
from openucwa.domain.refusals import Refused
from openucwa.settings import Settings


@click.command()
@click.argument("address")
@click.argument("file", type=click.File("rb", lazy=True), required=False)
@click.option("--remove", is_flag=True, help="Remove the picture instead.")
@with_settings()
def photo(settings: Settings, address: str, file: BinaryIO | None, *, remove: bool) -> None:
    """Set the picture of a person from a FILE.

    It may be JPEG, PNG, WebP or GIF, of at most 10 MB and 40 megapixels. The square in its middle
    is kept, upright and without anything else that the file says, such as where it was taken.
    """
    known = stores.address_typed(address)
    if (file is None) != remove:
        raise click.UsageError("name a file with the picture, or say --remove")
    picture = None
    if file is not None:
        try:
            picture = prepare_now(file.read(LONGEST + 1))
        except Refused as error:
            raise click.ClickException(str(error)) from None
    act = "photo.set" if picture else "photo.remove"
    stores.change(
        settings,
        lambda database: SqlPhotos(stores.signed(database, act, known)).keep(known, picture),
    )
    click.echo(f"{'changed' if picture else 'removed'} the picture of {known}")
