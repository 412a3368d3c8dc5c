"""``openucwa config``: look at the settings."""

from __future__ import annotations

import json

import click

from openucwa.cli.options import with_settings
from openucwa.settings import Settings


@click.group()
def config() -> None:
    """Look at the settings."""


@config.command()
@with_settings()
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def show(settings: Settings, *, as_json: bool) -> None:
    """Print every setting's effective value and where it comes from."""
    rows = list(settings.rows())
    if as_json:
        values = {name: {"value": value, "origin": origin} for name, value, origin in rows}
        click.echo(json.dumps(values, indent=2))
        return
    names, values_, _ = (max(map(len, column)) for column in zip(*rows, strict=True))
    for name, value, origin in rows:
        click.echo(f"{name:{names}}  {value:{values_}}  {origin}")
