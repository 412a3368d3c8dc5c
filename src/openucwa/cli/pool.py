"""``openucwa pool``: which pools there are, whom they serve, and how they are emptied.

All of it is in the database: it works from any machine, also for a pool that is out of order.
Servers that run notice within seconds.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from datetime import UTC, datetime

import click

from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.pools import SqlPools
from openucwa.cli import stores
from openucwa.cli.options import with_settings
from openucwa.domain.pools import Homes, Pool
from openucwa.domain.ports import EVERYBODY
from openucwa.domain.shards import SHARDS
from openucwa.settings import Settings

ALL = "everybody"
"""Stands for all people, among addresses."""

_FEW = 10
"""So many are named in the audit log."""

_which = click.argument("name", metavar="[POOL]", default="")


@click.group()
def pool() -> None:
    """Say which pool serves whom."""


@pool.command("list")
@with_settings()
def list_pools(settings: Settings) -> None:
    """List all pools.

    Name, state, since when, people at home, backup and URL; separated by tabs.
    """

    async def read(database: Database) -> list[tuple[str, ...]]:
        found, people = await SqlPools(database).homes(), await SqlPools(database).population()
        return [
            (one.name, _state(one), _time(one), str(people[one.name]), one.backup, one.url)
            for _, one in sorted(found.pools.items())
        ]

    for row in stores.use(settings, read):
        click.echo("\t".join(row))


@pool.command()
@_which
@with_settings("server.live")
def status(settings: Settings, name: str) -> None:
    """Tell how POOL is doing, and who serves its people.

    Without a name it is the pool of this configuration; so with all of these commands. Of that
    pool it shows the nodes as well, if it has several.
    """

    async def read(database: Database) -> tuple[Homes, int]:
        pools = SqlPools(database)
        return await pools.homes(), (await pools.population())[name or settings.pool.name]

    homes, people = stores.use(settings, read)
    one = _known(homes, name or settings.pool.name)
    click.echo(f"{one.name} is {_state(one)} since {_time(one)}")
    click.echo(f"url: {one.url or 'none, so nobody can be sent here'}")
    click.echo(f"backup: {one.backup or 'none'}")
    click.echo(f"people at home: {people}")
    click.echo(f"people are served by: {_served_by(homes, one)}")
    if settings.server.live and one.name == settings.pool.name:
        _show_nodes(settings.server.live, one.name)


@pool.command()
@_which
@with_settings()
def drain(settings: Settings, name: str) -> None:
    """Send everybody from POOL to its backup."""
    homes, one = _change(settings, name, draining=True)
    click.echo(f"{one.name} is drained; its people are served by: {_served_by(homes, one)}")


@pool.command()
@_which
@with_settings()
def undrain(settings: Settings, name: str) -> None:
    """Let POOL serve its people again."""
    _, one = _change(settings, name, draining=False)
    click.echo(f"{one.name} serves its people")


@pool.command()
@click.argument("whom", metavar=f"ADDRESS... or {ALL}", nargs=-1, required=True)
@click.argument("name", metavar="POOL")
@with_settings()
def home(settings: Settings, whom: tuple[str, ...], name: str) -> None:
    """Let people be at home in POOL.

    Everybody includes those who are added later.
    """
    everybody = ALL in whom
    addresses = {EVERYBODY} if everybody else {stores.address_typed(typed) for typed in whom}

    async def settle(database: Database) -> Pool:
        pools = SqlPools(database)
        one = _known(await pools.homes(), name)
        signed = stores.signed(database, "pool.home", one.name, *sorted(addresses)[:_FEW])
        await SqlPools(signed).settle(addresses, one.name)
        return one

    one = stores.change(settings, settle)
    who = ALL if everybody else ", ".join(sorted(addresses))
    click.echo(f"at home in {one.name}: {who}")
    if not one.url:
        click.echo(f"{one.name} has no URL, so other pools cannot send anybody there", err=True)


def _change(settings: Settings, name: str, *, draining: bool) -> tuple[Homes, Pool]:
    """Drain a pool or let it serve again; return how everything is then."""

    async def change(database: Database) -> tuple[Homes, Pool]:
        pools = SqlPools(database)
        one = _known(await pools.homes(), name or settings.pool.name)
        act = "pool.drain" if draining else "pool.undrain"
        signed = stores.signed(database, act, one.name)
        await SqlPools(signed).drain(one.name, draining, time.time())
        homes = await pools.homes()
        return homes, homes.pools[one.name]

    return stores.use(settings, change)


def _show_nodes(live: str, name: str) -> None:
    """Tell which nodes of a pool live, and how many shards each of them has."""
    from openucwa.adapters.redis.connection import (  # noqa: PLC0415  Redis may not be installed
        LiveUnusable,
        Unreachable,
        connect,
    )
    from openucwa.adapters.redis.membership import Membership, View  # noqa: PLC0415  as above

    async def look() -> View:
        connection = await connect(live)
        try:
            return await Membership(connection, name, "", "").look()
        finally:
            await connection.close()

    try:
        view = asyncio.run(look())
    except (LiveUnusable, Unreachable) as error:
        raise click.ClickException(str(error)) from None
    shards = Counter(owner.node for owner in view.owners.values())
    for node, address in sorted(view.nodes.items()):
        click.echo(f"node {node} at {address}: {shards[node]} shards")
    lost = SHARDS - sum(shards[node] for node in view.nodes)
    click.echo(f"shards that no living node has: {lost}")


def _known(homes: Homes, name: str) -> Pool:
    """Return a pool. One that is unknown ends the command."""
    if name not in homes.pools:
        known = f"there are {', '.join(sorted(homes.pools))}" if homes.pools else "none has started"
        raise click.ClickException(f"there is no pool {name!r}; {known}")
    return homes.pools[name]


def _state(one: Pool) -> str:
    return "draining" if one.draining else "serving"


def _time(one: Pool) -> str:
    return datetime.fromtimestamp(one.since, UTC).isoformat(timespec="seconds")


def _served_by(homes: Homes, one: Pool) -> str:
    """Tell which pool serves those at home in one."""
    serving = homes.serving(one.name)
    if serving is None:
        return "nobody; they are answered 410 CannotRedirect"
    if serving is not one and not serving.url:
        return f"nobody; {serving.name} has no URL, so they are answered 410 CannotRedirect"
    return f"{serving.name} {serving.url}".rstrip()
