"""``openucwa group``: distribution groups. A server that runs sees changes within seconds."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Iterable

import click
from rich.console import Console
from rich.table import Table

from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.directory import SqlDirectory
from openucwa.adapters.sql.groups import SqlGroups
from openucwa.cli import stores
from openucwa.cli.options import with_settings
from openucwa.domain.people import DistributionGroup
from openucwa.settings import Settings

_LONGEST = 256
_FEW = 10
"""So many members are named in the audit log."""


@click.group()
def group() -> None:
    """Put people into distribution groups, and groups into others."""


@group.command()
@click.argument("address")
@click.option("--name", required=True, help="Name that people see.")
@click.option("--hidden", is_flag=True, help="Tell nobody who is in it.")
@click.option("--member", "members", multiple=True, metavar="ADDRESS", help="May be repeated.")
@with_settings()
def add(
    settings: Settings, address: str, name: str, members: tuple[str, ...], *, hidden: bool
) -> None:
    """Add a group: ADDRESS is user@domain. Its members are people and other groups."""
    new = DistributionGroup(stores.address_typed(address), _name(name), hidden)
    listed = _typed(members)

    async def work(database: Database) -> None:
        if await SqlDirectory(database).groups([new.address]):
            raise click.ClickException(
                f"{new.address} exists already; change who is in it with "
                f"`openucwa group add-member {new.address}` and `remove-member`"
            )
        await _require(database, listed)
        try:
            added = stores.signed(database, "group.add", new.address)
            await SqlGroups(added).keep({new: listed})
        except KeyError:
            raise click.ClickException(f"{new.address} is the address of a person") from None

    stores.use(settings, work)
    click.echo(f"added {new.address}")


@group.command("list")
@with_settings()
def list_groups(settings: Settings) -> None:
    """List all groups and how many members they have.

    The columns are separated by tabs if the output is not a terminal.
    """
    found = stores.use(settings, lambda database: SqlGroups(database).everything())
    rows = [
        (one.address, one.name, str(len(members)), "hidden" if one.hidden else "open")
        for one, members in found.items()
    ]
    _show(rows, "Address", "Name", "Members", "Who is in it")


@group.command()
@click.argument("address")
@with_settings()
def show(settings: Settings, address: str) -> None:
    """List who is in a group: people, groups with theirs, and strangers that were imported.

    The columns are separated by tabs if the output is not a terminal.
    """
    typed = stores.address_typed(address)

    async def work(database: Database) -> list[tuple[str, str, str]]:
        directory = SqlDirectory(database)
        await _known(directory, typed)
        members = await directory.members(typed)
        people, groups = await directory.people(members), await directory.groups(members)
        names = {one.address: (one.name, "person") for one in people.values()}
        names |= {one.address: (one.name, "group") for one in groups.values()}
        return [(one, *names.get(one, ("", "stranger"))) for one in members]

    _show(stores.use(settings, work), "Address", "Name", "Kind")


@group.command()
@click.argument("address")
@click.argument("members", metavar="MEMBER...", nargs=-1, required=True)
@with_settings()
def add_member(settings: Settings, address: str, members: tuple[str, ...]) -> None:
    """Put people and other groups into a group."""
    typed, listed = stores.address_typed(address), _typed(members)

    async def change(database: Database, known: list[str]) -> list[str]:
        await _require(database, listed)
        return known + listed

    _change(settings, typed, f"added {', '.join(listed[:_FEW])}", change)
    click.echo(f"put {', '.join(listed)} into {typed}")


@group.command()
@click.argument("address")
@click.argument("members", metavar="MEMBER...", nargs=-1, required=True)
@with_settings()
def remove_member(settings: Settings, address: str, members: tuple[str, ...]) -> None:
    """Take people and other groups out of a group."""
    typed, listed = stores.address_typed(address), _typed(members)

    async def change(_: Database, known: list[str]) -> list[str]:
        for one in listed:
            if one not in known:
                raise click.ClickException(
                    f"{one} is not in {typed}; `openucwa group show {typed}` lists who is"
                )
        return [one for one in known if one not in listed]

    _change(settings, typed, f"removed {', '.join(listed[:_FEW])}", change)
    click.echo(f"took {', '.join(listed)} out of {typed}")


@group.command()
@click.argument("address")
@with_settings()
def remove(settings: Settings, address: str) -> None:
    """Delete a group. Those who were in it stay."""
    typed = stores.address_typed(address)

    async def work(database: Database) -> None:
        await _known(SqlDirectory(database), typed)
        await SqlGroups(stores.signed(database, "group.remove", typed)).remove(typed)

    stores.use(settings, work)
    click.echo(f"removed {typed}")


def _name(typed: str) -> str:
    """Return a name without spaces around it. One that nobody could read ends the command."""
    name = typed.strip()
    if not (0 < len(name) <= _LONGEST and name.isprintable()):
        raise click.UsageError(f"--name is a text of 1 to {_LONGEST} characters")
    return name


def _typed(members: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(map(stores.address_typed, members)))


async def _known(directory: SqlDirectory, address: str) -> DistributionGroup:
    """Return the group of an address. If there is none, that ends the command."""
    known = (await directory.groups([address])).get(address)
    if known is None:
        raise click.ClickException(
            f"no group has the address {address}; `openucwa group list` shows which there are"
        )
    return known


async def _require(database: Database, members: Iterable[str]) -> None:
    """End the command unless all are people or groups."""
    directory = SqlDirectory(database)
    known = await directory.people(members) | await directory.groups(members)
    for one in members:
        if one not in known:
            raise click.ClickException(
                f"nobody has the address {one}; `openucwa user list` and `openucwa group list` "
                "show who is there"
            )


def _change(
    settings: Settings,
    address: str,
    detail: str,
    change: Callable[[Database, list[str]], Awaitable[list[str]]],
) -> None:
    """Store what ``change`` makes of a group's members."""

    async def work(database: Database) -> None:
        directory = SqlDirectory(database)
        known = await _known(directory, address)
        members = await change(database, [*await directory.members(address)])
        signed = stores.signed(database, "group.change", address, detail)
        await SqlGroups(signed).keep({known: members})

    stores.use(settings, work)


def _show(rows: Iterable[tuple[str, ...]], *columns: str) -> None:
    if not sys.stdout.isatty():
        for row in rows:
            click.echo("\t".join(row))
        return
    table = Table(*columns)
    for row in rows:
        table.add_row(*row)
    Console(markup=False, emoji=False, highlight=False).print(table)
