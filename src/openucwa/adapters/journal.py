"""The journal of live state: what was acknowledged is on disk, and comes back.

Batches are written by a thread of their own; whatever comes up while one is being written goes
into the next (group commit). A batch holds, to be applied in this order: the steps by which
channels changed, whole users and conversations as they were when the batch was closed, and when
people were last active. A step is small where a whole user is not: an event relayed to watchers,
a package made, a message said. A checkpoint writes every user and conversation once more, some
with each batch, and then drops all batches before, some at a time: nobody who waits for a change
of her own waits for that.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import NamedTuple

from openucwa.adapters.batches import (
    Activity,
    Arrived,
    Batch,
    BatchFile,
    Package,
    Relay,
    Said,
    Step,
    encode,
)
from openucwa.domain.channel import Channel, Event
from openucwa.domain.conversations import Conversation
from openucwa.domain.parties import Message
from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.users import User

log = logging.getLogger(__name__)

CHUNK = 1000
"""So many users are written in one batch at most, so that the loop is not held up."""

RETRY = 1.0
"""Seconds until a batch that could not be written is tried again."""

NOT_STORED = "The server cannot store anything at the moment; try again."

UNHURRIED = 250
"""So many users of a checkpoint are written with a batch at most."""

DROPPED = 100
"""So many old batches are dropped after one at most."""

CHECKPOINT = 32 * 1024 * 1024
"""Bytes after which a checkpoint is worth its while; or twice the last one, if that is more."""


class Waiter(NamedTuple):
    """Somebody who waits until so many changes have been written since the start.

    ``done`` is called then. Who is patient waits until they can be written; ``failed`` is
    called for others when they cannot.
    """

    ticket: int
    done: Callable[[], None]
    failed: Callable[[], None] | None


@dataclass(slots=True)
class Checkpoint:
    """Users who are still to be written, and the first batch that has any of them."""

    left: list[User | Conversation]
    first: int = 0
    stuck: bool = False

    def take(self) -> list[User | Conversation]:
        """Return some of those who are left, who are not any more."""
        some = self.left[-UNHURRIED:]
        del self.left[-UNHURRIED:]
        return some


class Journal:
    """Collects changes and writes them in batches. All methods belong to the loop's thread."""

    def __init__(
        self,
        file: BatchFile,
        now: Callable[[], float],
        users: Callable[[], Iterable[User]],
        conversations: Callable[[], Iterable[Conversation]] = tuple,
    ) -> None:
        self._file = file
        self._now = now
        self._began = now()
        self._everyone = users
        self._everything = conversations
        self._steps: list[Step] = []
        self._users: dict[str, User] = {}
        self._conversations: dict[str, Conversation] = {}
        self._over: dict[str, None] = {}
        self._active: dict[str, User] = {}
        self._noted = 0
        self._taken = 0
        self._waiting: list[Waiter] = []
        self._wanted = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self._task: asyncio.Task[None] | None = None
        self._worth_while = self._since = 0
        self._checkpoint: Checkpoint | None = None
        self.failing = False

    def start(self) -> None:
        """Begin to write, on the running loop."""
        self._worth_while = max(CHECKPOINT, 2 * self._file.size())
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Write what is left, if that is possible, and close the file."""
        if self._task is not None:
            try:
                await asyncio.wait_for(self.stored(), 10)
            except (Refused, TimeoutError):
                log.exception("the last changes could not be stored")
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            await self._write_one()  # who was active, and that we lived until now
        self._thread.shutdown()
        self._file.close()

    def changed(self, user: User) -> None:
        """Note that a user changed; she is written as she is when the batch is closed."""
        if user.address not in self._users:
            self._users[user.address] = user
            self._noted += 1

    def conversed(self, conversation: Conversation) -> None:
        """Note that a conversation changed; it is written as it is when the batch is closed."""
        if conversation.id not in self._conversations:
            self._conversations[conversation.id] = conversation
            self._noted += 1

    def said(self, conversation: str, message: Message) -> None:
        """Note that a message was said in a conversation."""
        self._steps.append(Said(conversation, message))
        self._noted += 1

    def arrived(self, conversation: str, number: int, address: str) -> None:
        """Note that a message has reached somebody."""
        self._steps.append(Arrived(conversation, number, address))
        self._noted += 1

    def forgotten(self, identifier: str) -> None:
        """Note that a conversation is no more; that may be written a little later."""
        self._over[identifier] = None

    def relayed(self, event: Event, now: float, watchers: list[tuple[str, str]]) -> None:
        """Note that an event was put into the channels of these watchers."""
        self._steps.append(Relay(event, now, watchers))
        self._noted += 1

    def packaged(self, address: str, application: str, instance: str, channel: Channel) -> None:
        """Note that a package was made of what waited in a channel."""
        holds = (channel.low, channel.medium, channel.timeout)
        body = channel.package or b""
        step = Package(address, application, instance, channel.number, channel.packed, body, holds)
        self._steps.append(step)
        self._noted += 1

    def touched(self, user: User) -> None:
        """Note that a user was active; it is written by the next ``flush`` at the latest."""
        self._active[user.address] = user

    def flush(self) -> None:
        """Have everything written, activity too, and the time that the server was alive."""
        self._wanted.set()

    def when_stored(
        self, done: Callable[[], None], failed: Callable[[], None] | None = None
    ) -> None:
        """Have ``done`` called when all changes noted so far are on disk; now if they are.

        If they cannot be written it is called when they can, or ``failed`` now if there is one.
        """
        if self._noted > self._taken:
            self._waiting.append(Waiter(self._noted, done, failed))
            self._wanted.set()
        else:
            done()

    async def stored(self, *, patient: bool = False) -> None:
        """Wait until all changes noted so far are on disk.

        Raises ``Refused``: ServiceUnavailable if they cannot be written; who is patient waits
        until they can.
        """
        if self._noted == self._taken:
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def done() -> None:
            if not future.done():
                future.set_result(None)

        def failed() -> None:
            if not future.done():
                future.set_exception(Refused(Refusal.SERVICE_UNAVAILABLE, NOT_STORED))

        self.when_stored(done, None if patient else failed)
        await future

    async def _run(self) -> None:
        while True:
            await self._wanted.wait()
            while True:
                self._wanted.clear()
                await self._write_one()
                hurry = self._checkpoint is not None and not self._checkpoint.stuck
                if not self._users and not self._conversations and not hurry:
                    break

    async def _write_one(self) -> None:
        steps, users = self._steps, dict(islice(self._users.items(), CHUNK))
        talks = dict(islice(self._conversations.items(), CHUNK))
        active, self._active, self._steps = self._active, {}, []
        for address in users:
            del self._users[address]
        for identifier in talks:
            del self._conversations[identifier]
        over = [identifier for identifier in self._over if identifier not in self._conversations]
        for identifier in over:
            del self._over[identifier]
        taken = self._taken + len(users) + len(steps) + len(talks)
        others = self._checkpoint.take() if self._checkpoint is not None else []
        loop = asyncio.get_running_loop()
        try:
            body = encode(
                Batch(
                    self._now(),
                    steps,
                    list((_users(others) | users).values()),
                    [_activity(user) for user in active.values()],
                    self._began,
                    [
                        one
                        for identifier, one in (_conversations(others) | talks).items()
                        if identifier not in over
                    ],
                    over,
                )
            )
            number = await loop.run_in_executor(self._thread, self._file.append, body)
        except Exception as error:  # whatever it is, nobody may wait for ever
            trace = not isinstance(error, sqlite3.Error)
            log.log(logging.ERROR, "live state cannot be stored: %s", error, exc_info=trace)
            self.failing = True
            self._steps = steps + self._steps
            self._users, self._active = users | self._users, active | self._active
            self._conversations = talks | self._conversations
            self._over |= dict.fromkeys(over)
            if self._checkpoint is not None:
                self._checkpoint.left += others
            self._give_up()
            await asyncio.sleep(RETRY)
            return
        self.failing = False
        self._taken = taken
        self._settle(taken)
        await self._keep_short(number)

    def _settle(self, taken: int) -> None:
        """Wake those who waited for what is written now."""
        waiting, self._waiting = self._waiting, []
        for waiter in waiting:
            if waiter.ticket <= taken:
                _call(waiter.done)
            else:
                self._waiting.append(waiter)

    def _give_up(self) -> None:
        """Tell those who cannot wait that nothing can be written; count anew for the others."""
        self._noted = self._taken + len(self._users) + len(self._steps) + len(self._conversations)
        waiting, self._waiting = self._waiting, []
        for waiter in waiting:
            if waiter.failed is not None:
                _call(waiter.failed)
            else:
                self._waiting.append(waiter._replace(ticket=self._noted))

    async def _keep_short(self, number: int) -> None:
        """Make a checkpoint when the batches have become many; go on with one under way."""
        checkpoint = self._checkpoint
        if checkpoint is None:
            if self._file.grown - self._since > self._worth_while:
                self._since = self._file.grown
                self._checkpoint = Checkpoint([*self._everyone(), *self._everything()])
            return
        checkpoint.first = checkpoint.first or number
        checkpoint.stuck = False
        if checkpoint.left:
            return
        try:
            drop = partial(self._file.drop_before, checkpoint.first, DROPPED)
            gone = await asyncio.get_running_loop().run_in_executor(self._thread, drop)
        except sqlite3.Error as error:
            log.warning("old live state stays for now: %s", error)
            checkpoint.stuck = True  # the next batch tries again
            return
        if gone:
            self._worth_while = max(CHECKPOINT, 2 * (self._file.grown - self._since))
            self._since, self._checkpoint = self._file.grown, None


def _call(callback: Callable[[], None]) -> None:
    """Tell one who waited; what goes wrong there is no reason to stop writing."""
    try:
        callback()
    except Exception:
        log.exception("a bug")


def _users(some: Iterable[User | Conversation]) -> dict[str, User]:
    return {one.address: one for one in some if isinstance(one, User)}


def _conversations(some: Iterable[User | Conversation]) -> dict[str, Conversation]:
    return {one.id: one for one in some if isinstance(one, Conversation)}


def _activity(user: User) -> Activity:
    times = {
        app.id: app.endpoint.last_activity
        for app in user.applications.values()
        if app.endpoint is not None
    }
    return Activity(user.address, times)
