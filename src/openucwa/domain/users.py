"""A user's live state: applications, claims, and what others were last shown.

``tend`` is the one place where time passes for a user; ``settle`` the one place where a change
of what others see is noticed. Times are seconds since 1970.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

from openucwa.domain.applications import Application, Terms
from openucwa.domain.channel import Channel
from openucwa.domain.modalities import Modality
from openucwa.domain.notices import Notice
from openucwa.domain.people import Level
from openucwa.domain.presence import (
    OFFLINE,
    Aggregate,
    Claim,
    Endpoint,
    Note,
    Source,
    Standing,
    aggregate,
    next_change,
)
from openucwa.domain.privacy import VIEWS, presence_seen
from openucwa.domain.refusals import Refusal, Refused


class Shown(NamedTuple):
    """What those who watch a person were last told of."""

    presence: Aggregate = OFFLINE
    note: Note | None = None
    location: str | None = None
    modalities: tuple[Modality, ...] = ()

    def seen_by(self, level: Level) -> Shown:
        """Return what of it somebody of a level sees."""
        view = VIEWS[level]
        return Shown(
            presence_seen(level, self.presence),
            self.note if view.note else None,
            self.location if view.location else None,
            self.modalities if view.modalities else (),
        )


NOTHING_SHOWN = Shown()

UNKNOWN = Shown()
"""Stands for what was shown when nobody knows: whatever is shown now may be different."""


@lru_cache(maxsize=1024)
def _plain(presence: Aggregate, modalities: tuple[Modality, ...]) -> Shown:
    """Return what people show who say nothing of themselves: kept once for all of them."""
    return Shown(presence, modalities=modalities)


FACETS = ("contactPresence", "contactNote", "contactLocation", "contactSupportedModalities")
"""The resources that show the fields of ``Shown``, in the same order."""


class Change(NamedTuple):
    """What others could see before and can see now, and the levels that they had and have."""

    before: Shown
    after: Shown
    levels_before: Mapping[str, Level]
    levels_after: Mapping[str, Level]

    def levels_of(self, watcher: str, owner: str, default: Level) -> tuple[Level, Level]:
        """Return what somebody was and is to the owner; oneself is UNKNOWN."""
        if watcher == owner:
            return Level.UNKNOWN, Level.UNKNOWN
        return self.levels_before.get(watcher, default), self.levels_after.get(watcher, default)

    def seen_by(self, was: Level, now: Level) -> tuple[str, ...]:
        """Return the resources that changed for those who had a level and have one (R7.32)."""
        if self.before is UNKNOWN:
            return FACETS
        pairs = zip(FACETS, self.before.seen_by(was), self.after.seen_by(now), strict=True)
        return tuple(facet for facet, old, new in pairs if old != new)


class Talk(NamedTuple):
    """A conversation of another shard, and the applications that take part or where it rings.

    ``meets`` tells whether she is in a meeting there.
    """

    thread: str
    applications: tuple[str, ...]
    meets: bool = False


@dataclass(slots=True)
class User:
    """Everything live about one person.

    ``shown`` and ``levels`` are what those who watch her were last told on the grounds of, when it
    was ``settled``. ``talks`` are the conversations that live in other shards, by their ids.
    """

    address: str
    standing: Standing = Standing()
    automatic: dict[Source, Claim] | None = None
    applications: dict[str, Application] = field(default_factory=dict)
    gone: dict[str, float] | None = None
    shown: Shown = NOTHING_SHOWN
    levels: Mapping[str, Level] | None = None
    settled: float = 0.0
    talks: dict[str, Talk] | None = None

    def endpoints(self) -> list[Endpoint]:
        """Return the places where the person may be active."""
        return [app.endpoint for app in self.applications.values() if app.endpoint is not None]

    def aggregate(self, now: float) -> Aggregate:
        """Return what others see at this moment."""
        return aggregate(self.standing.manual, self.automatic or {}, self.endpoints(), now)

    def showing(self, now: float) -> Shown:
        """Return all that can be seen at this moment."""
        standing, modalities = self.standing, tuple(self.modalities())
        return Shown(self.aggregate(now), standing.note, standing.location, modalities)

    def level_of(self, address: str, default: Level) -> Level:
        """Return how close the person said somebody is; oneself is UNKNOWN."""
        if address == self.address:
            return Level.UNKNOWN
        return (self.standing.levels or {}).get(address, default)

    def shown_to(self, watcher: str, default: Level) -> Shown:
        """Return what of what others were told somebody may see."""
        return self.shown.seen_by(self.level_of(watcher, default))

    def last_active(self) -> float | None:
        """Return when the person was last active anywhere (R7.7)."""
        times = [endpoint.last_activity for endpoint in self.endpoints()]
        stored = self.standing.last_active
        return max(times if stored is None else [*times, stored], default=None)

    def modalities(self) -> list[Modality]:
        """Return the modalities of all applications that can be reached."""
        found = {
            modality
            for app in self.applications.values()
            if app.available
            for modality in app.communication.modalities
        }
        return sorted(found)

    def expired(self, identifier: str, now: float) -> bool:
        """Tell whether an application that has expired is remembered."""
        return self.gone is not None and self.gone.get(identifier, 0) > now

    def application(self, identifier: str, now: float) -> Application:
        """Return one of the user's applications.

        Raises ``Refused``: InactiveApplicationExpired while an ended one is remembered, else
        ApplicationNotFound, also for those of other people (R2.19).
        """
        found = self.applications.get(identifier)
        if found is not None:
            return found
        if self.expired(identifier, now):
            raise Refused(Refusal.INACTIVE_APPLICATION_EXPIRED)
        raise Refused(Refusal.APPLICATION_NOT_FOUND)


def outline(user: User) -> User:
    """Return what other nodes have to know of a user: nothing of what waits for her."""
    return replace(
        user,
        applications={
            app.id: replace(
                app,
                channels={
                    instance: Channel(one.epoch, one.low, one.medium, one.timeout)
                    for instance, one in app.channels.items()
                },
                subscriptions={},
                listening=None,
            )
            for app in user.applications.values()
        },
        talks=None,
    )


def arrive(address: str, standing: Standing) -> User:
    """Make the live state of a person who is not signed in anywhere."""
    shown = Shown(OFFLINE, standing.note, standing.location)
    return User(address, standing, shown=shown, levels=standing.levels)


def restore(user: User, now: float, downtime: float) -> None:
    """Let a user's timers go on where they stopped ``downtime`` seconds ago.

    Nobody fades, expires or loses a lease because the server was away. Channels may have sent
    empty packages that were not recorded, so the next request is believed (``Channel.ask``).
    """
    for app in user.applications.values():
        app.last_request = now
        if app.endpoint is not None:
            app.endpoint.last_activity = min(now, app.endpoint.last_activity + downtime)
            if app.endpoint.left is not None:
                app.endpoint.left = min(now, app.endpoint.left + downtime)
        for lease in app.leases():
            lease.expires += downtime
        for channel in app.channels.values():
            channel.restore(now)
    if user.gone:
        user.gone = {identifier: until + downtime for identifier, until in user.gone.items()}


def settle(user: User, now: float) -> Change | None:
    """Bring what others were told up to date; return what changed, if anything (R7.13, R7.32)."""
    shown, levels = user.showing(now), user.standing.levels
    if shown == user.shown and levels == user.levels:
        return None
    change = Change(user.shown, shown, user.levels or {}, levels or {})
    plain = shown.note is None and shown.location is None
    user.shown = _plain(shown.presence, shown.modalities) if plain else shown
    user.levels, user.settled = levels, now
    return change


def lapse(user: User, now: float) -> list[Notice]:
    """Let go of a choice that has ended, for what held before it; return the notice of that."""
    manual = user.standing.manual
    if manual is None or manual.holds(now):
        return []
    user.standing = replace(user.standing, manual=manual.at(now))
    return [Notice("presence")]


def claim_automatically(user: User, source: Source, claim: Claim | None) -> None:
    """Note what a source says of how available the user is, or that it says nothing any more."""
    automatic = user.automatic or {}
    if automatic.get(source) != claim:
        others = {one: said for one, said in automatic.items() if one is not source}
        user.automatic = (others if claim is None else others | {source: claim}) or None


def place(user: User, conversation: str, talk: Talk | None) -> None:
    """Note where somebody takes part in a conversation of another shard, or no longer does."""
    talks = dict(user.talks or {})
    talks.pop(conversation, None)
    if talk is not None:
        talks[conversation] = talk
    user.talks = talks or None


def end(user: User, application: Application) -> None:
    """End an application: its endpoint is withdrawn, its subscriptions end (R2.20)."""
    del user.applications[application.id]
    if application.endpoint is not None:
        last = max(application.endpoint.last_activity, user.standing.last_active or 0.0)
        user.standing = replace(user.standing, last_active=last)


def tend(user: User, now: float, terms: Terms) -> tuple[list[Notice], list[Application]]:
    """Do what time requires: return the notices it causes and the applications it ended."""
    notices = lapse(user, now)
    ended = [app for app in user.applications.values() if app.ends_at(terms) <= now]
    for app in ended:
        end(user, app)
        if app.available:
            user.gone = {**(user.gone or {}), app.id: now + terms.remember_gone}
    if user.gone:
        user.gone = {gone: until for gone, until in user.gone.items() if until > now} or None
    for app in user.applications.values():
        for subscription in list(app.subscriptions.values()):
            if subscription.next_change(terms.warning) > now:
                continue
            about = (("subscription", subscription.id),)
            if subscription.expires <= now:
                notices += unsubscribe(app, subscription.id)
            else:
                subscription.warned = True
                notices.append(Notice("presenceSubscription", "updated", about, app.id))
        listening = app.listening
        if listening is not None and listening.next_change(terms.warning) <= now:
            notices.append(Notice("myContactsAndGroupsSubscription", to=app.id))
            if listening.expires <= now:
                app.listening = None
            else:
                listening.warned = True
    return notices, ended


def unsubscribe(app: Application, identifier: str) -> list[Notice]:
    """End a subscription; return the notices for who is no longer watched (R7.35)."""
    subscription = app.subscriptions.pop(identifier)
    about = (("subscription", identifier),)
    ended = Notice("presenceSubscription", "deleted", about, app.id)
    return [*unwatch(app, subscription.members), ended]


def unwatch(app: Application, addresses: Iterable[str]) -> list[Notice]:
    """Return the notices for those who are in no subscription any more."""
    watched = app.watched()
    return [
        Notice("contact", "deleted", (("person", address),), app.id, "subscribedContacts")
        for address in addresses
        if address not in watched
    ]


def next_due(user: User, now: float, terms: Terms) -> float | None:
    """Return when ``tend`` or ``settle`` has something to do, or None."""
    times = [time for app in user.applications.values() for time in app.changes(terms)]
    times += (user.gone or {}).values()
    change = next_change(user.standing.manual, user.automatic or {}, user.endpoints(), now)
    if change is not None:
        times.append(change)
    return min(times, default=None)
