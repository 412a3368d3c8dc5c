"""One node of a pool: taking shards, handing them over, and noticing when others have gone."""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
import zlib
from collections.abc import Callable, Collection, Coroutine, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from openucwa.adapters.asgi import Clock
from openucwa.adapters.batches import decode, packed
from openucwa.adapters.clock import PooledClock
from openucwa.adapters.journal import Journal
from openucwa.adapters.pool.conversations import PooledConversations
from openucwa.adapters.pool.courier import Courier
from openucwa.adapters.pool.journals import Journals
from openucwa.adapters.pool.live import PooledLive
from openucwa.adapters.pool.residence import Residence
from openucwa.adapters.pool.watches import Watches
from openucwa.adapters.recovery import replay, revive
from openucwa.adapters.redis.connection import Connection, Unreachable
from openucwa.adapters.redis.log import ShardLog
from openucwa.adapters.redis.membership import Membership, Replaced, View
from openucwa.app.commit import Commit
from openucwa.app.dispatch import Dispatcher
from openucwa.domain.ports import Standings
from openucwa.domain.refusals import Refused
from openucwa.domain.shards import SHARDS, shard_of

log = logging.getLogger(__name__)

LEASE = 5.0
"""Seconds for which a node has its shards unless it renews them."""

LATE = LEASE
"""Seconds for which news may have been under way to a node that has ended: they are told anew."""

BEAT = 1.0
"""Seconds between renewals."""

AT_ONCE = 32
"""So many shards are handed over at a time when there are new nodes."""

CHECKPOINT = 64 * 1024
"""Bytes after which a checkpoint of a shard is worth its while, or twice the last one."""


class PackedLog(ShardLog):
    """A shard's log whose batches are compressed."""

    async def append(self, body: bytes) -> int:
        """Keep a batch; return its number once it is stored."""
        return await super().append(packed(body))

    async def reopen(self, epoch: int = 0) -> None:
        """Go on after what is there still, perhaps with a new epoch."""
        self._who = (epoch or self._who[0], self._who[1])
        await self.open()


