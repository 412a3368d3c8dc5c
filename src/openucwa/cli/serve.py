"""``openucwa serve``: run the server until it is told to stop."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import click
import uvloop

from openucwa.adapters import logs
from openucwa.adapters.listener import CannotListen, Listener, listen
from openucwa.adapters.sql.migrate import DatabaseUnusable
from openucwa.cli.options import with_settings
from openucwa.settings import Settings
from openucwa.wiring import Server

Prepare = Callable[[Server], Awaitable[None]]


async def run(
    settings: Settings, listening: Callable[[str], None], prepare: Prepare | None = None
) -> None:
    """Serve until a signal comes. Raises ``CannotListen`` and ``DatabaseUnusable``."""
    where = settings.server
    server = await Server.build(settings)
    try:
        if prepare is not None:
            await prepare(server)
        tls = (Path(where.tls_cert), Path(where.tls_key)) if where.tls_cert else None
        sock = listen(where.host, where.port)
        listener = Listener(server.app, sock, tls, listening, server.drain)
        server.start()
        await listener.run_until_stopped()
    finally:
        await server.close()


def serve_forever(
    settings: Settings, listening: Callable[[str], None], prepare: Prepare | None = None
) -> None:
    """Run the server as a process of its own; errors become a line and exit code 1."""
    logs.configure(settings.logging.level, settings.logging.format)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(run(settings, listening, prepare))
    except (CannotListen, DatabaseUnusable) as error:
        raise click.ClickException(str(error)) from None


def announce(url: str) -> None:
    """Say that the server is ready, in one line that scripts can wait for."""
    sys.stdout.write(f"listening on {url}\n")
    sys.stdout.flush()


@click.command()
@with_settings("server.host", "server.port", "server.tls_cert", "server.tls_key")
def serve(*, settings: Settings) -> None:
    """Run the server until SIGTERM or Ctrl-C."""
    if bool(settings.server.tls_cert) != bool(settings.server.tls_key):
        raise click.UsageError("TLS needs both --tls-cert and --tls-key.")
    serve_forever(settings, announce)
