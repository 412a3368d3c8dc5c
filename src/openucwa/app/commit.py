"""Finishing what a call or the passing of time has changed: facts first, then events.

``finish`` is the only place where events are sent. It compares what others were told with what
is true now, tells the user's own applications and those that watch her, and sees to it that
time is looked at again when something will change by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

from openucwa.app.announcer import Announcer
from openucwa.app.delivery import Delivery, Told
from openucwa.app.meters import Meters
from openucwa.app.polls import Polls
from openucwa.domain.applications import Application, Terms
from openucwa.domain.channel import Event, Ref
from openucwa.domain.live import Live
from openucwa.domain.notices import Audience, Notice
from openucwa.domain.parties import Seat
from openucwa.domain.people import Level
from openucwa.domain.presence import Claim, Preferred, Source, Standing
from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.seen import Seen
from openucwa.domain.users import (
    Change,
    User,
    claim_automatically,
    lapse,
    next_due,
    settle,
    tend,
)
from openucwa.domain.wheel import Wheel
from openucwa.hyper.catalogue import Catalogue

Params = tuple[tuple[str, str], ...]
"""Path parameters and their values."""

log = logging.getLogger(__name__)

USER_TICK = 1.0
"""Seconds to which a user's deadlines are rounded up, so that many share a bucket."""

REMEMBERED = 1 << 14
"""So many events are kept to be used again."""

LINGER = 120.0
"""Seconds for which a user without applications is kept: longer than any call takes."""


def concerns(notice: Notice, app: Application) -> bool:
    """Tell whether an application is to be told."""
    if notice.to is Audience.AVAILABLE:
        return app.available
    if notice.to is Audience.LISTENING:
        return app.listening is not None
    return app.id == notice.to


class Observer(Protocol):
    """Somebody outside who is told of people, such as those that push."""

    def changed(self, user: User, change: Change | None, now: float) -> None:
        """Take note that something has changed about a user, perhaps what others see."""
        ...

    def arrived(self, user: User, now: float) -> None:
        """Take note of a user who was in another process."""
        ...


