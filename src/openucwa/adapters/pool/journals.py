"""The journals of all shards that are here: each change goes into that of its shard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from openucwa.adapters.journal import Journal, tell_waiter, until_stored
from openucwa.app.letters import Letter, Mail, MailStep
from openucwa.domain.channel import Channel, Event
from openucwa.domain.conversations import Conversation
from openucwa.domain.parties import Message
from openucwa.domain.shards import Elsewhere, home_of, shard_of
from openucwa.domain.users import User

Caller = tuple[Callable[[], None], Callable[[], None] | None]
"""What to call once all is stored, and what if it cannot be."""


class Journals:
    """Stands for one journal. All that names somebody elsewhere raises ``Elsewhere``."""

    def __init__(self) -> None:
        self._all: dict[int, Journal] = {}
        self._noted: dict[int, Journal] = {}
        self._queues: dict[bool, list[Caller]] = {False: [], True: []}
        self._under_way = {False: False, True: False}

    def add(self, shard: int, journal: Journal) -> None:
        """Have what changes in a shard written, from now on."""
        self._all[shard] = journal
        journal.start()

    def remove(self, shard: int) -> Journal:
        """Have nothing more written for a shard; return its journal, which is to be stopped."""
        self._noted.pop(shard, None)
        return self._all.pop(shard)

    def rewrite(self, shard: int) -> None:
        """Have everything in a shard written once more."""
        self._of(shard).write_all()

    def mail(self, shard: int) -> Mail:
        """Return the letters of a shard. Raises ``Elsewhere``."""
        mail = self._of(shard).mail
        if mail is None:
            raise Elsewhere(shard)
        return mail

    def mails(self) -> Iterable[tuple[int, Mail]]:
        """Return the letters of each shard."""
        return [(shard, one.mail) for shard, one in self._all.items() if one.mail is not None]

    def start(self) -> None:
        """Nothing: each begins to write when it is added."""

    async def stop(self) -> None:
        """Write what is left, if that is possible."""
        await asyncio.gather(*(self.remove(shard).stop() for shard in list(self._all)))

    def post(self, sender: int, to: int, letter: Letter) -> None:
        """Put a letter into the outbox of a shard."""
        self._note(sender).mailed(self.mail(sender).post(to, letter))

    def mailed(self, shard: int, step: MailStep) -> None:
        """Note what happened to the letters of a shard."""
        self.mail(shard).apply(step)
        self._note(shard).mailed(step)

    def changed(self, user: User) -> None:
        """Note that a user changed."""
        self._note(shard_of(user.address)).changed(user)

    def conversed(self, conversation: Conversation) -> None:
        """Note that a conversation changed."""
        self._note(home_of(conversation.id)).conversed(conversation)

    def said(self, conversation: str, message: Message) -> None:
        """Note that a message was said in a conversation."""
        self._note(home_of(conversation)).said(conversation, message)

    def arrived(self, conversation: str, number: int, address: str) -> None:
        """Note that a message has reached somebody."""
        self._note(home_of(conversation)).arrived(conversation, number, address)

    def forgotten(self, identifier: str) -> None:
        """Note that a conversation is no more."""
        self._of(home_of(identifier)).forgotten(identifier)

    def relayed(self, event: Event, now: float, watchers: list[tuple[str, str]]) -> None:
        """Note that an event was put into the channels of these watchers."""
        shards: dict[int, list[tuple[str, str]]] = {}
        for watcher in watchers:
            shards.setdefault(shard_of(watcher[0]), []).append(watcher)
        for shard, some in shards.items():
            self._note(shard).relayed(event, now, some)

    def packaged(self, address: str, application: str, instance: str, channel: Channel) -> None:
        """Note that a package was made of what waited in a channel."""
        self._note(shard_of(address)).packaged(address, application, instance, channel)

    def touched(self, user: User) -> None:
        """Note that a user was active, unless she has just moved to another node."""
        journal = self._all.get(shard_of(user.address))
        if journal is not None:
            journal.touched(user)

    def flush(self) -> None:
        """Have everything written, activity too, and the time that the node was alive."""
        for journal in self._all.values():
            journal.flush()

    async def stored(self, *, patient: bool = False) -> None:
        """Wait until all changes noted so far are stored. Raises ``Refused`` as a journal does."""
        if self._unwritten():
            await until_stored(partial(self.when_stored, patient=patient))

    async def stored_in(self, shard: int) -> None:
        """Wait until all changes of one shard are stored. Raises ``Elsewhere``."""
        await self._of(shard).stored(patient=True)

    def when_stored(
        self,
        done: Callable[[], None],
        failed: Callable[[], None] | None = None,
        *,
        patient: bool = True,
    ) -> None:
        """Have ``done`` or ``failed`` called, as a journal does, for all changes noted so far.

        With many shards and many who wait, each cannot wait for each: those who come while others
        wait for the journals wait together for the next time.
        """
        if self._unwritten():
            self._queues[patient].append((done, failed))
            if not self._under_way[patient]:
                self._wait(patient=patient)
        else:
            done()

    def _wait(self, *, patient: bool) -> None:
        """Wait for the journals on behalf of all who have come so far, and then of the next."""
        waiting = self._unwritten()
        callers, self._queues[patient] = self._queues[patient], []
        left = len(waiting)
        self._under_way[patient] = left > 0

        def one_less() -> None:
            nonlocal left
            left -= 1
            if left == 0:
                finish([done for done, _ in callers])

        def give_up() -> None:
            nonlocal left
            if left > 0:
                left = -1  # once
                finish([failed for _, failed in callers])

        def finish(calls: Sequence[Callable[[], None] | None]) -> None:
            self._under_way[patient] = False
            for call in filter(None, calls):
                tell_waiter(call)
            if self._queues[patient] and not self._under_way[patient]:
                self._wait(patient=patient)

        if not waiting:
            finish([done for done, _ in callers])
        for journal in waiting:
            journal.when_stored(one_less, give_up, patient=patient)

    def _unwritten(self) -> list[Journal]:
        """Return the journals that have something to write."""
        for shard, journal in list(self._noted.items()):
            if journal.is_written:
                del self._noted[shard]
        return list(self._noted.values())

    def _of(self, shard: int) -> Journal:
        try:
            return self._all[shard]
        except KeyError:
            raise Elsewhere(shard) from None

    def _note(self, shard: int) -> Journal:
        journal = self._noted[shard] = self._of(shard)
        return journal
