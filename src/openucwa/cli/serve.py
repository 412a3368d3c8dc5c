"""``openucwa serve``: run the server until it is told to stop."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import click
import uvloop

from openucwa.adapters import logs
from openucwa.adapters.batches import JournalDamaged, JournalUnusable
from openucwa.adapters.listener import LINGER, CannotListen, Listener, listen
from openucwa.adapters.outward import CannotTrust
from openucwa.adapters.pool.residence import NodeUnusable
from openucwa.adapters.sql.migrate import DatabaseUnusable
from openucwa.cli.options import with_settings
from openucwa.settings import Settings
from openucwa.wiring import Server

Prepare = Callable[[Server], Awaitable[None]]

TEST_MODE = (
    "TEST MODE: whoever reaches this server may move its clock, make it fail, add people and "
    "end everything that goes on."
)

SWITCH = 0.0005
"""Seconds for which a thread may run while another wants to. With Python's own 5 ms, a thread that
writes the history takes the interpreter for so long after each callback of the loop.
"""

log = logging.getLogger(__name__)

test_mode_flag = click.option(
    "--test-mode",
    is_flag=True,
    help="Offer pages below /test for tests of apps: a clock to move, faults to plant.",
)


async def run(
    settings: Settings,
    listening: Callable[[str], None],
    prepare: Prepare | None = None,
    *,
    test_mode: bool = False,
) -> None:
    """Serve until a signal comes.

    Raises ``CannotListen``, ``CannotTrust`` and ``DatabaseUnusable``.
    """
    where = settings.server
    server = await Server.build(settings, test_mode=test_mode)
    try:
        if prepare is not None:
            await prepare(server)
        tls = (Path(where.tls_cert), Path(where.tls_key)) if where.tls_cert else None
        sock = listen(where.host, where.port)
        linger = LINGER if where.live else 0.0
        listener = Listener(server.app, sock, tls, listening, server.drain, linger=linger)
        server.start()
        await listener.run_until_stopped()
    finally:
        await server.close()


def serve_forever(
    settings: Settings,
    listening: Callable[[str], None],
    prepare: Prepare | None = None,
    *,
    test_mode: bool = False,
) -> None:
    """Run the server as a process of its own; errors become a line and exit code 1."""
    if test_mode and not is_loopback(settings.server.host):
        raise click.UsageError(
            f"--test-mode gives everybody who reaches {settings.server.host} power over the "
            "server, so it needs a --host that only this machine reaches, such as 127.0.0.1."
        )
    logs.configure(settings.logging.level, settings.logging.format)
    if test_mode:
        log.warning(TEST_MODE)
    sys.setswitchinterval(SWITCH)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(run(settings, listening, prepare, test_mode=test_mode))
    except JournalDamaged as error:
        raise click.ClickException(
            f"live state cannot be read: {error}. Look at what can be saved, and go on, with: "
            f"openucwa repair --data {settings.server.data}"
        ) from None
    except (CannotListen, CannotTrust, DatabaseUnusable, JournalUnusable, NodeUnusable) as error:
        raise click.ClickException(str(error)) from None


def announce(url: str, *, test_mode: bool = False) -> None:
    """Say that the server is ready, in one line that scripts can wait for."""
    sys.stdout.write(f"listening on {url}\n" + (f"{TEST_MODE}\n" if test_mode else ""))
    sys.stdout.flush()


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@click.command()
@test_mode_flag
@with_settings(
    "server.host",
    "server.port",
    "server.tls_cert",
    "server.tls_key",
    "server.live",
    "node.name",
    "node.address",
)
def serve(*, settings: Settings, test_mode: bool) -> None:
    """Run the server until SIGTERM or Ctrl-C."""
    if bool(settings.server.tls_cert) != bool(settings.server.tls_key):
        raise click.UsageError("TLS needs both --tls-cert and --tls-key.")
    serve_forever(settings, partial(announce, test_mode=test_mode), test_mode=test_mode)