@dataclass(slots=True, kw_only=True)
class Commit:
    """Delivers the consequences of changes to a user's live state.

    ``default_level`` is what people are to each other who said nothing else. ``last_seen`` tells
    who went offline, last active when; it is to be stored soon. ``calendar`` returns the claim of
    the meeting that somebody is in, or that comes next.
    """

    catalogue: Catalogue
    live: Live
    polls: Polls
    wheel: Wheel
    meters: Meters
    terms: Terms
    delivery: Delivery
    announcer: Announcer
    default_level: Level
    last_seen: dict[str, float] = field(default_factory=dict)
    observer: Observer | None = None
    calendar: Callable[[str, float], Claim | None] | None = None
    _event: Callable[[str, str, str, Params, Seen | None], Event] = field(init=False)
    """Returns the event of a notice; all that are told of the same share it."""

    def __post_init__(self) -> None:
        self._event = lru_cache(maxsize=REMEMBERED)(self._make_event)

    def finish(self, user: User, now: float, notices: Iterable[Notice] = ()) -> None:
        """Tell everyone concerned what has changed about a user."""
        self._look_around(user, now)
        change = settle(user, now)
        told: Told = {}
        for notice in notices:
            self._tell_own(user, notice, now, told)
        if change is not None and change.before.presence != change.after.presence:
            self._tell_own(user, Notice("presence"), now, told)
            came, went = change.before.presence.availability, change.after.presence.availability
            self.meters.transitions[came, went] += 1
            if not user.endpoints() and user.standing.last_active is not None:
                self.last_seen[user.address] = user.standing.last_active
        self.live.rewatch(user)
        if change is not None:
            self._tell_watchers(user, change, now, told)
            self.live.shown(user, change)
        self.live.changed(user)
        self.delivery.wake(told, now)
        if self.observer is not None:
            self.observer.changed(user, change, now)
        self.arm(user, now)

    def _look_around(self, user: User, now: float) -> None:
        """Bring up to date what the calendar and the meetings that she is in say of a user."""
        if self.calendar is not None:
            claim_automatically(user, Source.CALENDAR, self.calendar(user.address, now))
        claim = None
        if self.announcer.meets(user):
            claim = (user.automatic or {}).get(Source.CONFERENCE) or Claim(Preferred.BUSY, now)
        claim_automatically(user, Source.CONFERENCE, claim)

    def moved(self, address: str, now: float) -> None:
        """Tell that somebody has come into a meeting, or left one."""
        user = self.live.present(address)
        if user is not None:
            self.finish(user, now)

    def changed_elsewhere(self, user: User, change: Change, now: float) -> None:
        """Tell those here who watch somebody that lives at another node."""
        told: Told = {}
        self._tell_watchers(user, change, now, told)
        self.delivery.wake(told, now)

    def resume(self, users: Iterable[User], standings: Mapping[str, Standing], now: float) -> None:
        """Let time go on for users of an earlier process.

        What was stored of a person just before that process ended may not be in her live state,
        and what she chose, or a meeting, may have begun or ended since.
        """
        for user in users:
            if self.observer is not None:
                self.observer.arrived(user, now)
            known = user.standing
            user.standing = standings.get(user.address, known)
            ended = lapse(user, now)
            self._look_around(user, now)
            if user.standing == known and user.showing(now).presence == user.shown.presence:
                self.arm(user, now)
            else:
                self.finish(user, now, ended)

    def linger(self, user: User, now: float) -> None:
        """Have a user who came without an application looked at, and forgotten, later."""
        self.wheel.arm(user.address, now + LINGER)

    def tend(self, address: str, now: float) -> None:
        """Do what time requires for a user."""
        user = self.live.present(address)
        if user is None:
            return
        if not user.applications and not user.gone:
            self.live.forget(address)
            return
        notices, ended = tend(user, now, self.terms)
        for app in ended:
            self.meters.ended["expired"] += 1
            log.info("application expired", extra={"user": user.address, "application": app.id})
            self.release(user, app, now)
        self.finish(user, now, notices)

    def release(self, user: User, app: Application, now: float) -> None:
        """Answer whatever still waits for an application that has ended; it leaves (R2.20)."""
        gone = user.expired(app.id, now)
        refusal = Refusal.INACTIVE_APPLICATION_EXPIRED if gone else Refusal.APPLICATION_NOT_FOUND
        for instance in app.channels:
            self.polls.end((user.address, app.id, instance), Refused(refusal))
        self.announcer.leave(Seat(user.address, app.id), now)

    def arm(self, user: User, now: float) -> None:
        """Have the user looked at when something will change by itself.

        Who has only chosen something and left is forgotten: that is stored, with its end.
        """
        due = next_due(user, now, self.terms)
        if due is None or not (user.applications or user.gone or user.automatic):
            self.linger(user, now)
        else:
            self.wheel.arm(user.address, -(-due // USER_TICK) * USER_TICK)

    def _tell_watchers(self, user: User, change: Change, now: float, told: Told) -> None:
        """Tell each of those who watch a person what she sees otherwise than before."""
        alike: dict[tuple[Level, Level], list[tuple[str, str]]] = {}
        for watcher in self.live.watchers(user.address):
            levels = change.levels_of(watcher[0], user.address, self.default_level)
            alike.setdefault(levels, []).append(watcher)
        for levels, watchers in alike.items():
            for facet in change.seen_by(*levels):
                event = self._event(facet, "updated", "", (("person", user.address),), None)
                self.delivery.relay(watchers, event, now, told)

    def _tell_own(self, user: User, notice: Notice, now: float, told: Told) -> None:
        event = self._event(notice.rel, notice.type, notice.inside, notice.params, notice.shown)
        for app in user.applications.values():
            if concerns(notice, app):
                self.delivery.put(user, app, event, now, told)

    def _make_event(
        self, about: str, kind: str, inside: str, given: Params, shown: Seen | None
    ) -> Event:
        params = dict(given)
        declared = self.catalogue.event(about, kind, inside)

        def ref(rel: str) -> Ref:
            return Ref(rel, self.catalogue.path(rel, params))

        return Event(
            sender=ref(declared.sender),
            link=ref(about),
            type=kind,
            urgency=int(declared.priority),
            inside=ref(declared.inside) if declared.inside else None,
            embed=declared.embed,
            params=params,
            once=shown is not None,
            shown=shown,
        )
