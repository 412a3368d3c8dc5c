"""A terminal in which people talk: lines that are typed, and what others say."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from contextlib import suppress

import click

from openucwa.client import Message, Typing

Lines = asyncio.Queue[str | None]
"""What is typed, line by line, and None for its end."""


def typed() -> Lines:
    """Return a queue of the lines that are typed from now on.

    A thread reads them, because a terminal cannot be waited for everywhere; it is a daemon,
    because nothing can be done to end it.
    """
    loop, lines = asyncio.get_running_loop(), Lines()

    def put(line: str | None) -> None:
        loop.call_soon_threadsafe(lines.put_nowait, line)

    def read() -> None:
        rest = b""
        with suppress(RuntimeError, OSError):  # the loop has ended, or the terminal is gone
            while chunk := os.read(sys.stdin.fileno(), 65536):
                *whole, rest = (rest + chunk).split(b"\n")
                for line in whole:
                    put(line.decode(errors="replace"))
            put(rest.decode(errors="replace"))
            put(None)

    threading.Thread(target=read, daemon=True).start()
    return lines


def show(one: Message | Typing) -> None:
    """Show what somebody says, or that she is typing."""
    if isinstance(one, Message):
        for line in one.text.splitlines():
            click.echo(f"{clean(one.sender.name or one.sender.address)}: {clean(line)}")
    elif one.active:
        note(f"{one.name} is typing ...")


def note(text: str) -> None:
    """Show something that nobody has said."""
    click.secho(clean(text), dim=True, err=True)


def clean(text: str) -> str:
    """Return text without what could move the cursor."""
    return "".join(one if one.isprintable() else " " for one in text)
