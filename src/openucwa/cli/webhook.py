"""``openucwa webhook``: servers of others that are told of changes of presence."""

from __future__ import annotations

import click

from openucwa.adapters.sql.webhooks import SqlWebhooks
from openucwa.cli import registered, stores
from openucwa.cli.options import with_settings
from openucwa.settings import Settings


@click.group()
def webhook() -> None:
    """Tell other servers of changes of presence."""


@webhook.command()
@click.argument("url")
@click.option("--person", "people", multiple=True, metavar="ADDRESS", help="Of this person.")
@click.option("--group", "groups", multiple=True, metavar="ADDRESS", help="Of a group's members.")
@click.option("--everybody", is_flag=True, help="Of all people.")
@with_settings()
def add(
    settings: Settings, url: str, people: tuple[str, ...], groups: tuple[str, ...], everybody: bool
) -> None:
    """Push changes of presence to URL."""
    registered.check(settings, url)
    named = [stores.address_typed(one) for one in (*people, *groups)]
    if bool(named) == everybody:
        raise click.UsageError("say whose presence: --person and --group, or --everybody")
    made = stores.change(
        settings,
        lambda database: registered.signed(
            database, "webhook.add", url, *(named or ["everybody"])
        ).add_webhook(url, named, everybody=everybody),
    )
    registered.announce(made)


@webhook.command("list")
@with_settings()
def list_webhooks(settings: Settings) -> None:
    """List what is registered: id, people and groups, and URL, separated by tabs."""
    for one in registered.shown(settings, SqlWebhooks.webhooks):
        whom = "everybody" if one.everybody else ",".join(one.subjects)
        click.echo(f"{one.id}\t{whom}\t{one.url}")


@webhook.command()
@click.argument("identifier", metavar="ID")
@with_settings()
def remove(settings: Settings, identifier: str) -> None:
    """Push to a webhook no longer."""
    registered.remove(settings, SqlWebhooks.webhooks, identifier)


@webhook.command("rotate-secret")
@click.argument("identifier", metavar="ID")
@with_settings()
def rotate_secret(settings: Settings, identifier: str) -> None:
    """Make a new secret; the old one signs beside it for a day."""
    registered.rotate(settings, SqlWebhooks.webhooks, identifier)


@webhook.command()
@click.argument("identifier", metavar="ID")
@with_settings()
def test(settings: Settings, identifier: str) -> None:
    """Send a message without changes from here."""
    registered.test(settings, SqlWebhooks.webhooks, identifier, b'{"changes":[]}', {})
