"""Applications: a user's clients, from creation through lurker mode to the end (BEHAVIOUR 2).

Times are seconds since 1970, spans are seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from openucwa.domain.channel import Channel, Event
from openucwa.domain.modalities import AudioPreference, MessageFormat, Modality
from openucwa.domain.presence import Endpoint
from openucwa.domain.subscriptions import Lease, Listening, Subscription, watched


@dataclass(frozen=True, slots=True)
class Communication:
    """What an application said it can do."""

    modalities: tuple[Modality, ...] = ()
    formats: tuple[MessageFormat, ...] = ()
    audio: AudioPreference = AudioPreference.VOIP_AUDIO
    phone_number: str = ""
    history: str = "Disabled"


communication = lru_cache(maxsize=1024)(Communication)
"""Makes a ``Communication``; what many applications say alike is kept once."""


class Key(NamedTuple):
    """What makes two creations the same application of a user (R2.3)."""

    endpoint_id: str
    culture: str
    user_agent: str
    type: str


class Terms(NamedTuple):
    """How long applications live, in seconds (R2.18)."""

    poll_grace: float = 15 * 60
    idle: float = 60 * 60
    activity_grace: float = 8 * 3600
    remember_gone: float = 30 * 60
    warning: float = 120


@dataclass(slots=True)
class Application:
    """One client of a user.

    ``endpoint`` is None in lurker mode. ``offers_availability`` shows makeMeAvailable: in lurker
    mode, and again when a client that was away re-opens the application (R2.15); ``used`` tells
    whether it was called for anything since makeMeAvailable. It is ``listening`` to changes of the
    contact list while it has a lease on them.
    """

    id: str
    key: Key
    created: float
    last_request: float
    channels: dict[str, Channel]
    endpoint: Endpoint | None = None
    offers_availability: bool = True
    used: bool = False
    communication: Communication = Communication()
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    listening: Listening | None = None

    @property
    def available(self) -> bool:
        """Whether the application left lurker mode."""
        return self.endpoint is not None

    def watched(self) -> set[str]:
        """Return the addresses of everyone this application subscribed to."""
        return watched(self.subscriptions.values())

    def leases(self) -> Iterator[Lease]:
        """Iterate over everything that ends unless it is extended."""
        yield from self.subscriptions.values()
        if self.listening is not None:
            yield self.listening

    @property
    def default_instance(self) -> str:
        """The instance that requests mean which name none: the one without a name, or the first."""
        return "" if "" in self.channels else next(iter(self.channels))

    def forget_away(self, now: float, terms: Terms) -> None:
        """Forget instances that have not polled for longer than an application may (R2.18 a)."""
        for instance, channel in list(self.channels.items()):
            if channel.released is not None and channel.released + terms.poll_grace <= now:
                del self.channels[instance]

    def reopen(self, instance: str, channel: Channel) -> bool:
        """Note that the application was created again; tell whether it is a new instance.

        A client that starts anew needs makeMeAvailable once more; one that only looks at its
        application right after makeMeAvailable must not see it again, or it never ends (R2.15,
        CLIENT-RULES R16).
        """
        new = instance not in self.channels
        if new:
            self.channels[instance] = channel
        if new or self.used:
            self.offers_availability = True
        return new

    def tell(self, event: Event, now: float, limit: int) -> tuple[list[str], bool]:
        """Queue an event for all instances.

        Return those that may have to be told sooner because of it, and whether a queue had to
        be dropped: an instance that is away and has more than ``limit`` events waiting hears
        of that when it comes back. If all are away, the transient state goes, too (R3.14).
        """
        sooner: list[str] = []
        dropped = False
        for instance, channel in self.channels.items():
            if channel.put(event, now):
                sooner.append(instance)
            if len(channel) > limit and channel.neglected(now):
                channel.drop()
                dropped = True
        if dropped and all(one.resumed or one.neglected(now) for one in self.channels.values()):
            self.subscriptions.clear()
            self.listening = None
            for channel in self.channels.values():
                channel.drop()
        return sooner, dropped

    def withdraw(self, path: str) -> bool:
        """Take back what waits about a resource; tell whether anything did, anywhere."""
        found = [channel.withdraw(path) for channel in self.channels.values()]
        return True in found

    def ends_at(self, terms: Terms) -> float:
        """Return when the application ends if nothing more happens (R2.18 a, b and c)."""
        released = [channel.released for channel in self.channels.values() if channel.released]
        end = max(released) + terms.poll_grace if released else self.last_request + terms.idle
        if self.endpoint is not None:
            end = min(end, self.endpoint.last_activity + terms.activity_grace)
        return end

    def changes(self, terms: Terms) -> Iterator[float]:
        """Iterate over the times at which something is to be done for this application."""
        yield self.ends_at(terms)
        for lease in self.leases():
            yield lease.next_change(terms.warning)
