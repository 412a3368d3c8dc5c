"""Presence: what people claim, what their endpoints show, and what others see of both.

Everything here is a pure function of its arguments; ``now`` is seconds since 1970 (UTC).
Nothing here knows applications, events or storage.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from openucwa.domain.people import Level


class Availability(enum.StrEnum):
    """What others may read (R7.1), in the order of R7.6: most available first."""

    ONLINE = "Online"
    IDLE_ONLINE = "IdleOnline"
    BUSY = "Busy"
    IDLE_BUSY = "IdleBusy"
    DO_NOT_DISTURB = "DoNotDisturb"
    BE_RIGHT_BACK = "BeRightBack"
    AWAY = "Away"
    OFFLINE = "Offline"


class Preferred(enum.StrEnum):
    """What a person may choose (R7.2, PreferredAvailability)."""

    ONLINE = "Online"
    BUSY = "Busy"
    DO_NOT_DISTURB = "DoNotDisturb"
    BE_RIGHT_BACK = "BeRightBack"
    AWAY = "Away"
    OFFWORK = "Offwork"


class Machine(enum.IntEnum):
    """How an endpoint is used. Smaller is more active; the most active endpoint counts."""

    ACTIVE = 0
    INACTIVE = 1
    AWAY = 2


class Source(enum.StrEnum):
    """Who says so. MANUAL is the person; the others are automatic."""

    MANUAL = "manual"
    CALL = "call"
    CONFERENCE = "conference"
    SHARING = "sharing"
    CALENDAR = "calendar"


class DeviceType(enum.StrEnum):
    """Where the person is signed in (ContactDeviceType)."""

    UNKNOWN = "Unknown"
    PC = "PC"
    MOBILE = "Mobile"
    WEB = "Web"
    DESK_PHONE = "DeskPhone"


class NoteType(enum.StrEnum):
    """Whose words the note has (NoteType)."""

    PERSONAL = "Personal"
    OUT_OF_OFFICE = "OutOfOffice"


CLAIM_HOURS = 24
"""A manual Busy or DoNotDisturb ends by itself after so many hours; the others stay."""

SHORTEST_CHOICE, LONGEST_CHOICE = 60.0, CLAIM_HOURS * 3600.0
"""Seconds for which a person may choose something, if she says for how long."""

EARLIER_CHOICES = 3
"""So many choices are remembered that hold again when those made over them have ended."""

OFF_WORK = "off-work"
URGENT_ONLY = "urgent-interruptions-only"
ACTIVITY_OF: dict[Source, str] = {
    Source.CALL: "on-the-phone",
    Source.CONFERENCE: "in-a-conference",
    Source.SHARING: "presenting",
    Source.CALENDAR: "in-a-meeting",
}
_STICKY: dict[Preferred, tuple[Availability, str | None]] = {
    Preferred.DO_NOT_DISTURB: (Availability.DO_NOT_DISTURB, URGENT_ONLY),
    Preferred.BE_RIGHT_BACK: (Availability.BE_RIGHT_BACK, None),
    Preferred.AWAY: (Availability.AWAY, None),
    Preferred.OFFWORK: (Availability.AWAY, OFF_WORK),
}
_IDLE: dict[tuple[bool, Machine], Availability] = {
    (False, Machine.ACTIVE): Availability.ONLINE,
    (False, Machine.INACTIVE): Availability.IDLE_ONLINE,
    (False, Machine.AWAY): Availability.AWAY,
    (True, Machine.ACTIVE): Availability.BUSY,
    (True, Machine.INACTIVE): Availability.IDLE_BUSY,
    (True, Machine.AWAY): Availability.IDLE_BUSY,
}


@dataclass(frozen=True, slots=True)
class Claim:
    """One source's word on how available the person is, from ``since`` until ``expires``.

    ``then`` is what holds again afterwards; it ends later.
    """

    availability: Preferred
    since: float
    expires: float | None = None
    then: Claim | None = None

    def holds(self, now: float) -> bool:
        """Tell whether the claim has not expired."""
        return self.expires is None or now < self.expires

    def at(self, now: float) -> Claim | None:
        """Return what holds at a time: this, what it returns to, or None."""
        return next((claim for claim in self.chain() if claim.holds(now)), None)

    def chain(self) -> Iterator[Claim]:
        """Iterate over this and all that it returns to, one after the other."""
        claim: Claim | None = self
        while claim is not None:
            yield claim
            claim = claim.then


def manual_claim(availability: Preferred, now: float) -> Claim:
    """Make the claim of a person's own choice: Busy and DoNotDisturb last 24 hours."""
    timed = availability in (Preferred.BUSY, Preferred.DO_NOT_DISTURB)
    return Claim(availability, now, now + CLAIM_HOURS * 3600 if timed else None)


