"""Watching people: what they show, as it changes (BEHAVIOUR 7.4)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from openucwa.client.errors import Refused
from openucwa.client.inbox import Inbox
from openucwa.client.people import Person, person_of, uri_of
from openucwa.client.resources import Event, Resource
from openucwa.client.transport import PATIENCE, Transport

LEASE = 30
"""Minutes for which to subscribe; the server says when to extend."""

AT_ONCE = 100
"""So many people are in one subscription."""


@dataclass(frozen=True, slots=True)
class Presence:
    """What somebody shows: ``availability`` such as ``Busy``, ``activity`` such as ``in-a-call``.

    The activity is empty if there is none.
    """

    person: Person
    availability: str
    activity: str


@dataclass(slots=True)
class Watch:
    """Some people to watch, the subscriptions for them by href, and what is told of them."""

    addresses: frozenset[str]
    inbox: Inbox[Presence] = field(default_factory=Inbox)
    subscriptions: dict[str, Sequence[str]] = field(default_factory=dict)


class Watching:
    """All that an application watches. ``people`` returns where subscriptions begin."""

    def __init__(self, transport: Transport, people: Callable[[], Resource]) -> None:
        self._transport = transport
        self._people = people
        self._watches: list[Watch] = []
        self._contacts: dict[str, Person] = {}
        self._known: dict[str, Presence] = {}

    async def begin(self, addresses: Sequence[str]) -> Watch:
        """Watch people; what is known of them is told at once."""
        lowered = [address.lower() for address in addresses]
        watch = Watch(frozenset(lowered))
        self._watches.append(watch)
        try:
            for presence in filter(None, map(self._known.get, lowered)):
                watch.inbox.put(presence)
            await self._subscribe_all(watch)
        except BaseException:
            self._watches.remove(watch)
            raise
        return watch

    async def stop(self, watch: Watch) -> None:
        """Watch these people no longer."""
        self._watches.remove(watch)
        for address in watch.addresses:
            if not any(address in other.addresses for other in self._watches):
                self._known.pop(address, None)
        for href in watch.subscriptions:
            await self._transport.ask("DELETE", href)

    async def renew(self) -> None:
        """Subscribe anew: all subscriptions have been lost, and changes with them."""
        self._contacts.clear()
        for watch in list(self._watches):
            watch.subscriptions.clear()
            await self._subscribe_all(watch)

    async def take(self, event: Event) -> None:
        """Follow an event of the people that are watched."""
        if event.rel == "contactPresence":
            await self._take_presence(event)
        elif event.rel == "presenceSubscription" and event.type != "added":
            for watch in list(self._watches):
                if event.href in watch.subscriptions:
                    await self._extend(watch, event)

    def end(self, error: Exception | None) -> None:
        """Tell everybody that there is nothing more to come."""
        for watch in self._watches:
            watch.inbox.end(error)

    async def _subscribe_all(self, watch: Watch) -> None:
        uris = [uri_of(address) for address in sorted(watch.addresses)]
        for start in range(0, len(uris), AT_ONCE):
            await self._subscribe(watch, uris[start : start + AT_ONCE])

    async def _subscribe(
        self, watch: Watch, uris: Sequence[str], patience: float = PATIENCE
    ) -> None:
        href = self._people().href("presenceSubscriptions")
        given = {"duration": LEASE, "uris": uris}
        answer = await self._transport.ask("POST", href, given, patience=patience)
        watch.subscriptions[answer.resource.href("self")] = uris

    async def _extend(self, watch: Watch, event: Event) -> None:
        """Keep a subscription that is about to end, or get another if it has ended."""
        if event.type == "updated":
            try:
                longer = {"duration": LEASE}
                await self._transport.ask("POST", event.href, longer, patience=math.inf)
                return
            except Refused as refused:
                if refused.status != 404:
                    raise
        await self._subscribe(watch, watch.subscriptions.pop(event.href), math.inf)

    async def _take_presence(self, event: Event) -> None:
        try:
            if event.place not in self._contacts:
                self._contacts[event.place] = person_of(await self._transport.read(event.place))
            shown = await self._transport.read(event.href)
        except Refused:
            return  # whoever cannot be seen any more has nothing new to show
        person = self._contacts[event.place]
        presence = Presence(person, shown.text("availability"), shown.text("activity"))
        if self._known.get(person.address.lower()) != presence:
            self._known[person.address.lower()] = presence
            for watch in self._watches:
                if person.address.lower() in watch.addresses:
                    watch.inbox.put(presence)
