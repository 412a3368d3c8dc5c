"""Noticing what others changed in the directory: who is no more, and whose lists are different.

The command line works on the same database. Within ten seconds the server forgets what it
remembered of it, ends the applications of those who were removed, and tells clients that listen
what has become of their contact lists.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from openucwa.app.auth import Authenticator
from openucwa.app.commit import Commit
from openucwa.domain.contacts import difference
from openucwa.domain.identity import is_guest
from openucwa.domain.ports import Accounts, Contacts
from openucwa.domain.presence import NOTHING_SAID
from openucwa.domain.users import User

log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class DirectoryWatch:
    """Does what follows from changes that were made elsewhere.

    ``users`` are those with live state. ``forget`` forgets what was read of the directory, but
    for the contact lists of some people: changes are found by what these were told of.

    It is unsure whether somebody is gone, also at first, as nobody looked while the server was
    away; the lists of those who are stale are to be read again. What cannot be done now is done
    next time.
    """

    authenticator: Authenticator
    accounts: Accounts
    contacts: Contacts
    commit: Commit
    users: Callable[[], Iterable[User]]
    forget: Callable[[Collection[str]], None]
    _unsure: bool = True
    _stale: dict[str, None] = field(default_factory=dict)

    async def recheck(self, now: float) -> None:
        """Look for changes, but only now and then; go on with what could not be done before."""
        if await self.authenticator.recheck(now):
            self._unsure = True
            self._stale |= {user.address: None for user in self.users() if listens(user)}
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
        before, after = await self.contacts.reread(address)
        del self._stale[address]
        user = self.commit.live.present(address)
        if user is not None and before is not None and (notices := difference(before, after)):
            self.commit.finish(user, now, notices)


def listens(user: User) -> bool:
    """Tell whether one of a user's applications is told of changes of her list."""
    return any(app.listening is not None for app in user.applications.values())
