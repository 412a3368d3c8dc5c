"""Who is signed in and how much goes on, at this node and all others: the ``Overview`` port."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
from itertools import islice

from openucwa.app.commit import Commit
from openucwa.app.neighbours import Neighbours
from openucwa.domain.administration import (
    Figures,
    Finding,
    Findings,
    Overview,
    Question,
    Session,
)
from openucwa.domain.applications import Application
from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.samples import Samples
from openucwa.domain.shards import Elsewhere, shard_of
from openucwa.domain.users import User, end

log = logging.getLogger(__name__)

SLICE = 1000
"""So many people are looked at before others get their turn."""


@dataclass(slots=True, kw_only=True)
class NodeOverview(Overview):
    """Looks at the people of this node, whose name is ``node``, and asks the others.

    ``users`` are those with live state, ``conversations`` tells how many there are; ``pause`` lets
    others have their turn. It has been here ``since`` then.
    """

    node: str
    since: float
    users: Callable[[], Iterable[User]]
    conversations: Callable[[], int]
    commit: Commit
    neighbours: Callable[[], Neighbours]
    pause: Callable[[], Awaitable[None]]
    samples: Samples = field(default_factory=Samples)

    async def ask(self, question: Question) -> Findings:
        """Ask all nodes, this one first."""
        own = {self.node: await self.answer(question)}
        others = await self.neighbours().survey(question)
        silent = [node for node, finding in others.items() if finding is None]
        found = {node: finding for node, finding in others.items() if finding is not None}
        return Findings(own | found, silent)

    async def answer(self, question: Question) -> Finding:
        """Answer for this node alone."""
        if question.what == "sessions":
            return Finding(sessions=await self._sessions(question.after, question.limit))
        if question.what == "samples":
            return Finding(samples=self.samples.latest(question.limit))
        return Finding(figures=await self.figures())

    async def figures(self) -> Figures:
        """Count what there is now."""
        signed_in = applications = available = 0
        everybody = iter(list(self.users()))
        while some := list(islice(everybody, SLICE)):
            for user in some:
                if user.applications:
                    signed_in += 1
                    applications += len(user.applications)
                    for app in user.applications.values():
                        available += app.endpoint is not None
            await self.pause()
        return self.commit.meters.figures()._replace(
            since=self.since,
            signed_in=signed_in,
            applications=applications,
            available=available,
            parked=len(self.commit.polls),
            conversations=self.conversations(),
        )

    async def sample(self, now: float) -> None:
        """Note how it is, for plots."""
        self.samples.take(await self.figures(), self.commit.meters.delivery_latency.counts, now)

    async def _sessions(self, after: tuple[str, str], limit: int) -> list[Session]:
        """Return the first sessions after one, by address and application."""
        found: list[User] = []
        everybody = iter(list(self.users()))
        while some := list(islice(everybody, SLICE)):
            found += (one for one in some if one.applications and one.address >= after[0])
            found = nsmallest(limit + 1, found, key=lambda user: user.address)
            await self.pause()
        sessions = (one for user in found for one in self._of(user))
        return list(islice((one for one in sessions if one[:2] > after), limit))

    def sessions_of(self, address: str) -> Sequence[Session]:
        """Return somebody's sessions. Raises ``Elsewhere``."""
        user = self._user(address)
        return [] if user is None else self._of(user)

    async def end(self, address: str, application: str, now: float) -> None:
        """End a session as if its application had been deleted; return when that is stored."""
        user = self._user(address)
        app = user.applications.get(application) if user else None
        if user is None or app is None:
            raise Refused(Refusal.NOT_FOUND, "There is no such session any more.")
        end(user, app)
        log.info("ended by an administrator", extra={"user": address, "application": app.id})
        self.commit.meters.ended["administrator"] += 1
        self.commit.release(user, app, now)
        self.commit.finish(user, now)
        await self.commit.live.stored()

    def _user(self, address: str) -> User | None:
        if not self.commit.live.is_here(address):
            raise Elsewhere(shard_of(address))
        return self.commit.live.present(address)

    def _of(self, user: User) -> list[Session]:
        return [self._session(user, app) for _, app in sorted(user.applications.items())]

    def _session(self, user: User, app: Application) -> Session:
        polls, endpoint, presence = self.commit.polls, app.endpoint, user.shown.presence
        return Session(
            address=user.address,
            application=app.id,
            user_agent=app.key.user_agent,
            culture=app.key.culture,
            device=endpoint.device.value if endpoint else "",
            since=app.created,
            last_request=app.last_request,
            active=endpoint.last_activity if endpoint else None,
            availability=presence.availability.value,
            activity=presence.activity,
            available=app.available,
            parked=any((user.address, app.id, one) in polls for one in app.channels),
            instances=len(app.channels),
            node=self.node,
        )
