"""The journal of live state: what was acknowledged is stored, and comes back.

Batches are appended to a log; whatever comes up while one is being written goes into the next
(group commit). A batch holds, to be applied in this order: the steps by which
channels changed, whole users and conversations as they were when the batch was closed, and when
people were last active. A step is small where a whole user is not: an event relayed to watchers,
a package made, a message said. A checkpoint writes every user and conversation once more, some
with each batch, and then drops all batches before, some at a time: nobody who waits for a change
of her own waits for that.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import NamedTuple, Protocol

from openucwa.adapters.batches import (
    Activity,
    Arrived,
    Batch,
    Package,
    Relay,
    Said,
    Step,
    encode,
)
from openucwa.app.letters import Mail, MailStep
from openucwa.domain.channel import Channel, Event
from openucwa.domain.conversations import Conversation
from openucwa.domain.live import NOT_STORED
from openucwa.domain.parties import Message
from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.users import User

log = logging.getLogger(__name__)

CHUNK = 1000
"""So many users are written in one batch at most, so that the loop is not held up."""

RETRY = 1.0
"""Seconds until a batch that could not be written is tried again."""

LAST = 10.0
"""Seconds for which it is tried to write what is left at the end, and then the last batch."""

UNHURRIED = 250
"""So many users of a checkpoint are written with a batch at most."""

DROPPED = 100
"""So many old batches are dropped after one at most."""

CHECKPOINT = 32 * 1024 * 1024
"""Bytes after which a checkpoint is worth its while; or twice the last one, if that is more."""


Callback = Callable[[], None]


class NotWritten(Exception):
    """A log could not be written; the next time may be better, unless it is ``over``."""

    over = False
    lost = False
    """Whether batches that were stored are gone, so that everything has to be written anew."""


class Log(Protocol):
    """Where batches are kept in order. Its methods raise ``NotWritten``."""

    @property
    def grown(self) -> int:
        """Bytes that were appended since it was opened."""
        ...

    def size(self) -> int:
        """Return the bytes of all batches."""
        ...

    async def append(self, body: bytes) -> int:
        """Keep a batch; return its number once it is stored."""
        ...

    async def drop_before(self, number: int, most: int) -> bool:
        """Forget the oldest batches before a number, so many at most; tell whether all are gone."""
        ...

    async def reopen(self) -> None:
        """Go on after what is there still, though some that was stored is lost."""
        ...

    async def close(self) -> None:
        """Let go of it."""
        ...


class Waiter(NamedTuple):
    """Somebody who waits until so many changes have been written since the start.

    ``done`` is called then, or ``failed`` if they never will be; unless one is ``patient``, also
    when they cannot be written just now.
    """

    ticket: int
    done: Callable[[], None]
    failed: Callable[[], None] | None
    patient: bool


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
        log: Log,
        now: Callable[[], float],
        users: Callable[[], Iterable[User]],
        conversations: Callable[[], Iterable[Conversation]] = tuple,
        *,
        mail: Mail | None = None,
        checkpoint: int | None = None,
    ) -> None:
        self._log = log
        self.mail = mail
        self._least = checkpoint
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
        self._task: asyncio.Task[None] | None = None
        self._worth_while = self._since = 0
        self._checkpoint: Checkpoint | None = None
        self._stopping = self._is_over = False
        self.failing = False
        self.over: Callable[[], None] = lambda: None
        """Is called when the log is somebody else's, and nothing more will be written."""

    def start(self) -> None:
        """Begin to write, on the running loop."""
        self._worth_while = max(self._least or CHECKPOINT, 2 * self._log.size())
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Write what is left, if that is possible, and close the file.

        Nobody is dropped from now on: those of whom a checkpoint is made may have gone already.
        """
        self._stopping = True
        if self._task is not None:
            try:
                await asyncio.wait_for(self.stored(), LAST)
            except (Refused, TimeoutError):
                log.exception("the last changes could not be stored")
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            with suppress(TimeoutError):  # the log may be somebody else's by now
                async with asyncio.timeout(LAST):
                    await self._write_one()  # who was active, and that we lived until now
            self._give_up(for_good=True)
        await self._log.close()

    async def abandon(self) -> None:
        """Write nothing more: the log is somebody else's."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._give_up(for_good=True)
        await self._log.close()

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

    def mailed(self, step: MailStep) -> None:
        """Note what happened to the letters of the shard."""
        self._steps.append(step)
        self._noted += 1

    def touched(self, user: User) -> None:
        """Note that a user was active; it is written by the next ``flush`` at the latest."""
        self._active[user.address] = user

    @property
    def is_written(self) -> bool:
        """Whether everything noted so far is stored."""
        return self._noted == self._taken

    def flush(self) -> None:
        """Have everything written, activity too, and the time that the server was alive."""
        self._wanted.set()

    def when_stored(
        self,
        done: Callable[[], None],
        failed: Callable[[], None] | None = None,
        *,
        patient: bool = False,
    ) -> None:
        """Have ``done`` called when all changes noted so far are stored; now if they are.

        If they cannot be written now, ``failed`` is called if there is one, and unless who asks is
        ``patient``: she only hears that they never will be.
        """
        if self._noted > self._taken and self._is_over and failed is not None and not patient:
            failed()
        elif self._noted > self._taken:
            self._waiting.append(Waiter(self._noted, done, failed, patient))
            self._wanted.set()
        else:
            done()

    async def stored(self, *, patient: bool = False) -> None:
        """Wait until all changes noted so far are stored.

        Raises ``Refused``: ServiceUnavailable if they cannot be written; who is patient waits
        until they can, unless the log is somebody else's.
        """
        if self._noted > self._taken:
            await until_stored(partial(self.when_stored, patient=patient))

    async def _run(self) -> None:
        while True:
            await self._wanted.wait()
            while True:
                self._wanted.clear()
                await self._write_one()
                hurry = self._checkpoint is not None and not self._checkpoint.stuck
                if not (self._users or self._conversations or (hurry and not self._stopping)):
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
        checkpoint = self._checkpoint
        others = checkpoint.take() if checkpoint is not None else []
        mail = self.mail if checkpoint is not None and not checkpoint.first else None
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
                    mail,
                )
            )
            number = await self._log.append(body)
        except BaseException as error:  # whatever it is, nobody may wait for ever
            self._steps = steps + self._steps
            self._users, self._active = users | self._users, active | self._active
            self._conversations = talks | self._conversations
            self._over |= dict.fromkeys(over)
            if self._checkpoint is not None:
                self._checkpoint.left += others
            if not isinstance(error, Exception):
                raise  # it was broken off, and the next batch may take its place
            trace = not isinstance(error, NotWritten)
            if not self.failing or trace:
                log.log(logging.ERROR, "live state cannot be stored: %s", error, exc_info=trace)
            self.failing = True
            self._give_up()
            if isinstance(error, NotWritten) and error.over:
                self._is_over = True
                self.over()
                if self._stopping:
                    return
                await asyncio.Event().wait()  # until this is cancelled: nobody writes any more
            if isinstance(error, NotWritten) and error.lost:
                await self._begin_anew()
            else:
                await asyncio.sleep(RETRY)
            return
        if self.failing:
            log.info("live state is stored again")
        self.failing = False
        self._taken = taken
        self._settle(taken)
        if checkpoint is self._checkpoint and not self._stopping:
            await self._keep_short(number)

    def write_all(self) -> None:
        """Have everything written once more, to a log that has lost some of it."""
        before = len(self._users) + len(self._conversations)
        self._users |= {user.address: user for user in self._everyone()}
        self._conversations |= {one.id: one for one in self._everything()}
        self._checkpoint = Checkpoint([])
        self._noted += len(self._users) + len(self._conversations) - before
        self._wanted.set()

    async def _begin_anew(self) -> None:
        try:
            await self._log.reopen()
        except NotWritten as error:
            log.warning("a log cannot be begun anew yet: %s", error)
            await asyncio.sleep(RETRY)
            return
        self.write_all()

    def _settle(self, taken: int) -> None:
        """Wake those who waited for what is written now."""
        waiting, self._waiting = self._waiting, []
        for waiter in waiting:
            if waiter.ticket <= taken:
                tell_waiter(waiter.done)
            else:
                self._waiting.append(waiter)

    def _give_up(self, *, for_good: bool = False) -> None:
        """Tell those who cannot wait that nothing can be written; count anew for the others."""
        self._noted = self._taken + len(self._users) + len(self._steps) + len(self._conversations)
        waiting, self._waiting = self._waiting, []
        for waiter in waiting:
            if waiter.failed is not None and (for_good or not waiter.patient):
                tell_waiter(waiter.failed)
            else:
                self._waiting.append(waiter._replace(ticket=self._noted))

    async def _keep_short(self, number: int) -> None:
        """Make a checkpoint when the batches have become many; go on with one under way."""
        checkpoint = self._checkpoint
        if checkpoint is None:
            if self._log.grown - self._since > self._worth_while:
                self._since = self._log.grown
                self._checkpoint = Checkpoint([*self._everyone(), *self._everything()])
            return
        checkpoint.first = checkpoint.first or number
        checkpoint.stuck = False
        if checkpoint.left:
            return
        try:
            gone = await self._log.drop_before(checkpoint.first, DROPPED)
        except NotWritten as error:
            log.warning("old live state stays for now: %s", error)
            checkpoint.stuck = True  # the next batch tries again
            return
        if gone:
            self._worth_while = max(self._least or CHECKPOINT, 2 * (self._log.grown - self._since))
            self._since, self._checkpoint = self._log.grown, None


async def until_stored(when_stored: Callable[[Callback, Callback], None]) -> None:
    """Wait for one of two callbacks. Raises ``Refused``: ServiceUnavailable for the second."""
    future: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def done() -> None:
        if not future.done():
            future.set_result(None)

    def failed() -> None:
        if not future.done():
            future.set_exception(Refused(Refusal.SERVICE_UNAVAILABLE, NOT_STORED))

    when_stored(done, failed)
    await future


def tell_waiter(callback: Callable[[], None]) -> None:
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
