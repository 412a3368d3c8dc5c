"""``openucwa chat``: a conversation in the terminal, line by line."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import click

from openucwa.cli.signing_in import address_typed, as_whom, signs_in
from openucwa.cli.terminal import note, show, typed
from openucwa.client import (
    Client,
    Conversation,
    Ended,
    Invitation,
    Message,
    NotDelivered,
    Typing,
    UcwaError,
)
from openucwa.settings import Settings


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
            note("Waiting for somebody to begin.")
            client.keep_active()
            conversation = await invited
        else:
            note(f"Waiting for {whom} to accept.")
            conversation = await client.start(whom)
        names = ", ".join(one.name or one.address for one in conversation.people)
        note(f"You are talking to {names}. Ctrl-D ends it.")
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
    note(str(conversation.reason or "It is over."))


async def _show(conversation: Conversation) -> None:
    async for one in conversation.follow():
        if isinstance(one, Message | Typing):
            show(one)


async def _send(conversation: Conversation) -> None:
    lines = typed()
    while (line := await lines.get()) is not None:
        if line.strip():
            try:
                await conversation.send(line.rstrip("\r"))
            except Ended:
                return
            except NotDelivered as error:
                note(f"It did not arrive: {error}")
