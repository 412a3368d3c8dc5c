"""Live state of those people of a pool who live at this node."""

from __future__ import annotations

from collections.abc import Iterable

from openucwa.adapters.memory import ProcessLive
from openucwa.adapters.pool.courier import Courier
from openucwa.adapters.pool.residence import Residence
from openucwa.adapters.pool.watches import Watches
from openucwa.app.letters import Told
from openucwa.domain.channel import Event
from openucwa.domain.parties import Seat
from openucwa.domain.ports import Standings
from openucwa.domain.shards import Elsewhere, home_of, shard_of
from openucwa.domain.users import Change, User


class PooledLive(ProcessLive):
    """The ``Live`` port for one node. Others are looked at, watched and told where they live."""

    def __init__(self, standings: Standings, residence: Residence) -> None:
        super().__init__(standings)
        self._residence = residence
        self.courier: Courier | None = None
        self.watches: Watches | None = None
        self._shards: dict[int, dict[str, User]] = {}

    @property
    def adrift(self) -> bool:
        """Whether the lease is over, so that others may have taken what is here."""
        return self._residence.adrift

    async def reassure(self) -> None:
        """Find out who lives here if that can be done soon."""
        await self._residence.reassure()

    def is_here(self, address: str) -> bool:
        """Tell whether a user, or a conversation by its id, lives here."""
        return self._residence.has(home_of(address))

    async def load(self, address: str) -> User:
        """Return a user to work on. Raises ``Elsewhere``."""
        arrived = await super().peek(address)
        if not self.is_here(address):
            raise Elsewhere(shard_of(address))
        user = self._users.setdefault(address, arrived)
        self._shards.setdefault(shard_of(address), {})[address] = user
        return user

    def restore(self, users: Iterable[User]) -> None:
        """Take over users from a journal."""
        users = list(users)
        super().restore(users)
        for user in users:
            self._shards.setdefault(shard_of(user.address), {})[user.address] = user

    def forget(self, address: str) -> None:
        """Drop a user who has nothing live."""
        super().forget(address)
        self._shards.get(shard_of(address), {}).pop(address, None)

    def users_in(self, shard: int) -> Iterable[User]:
        """Return who is loaded and lives in a shard."""
        return self._shards.get(shard, {}).values()

    async def peek(self, address: str) -> User:
        """Return a user to look at. Raises ``Refused``: ServiceUnavailable."""
        found = dict[str, User]()
        if self.watches is not None and not self.is_here(address):
            found = await self.watches.look([address])
        return found.get(address) or await super().peek(address)

    async def peek_all(self, addresses: Iterable[str]) -> dict[str, User]:
        """Return users to look at, who are going to be watched. Raises ``Refused``."""
        wanted = list(addresses)
        away, found = [one for one in wanted if not self.is_here(one)], dict[str, User]()
        if away and self.watches is not None:
            found = await self.watches.look(away, watch=True)
        found |= await super().peek_all([one for one in wanted if one not in found])
        return {address: found[address] for address in wanted}

    def relayed(
        self, event: Event, now: float, watchers: list[tuple[str, str]], about: str = ""
    ) -> None:
        """Note that an event was put into the channels of those who are here; tell the others."""
        here, away = list[tuple[str, str]](), dict[int, list[Seat]]()
        for watcher in watchers:
            if watcher[0] in self._users:  # also of a shard that is just being handed over
                here.append(watcher)
            elif not self.is_here(watcher[0]):
                away.setdefault(shard_of(watcher[0]), []).append(Seat(*watcher))
        if here:
            super().relayed(event, now, here)
        if about and self.courier is not None:
            for seats in away.values():
                self.courier.post(about, seats[0].address, Told(event, now, seats))

    def shown(self, user: User, change: Change) -> None:
        """Tell the nodes that watch a user."""
        if self.watches is not None:
            self.watches.publish(user, change)

    def watched_in(self, shards: set[int]) -> list[str]:
        """Return whom those who are here watch in some shards."""
        return [one for one in self._watchers if shard_of(one) in shards]

    def evict(self, shard: int) -> list[User]:
        """Forget who lives in a shard that goes to another node; return them."""
        gone = list(self._shards.pop(shard, {}).values())
        for user in gone:
            self.rewatch(User(user.address))
            del self._users[user.address]
        return gone