def timed_claim(availability: Preferred, now: float, span: float, before: Claim | None) -> Claim:
    """Make the claim of a choice for ``span`` seconds; ``before`` comes back if it outlasts it.

    Of more than ``EARLIER_CHOICES`` the last but one is forgotten, and the last never is.
    """
    end = now + span
    left = before.at(end) if before is not None else None
    earlier = list(left.chain()) if left is not None else []
    if len(earlier) > EARLIER_CHOICES:
        del earlier[-2]
    then: Claim | None = None
    for claim in reversed(earlier):
        then = replace(claim, then=then)
    return Claim(availability, now, end, then)


@dataclass(frozen=True, slots=True)
class Note:
    """A person's note."""

    message: str
    type: NoteType = NoteType.PERSONAL


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person said about herself; it outlives sign-out and restarts.

    ``last_active`` is when she was last active before she went offline. ``levels`` are those
    that she gave to other people, by address; all others have the default.
    """

    note: Note | None = None
    location: str | None = None
    manual: Claim | None = None
    last_active: float | None = None
    levels: Mapping[str, Level] | None = None


NOTHING_SAID = Standing()


@dataclass(slots=True)
class Endpoint:
    """One application as a place where the person may be active.

    ``last_activity`` is all that a report of activity writes; the state is a function of it
    and the time, so nothing has to be updated when time passes. Timeouts are in seconds.
    ``left`` is when an active person said that she is not here, until she is active again.
    """

    last_activity: float
    inactive_after: float
    away_after: float
    device: DeviceType = DeviceType.WEB
    left: float | None = None

    def changes(self) -> tuple[float, float]:
        """Return when the endpoint is inactive and when away, if nothing is reported."""
        if self.left is not None:
            return self.left, self.left + self.away_after
        inactive = self.last_activity + self.inactive_after
        return inactive, self.last_activity + (self.inactive_after + self.away_after)

    def state(self, now: float) -> Machine:
        """Return the endpoint's state: the table of R7.9 and R7.10."""
        inactive, away = self.changes()
        if now < inactive:
            return Machine.ACTIVE
        return Machine.INACTIVE if now < away else Machine.AWAY

    def report(self, now: float) -> bool:
        """Note activity; tell whether that woke an endpoint that was not active (R7.13)."""
        asleep = self.left is not None or now >= self.last_activity + self.inactive_after
        self.last_activity = now
        if asleep:
            self.left = None
        return asleep

    def leave(self, now: float) -> bool:
        """Note that nobody is here; tell whether that changed an endpoint that was active."""
        awake = self.state(now) is Machine.ACTIVE
        if awake:
            self.left = now
        return awake

    def next_change(self, now: float) -> float | None:
        """Return when the state will change if nothing is reported, or None."""
        return next((change for change in self.changes() if now < change), None)


@dataclass(frozen=True, slots=True)
class Aggregate:
    """What a person shows to others, over all claims and endpoints."""

    availability: Availability
    activity: str | None = None
    device: DeviceType = DeviceType.UNKNOWN


_shown = cache(Aggregate)
"""There are few different aggregates and many people: each is kept once."""

OFFLINE = Aggregate(Availability.OFFLINE)


def aggregate(
    manual: Claim | None,
    automatic: dict[Source, Claim],
    endpoints: Iterable[Endpoint],
    now: float,
) -> Aggregate:
    """Compute what others see (R7.14-R7.17; ``docs/presence.md`` has the table).

    No endpoint: Offline. A manual DoNotDisturb, BeRightBack, Away or Offwork holds whatever
    endpoints do. Otherwise Busy if the person says so or an automatic claim does that began
    after her own word, else Online; and the most active endpoint decides whether that is idle.
    """
    best = min(
        ((endpoint.state(now), -endpoint.last_activity, endpoint.device) for endpoint in endpoints),
        default=None,
    )
    if best is None:
        return OFFLINE
    machine, _, device = best
    manual = manual and manual.at(now)
    if manual is not None and manual.availability in _STICKY:
        availability, activity = _STICKY[manual.availability]
        return _shown(availability, activity, device)
    live = [
        (claim.since, source, claim.availability)
        for source, claim in automatic.items()
        if claim.since <= now and claim.holds(now)
        if manual is None or claim.since > manual.since
    ]
    if any(preferred is Preferred.DO_NOT_DISTURB for _, _, preferred in live):
        newest = max(entry for entry in live if entry[2] is Preferred.DO_NOT_DISTURB)
        return _shown(Availability.DO_NOT_DISTURB, ACTIVITY_OF.get(newest[1]), device)
    busy = bool(live) or (manual is not None and manual.availability is Preferred.BUSY)
    activity = ACTIVITY_OF.get(max(live)[1]) if live else None
    return _shown(_IDLE[busy, machine], activity, device)


def next_change(
    manual: Claim | None,
    automatic: dict[Source, Claim],
    endpoints: Iterable[Endpoint],
    now: float,
) -> float | None:
    """Return the earliest time at which the aggregate may change by itself, or None."""
    claims = (manual and manual.at(now), *automatic.values())
    times = [
        claim.expires if claim.since <= now else claim.since
        for claim in claims
        if claim and claim.holds(now)
    ]
    times += [endpoint.next_change(now) for endpoint in endpoints]
    return min((time for time in times if time is not None), default=None)
