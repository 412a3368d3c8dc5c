"""Options that verbs share: flags that are settings, and the settings they lead to."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from openucwa.cli.configuration import CONFIG_VARIABLE, SettingsError, load
from openucwa.settings import OPTIONS


class WrongSettings(click.ClickException):
    """The settings are wrong: usage, hence exit code 2."""

    exit_code = 2


def with_settings(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a verb ``--config``, ``--data``, ``--database`` and a flag for each named setting.

    The verb gets the effective ``Settings`` as its keyword argument ``settings``.
    """
    flags = {name.replace(".", "__"): name for name in ("server.data", "server.database", *names)}

    def decorate(verb: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(verb)
        def run(*, config: Path | None, **arguments: Any) -> Any:
            given = {name: arguments.pop(parameter) for parameter, name in flags.items()}
            try:
                settings = load(config, os.environ, given)
            except SettingsError as error:
                raise WrongSettings(str(error)) from None
            return verb(settings=settings, **arguments)

        command: Callable[..., Any] = run
        for parameter, name in reversed(list(flags.items())):
            command = _flag(parameter, name)(command)
        return click.option(
            "--config",
            type=click.Path(path_type=Path),
            help=f"TOML file with settings; or variable {CONFIG_VARIABLE}.",
        )(command)

    return decorate


def _flag(parameter: str, name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    option = OPTIONS[name]
    flag = "--" + option.key.replace("_", "-")
    if option.section == "node":
        flag = "--node" + flag[1:].removesuffix("-name")
    if option.kind is bool:
        flag += "/--no-" + option.key.replace("_", "-")
    text = str(option.meta.description)
    shown = option.spell(option.default)
    return click.option(
        flag,
        parameter,
        default=None,
        metavar=None if option.kind is bool else option.key.rpartition("_")[2].upper(),
        help=f"{text}  [default: {shown}]" if shown else text,
    )
