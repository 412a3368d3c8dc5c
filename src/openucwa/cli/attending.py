"""``openucwa meeting join``: an online meeting in the terminal, line by line."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import click

from openucwa.cli.signing_in import as_whom, signs_in
from openucwa.cli.terminal import Lines, note, show, typed
from openucwa.client import (
    Client,
    Ended,
    Meeting,
    Move,
    Moved,
    NotDelivered,
    NotReached,
    Refused,
    UcwaError,
)
from openucwa.settings import Settings

HELP = "/who shows who is there; /admit and /reject let people in who wait; //x says /x."
SAID = {Move.CAME: "{} has come.", Move.LEFT: "{} has left.", Move.WAITED: "{} waits no longer."}


@click.command()
@click.argument("where", metavar="MEETING")
@as_whom
@signs_in
def join(settings: Settings, url: str, user: str, password: str, where: str) -> None:
    """Talk in a meeting, until Ctrl-D.

    MEETING is its address, the URL where people join, or the id of one that you have arranged.
    Each line that is typed is a message, but for commands: /who, and for leaders /admit and
    /reject, followed by the number of who waits unless it is the first.
    """
    del settings
    with suppress(KeyboardInterrupt):
        try:
            asyncio.run(_join(url, user, password, where))
        except UcwaError as error:
            raise click.ClickException(str(error)) from None


async def _join(url: str, user: str, password: str, where: str) -> None:
    async with Client(url, user, password, available=False) as client:
        meeting = await client.join(where)
        await _Room(meeting).stay()


class _Room:
    """A meeting at this terminal. Those who wait in its lobby have numbers, in their order."""

    def __init__(self, meeting: Meeting) -> None:
        self._meeting = meeting
        self._numbers: dict[str, int] = {}
        self._count = 0

    async def stay(self) -> None:
        """Show what comes and do what is typed, until it ends or the typing does."""
        meeting = self._meeting
        tasks = [asyncio.create_task(one) for one in (self._follow(), self._obey(typed()))]
        following, obeying = tasks
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if obeying.done():
            obeying.result()
            await meeting.leave()
        obeying.cancel()
        await following
        note(str(meeting.reason or "It is over."))

    async def _follow(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._enter())
            async for one in self._meeting.follow():
                if isinstance(one, Moved):
                    self._note(one)
                else:
                    show(one)

    async def _enter(self) -> None:
        """Say whether we are let in."""
        if self._meeting.waits:
            note("You wait to be let in.")
        with suppress(NotReached):
            await self._meeting.entered()
            note(f"You are in the meeting {self._meeting.subject!r}. Ctrl-D leaves it. {HELP}")

    def _note(self, moved: Moved) -> None:
        if moved.move is not Move.WAITS:
            self._numbers.pop(moved.participant, None)
            note(SAID[moved.move].format(moved.name))
            return
        self._count += 1
        self._numbers[moved.participant] = self._count
        note(f"{moved.name} waits in the lobby: /admit {self._count} or /reject {self._count}")

    async def _obey(self, lines: Lines) -> None:
        while (line := await lines.get()) is not None:
            try:
                await self._do(line.rstrip("\r"))
            except (Ended, NotReached):
                return
            except (NotDelivered, Refused) as error:
                note(f"It did not work: {error}")

    async def _do(self, line: str) -> None:
        word, _, rest = line.strip().partition(" ")
        if word == "/who":
            note(", ".join(["You", *self._meeting.names]))
        elif word in {"/admit", "/reject"}:
            await self._decide(word, rest.strip())
        elif word.startswith("/") and not word.startswith("//"):
            note(HELP)
        elif word:
            await self._meeting.entered()
            await self._meeting.send(line.replace("//", "/", 1) if word.startswith("//") else line)

    async def _decide(self, word: str, number: str) -> None:
        """Let somebody in or turn her away: the first who waits, or the one with a number."""
        known = (who for who, one in self._numbers.items() if number in {"", str(one)})
        found = next(known, None)
        if found is None:
            note("Nobody with this number waits." if number else "Nobody waits.")
            return
        done = self._meeting.admit(found) if word == "/admit" else self._meeting.reject(found)
        if not await done:
            note("Nobody waits there any more.")