@dataclass(slots=True, kw_only=True)
class Node:
    """Keeps this node in its pool; ``lost`` is called if another process takes its place.

    ``hang_up`` is called with the addresses of those who live: nobody else will answer any more.
    ``moved`` is called with the shards that come here, before anything of them is read.
    """

    pool: str
    connection: Connection
    membership: Membership
    residence: Residence
    journals: Journals
    live: PooledLive
    conversations: PooledConversations
    courier: Courier
    watches: Watches
    commit: Commit
    dispatcher: Dispatcher
    clock: Clock
    standings: Standings
    queue_limit: int
    hang_up: Callable[[Collection[str]], None] = lambda _: None
    moved: Callable[[Collection[int]], None] = lambda _: None
    lost: Callable[[], None] = lambda: None
    _epochs: dict[int, int] = field(default_factory=dict)
    _logs: dict[int, PackedLog] = field(default_factory=dict)
    _view: View | None = None
    _task: asyncio.Task[None] | None = None
    _soon: asyncio.Event = field(default_factory=asyncio.Event)
    _adopting: asyncio.Task[None] | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _since: dict[int, float] = field(default_factory=dict)
    _suspects: dict[str, str] = field(default_factory=dict)
    _leaving: bool = False

    async def join(self) -> None:
        """Come into the pool and take a fair share. Raises ``Unreachable``, ``Replaced``."""
        self.connection.subscribe([self.membership.channel], self._hear)
        await self._beat()
        if self._adopting is not None:
            await self._adopting
        self._task = asyncio.create_task(self._run())
        await self.membership.notify("joined")

    async def leave(self) -> None:
        """Hand everything over to others, and go. Requests are passed on from then on."""
        self._leaving = True
        if self._adopting is not None:
            await asyncio.gather(self._adopting, return_exceptions=True)
        others = [one for one in self.residence.nodes if one != self.residence.node]
        heirs = itertools.cycle(others or [""])
        try:
            await self._hand_over(dict(zip(sorted(self.residence.here), heirs, strict=False)))
            await self._stop()
            await self.membership.leave()
            await self.membership.notify("left")
        except Unreachable as error:
            log.warning("could not say goodbye to the pool: %s", error)

    async def close(self) -> None:
        """Stop everything; what is here is stored, if that is possible."""
        await self._stop()
        await self.courier.close()
        await self.watches.close()
        await self.journals.stop()
        await self.connection.close()

    async def _stop(self) -> None:
        """Renew the lease no longer, and take no more shards."""
        tasks = [task for task in (self._task, self._adopting, *self._tasks) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def suspect(self, address: str) -> None:
        """Have others take the shards of a node at once whose process has ended."""
        for node, at in self.residence.nodes.items():
            if at == address and node != self.residence.node:
                self._suspects[node] = at
                self._soon.set()

    def _hear(self, channel: str, said: bytes) -> None:
        del channel, said
        self._soon.set()

    async def _run(self) -> None:
        while True:
            try:
                async with asyncio.timeout(BEAT):
                    await self._soon.wait()
            except TimeoutError:
                pass
            self._soon.clear()
            try:
                while self._suspects:
                    await self.membership.suspect(*self._suspects.popitem())
                await self._beat()
                self.residence.reachable = True
            except Unreachable as error:
                if self.residence.reachable:
                    # What went wrong is outside: a trace would say nothing.
                    log.error("cannot renew the lease of this node: %s", error)  # noqa: TRY400
                self.residence.reachable = False
            except Replaced as error:
                log.critical("%s; this one stops", error)
                await self._lose(list(self.residence.here))
                self.lost()
                return
            except Exception:
                log.exception("a bug")

    async def _beat(self) -> None:
        """Renew the lease, and see to what has changed unless that is still being done."""
        asked = time.monotonic()
        view = await self.membership.beat()
        lapsed = self.residence.until > 0 and self.residence.adrift
        self.residence.until = asked + LEASE
        if isinstance(self.clock, PooledClock):
            self.clock.follow(view.now)
        await self._lose([
            shard for shard in self.residence.here
            if shard in view.owners and view.owners[shard].epoch > self._epochs[shard]
        ])  # fmt: skip
        self.hang_up(view.nodes.values())
        self.residence.learn(view.nodes, _names(view))
        if lapsed:  # others may have believed that nobody here watches anybody any more
            elsewhere = set(range(SHARDS)) - self.residence.here
            self._aside(self.watches.rewatch(self.live.watched_in(elsewhere)))
        if not self._leaving and (self._adopting is None or self._adopting.done()):
            before, self._view = self._view, view
            self._adopting = asyncio.create_task(self._adopt(before, view))

    async def _adopt(self, before: View | None, view: View) -> None:
        """Take what is free, give what is too much, watch those who are elsewhere now."""
        try:
            own = self.residence.node
            moved = {
                shard for shard, owner in view.owners.items()
                if before is not None and owner.node != own and before.owners.get(shard) != owner
            }  # fmt: skip
            if moved and (addresses := self.live.watched_in(moved)):
                self._aside(self.watches.rewatch(addresses))
            await self._share(before, view)
        except Unreachable as error:
            log.warning("shards cannot be taken or given now: %s", error)
        except Exception:
            log.exception("a bug")

    def _aside(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something that may take a while, when other nodes do not answer."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _share(self, before: View | None, view: View) -> None:
        """Take a fair part of what is free, and what nobody takes; give what is too much."""
        own = self.residence.node
        if forgotten := self.residence.here - view.owners.keys():
            await self._remind(forgotten)
        fair = -(-SHARDS // max(1, len(view.nodes)))
        free = [
            shard for shard in range(SHARDS)
            if shard not in self.residence.here
            and (shard not in view.owners or view.owners[shard].node not in view.nodes
                 or view.owners[shard].node == own)
        ]  # fmt: skip
        wanted = free[: max(0, fair - len(self.residence.here))]
        wanted += [one for one in free if before is not None and one not in before.owners]
        if wanted:
            await self._take(await self.membership.claim_many(wanted))
        elif len(self.residence.here) > fair:
            await self._balance(view, fair)

    async def _remind(self, shards: Iterable[int]) -> None:
        """Write shards anew of which Redis knows nothing any more."""
        for shard, epoch in (await self.membership.claim_many(shards)).items():
            log.warning("Redis has forgotten shard %d; it is written anew", shard)
            await self._logs[shard].reopen(epoch)
            self._epochs[shard] = epoch
            self.journals.rewrite(shard)

    async def _balance(self, view: View, fair: int) -> None:
        """Give surplus shards to those who have least."""
        count = dict.fromkeys(view.nodes, 0)
        for owner in view.owners.values():
            if owner.node in count:
                count[owner.node] += 1
        gifts: dict[int, str] = {}
        for shard in sorted(self.residence.here)[fair:][:AT_ONCE]:
            poorest = min(count, key=count.__getitem__)
            if count[poorest] >= fair or poorest == self.residence.node:
                break
            gifts[shard] = poorest
            count[poorest] += 1
        if gifts:
            await self._hand_over(gifts)

    async def _take(self, epochs: dict[int, int]) -> None:
        """Go on with shards that are ours now."""
        began = time.monotonic()
        self.moved(epochs.keys())
        results = await asyncio.gather(
            *(self._open(shard, epoch) for shard, epoch in epochs.items()), return_exceptions=True
        )
        taken = [one for one in results if isinstance(one, int)]
        for error in results:
            if isinstance(error, BaseException):
                log.error("a shard cannot be taken over yet", exc_info=error)
        watched: dict[str, float] = {}  # by people of many shards, perhaps: each is told of once
        for shard in taken:
            for address, since in self._watched(shard).items():
                watched[address] = min(since, watched.get(address, since))
        self._catch_up(watched)
        away = {one: since for one, since in watched.items() if not self.live.is_here(one)}
        if away:
            self._aside(self.watches.rewatch(away, min(away.values())))
        if taken:
            await self.membership.notify("taken")
            owners = dict(self.residence.owners) | dict.fromkeys(taken, self.residence.node)
            self.residence.learn(self.residence.nodes, owners)
            log.info("took %d shards in %.2f s", len(taken), time.monotonic() - began)

    async def _open(self, shard: int, epoch: int) -> int:
        """Read a shard's log and let its people and conversations live here; return the shard."""
        if shard in self.residence.here:
            return shard
        shardlog = PackedLog(self.connection, self.pool, shard, epoch)
        await shardlog.open()
        if shardlog.is_newer():
            await self.membership.release(shard, epoch, None)
            raise RuntimeError(f"shard {shard} was written by a newer version; update this node")
        if not shardlog.is_current():
            log.warning("live state of another version is dropped; clients start anew")
            await shardlog.clear()
        batches = [decode(number, zlib.crc32(body), body) async for number, body in shardlog.read()]
        found = replay(batches, self.queue_limit)
        users, talks = revive(found, self.clock.now())
        try:
            standings = await self.standings.standings_of([user.address for user in users])
        except Refused:
            standings = {}  # what they are in Redis is all but the last moment
        found.mail.begin(epoch)
        journal = Journal(
            shardlog,
            self.clock.now,
            lambda: self.live.users_in(shard),
            lambda: self.conversations.all_in(shard),
            mail=found.mail,
            checkpoint=CHECKPOINT,
        )
        journal.over = self._soon.set
        self._epochs[shard], self._logs[shard] = epoch, shardlog
        self.journals.add(shard, journal)
        self.live.restore(users)
        self.conversations.restore(talks)
        self.residence.here.add(shard)
        self._since[shard] = found.last - LATE
        try:
            now = self.clock.now()
            self.commit.announcer.resume(talks, now)
            self.commit.resume(users, standings, now)
            await self.courier.settle(shard)
            self.courier.resume(shard)
        except BaseException:
            await self._lose([shard])
            raise
        return shard

    def _watched(self, shard: int) -> dict[str, float]:
        """Return who is watched by people of a shard, or in it, and since when nobody told."""
        since = self._since.pop(shard, 0.0)
        watched = {
            user.address: heard
            for user in self.live.users_in(shard)
            if (heard := self.watches.heard(user.address)) is not None
        }
        return watched | {
            address: min(since, watched.get(address, since))
            for user in self.live.users_in(shard)
            for app in user.applications.values()
            for address in app.watched()
        }

    def _catch_up(self, watched: dict[str, float]) -> None:
        """Tell how those are who live here, if that is newer."""
        for address, since in watched.items():
            user = self.live.present(address)
            if user is not None and user.settled > since:
                self.watches.tell(user)

    async def _hand_over(self, gifts: dict[int, str]) -> None:
        """Store shards and give each to a node, or to whoever wants it."""
        if not gifts:
            return
        self.residence.here.difference_update(gifts)
        left = asyncio.Event()
        self.dispatcher.turnstile.when_left(left.set)
        try:
            async with asyncio.timeout(LEASE):
                await left.wait()
        except TimeoutError:
            log.warning("some requests take long, and are repeated at another node")
        self.dispatcher.polls.leave(lambda one: shard_of(one) in gifts, self.clock.now())
        results = await asyncio.gather(
            *(self._give(shard, to) for shard, to in gifts.items()), return_exceptions=True
        )
        for error in filter(None, results):  # what could not be released is claimed anew
            raise error
        self.residence.learn(self.residence.nodes, {**self.residence.owners, **gifts})
        await self.membership.notify("released")
        log.info("handed over %d shards", len(gifts))

    async def _give(self, shard: int, to: str) -> None:
        try:
            async with asyncio.timeout(LEASE):
                await self.journals.stored_in(shard)
        except TimeoutError:
            log.warning("shard %d could not be stored before it was handed over", shard)
        journal = self.journals.remove(shard)
        self._evict(shard)
        await journal.stop()
        del self._logs[shard]
        await self.membership.release(shard, self._epochs.pop(shard), to or None)

    async def _lose(self, shards: Iterable[int]) -> None:
        """Forget shards that others have taken."""
        gone = [shard for shard in shards if self.residence.has(shard)]
        self.residence.here.difference_update(gone)  # of all, before anybody is answered again
        for shard in gone:
            log.warning("another node has taken shard %d", shard)
            journal = self.journals.remove(shard)
            self.dispatcher.polls.let_go(partial(_lives_in, shard))
            self._evict(shard)
            del self._epochs[shard], self._logs[shard]
            await journal.abandon()

    def _evict(self, shard: int) -> None:
        self.conversations.evict(shard)
        self.watches.forget(shard, self.live.evict(shard))


def _lives_in(shard: int, address: str) -> bool:
    return shard_of(address) == shard


def _names(view: View) -> dict[int, str]:
    return {shard: owner.node for shard, owner in view.owners.items()}
