"""``openucwa callback``: applications whose events are pushed to a server of somebody else."""

from __future__ import annotations

import click

from openucwa.adapters.sql.webhooks import SqlWebhooks, Taken
from openucwa.cli import registered, stores
from openucwa.cli.options import with_settings
from openucwa.settings import Settings

LONGEST = 100
"""Characters of what an application calls itself."""


@click.group()
def callback() -> None:
    """Have the events of applications pushed instead of fetched."""


@callback.command()
@click.argument("url")
@click.option(
    "--user-agent", required=True, metavar="TEXT", help="What the application calls itself."
)
@click.option("--user", metavar="ADDRESS", help="Only of this person's applications.")
@with_settings()
def add(settings: Settings, url: str, user_agent: str, user: str | None) -> None:
    """Push the events of an application to URL."""
    registered.check(settings, url)
    if not 0 < len(user_agent) <= LONGEST:
        raise click.UsageError(f"--user-agent has 1 to {LONGEST} characters")
    address = "" if user is None else stores.address_typed(user)
    try:
        made = stores.change(
            settings,
            lambda database: registered.signed(
                database, "callback.add", url, user_agent, address
            ).add_callback(url, user_agent, address),
        )
    except Taken as taken:
        raise click.ClickException(f"there is one already: {taken}; remove it first") from None
    registered.announce(made)


@callback.command("list")
@with_settings()
def list_callbacks(settings: Settings) -> None:
    """List what is registered: id, application, person and URL, separated by tabs."""
    for one in registered.shown(settings, SqlWebhooks.callbacks):
        click.echo(f"{one.id}\t{one.user_agent}\t{one.address or 'everybody'}\t{one.url}")


@callback.command()
@click.argument("identifier", metavar="ID")
@with_settings()
def remove(settings: Settings, identifier: str) -> None:
    """Push to a callback no longer: its applications fetch their events again."""
    registered.remove(settings, SqlWebhooks.callbacks, identifier)


@callback.command("rotate-secret")
@click.argument("identifier", metavar="ID")
@with_settings()
def rotate_secret(settings: Settings, identifier: str) -> None:
    """Make a new secret; the old one signs beside it for a day."""
    registered.rotate(settings, SqlWebhooks.callbacks, identifier)


@callback.command()
@click.argument("identifier", metavar="ID")
@with_settings()
def test(settings: Settings, identifier: str) -> None:
    """Send a package without events, number 0, from here."""
    about = {"OpenUCWA-Package": "0", "OpenUCWA-Epoch": "test"}
    body = b'{"_links":{},"sender":[]}'
    registered.test(settings, SqlWebhooks.callbacks, identifier, body, about)
