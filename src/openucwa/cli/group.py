"""``openucwa group``: distribution groups. A server that runs sees changes within seconds."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from typing import NamedTuple

import click
from rich.console import Console
from rich.table import Table

from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.groups import SqlGroups
from openucwa.adapters.sql.store import SqlStore
from openucwa.cli import stores
from openucwa.cli.options import with_settings
from openucwa.domain.people import DistributionGroup
from openucwa.settings import Settings

_LONGEST = 256


class Known(NamedTuple):
    """A group that exists, and the addresses of its members."""

    group: DistributionGroup
    members: list[str]


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
    """Add a group: ADDRESS is user@domain. Its members are people, and other groups."""
    new = DistributionGroup(stores.address_typed(address), _name(name), hidden)
    listed = _typed(members)

    async def work(database: Database) -> None:
        if await SqlStore(database).groups([new.address]):
            raise click.ClickException(
                f"{new.address} exists already; change it with `openucwa group add-member` "
                "and `remove-member`"
            )
        await _require(database, listed)
        try:
            await SqlGroups(database).keep({new: listed})
        except KeyError:
            raise click.ClickException(f"{new.address} is the address of a person") from None

    stores.use(settings, work)
    click.echo(f"added {new.address}")


@group.command("list")
@with_settings()
def list_groups(settings: Settings) -> None:
    """List all groups, and how many members they have.

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
    """List who is in a group: people, and groups with theirs.

    The columns are separated by tabs if the output is not a terminal.
    """

    async def work(database: Database) -> list[tuple[str, str, str]]:
        _, members = await _known(database, stores.address_typed(address))
        store = SqlStore(database)
        people, groups = await store.people(members), await store.groups(members)
        return [
            (one, (people | groups)[one].name, "person" if one in people else "group")
            for one in members
            if one in people or one in groups
        ]

    _show(stores.use(settings, work), "Address", "Name", "Kind")


@group.command()
@click.argument("address")
@click.argument("members", metavar="MEMBER...", nargs=-1, required=True)
@with_settings()
def add_member(settings: Settings, address: str, members: tuple[str, ...]) -> None:
    """Put people or other groups into a group."""
    listed = _typed(members)

    async def change(database: Database, known: Known) -> list[str]:
        await _require(database, listed)
        return [*known.members, *listed]

    _change(settings, address, change)
    click.echo(f"put {', '.join(listed)} into {stores.address_typed(address)}")


@group.command()
@click.argument("address")
@click.argument("members", metavar="MEMBER...", nargs=-1, required=True)
@with_settings()
def remove_member(settings: Settings, address: str, members: tuple[str, ...]) -> None:
    """Take people or other groups out of a group."""
    listed = _typed(members)

    async def change(_: Database, known: Known) -> list[str]:
        for one in listed:
            if one not in known.members:
                raise click.ClickException(f"{one} is not in {known.group.address}")
        return [one for one in known.members if one not in listed]

    _change(settings, address, change)
    click.echo(f"took {', '.join(listed)} out of {stores.address_typed(address)}")


@group.command()
@click.argument("address")
@with_settings()
def remove(settings: Settings, address: str) -> None:
    """Delete a group. The people who were in it stay."""
    typed = stores.address_typed(address)

    async def work(database: Database) -> None:
        await _known(database, typed)
        await SqlGroups(database).remove(typed)

    stores.use(settings, work)
    click.echo(f"removed {typed}")
