"""What verbs that sign in have in common: where the server is, who it is, and the password."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from typing import Any

import click

from openucwa.cli.options import with_settings
from openucwa.domain.people import address_of
from openucwa.settings import Settings


def signs_in(verb: Callable[..., Any]) -> Callable[..., Any]:
    """Give a verb the options of who signs in.

    It gets ``url``, ``user``, ``password`` and the effective ``settings``; the password is asked
    for last of all. The verb declares itself where ``user`` comes from.
    """

    @click.option("--url", help="Where the server is.  [default: where the settings say]")
    @click.option(
        "--password-stdin", is_flag=True, help="Read the password from the first line of the input."
    )
    @with_settings("server.port")
    @functools.wraps(verb)
    def run(
        settings: Settings, user: str, *, url: str | None, password_stdin: bool, **more: Any
    ) -> Any:
        if password_stdin:
            password = _first_line()
        else:
            password = click.prompt(f"Password of {user}", hide_input=True, err=True)
        where = url or settings.server.public_url or _here(settings)
        return verb(settings=settings, url=where, user=user, password=password, **more)

    return run


as_whom = click.option(
    "--as", "user", metavar="ADDRESS", prompt="Your address", help="Who you are; else it is asked."
)
"""Says who signs in, for verbs whose argument is somebody else."""


def address_typed(typed: str) -> str:
    """Return an address as it is written everywhere. Raises ``UsageError``."""
    found = address_of(typed)
    if found is None:
        raise click.UsageError(f"{typed!r} is not an address: write user@domain or sip:user@domain")
    return found


def _first_line() -> str:
    """Return the first line of the input; the rest of it is left to be read by others."""
    try:
        source = sys.stdin.fileno()
    except OSError:
        return sys.stdin.readline().rstrip("\r\n")
    line = b""
    while (one := os.read(source, 1)) not in {b"", b"\n"}:
        line += one
    return line.decode().rstrip("\r")


def _here(settings: Settings) -> str:
    """Return where the server with these settings is for this machine."""
    server = settings.server
    # Nothing is bound here; these are names of where somebody else listens.
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(server.host, server.host)  # noqa: S104  no bind
    shown = f"[{host}]" if ":" in host else host
    return f"{'https' if server.tls_cert else 'http'}://{shown}:{server.port}"
