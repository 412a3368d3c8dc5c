"""``openucwa user``: the people of the server. A server that runs sees changes at once."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from openucwa.adapters.passwords import hash_now
from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.store import SqlStore
from openucwa.cli import roster, stores
from openucwa.cli.options import with_settings
from openucwa.cli.photo import photo
from openucwa.domain.cards import DETAILS
from openucwa.domain.people import Account, Person
from openucwa.settings import Settings


@click.group()
def user() -> None:
    """Add people and look after their accounts."""


user.add_command(photo)


def _card_options(verb: Callable[..., Any]) -> Callable[..., Any]:
    for column in reversed(DETAILS):
        words = column.replace("_", " ")
        text = "E-mail address; may be repeated." if column == "email" else f"Their {words}."
        flag = "--" + column.replace("_", "-")
        verb = click.option(flag, default=None, multiple=column == "email", help=text)(verb)
    return verb


_password_option = click.option(
    "--password-stdin", is_flag=True, help="Read the password from the first line of the input."
)


@user.command()
@click.argument("address")
@click.option("--name", required=True, help="Name that others see.")
@_password_option
@click.option("--admin", is_flag=True, help="Let her look after other people.")
@_card_options
@with_settings()
def add(
    settings: Settings, *, password_stdin: bool, admin: bool, email: tuple[str, ...], **card: Any
) -> None:
    """Add a person: ADDRESS is user@domain or sip:user@domain."""
    try:
        texts = {column: text for column, text in card.items() if text is not None}
        texts |= {"email": ";".join(email)}
        person = roster.person_from(texts, settings.telephony.region)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    password_hash = hash_now(_password(from_input=password_stdin))
    stores.use(settings, lambda database: _add(database, person, password_hash, admin=admin))
    click.echo(f"added {person.address}")


async def _add(database: Database, person: Person, password_hash: str, *, admin: bool) -> None:
    address = person.address
    try:
        added = stores.signed(database, "person.add", address)
        await SqlStore(added).add([(person, password_hash)])
        if admin:
            await _grant(database, address)
    except KeyError:
        raise click.ClickException(
            f"{person.address} exists already; change the password with "
            f"`openucwa user set-password {person.address}`"
        ) from None


@user.command("list")
@with_settings()
def list_people(settings: Settings) -> None:
    """List all people.

    The columns are separated by tabs if the output is not a terminal.
    """
    people = stores.use(settings, lambda database: SqlStore(database).everyone())
    rows = [
        (person.address, person.name, _state(account), "admin" if account.admin else "")
        for person, account in people
    ]
    if not sys.stdout.isatty():
        for row in rows:
            click.echo("\t".join(row))
        return
    table = Table("Address", "Name", "Account", "Role")
    for row in rows:
        table.add_row(*row)
    Console(markup=False, emoji=False, highlight=False).print(table)


async def _grant(database: Database, address: str) -> None:
    signed = stores.signed(database, "administrator.grant", address)
    await SqlStore(signed).set_admin(address, admin=True)


def _state(account: Account) -> str:
    if account.disabled:
        return "disabled"
    return "enabled" if account.password_hash else "no password"


@user.command()
@click.argument("address")
@_password_option
@with_settings()
def set_password(settings: Settings, address: str, *, password_stdin: bool) -> None:
    """Replace a password.

    Who is signed in with the old one has to sign in again.
    """
    known = stores.address_typed(address)
    password_hash = hash_now(_password(from_input=password_stdin))
    _change(
        settings, "person.password", known, lambda store: store.set_password(known, password_hash)
    )
    click.echo(f"changed the password of {known}")


@user.command()
@click.argument("address")
@with_settings()
def disable(settings: Settings, address: str) -> None:
    """Lock an account.

    Nobody can sign in with it, and who is signed in is signed out.
    """
    known = stores.address_typed(address)
    _change(
        settings, "person.disable", known, lambda store: store.set_disabled(known, disabled=True)
    )
    click.echo(f"disabled {known}")


@user.command()
@click.argument("address")
@with_settings()
def enable(settings: Settings, address: str) -> None:
    """Unlock an account."""
    known = stores.address_typed(address)
    _change(
        settings, "person.enable", known, lambda store: store.set_disabled(known, disabled=False)
    )
    click.echo(f"enabled {known}")


@user.command()
@click.argument("address")
@click.option("--revoke", is_flag=True, help="Not any more.")
@with_settings()
def admin(settings: Settings, address: str, *, revoke: bool) -> None:
    """Let a person look after others, with the pages and the API for that."""
    known = stores.address_typed(address)
    if revoke:
        _change(
            settings,
            "administrator.revoke",
            known,
            lambda store: store.set_admin(known, admin=False),
        )
        click.echo(f"{known} is no administrator")
        return
    stores.change(settings, lambda database: _grant(database, known))
    click.echo(f"{known} is an administrator")


@user.command()
@click.argument("address")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_settings()
def remove(settings: Settings, address: str, *, yes: bool) -> None:
    """Delete a person and everything that is hers.

    She also goes from contact lists, delegates and groups. Nothing of it comes back.
    """
    known = stores.address_typed(address)
    if not yes:
        click.confirm(f"Remove {known} with everything that is hers?", abort=True)
    _change(settings, "person.remove", known, lambda store: store.remove(known))
    click.echo(f"removed {known}")


def _password(*, from_input: bool) -> str:
    """Ask for a password, or read it from the input. An empty one is refused."""
    if from_input:
        try:
            password = sys.stdin.buffer.readline().decode().rstrip("\r\n")
        except UnicodeDecodeError:
            raise click.UsageError("the password is not UTF-8 text") from None
    elif sys.stdin.isatty():
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        raise click.UsageError(
            "there is no terminal to ask for the password at: add --password-stdin and pipe it, "
            "as in `openucwa user … --password-stdin < password.txt`"
        )
    if not password:
        raise click.UsageError("the password is empty")
    return str(password)


def _change(
    settings: Settings, act: str, address: str, work: Callable[[SqlStore], Awaitable[None]]
) -> None:
    stores.change(settings, lambda database: work(SqlStore(stores.signed(database, act, address))))
