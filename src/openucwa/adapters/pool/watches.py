"""People who are watched from other nodes: one message to each node when something changes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from math import inf

from openucwa.adapters.pool import frames
from openucwa.adapters.pool.frames import Failed, Look, Looked, News, Reply, Unwatched
from openucwa.adapters.pool.mesh import NotReached
from openucwa.adapters.pool.residence import PATIENCE, Residence
from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.shards import shard_of
from openucwa.domain.users import UNKNOWN, Change, User

log = logging.getLogger(__name__)

AGAIN = 0.5
"""Seconds until news are told again to a node that did not answer, unless something changes."""

FRESH = 60.0
"""Seconds for which changes are noted of somebody who was looked up to be watched."""

Ask = Callable[[str, bytes], Awaitable[bytes]]


class Watches:
    """Whom this node watches at others, and which nodes watch whom here.

    ``tell`` is called with each change of somebody elsewhere, ``is_watched`` tells whether anybody
    here watches an address.
    """

    def __init__(
        self,
        residence: Residence,
        ask: Ask,
        tell: Callable[[User, Change], None],
        is_watched: Callable[[str], bool],
        now: Callable[[], float],
    ) -> None:
        self._residence = residence
        self._ask = ask
        self._tell = tell
        self._is_watched = is_watched
        self._now = now
        self._known: dict[str, float] = {}
        self._fresh: dict[str, tuple[float, User]] = {}
        self._early: dict[str, tuple[Change, float] | None] = {}
        self._nodes: dict[str, dict[str, int]] = {}
        self._registered = 0
        self._news: dict[str, dict[str, tuple[Change, float]]] = {}
        self._tours: dict[str, asyncio.Task[None]] = {}

    @property
    def idle(self) -> bool:
        """Whether no news are on their way."""
        return not self._tours

    async def look(self, addresses: Iterable[str], *, watch: bool = False) -> dict[str, User]:
        """Return people who live elsewhere, and ``watch`` them from then on.

        Who has come here meanwhile is not among them. Raises ``Refused``: ServiceUnavailable if
        the node of one does not answer.
        """
        wanted = set(addresses)
        if not watch:
            return await self._find(wanted, watch=watch)
        self._early |= dict.fromkeys(wanted - self._early.keys())
        try:
            found = await self._find(wanted, watch=watch)
            self._note(found.values())
        finally:
            for address in wanted:
                self._early.pop(address, None)
        return found

    async def _find(self, wanted: set[str], *, watch: bool) -> dict[str, User]:
        """Return people who live elsewhere. Raises ``Refused``."""
        left, found = set(wanted), dict[str, User]()
        loop = asyncio.get_running_loop()
        end = loop.time() + PATIENCE
        while left:
            nodes: dict[str, list[str]] = {}
            for address in left:
                node = self._residence.address_of(shard_of(address))
                if node is not None:
                    nodes.setdefault(node, []).append(address)
            answers = await asyncio.gather(
                *(self._look(*one, watch=watch) for one in nodes.items())
            )
            for users in answers:
                found |= {user.address: user for user in users}
            left = {one for one in left - found.keys() if not self._residence.has(shard_of(one))}
            if left and loop.time() > end:
                raise Refused(Refusal.SERVICE_UNAVAILABLE)
            if left:
                await self._residence.change(AGAIN)
        return found

    async def _look(self, node: str, addresses: list[str], *, watch: bool) -> list[User]:
        """Return what a node knows of those who are there."""
        question = Look(addresses, self._residence.node if watch else "")
        try:
            reply = frames.reply(await self._ask(node, frames.write(question)))
        except NotReached:
            return []
        return reply.users if isinstance(reply, Looked) else []

    def _note(self, users: Iterable[User]) -> None:
        now = self._now()
        for address, (when, _) in list(self._fresh.items()):
            if when + FRESH > now:
                break
            del self._fresh[address]
        for user in users:
            early = self._early.get(user.address)
            if early is not None and early[1] > user.settled:  # news were faster than the answer
                _show(user, early[0])
                user.settled = early[1]
            self._fresh.pop(user.address, None)
            self._fresh[user.address] = (now, user)
            self._known[user.address] = max(user.settled, self._known.get(user.address, 0.0))

    def watched_by(self, node: str, addresses: Iterable[str]) -> None:
        """Note that a node wants to hear of people who live here."""
        self._registered += 1
        for address in addresses:
            self._nodes.setdefault(address, {})[node] = self._registered

    def publish(self, user: User, change: Change) -> None:
        """Tell the nodes that watch somebody who lives here."""
        for node in self._nodes.get(user.address, ()):
            news = self._news.setdefault(node, {})
            earlier = news.get(user.address)
            if earlier is not None:
                change = _both(earlier[0], change)
            news[user.address] = (change, user.settled)
            if node not in self._tours:
                self._tours[node] = asyncio.create_task(self._send(node))

    async def _send(self, node: str) -> None:
        """Tell a node the news until there are none, or it is gone."""
        try:
            while news := self._news.pop(node, None):
                await self._residence.reassure()
                address = self._residence.nodes.get(node)
                if address is None:
                    self._drop(node)
                    return
                news = {one: what for one, what in news.items() if one in self._nodes}
                asked = self._registered
                reply: Reply
                try:
                    reply = frames.reply(await self._ask(address, frames.write(News(news))))
                except NotReached:
                    reply = Failed()
                if isinstance(reply, Failed):
                    for one, (change, settled) in self._news.get(node, {}).items():
                        news[one] = (_both(news.get(one, (change,))[0], change), settled)
                    self._news[node] = news
                    await self._residence.change(AGAIN)
                    continue
                if isinstance(reply, Unwatched):
                    self._unwatched(node, reply.addresses, asked)
        except Exception:
            log.exception("a bug")
        finally:
            self._tours.pop(node, None)

    def _unwatched(self, node: str, addresses: Iterable[str], asked: int) -> None:
        """Tell a node no more of people, unless it has wanted to hear of them since we asked."""
        for address in addresses:
            nodes = self._nodes.get(address, {})
            if nodes.get(node, asked + 1) <= asked:
                del nodes[node]
            if not nodes:
                self._nodes.pop(address, None)

    def _drop(self, node: str) -> None:
        self._unwatched(node, list(self._nodes), self._registered)

    def hear(self, changes: dict[str, tuple[Change, float]]) -> list[str]:
        """Take note of what has changed elsewhere; return of whom nobody here wants to know."""
        unwatched = []
        for address, (change, settled) in changes.items():
            fresh = self._fresh.get(address)
            if fresh is not None:
                _show(fresh[1], change)
            if address in self._early:
                self._early[address] = change, settled
            if self._is_watched(address):
                self._known[address] = settled
                self._tell(User(address, shown=change.after), change)
            elif address not in self._early and (fresh is None or fresh[0] + FRESH <= self._now()):
                unwatched.append(address)
                self._known.pop(address, None)
        return unwatched

    async def rewatch(self, addresses: Iterable[str], since: float | None = None) -> None:
        """Watch people anew whose node is another one; tell of what has changed meanwhile.

        That is what was settled after we last heard of them, or ``since`` then: whoever has just
        come here may not have heard what we have.
        """
        heard = inf if since is None else since
        known = {one: min(heard, self._known.get(one, since or 0.0)) for one in addresses}
        self._known |= known  # should they move once more before anybody answers
        found: dict[str, User] | None = None
        while found is None:
            try:
                found = await self.look(filter(self._is_watched, known), watch=True)
            except Refused as refused:
                log.warning("cannot watch people at other nodes yet: %s", refused)
        for user in found.values():
            if user.settled > known[user.address]:
                self.tell(user)

    def tell(self, user: User) -> None:
        """Tell those here who watch somebody how she is."""
        levels = user.levels or {}
        self._tell(user, Change(UNKNOWN, user.shown, levels, levels))

    def heard(self, address: str) -> float | None:
        """Return when that was settled which this node last heard of somebody elsewhere, if any."""
        return self._known.get(address)

    def forget(self, shard: int, users: Iterable[User] = ()) -> None:
        """Forget who is watched in a shard that has left; its ``users`` are elsewhere now."""
        for user in users:
            if self._is_watched(user.address):
                self._known[user.address] = user.settled
        for address in [one for one in self._nodes if shard_of(one) == shard]:
            del self._nodes[address]

    async def close(self) -> None:
        """Tell no more."""
        tours = list(self._tours.values())
        for task in tours:
            task.cancel()
        await asyncio.gather(*tours, return_exceptions=True)


def _both(first: Change, then: Change) -> Change:
    """Return two changes as one."""
    return Change(first.before, then.after, first.levels_before, then.levels_after)


def _show(user: User, change: Change) -> None:
    """Bring what was looked up of somebody up to date."""
    user.shown = change.after
    user.levels = change.levels_after or None
    user.standing = replace(user.standing, levels=user.levels)
