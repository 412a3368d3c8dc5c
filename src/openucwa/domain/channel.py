"""The event channel: what an application is told, once and in order (BEHAVIOUR 3).

A channel holds events until the application asks. Asking with number N gets package N; asking
with N+1 acknowledges N. A package is frozen when it is first sent and repeated unchanged until
it is acknowledged. The channel does not wait, render or send: it says what is due and when.
Times are seconds.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from openucwa.domain.seen import Seen

GATHER = 0.03
"""Seconds for which even urgent events are held, so that one command's events leave together."""

AT_ONCE = 0.005
"""Seconds for which what is said is held, if the last package left long enough ago."""

PACE = 0.02
"""Seconds between packages while others go on talking."""

SOON = 0.1
"""Seconds for which receipts wait for company: nobody waits for them as for what is said."""

ABSENCE = 60.0
"""Seconds after which events that nobody fetched show that the client is not there."""


FARTHEST = 2**31
"""No client ever gets to a package of this number."""


class Ref(NamedTuple):
    """A resource as an event names it: rel and path below the application."""

    rel: str
    path: str
    title: str | None = None


class Event:
    """Something that happened to a resource. It does not change, and many channels share it.

    ``urgency`` is 1 low, 2 medium, 3 high (R3.17); among what is high, 4 is for receipts and 5 for
    what people say. ``embed`` shows the resource as it is when the package is made; ``shown``
    shows it as it was. An event with ``once`` is never merged with others (messages); what it looks
    like is worth keeping all the same if ``many`` are told it. One that is ``apart`` begins a
    package. ``succeeded`` and ``reason`` are those of an operation that is completed. Whoever
    fetches it, ``receipt`` is to be told of: a conversation's id and a message's number.
    ``target`` is what the event is about; events about the same may be merged (R3.20).
    """

    __slots__ = (
        "apart",
        "embed",
        "inside",
        "link",
        "many",
        "once",
        "params",
        "reason",
        "receipt",
        "sender",
        "shown",
        "succeeded",
        "target",
        "type",
        "urgency",
    )

    def __init__(
        self,
        sender: Ref,
        link: Ref,
        type: str,  # noqa: A002  UCWA calls it so
        urgency: int = 2,
        inside: Ref | None = None,
        *,
        embed: bool = False,
        once: bool = False,
        many: bool = False,
        params: Mapping[str, str] | None = None,
        shown: Seen | None = None,
        succeeded: bool | None = None,
        reason: str | None = None,
        apart: bool = False,
        receipt: tuple[str, int] | None = None,
    ) -> None:
        self.sender = sender
        self.link = link
        self.type = type
        self.urgency = urgency
        self.inside = inside
        self.embed = embed
        self.once = once
        self.many = many
        self.params = params
        self.shown = shown
        self.succeeded = succeeded
        self.reason = reason
        self.apart = apart
        self.receipt = receipt
        self.target = (sender.path, link.rel, link.path, inside.path if inside else "")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Event) and all(
            getattr(self, name) == getattr(other, name) for name in self.__slots__
        )

    def __hash__(self) -> int:
        return hash(self.target)

    def __repr__(self) -> str:
        return f"<Event {self.type} {self.link.rel} {self.link.path}>"


class Asked(enum.Enum):
    """What a request for a package gets."""

    AGAIN = "the frozen package"
    COMPOSE = "a new package, now"
    WAIT = "nothing yet"
    RESYNC = "a link to the first package that was not acknowledged"


