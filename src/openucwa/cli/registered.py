"""What ``openucwa callback`` and ``openucwa webhook`` have in common."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

import click

from openucwa.adapters.outward import CannotTrust, Outward, Unreachable
from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.webhooks import SqlWebhooks
from openucwa.cli import stores
from openucwa.domain.destinations import Destinations
from openucwa.domain.webhooks import Callback, Target, headers, host_of
from openucwa.settings import Settings

T = TypeVar("T", bound=Target)

_FEW = 10
"""So many details are kept in the audit log."""

Find = Callable[[SqlWebhooks], Awaitable[Sequence[T]]]
"""Returns what is registered of a kind."""


def check(settings: Settings, url: str) -> None:
    """End the command for a URL that is not allowed."""
    allowed = settings.webhooks
    try:
        Destinations(allowed.allowed, insecure=allowed.insecure).check(url)
    except ValueError as error:
        raise click.UsageError(f"{url}: {error}") from None


def announce(made: Target) -> None:
    """Show what was made, and its secret, once."""
    click.echo(f"added {made.id}, with the secret (shown only now):\n{made.secret}")


def shown(settings: Settings, find: Find[T]) -> Sequence[T]:
    """Return all that are registered."""
    return stores.use(settings, lambda database: find(SqlWebhooks(database)))


def remove(settings: Settings, find: Find[T], identifier: str) -> None:
    """Delete one."""
    one = _find(settings, find, identifier)
    act = f"{_kind(one)}.remove"
    stores.use(settings, lambda database: signed(database, act, one.url, one.id).remove(one))
    click.echo(f"removed {one.id}")


def rotate(settings: Settings, find: Find[T], identifier: str) -> None:
    """Give one a new secret, and show it."""
    one, now = _find(settings, find, identifier), time.time()
    act = f"{_kind(one)}.rotate"
    secret = stores.use(
        settings, lambda database: signed(database, act, one.url, one.id).rotate(one, now)
    )
    click.echo(f"{one.id} has a new secret (shown only now); the old one signs for a day:")
    click.echo(secret)


def signed(database: Database, act: str, url: str, *details: str) -> SqlWebhooks:
    """Return what an act is done with. Of the URL its host alone is kept."""
    kept = (text for text in details[:_FEW] if text)
    return SqlWebhooks(stores.signed(database, act, host_of(url), *kept))


def _kind(one: Target) -> str:
    return "callback" if isinstance(one, Callback) else "webhook"


def test(
    settings: Settings, find: Find[T], identifier: str, body: bytes, about: Mapping[str, str]
) -> None:
    """Send one a message from here, and say how it was answered."""
    one, now = _find(settings, find, identifier), time.time()
    name = f"{one.id}.test.{int(now)}"

    async def post() -> int:
        pushed = settings.webhooks
        destinations = Destinations(pushed.allowed, insecure=pushed.insecure)
        outward = Outward(destinations, pushed.timeout, pushed.ca)
        try:
            return await outward.post(one.url, headers(one, name, now, body) | dict(about), body)
        finally:
            await outward.close()

    try:
        status = asyncio.run(post())
    except (CannotTrust, Unreachable) as error:
        raise click.ClickException(f"{one.url}: {error}") from None
    if not 200 <= status < 300:
        raise click.ClickException(f"{one.url} answered {status}, and not 2xx")
    click.echo(f"{one.url} answered {status}")


def _find(settings: Settings, find: Find[T], identifier: str) -> T:
    found = {one.id: one for one in shown(settings, find)}
    if identifier not in found:
        raise click.ClickException(f"there is no {identifier}; `list` shows what there is")
    return found[identifier]
