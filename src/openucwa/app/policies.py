"""Telling clients that what their user is allowed has changed (R2.30)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from openucwa.app.commit import Commit
from openucwa.domain.notices import Notice
from openucwa.domain.ports import EVERYBODY, Policies
from openucwa.domain.users import User

RECHECK = 10.0
"""Seconds within which clients hear of a policy that the command line changed."""


class PolicyWatch:
    """Notices changes of policies, whoever made them. ``users`` are those with live state."""

    def __init__(
        self, policies: Policies, users: Callable[[], Iterable[User]], commit: Commit
    ) -> None:
        self._policies = policies
        self._users = users
        self._commit = commit
        self._known: dict[str, dict[str, str]] = {}
        self._revision: str | None = None
        self._checked = 0.0

    async def recheck(self, now: float, believed: float = RECHECK) -> None:
        """Tell those concerned if a policy has changed; looks only now and then."""
        if now - self._checked < believed:
            return
        self._checked = now
        revision = await self._policies.revision()
        if revision == self._revision:
            return
        before, self._known = self._known, await self._policies.everything()
        first, self._revision = self._revision is None, revision
        if first:
            return
        changed = {
            address
            for address in before.keys() | self._known.keys()
            if before.get(address) != self._known.get(address)
        }
        for user in list(self._users()):
            if user.address in changed or EVERYBODY in changed:
                notices = [Notice("policies", to=identifier) for identifier in user.applications]
                self._commit.finish(user, now, notices)