@dataclass(slots=True)
class Channel:
    """One application instance's events.

    ``number`` is that of the package to be made next or, while ``package`` is kept, of that
    one; ``packed`` is how many news that package has. ``epoch`` tells this channel from an
    earlier one of the same name. ``resumed`` asks for a ``resume`` link in the next package:
    transient state was dropped (R3.14). ``left`` is when the last package was made. ``released``
    is when the last poll ended, or will at the latest while one is parked; None if there never
    was one. A ``restored`` channel comes from a journal, which knows nothing of empty packages.
    """

    epoch: str
    low: float = 15.0
    medium: float = 5.0
    timeout: float = 25.0
    number: int = 1
    package: bytes | None = None
    packed: int = 0
    released: float | None = None
    resumed: bool = False
    restored: bool = False
    _events: list[Event | None] | None = None
    _pending: dict[tuple[str, ...], int] | None = None
    _low_since: float = 0.0
    _medium_since: float = 0.0
    _high_since: float = 0.0
    _soon_since: float = 0.0
    _said_since: float = 0.0
    left: float = 0.0

    def __len__(self) -> int:
        """Return how many events wait to be packed."""
        return 0 if self._events is None else len(self._events)

    def put(self, event: Event, now: float) -> bool:
        """Queue an event; tell whether what waits may have to leave sooner because of it.

        An ``updated`` merges into an event about the same resource that still waits: the
        order of the first is kept and the resource's latest state is what counts (R3.20).
        A ``deleted`` supersedes a waiting ``updated``.
        """
        if self._events is None or self._pending is None:
            self._events, self._pending = [], {}
        if not event.once:
            target = event.target
            waiting = self._pending.get(target)
            if waiting is not None and event.type == "updated":
                return False
            if event.type == "deleted":
                if waiting is not None:
                    del self._pending[target]
                    superseded = self._events[waiting]
                    if superseded is not None and superseded.type == "updated":
                        self._events[waiting] = None
                # What was in it is told anew if it comes back (R7.31).
                for inner in [key for key in self._pending if key[3] == event.link.path]:
                    del self._pending[inner]
            else:
                self._pending[target] = len(self._events)
        self._events.append(event)
        if event.urgency == 1:
            first, self._low_since = not self._low_since, self._low_since or now
        elif event.urgency == 2:
            first, self._medium_since = not self._medium_since, self._medium_since or now
        elif event.urgency == 3:
            first, self._high_since = not self._high_since, self._high_since or now
        elif event.urgency == 4:
            first, self._soon_since = not self._soon_since, self._soon_since or now
        else:
            first, self._said_since = not self._said_since, self._said_since or now
        return first

    def restore(self, now: float) -> None:
        """Go on in another process, which the client has not asked yet.

        Its clock may be behind, and nothing waits for longer because of that.
        """
        self.restored = True
        if self.released is not None:
            self.released = now
        self._low_since = min(self._low_since, now)
        self._medium_since = min(self._medium_since, now)
        self._high_since = min(self._high_since, now)
        self._soon_since = min(self._soon_since, now)
        self._said_since = min(self._said_since, now)

    def mentions(self, identifier: str) -> bool:
        """Tell whether something about a resource waits, or was not acknowledged."""
        if self.package is not None and identifier.encode() in self.package:
            return True
        return any(event and identifier in event.link.path for event in self._events or ())

    def oldest(self) -> float | None:
        """Return since when the longest waiting event has waited, or None."""
        since = (
            self._low_since,
            self._medium_since,
            self._high_since,
            self._soon_since,
            self._said_since,
        )
        return min(filter(None, since), default=None)

    def neglected(self, now: float) -> bool:
        """Tell whether events wait for longer than any client that polls lets them wait."""
        oldest = self.oldest()
        return oldest is not None and now - oldest > max(ABSENCE, self.low, self.medium)

    def due(self) -> float | None:
        """Return when the waiting events must leave (R3.17, R3.18), or None if there are none."""
        if self._events is None:
            return None
        times = []
        if self._said_since:
            busy = min(self.left, self._said_since) + PACE
            times.append(max(self._said_since + AT_ONCE, busy))
        if self._high_since:
            times.append(self._high_since + GATHER)
        if self._soon_since:
            times.append(self._soon_since + SOON)
        if self._medium_since:
            times.append(self._medium_since + self.medium)
        if self._low_since:
            times.append(self._low_since + self.low)
        return min(times, default=None)

    def ask(self, ack: int, epoch: str | None, now: float) -> Asked:
        """Decide what a request for package ``ack`` gets, and note what it acknowledges.

        A repeated request for a package that was sent empty waits again: nothing can have
        been lost (R3.10). Raises nothing; a wrong number or epoch gets RESYNC (R3.9).
        """
        if epoch is not None and epoch != self.epoch:
            return Asked.RESYNC
        if self.restored and self.number < ack < FARTHEST:
            self.number, self.package = ack, None
        self.restored = False
        if self.package is not None:
            if ack == self.number + 1:
                self.number += 1
                self.package = None
            elif ack == self.number and self.packed:
                return Asked.AGAIN
        if ack != self.number:
            return Asked.RESYNC
        self.package = None
        if self.resumed:
            return Asked.COMPOSE
        due = self.due()
        return Asked.COMPOSE if due is not None and due <= now else Asked.WAIT

    def take(self) -> list[Event]:
        """Take the waiting events, in order; the caller keeps the package made of them.

        From one on that is to begin a package the events wait for the next.
        """
        events = [event for event in self._events or () if event is not None]
        cut = next((at for at, event in enumerate(events) if at and event.apart), len(events))
        events, left = events[:cut], events[cut:]
        self.packed = len(events) + self.resumed
        self.resumed = False
        since = self.oldest()
        self._empty()
        if left and since is not None:
            self._events, self._high_since = list(left), since
            self._pending = {
                event.target: at
                for at, event in enumerate(left)
                if not event.once and event.type != "deleted"
            }
        return events

    def withdraw(self, path: str) -> bool:
        """Take back what waits about a resource; tell whether there was anything."""
        found = [
            at for at, event in enumerate(self._events or ()) if event and event.link.path == path
        ]
        for at in found:
            if self._events is not None:
                self._events[at] = None
        return bool(found)

    def drop(self) -> None:
        """Forget what waits and say so by ``resume`` (R3.14)."""
        self._empty()
        self.resumed = True

    def _empty(self) -> None:
        self._events = self._pending = None
        self._low_since = self._medium_since = self._high_since = 0.0
        self._soon_since = self._said_since = 0.0
