"""``openucwa policy``: what people are allowed. A server that runs tells them within seconds."""

from __future__ import annotations

from difflib import get_close_matches

import click

from openucwa.adapters.sql.policies import SqlPolicies
from openucwa.cli import stores
from openucwa.cli.options import with_settings
from openucwa.domain.ports import EVERYBODY
from openucwa.resources.policies import DEFAULTS, NAMES, SPELLED, valued
from openucwa.settings import Settings

_person = click.option("--person", metavar="ADDRESS", help="Only for this person.")


@click.group()
def policy() -> None:
    """Say what people are allowed."""


@policy.command("set")
@click.argument("name")
@click.argument("value")
@_person
@with_settings()
def set_policy(settings: Settings, name: str, value: str, person: str | None) -> None:
    """Give the policy NAME a VALUE, for everybody or for one person.

    Values are Enabled, Disabled or None for most.
    """
    known, address = _name(name), _address(person)
    value = _value(known, value)
    stores.change(
        settings,
        lambda database: SqlPolicies(
            stores.signed(database, "policy.set", _whom(address), f"{known} {value}")
        ).set(address, known, value),
    )
    click.echo(f"{known} is {value} for {_whom(address)}")


@policy.command()
@click.argument("name")
@_person
@with_settings()
def unset(settings: Settings, name: str, person: str | None) -> None:
    """Take back what was set: for a person then holds what holds for everybody."""
    known, address = _name(name), _address(person)
    found = stores.use(
        settings,
        lambda database: SqlPolicies(
            stores.signed(database, "policy.reset", _whom(address), known)
        ).unset(address, known),
    )
    if not found:
        raise click.ClickException(f"{known} is not set for {_whom(address)}")
    click.echo(f"{known} is not set for {_whom(address)} any more")


@policy.command("list")
@_person
@with_settings()
def list_policies(settings: Settings, person: str | None) -> None:
    """List what is set, or all that holds for one person; separated by tabs."""
    if person is None:
        found = stores.use(settings, lambda database: SqlPolicies(database).everything())
        rows = [(_whom(who), *row) for who, own in found.items() for row in own.items()]
    else:
        address = _address(person)
        own = stores.use(settings, lambda database: SqlPolicies(database).policies(address))
        rows = [(_whom(address), *row) for row in sorted((DEFAULTS | own).items())]
    for row in rows:
        click.echo("\t".join(row))


def _name(typed: str) -> str:
    """Return a policy's name as it is spelled. One that is unknown ends the command."""
    if typed.lower() in SPELLED:
        return SPELLED[typed.lower()]
    near = get_close_matches(typed.lower(), SPELLED, 1)
    hint = f"did you mean {SPELLED[near[0]]}?" if near else f"there are {', '.join(NAMES)}"
    raise click.UsageError(f"{typed!r} is not a policy; {hint}")


def _value(name: str, typed: str) -> str:
    """Return a value as it is spelled. One that the policy cannot have ends the command."""
    try:
        return valued(name, typed)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def _address(person: str | None) -> str:
    return EVERYBODY if person is None else stores.address_typed(person)


def _whom(address: str) -> str:
    return "everybody" if address == EVERYBODY else address
