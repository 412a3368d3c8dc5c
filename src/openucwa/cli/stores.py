"""The database as commands use it: opened, worked with, and closed again."""

from __future__ import annotations

import asyncio
import os
import pwd
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

from openucwa.adapters.sql.audit import Signed
from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.migrate import DatabaseUnusable
from openucwa.domain.administration import Act
from openucwa.domain.people import address_of
from openucwa.domain.refusals import Refused
from openucwa.settings import Settings

T = TypeVar("T")


def use(settings: Settings, work: Callable[[Database], Awaitable[T]]) -> T:
    """Do something with the database. A bad one ends the command."""

    async def run() -> T:
        database = await Database.open(settings.server.place)
        try:
            return await work(database)
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    except (DatabaseUnusable, Refused) as error:
        raise click.ClickException(str(error)) from None


def change(settings: Settings, work: Callable[[Database], Awaitable[T]]) -> T:
    """Do something with or to a person. One who is unknown ends the command."""
    try:
        return use(settings, work)
    except KeyError as error:
        raise click.ClickException(
            f"nobody has the address {error.args[0]}; `openucwa user list` shows who is there"
        ) from None


def signed(database: Database, act: str, about: str, *details: str) -> Database:
    """Return the database as it is for an act, which is kept in the audit log with its change."""
    return Signed(database, Act(time.time(), f"cli:{_user()}", act, about, details))


def _user() -> str:
    """Return who runs the command."""
    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def address_typed(typed: str) -> str:
    """Return the canonical address. One that is none ends the command."""
    address = address_of(typed)
    if address is None:
        raise click.UsageError(f"{typed!r} is not an address: write user@domain or sip:user@domain")
    return address
