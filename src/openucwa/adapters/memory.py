"""Live state in this process: users, and an index of who watches whom."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from openucwa.adapters.journal import Journal
from openucwa.adapters.pool.journals import Journals
from openucwa.domain.channel import Channel, Event
from openucwa.domain.ports import Standings
from openucwa.domain.presence import NOTHING_SAID
from openucwa.domain.users import Change, User, arrive

Watching = dict[str, tuple[tuple[str, ...], ...]]
"""Whom a user's applications watch, by their ids: the members of each subscription."""


class ProcessLive:
    """The ``Live`` port for one process. Everybody works on the same objects.

    Without a ``journal`` it forgets everything when the process ends.
    """

    def __init__(self, standings: Standings) -> None:
        self._standings = standings
        self.journal: Journal | Journals | None = None
        self._users: dict[str, User] = {}
        self._watchers: dict[str, dict[tuple[str, str], None]] = {}
        self._watching: dict[str, Watching] = {}

    def __len__(self) -> int:
        """Return how many users are loaded."""
        return len(self._users)

    async def load(self, address: str) -> User:
        """Return a user to work on."""
        user = self._users.get(address)
        if user is None:
            arrived = arrive(address, await self._standings.standing(address))
            user = self._users.setdefault(address, arrived)
        return user

    async def peek(self, address: str) -> User:
        """Return a user to look at."""
        user = self._users.get(address)
        return user or arrive(address, await self._standings.standing(address))

    async def peek_all(self, addresses: Iterable[str]) -> dict[str, User]:
        """Return users to look at, by address."""
        wanted = list(addresses)
        missing = [address for address in wanted if address not in self._users]
        stored = await self._standings.standings_of(missing) if missing else {}
        return {
            address: self._users.get(address) or arrive(address, stored.get(address, NOTHING_SAID))
            for address in wanted
        }

    def present(self, address: str) -> User | None:
        """Return a user who is loaded, or None."""
        return self._users.get(address)

    def users(self) -> Iterable[User]:
        """Return everyone who is loaded."""
        return self._users.values()

    def restore(self, users: Iterable[User]) -> None:
        """Take over users from a journal."""
        for user in users:
            self._users[user.address] = user
            self.rewatch(user)

    def forget(self, address: str) -> None:
        """Drop a user who has nothing live."""
        self._users.pop(address, None)

    def rewatch(self, user: User) -> None:
        """Bring the index of watchers up to date with the user's applications.

        It is called whenever anything has changed, and rarely this: what is compared are mostly
        the same tuples.
        """
        before = self._watching.get(user.address, {})
        after = {
            app.id: tuple(one.members for one in app.subscriptions.values())
            for app in user.applications.values()
            if app.subscriptions
        }
        if before == after:
            return
        for identifier in before.keys() | after.keys():
            old = {address for some in before.get(identifier, ()) for address in some}
            new = {address for some in after.get(identifier, ()) for address in some}
            watcher = (user.address, identifier)
            for address in new - old:
                self._watchers.setdefault(address, {})[watcher] = None
            for address in old - new:
                watchers = self._watchers[address]
                del watchers[watcher]
                if not watchers:
                    del self._watchers[address]
        if after:
            self._watching[user.address] = after
        else:
            self._watching.pop(user.address, None)

    def changed(self, user: User) -> None:
        """Note that a user changed."""
        if self.journal is not None:
            self.journal.changed(user)

    @property
    def adrift(self) -> bool:
        """Never: everybody lives here."""
        return False

    async def reassure(self) -> None:
        """Nothing: it is certain who lives here."""

    def is_here(self, address: str) -> bool:
        """Tell whether a user lives here, as everybody does."""
        del address
        return True

    def shown(self, user: User, change: Change) -> None:
        """Note that others elsewhere have to be told, but there are none."""

    def relayed(
        self, event: Event, now: float, watchers: list[tuple[str, str]], about: str = ""
    ) -> None:
        """Note that an event was put into the channels of these watchers."""
        del about
        if self.journal is not None:
            self.journal.relayed(event, now, watchers)

    def packaged(self, user: User, application: str, instance: str, channel: Channel) -> None:
        """Note that a package was made of what waited in a channel."""
        if self.journal is not None:
            self.journal.packaged(user.address, application, instance, channel)

    def touched(self, user: User) -> None:
        """Note that a user was active."""
        if self.journal is not None:
            self.journal.touched(user)

    async def stored(self, *, patient: bool = False) -> None:
        """Wait until everything noted so far is in the journal, if there is one."""
        if self.journal is not None:
            await self.journal.stored(patient=patient)

    def when_stored(
        self,
        done: Callable[[], None],
        failed: Callable[[], None] | None = None,
        *,
        patient: bool = True,
    ) -> None:
        """Have ``done`` called once everything noted so far is in the journal, if there is one.

        If it never will be, because somebody else has the journal, or cannot be now and nobody is
        ``patient``, ``failed`` is called.
        """
        if self.journal is None:
            done()
        else:
            self.journal.when_stored(done, failed, patient=patient)

    def beat(self) -> None:
        """Have activity stored, and that the server was alive."""
        if self.journal is not None and self._users:
            self.journal.flush()

    def watchers(self, address: str) -> Iterable[tuple[str, str]]:
        """Return who watches an address."""
        return self._watchers.get(address, ())
