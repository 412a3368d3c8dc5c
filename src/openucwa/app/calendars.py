"""People are in a meeting while their calendars say so: claims that begin and end by the clock.

Each node looks after those who live there, whoever arranged the meeting and wherever. What is on
calendars soon is kept in memory, so that everybody who signs in, fades or comes back has the claim
of the meeting that she is in, or that comes next (R7.14).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from openucwa.app.commit import Commit
from openucwa.domain.ports import Appointment, Meetings
from openucwa.domain.presence import Claim, Preferred

RECHECK = 10.0
"""Seconds within which a change of a meeting is noticed."""

AHEAD, REFRESH = 1200.0, 600.0
"""Seconds for which meetings are known in advance, and after which it is looked for more."""


def busy_times(appointments: Iterable[Appointment]) -> dict[str, tuple[Claim, ...]]:
    """Return the claims of each person, in order; meetings that touch are one."""
    found: dict[str, list[Claim]] = {}
    for address, starts, ends in sorted(appointments):
        own = found.setdefault(address, [])
        last = own[-1] if own else None
        if last is not None and last.expires is not None and starts <= last.expires:
            own[-1] = Claim(Preferred.BUSY, last.since, max(last.expires, ends))
        else:
            own.append(Claim(Preferred.BUSY, starts, ends))
    return {address: tuple(own) for address, own in found.items()}


@dataclass(slots=True)
class CalendarWatch:
    """Knows who is expected in a meeting now or soon."""

    meetings: Meetings
    commit: Commit
    _known: dict[str, tuple[Claim, ...]] = field(default_factory=dict)
    _revision: int | None = None
    _checked: float = 0.0
    _loaded: float = 0.0

    def claim(self, address: str, now: float) -> Claim | None:
        """Return the claim of the meeting that somebody is in, or that comes next, or None."""
        return next((one for one in self._known.get(address, ()) if one.holds(now)), None)

    async def recheck(self, now: float) -> None:
        """Look for changes and for what comes next, but only now and then; tell those concerned."""
        if 0 <= now - self._checked < RECHECK:
            return
        self._checked = now
        revision = await self.meetings.revision()
        if revision == self._revision and 0 <= now - self._loaded < REFRESH:
            return
        before, known = self._known, busy_times(await self.meetings.appointments(now, now + AHEAD))
        self._known, self._revision, self._loaded = known, revision, now
        for address in before.keys() | known.keys():
            if before.get(address) != known.get(address):
                user = self.commit.live.present(address)
                if user is not None and user.applications:
                    self.commit.finish(user, now)
