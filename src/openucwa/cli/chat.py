"""``openucwa chat``: a conversation in the terminal, line by line."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from contextlib import suppress

import click

from openucwa.cli.signing_in import address_typed, as_whom, signs_in
from openucwa.client import Client, Conversation, Ended, Invitation, NotDelivered, Typing, UcwaError
from openucwa.settings import Settings

Lines = asyncio.Queue[str | None]
"""What is typed, line by line, and None for its end."""


@click.command()
@click.argument("whom", metavar="[USER]", required=False)
@as_whom
@signs_in
def chat(settings: Settings, url: str, user: str, password: str, whom: str | None) -> None:
    """Talk to somebody, until Ctrl-D.

    Begins a conversation with USER, or else waits until somebody begins one; only then others see
    that you are there. Each line that is typed is a message.
    """
    del settings
    who = address_typed(whom) if whom else None
    with suppress(KeyboardInterrupt):
        try:
            asyncio.run(_chat(url, user, password, who))
        except UcwaError as error:
            raise click.ClickException(str(error)) from None


async def _chat(url: str, user: str, password: str, whom: str | None) -> None:
    invited: asyncio.Future[Conversation] = asyncio.get_running_loop().create_future()
    one_at_a_time = asyncio.Lock()

    async def answer(invitation: Invitation) -> None:
        async with one_at_a_time:
            if invited.done():
                await invitation.decline()
            else:
                invited.set_result(await invitation.accept())

    client = Client(url, user, password, available=whom is None, on_invitation=answer)
    async with client:
        if whom is None:
            _note("Waiting for somebody to begin.")
            client.keep_active()
            conversation = await invited
        else:
            _note(f"Waiting for {whom} to accept.")
            conversation = await client.start(whom)
        names = ", ".join(_clean(one.name or one.address) for one in conversation.people)
        _note(f"You are talking to {names}. Ctrl-D ends it.")
        await _talk(conversation)


async def _talk(conversation: Conversation) -> None:
    """Show what comes and send what is typed, until either side ends it."""
    sending = asyncio.create_task(_send(conversation))
    showing = asyncio.create_task(_show(conversation))
    await asyncio.wait((sending, showing), return_when=asyncio.FIRST_COMPLETED)
    if sending.done():
        sending.result()
        await conversation.leave()
    sending.cancel()
    await showing
    _note(str(conversation.reason or "It is over."))


async def _show(conversation: Conversation) -> None:
    async for one in conversation.follow():
        if not isinstance(one, Typing):
            for line in one.text.splitlines():
                click.echo(f"{_clean(one.sender.name or one.sender.address)}: {_clean(line)}")
        elif one.active:
            _note(f"{_clean(one.name)} is typing ...")


async def _send(conversation: Conversation) -> None:
    lines = _typed()
    while (line := await lines.get()) is not None:
        if line.strip():
            try:
                await conversation.send(line.rstrip("\r"))
            except Ended:
                return
            except NotDelivered as error:
                _note(f"It did not arrive: {error}")


def _typed() -> Lines:
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


def _note(text: str) -> None:
    click.secho(text, dim=True, err=True)


def _clean(text: str) -> str:
    """Return text without what could move the cursor."""
    return "".join(one if one.isprintable() else " " for one in text)
