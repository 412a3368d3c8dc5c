"""Noticing what others changed in the directory: who is no more, and whose lists are different.

The command line works on the same database. Within ten seconds the server forgets what it
remembered of it, ends the applications of those who were removed, and tells clients that listen
what has become of their contact lists.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from openucwa.app.auth import RECHECK, Authenticator
from openucwa.app.commit import Commit
from openucwa.domain.contacts import difference
from openucwa.domain.identity import is_guest
from openucwa.domain.ports import Accounts
from openucwa.domain.presence import NOTHING_SAID
from openucwa.domain.users import User
from openucwa.resources.call import Services
from openucwa.resources.watching import follow, watches_groups

log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class DirectoryWatch:
    """Does what follows from changes that were made elsewhere.

    ``users`` are those with live state. ``forget`` forgets what was read of the directory, but
    for the contact lists of some people: changes are found by what these were told of.

    It is unsure whether somebody is gone, also at first, as nobody looked while the server was
    away; the lists of those who are stale are to be read again, and those of an earlier process
    for the first time. What cannot be done now is done next time.
    """

    authenticator: Authenticator
    accounts: Accounts
    services: Services
    commit: Commit
    users: Callable[[], Iterable[User]]
    forget: Callable[[Collection[str]], None]
    _unsure: bool = True
    _stale: dict[str, None] = field(default_factory=dict)

    async def recheck(self, now: float, believed: float = RECHECK) -> None:
        """Look for changes, but only now and then; go on with what could not be done before."""
        changed = await self.authenticator.recheck(now, believed)
        if changed or self._unsure:
            self._unsure = True
            self._stale |= {user.address: None for user in self.users() if is_concerned(user)}
        if changed:
            self.forget(self._stale.keys())
        if self._unsure:
            await self._dismiss_who_left(now)
            self._unsure = False
        while self._stale:
            await self._reread(next(iter(self._stale)), now)

    async def _dismiss_who_left(self, now: float) -> None:
        users = [user for user in self.users() if not is_guest(user.address)]
        known = await self.accounts.accounts([user.address for user in users])
        for user in users:
            if user.address not in known:
                self._dismiss(user, now)

    def _dismiss(self, user: User, now: float) -> None:
        """End everything of a person who is no more; who watches her sees her go."""
        log.info("removed while signed in", extra={"user": user.address})
        ended = list(user.applications.values())
        user.applications.clear()
        user.gone = user.automatic = None
        user.standing = NOTHING_SAID
        for app in ended:
            self.commit.meters.ended["removed"] += 1
            self.commit.release(user, app, now)
        self.commit.finish(user, now)
        self.commit.last_seen.pop(user.address, None)
        self.commit.live.forget(user.address)

    async def _reread(self, address: str, now: float) -> None:
        before, after = await self.services.contacts.reread(address)
        self._stale.pop(address, None)
        user = self.commit.live.present(address)
        if user is None or before is None:
            return
        notices = difference(before, after)
        # Nothing may wait here: what she changes herself meanwhile is told later than this.
        notices += follow(self.services, user, before, after, {})
        if notices:
            self.commit.finish(user, now, notices)


def is_concerned(user: User) -> bool:
    """Tell whether one of a user's applications is told of changes of her list."""
    return watches_groups(user) or any(
        app.listening is not None for app in user.applications.values()
    )
