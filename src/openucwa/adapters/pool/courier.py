"""Delivering the letters of the shards that are here, and receiving those for them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from msgspec import DecodeError

from openucwa.adapters.pool import frames
from openucwa.adapters.pool.frames import Post, Received
from openucwa.adapters.pool.journals import Journals
from openucwa.adapters.pool.mesh import NotReached
from openucwa.adapters.pool.residence import Residence
from openucwa.app.letters import Got, Letter, Numbered, Sent
from openucwa.domain.refusals import Refused
from openucwa.domain.shards import Elsewhere, home_of

log = logging.getLogger(__name__)

MOST = 500
"""So many letters travel together at most."""

AGAIN = 0.5
"""Seconds until letters are sent again that nobody took, unless something changes before."""

Read = Callable[[Letter], Awaitable[None]]
"""Does what a letter says. It changes nothing after its first wait that a second time spoils."""


class Courier:
    """Takes letters from shard to shard, in order, until each has come."""

    def __init__(
        self,
        residence: Residence,
        journals: Journals,
        ask: Callable[[str, bytes], Awaitable[bytes]],
        read: Read,
    ) -> None:
        self._residence = residence
        self._journals = journals
        self._ask = ask
        self._read = read
        self._tours: dict[tuple[int, int], asyncio.Task[None]] = {}

    @property
    def idle(self) -> bool:
        """Whether no letters are on their way."""
        return not self._tours

    def post(self, sender: str, to: str, letter: Letter) -> None:
        """Send a letter from the shard of a conversation or person, which is here, to another's.

        Raises ``Elsewhere`` if the sender's shard is not here any more.
        """
        self._journals.post(home_of(sender), home_of(to), letter)
        self.tour(home_of(sender), home_of(to))

    def tour(self, sender: int, to: int) -> None:
        """See to it that the letters of one shard for another are delivered."""
        if (sender, to) not in self._tours:
            self._tours[sender, to] = asyncio.create_task(self._deliver(sender, to))

    async def receive(self, sender: int, to: int, letters: Sequence[Numbered]) -> int:
        """Do what letters say; return the number of the last once that is stored.

        Raises ``Elsewhere``.
        """
        self._residence.require(to)
        await self._open(sender, to, letters)
        await self._journals.stored_in(to)
        return letters[-1][0]

    async def settle(self, shard: int) -> None:
        """Deliver what waits between a shard that has just come here and those that were here.

        Nothing else happens to it before: letters between shards of one node never wait.
        """
        for sender, mail in self._journals.mails():
            for to in mail.destinations():
                if shard in (sender, to) and to in dict(self._journals.mails()):
                    with suppress(Elsewhere, Refused):
                        await self._open(sender, to, list(mail.waiting.get(to, ())))
                    self.tour(sender, to)  # they have been sent once what they did is stored

    def resume(self, shard: int) -> None:
        """Deliver what a shard has for others."""
        for to in self._journals.mail(shard).destinations():
            self.tour(shard, to)

    async def close(self) -> None:
        """Deliver no more."""
        tours = list(self._tours.values())
        for task in tours:
            task.cancel()
        await asyncio.gather(*tours, return_exceptions=True)
        self._tours.clear()

    async def _open(self, sender: int, to: int, letters: Sequence[Numbered]) -> None:
        """Do what those letters say that have not come before."""
        for number, letter in letters:
            if not self._journals.mail(to).is_new(sender, number):
                continue
            try:
                await self._read(letter)
            except (Elsewhere, Refused):
                raise
            except Exception:  # the others shall not wait for ever for one
                log.exception("a bug")
            if self._journals.mail(to).is_new(sender, number):  # it may have come twice at once
                self._journals.mailed(to, Got(sender, number))

    async def _deliver(self, sender: int, to: int) -> None:
        try:
            while letters := self._journals.mail(sender).waiting.get(to, [])[:MOST]:
                try:
                    await self._journals.stored_in(sender)
                    number = await self._hand_over(sender, to, letters)
                except Refused:
                    number = None
                if number is None:
                    await self._residence.change(AGAIN)
                else:
                    self._journals.mailed(sender, Sent(to, number))
        except Elsewhere:
            pass  # another node has the letters now
        finally:
            del self._tours[sender, to]  # at once: the shard may come back

    async def _hand_over(self, sender: int, to: int, letters: list[Numbered]) -> int | None:
        """Return the number up to which letters have come, or None if they have not."""
        if self._residence.has(to):
            try:
                return await self.receive(sender, to, letters)
            except Refused:
                return None
        address = self._residence.address_of(to)
        if address is None:
            return None
        try:
            body = await self._ask(address, frames.write(Post(sender, to, letters)))
        except NotReached:
            return None
        try:
            reply = frames.reply(body)
        except DecodeError as error:
            log.warning("a node of another version answers what is not understood: %s", error)
            return None
        return reply.number if isinstance(reply, Received) else None
