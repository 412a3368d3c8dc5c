"""Meetings that are being held follow what is stored of them, whoever has changed that.

What an organizer does over HTTP takes effect at once; what the command line, another node or the
passing of time does is noticed here. Each node looks after the conversations that live there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from openucwa.app.announcer import Announcer
from openucwa.app.calendars import RECHECK, REFRESH
from openucwa.domain import holding
from openucwa.domain.conversations import Conversation
from openucwa.domain.ports import Meetings


@dataclass(slots=True)
class HeldWatch:
    """Ends the conversations of meetings that are there no more, and forgets what is over.

    ``conferences`` returns the conversations here that are held in a meeting.
    """

    meetings: Meetings
    conferences: Callable[[], Iterable[Conversation]]
    announcer: Announcer
    _over: list[str] = field(default_factory=list)
    _known: set[str] = field(default_factory=set)
    _revision: int | None = None
    _checked: float = 0.0
    _compared: float = 0.0

    def forget(self, conversation: Conversation) -> None:
        """Note that a conversation is over: what was begun at once ends with it."""
        arranged = conversation.arrangement
        if arranged is not None and arranged.adhoc:
            self._over.append(arranged.id)

    async def recheck(self, now: float) -> None:
        """Compare what is held with what is stored, but only now and then, or if either changed."""
        while self._over:
            await self.meetings.delete(self._over[-1])
            self._over.pop()
        if 0 <= now - self._checked < RECHECK:
            return
        self._checked = now
        revision, held = await self.meetings.revision(), self._held()
        same = revision == self._revision and held.keys() <= self._known
        if same and 0 <= now - self._compared < REFRESH:
            return
        stored = await self.meetings.versions(held) if held else {}
        changed = [one for one in held if one in stored and stored[one] > held[one]]
        known = [await self.meetings.meeting(one) for one in changed]
        if self.announcer.live.adrift:
            return
        self._revision, self._compared, self._known = revision, now, {*held}
        changes = {one.id: one for one in known if one is not None}
        for conversation in self._running():
            arranged = conversation.arrangement
            if arranged is None or arranged.id not in held:
                continue  # it began meanwhile
            if arranged.id not in stored:
                self.announcer.announce(conversation, holding.end(conversation, now), now)
            elif arranged.id in changes:
                news = holding.rearrange(conversation, changes[arranged.id])
                self.announcer.announce(conversation, news, now)

    def _held(self) -> dict[str, int]:
        """Return the versions of the meetings that are being held, by id."""
        meetings = (one.arrangement for one in self._running())
        return {one.id: one.version for one in meetings if one is not None}

    def _running(self) -> list[Conversation]:
        return [one for one in self.conferences() if one.arranged and one.ended is None]
