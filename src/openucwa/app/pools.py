"""Sending people to the pool that serves them, when it is not this one (BEHAVIOUR 14).

Who has to go elsewhere is told so at once: what waits is answered, and discovery knows the way.
What is live about her here ends, since applications do not survive a move (R14.4).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from openucwa.app.commit import Commit
from openucwa.domain.identity import is_guest
from openucwa.domain.pools import Homes, Pool
from openucwa.domain.ports import Pools
from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.users import User

log = logging.getLogger(__name__)

RECHECK = 1.0
"""Seconds for which the database is believed to say the same."""

AGAIN = 0.1
"""The same, when somebody is about to be sent away."""


@dataclass(slots=True, kw_only=True)
class Whereabouts:
    """Knows who is served here, in the pool called ``name``, and where everybody else is.

    A ``closed`` pool serves nobody and sends nobody anywhere. ``users`` are those with live state;
    ``forget`` forgets what was read of the directory, but for the contact lists of some people.
    While it is ``settled`` everybody is served here, and there is nothing to ask.
    """

    name: str
    pools: Pools
    users: Callable[[], Iterable[User]]
    commit: Commit
    forget: Callable[[Collection[str]], None]
    closed: bool = False
    settled: bool = field(init=False)
    _homes: Homes = field(default_factory=Homes)
    _revision: int | None = None
    _checked: float = 0.0

    def __post_init__(self) -> None:
        self.settled = not self.closed

    def refusal(self, address: str) -> Refusal | None:
        """Return why somebody is not served here, as far as is known; None if she is.

        403 makes clients ask discovery again, and 410 makes them give up (R1.8, R14.2, R14.3).
        """
        if self.settled:
            return None
        pool = self._serving(address)
        if pool is None:
            return Refusal.CANNOT_REDIRECT
        return None if pool.name == self.name else Refusal.MOVED

    async def require_here(self, address: str, now: float) -> None:
        """Raise ``Refused``: Moved or CannotRedirect, for who is not served here."""
        refusal = await self._look(address, now)
        if refusal is not None:
            raise Refused(refusal)

    async def elsewhere(self, address: str, now: float) -> str:
        """Return the URL of the pool that serves somebody, empty if it is this one.

        Whoever has no address yet is served where people of this pool are. Raises ``Refused``:
        CannotRedirect if there is no such pool.
        """
        refusal = await self._look(address, now)
        if refusal is Refusal.CANNOT_REDIRECT:
            raise Refused(refusal)
        pool = self._serving(address)
        return pool.url if pool is not None and refusal is not None else ""

    async def _look(self, address: str, now: float) -> Refusal | None:
        """Look again before somebody is sent away: pools that differ would send her in circles."""
        if self.refusal(address) is not None:
            await self.recheck(now, AGAIN)
        return self.refusal(address)

    async def recheck(self, now: float, believed: float = RECHECK) -> None:
        """Do what follows from changes of pools and homes; looks only now and then."""
        if now - self._checked < believed:
            return
        self._checked = now
        revision = await self.pools.revision()
        if revision == self._revision:
            return
        homes = await self.pools.homes()
        first, self._revision = self._revision is None, revision
        before = self._away()
        self._homes = homes
        here = {homes.serving(home) for home in (homes.default, *set(homes.stated.values()))}
        self.settled = not self.closed and {pool and pool.name for pool in here} == {self.name}
        if not (first or self.closed):
            self._dismiss(before | self._away(), now)
            self.forget([user.address for user in self.users()])

    def _serving(self, address: str) -> Pool | None:
        """Return the pool that serves somebody; None if there is none, or no way to it."""
        if self.closed:
            return None
        at_home = not address or is_guest(address)
        pool = self._homes.serving(self.name if at_home else self._homes.home(address))
        return pool if pool is None or pool.url or pool.name == self.name else None

    def _away(self) -> set[str]:
        """Return the addresses of those who are live here and not served here."""
        if self.settled:
            return set()
        return {user.address for user in self.users() if self.refusal(user.address)}

    def _dismiss(self, addresses: Collection[str], now: float) -> None:
        """End everything of who goes elsewhere, and of who comes back and is not as known here.

        All leave before anybody is told: most of those who would be told leave as well.
        """
        found = (self.commit.live.present(address) for address in addresses)
        leaving = [(user, tuple(user.applications.values())) for user in found if user is not None]
        for user, applications in leaving:
            why = Refused(self.refusal(user.address) or Refusal.APPLICATION_NOT_FOUND)
            for app in applications:
                for instance in app.channels:
                    self.commit.polls.end((user.address, app.id, instance), why)
            user.applications.clear()
            self.commit.live.rewatch(user)
        for user, applications in leaving:
            self.commit.meters.ended["moved"] += len(applications)
            for app in applications:
                self.commit.release(user, app, now)
            self.commit.finish(user, now)
            self.commit.live.forget(user.address)
        if leaving:
            log.info("%d people are served elsewhere, or here again", len(leaving))
