"""``openucwa say``: one message to somebody, from a shell or a script."""

from __future__ import annotations

import asyncio

import click

from openucwa.cli.signing_in import address_typed, as_whom, signs_in
from openucwa.client import Client, UcwaError
from openucwa.settings import Settings


@click.command()
@click.argument("whom", metavar="USER")
@click.argument("text")
@as_whom
@signs_in
def say(settings: Settings, url: str, user: str, password: str, *, whom: str, text: str) -> None:
    """Say something to somebody, and whether it arrived.

    USER has half a minute to accept it. The exit status is 1 if it did not arrive. Nobody sees
    through it that you are there.
    """
    del settings
    try:
        asyncio.run(_say(url, user, password, address_typed(whom), text))
    except UcwaError as error:
        raise click.ClickException(f"{whom} did not get it: {error}") from None
    click.echo(f"{whom} has got it.")


async def _say(url: str, user: str, password: str, whom: str, text: str) -> None:
    async with Client(url, user, password, available=False) as client:
        await client.say(whom, text)
