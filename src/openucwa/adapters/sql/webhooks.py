"""Callbacks and webhooks as the operator registers them, kept in SQL."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Table, delete, select, update

from openucwa.adapters.sql import tables
from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.revisions import bump
from openucwa.adapters.sql.turns import alone
from openucwa.domain.administration import WebhookRegistry
from openucwa.domain.webhooks import Callback, Target, Webhook, secret_of

KEY = 32
"""Bytes of a secret's key."""

_REVISION = "webhooks"


class Taken(Exception):
    """There is a callback already for these applications; the text is its id."""


class SqlWebhooks(WebhookRegistry):
    """The port, and the operator's hand on it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def callbacks(self) -> Sequence[Callback]:
        """Return all callbacks by id."""
        query = select(tables.callbacks).order_by(tables.callbacks.c.id)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [Callback(**row) for row in rows]

    async def webhooks(self) -> Sequence[Webhook]:
        """Return all webhooks by id."""
        hooks, about = tables.webhooks, tables.webhook_subjects
        named: dict[str, list[str]] = {}
        async with self._database.read() as connection:
            for row in await connection.execute(select(about).order_by(about.c.address)):
                named.setdefault(row.webhook, []).append(row.address)
            query = select(hooks).order_by(hooks.c.id)
            rows = (await connection.execute(query)).mappings().all()
        return [Webhook(**row, subjects=tuple(named.get(row.id, ()))) for row in rows]

    async def revision(self) -> int:
        """Return a number that is another one whenever either has changed."""
        query = select(tables.revisions.c.number).where(tables.revisions.c.name == _REVISION)
        async with self._database.read() as connection:
            return await connection.scalar(query) or 0

    async def add_callback(self, url: str, user_agent: str, address: str = "") -> Callback:
        """Register where the events of applications go.

        Raises ``KeyError`` if the person is unknown, ``Taken``.
        """
        identifier, secret = _new()
        made = Callback(
            id=identifier, url=url, secret=secret, user_agent=user_agent, address=address
        )
        people, known = tables.people.c, tables.callbacks.c
        same = (known.user_agent == user_agent) & (known.address == address)
        async with self._database.write() as connection:
            await alone(connection, _REVISION)
            if address:
                person = select(people.address).where(people.address == address)
                if await connection.scalar(person) is None:
                    raise KeyError(address)
            taken = await connection.scalar(select(known.id).where(same))
            if taken is not None:
                raise Taken(taken)
            await connection.execute(tables.callbacks.insert().values(asdict(made)))
            await bump(connection, _REVISION)
        return made

    async def add_webhook(
        self, url: str, subjects: Sequence[str] = (), *, everybody: bool = False
    ) -> Webhook:
        """Register where changes of presence go. Raises ``KeyError`` with who is unknown."""
        identifier, secret = _new()
        named = tuple(sorted(set(subjects)))
        made = Webhook(id=identifier, url=url, secret=secret, everybody=everybody, subjects=named)
        row = {name: value for name, value in asdict(made).items() if name != "subjects"}
        async with self._database.write() as connection:
            await alone(connection, _REVISION)
            for address in named:
                known = (
                    select(column).where(column == address)
                    for column in (tables.people.c.address, tables.distribution_groups.c.address)
                )
                if not [1 for query in known if await connection.scalar(query)]:
                    raise KeyError(address)
            await connection.execute(tables.webhooks.insert().values(row))
            rows = [{"webhook": identifier, "address": address} for address in named]
            if rows:
                await connection.execute(tables.webhook_subjects.insert(), rows)
            await bump(connection, _REVISION)
        return made

    async def remove(self, target: Target) -> None:
        """Delete a callback or a webhook; nothing happens if it is no more."""
        table = _table(target)
        async with self._database.write() as connection:
            await connection.execute(delete(table).where(table.c.id == target.id))
            await bump(connection, _REVISION)

    async def rotate(self, target: Target, now: float) -> str:
        """Return a new secret; the one before signs, too, for a while."""
        table, secret = _table(target), _new()[1]
        values = {"secret": secret, "old_secret": table.c.secret, "rotated": now}
        async with self._database.write() as connection:
            await connection.execute(update(table).where(table.c.id == target.id).values(values))
            await bump(connection, _REVISION)
        return secret


def _table(target: Target) -> Table:
    return tables.callbacks if isinstance(target, Callback) else tables.webhooks


def _new() -> tuple[str, str]:
    """Return an id and a secret."""
    return secrets.token_hex(4), secret_of(secrets.token_bytes(KEY))
