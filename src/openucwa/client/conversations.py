"""Conversations: what is said in them, who is typing, and when they end (BEHAVIOUR 9)."""

from __future__ import annotations

import asyncio
import logging
import math
import re
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlencode

from openucwa.client.datauris import text_of
from openucwa.client.errors import Ended, Failed, NotDelivered, Reason, Refused, Unreachable
from openucwa.client.inbox import Inbox
from openucwa.client.operations import Operation, Operations
from openucwa.client.people import Person, person_of
from openucwa.client.resources import Event, Resource
from openucwa.client.roster import Moved
from openucwa.client.transport import Transport

CONNECTED_WITHIN = 30.0
"""Seconds to wait until messages can be sent."""

REMEMBERED = 100
"""So many messages are known again if they should come twice."""

log = logging.getLogger("openucwa.client")
_TIME = re.compile(r"[0-9]{1,13}")


@dataclass(frozen=True, slots=True)
class Message:
    """Something that somebody else said."""

    text: str
    sender: Person
    time: datetime
    conversation: Conversation = field(repr=False)

    async def reply(self, text: str) -> bool:
        """Say something in the same conversation; tell whether it arrived.

        Whoever asked may have left, and that is no reason for a bot to end.
        """
        try:
            await self.conversation.send(text)
        except (Failed, Unreachable) as error:
            log.info("a reply to %s: %s", self.sender.address, error)
            return False
        return True


@dataclass(frozen=True, slots=True)
class Typing:
    """Somebody has begun to type, or does not type any more."""

    name: str
    active: bool


class Conversation:
    """A conversation that this application takes part in; made by ``Client`` only."""

    def __init__(
        self,
        transport: Transport,
        operations: Operations,
        href: str,
        *,
        subject: str = "",
        everyone: Inbox[Message] | None = None,
    ) -> None:
        self.href = href
        self.subject = subject
        self.reason: Reason | None = None
        """Why it is over; None while it goes on."""
        self.opening = Operation("")
        """The message in our own invitation, which has no id."""
        self.joining = False
        """Whether messaging has to be added, as in conferences (R9.35)."""
        self._transport = transport
        self._operations = operations
        self._everyone = everyone
        self._inbox: Inbox[Message | Typing | Moved] = Inbox()
        self._messaging = Resource({})
        self._changed = asyncio.Condition()
        self._people: dict[str, Person] = {}
        self._seen: deque[str] = deque(maxlen=REMEMBERED)

    @property
    def people(self) -> list[Person]:
        """The others that it knows of."""
        return list(self._people.values())

    async def send(self, text: str) -> None:
        """Say something, and wait until it has arrived.

        Raises ``NotDelivered``, ``Ended``, ``Refused``, ``Unreachable``.
        """
        await self.connected()
        async with self._operations.begin() as operation:
            href = self._messaging.href("sendMessage")
            query = urlencode({"operationId": operation.id})
            href += f"{'&' if '?' in href else '?'}{query}"
            operation.href = await self._post(href, text, operation.known)
            _, arrived, reason = await operation.outcome()
        if not arrived:
            raise NotDelivered(reason)

    async def type(self) -> None:
        """Show for some seconds that somebody types here."""
        await self.connected()
        await self._post(self._messaging.href("setIsTyping"))

    async def leave(self) -> None:
        """Leave; of two people that ends it for both. Leaving again does nothing."""
        if self.reason is None:
            try:
                await self._transport.ask("DELETE", self.href)
            except Refused as refused:
                if refused.status not in (404, 409):
                    raise
        await self.end(Reason(text="You have left."))

    async def messages(self) -> AsyncIterator[Message]:
        """Yield what others say until it ends, in a conversation that you began or accepted."""
        async for one in self._inbox:
            if isinstance(one, Message):
                yield one

    def follow(self) -> AsyncIterator[Message | Typing | Moved]:
        """Iterate over what others say and who is typing, instead of ``messages``.

        In meetings, also over who comes and goes.
        """
        return self._inbox

    async def connected(self) -> None:
        """Wait until messages can be sent. Raises ``Ended``."""
        try:
            async with asyncio.timeout(CONNECTED_WITHIN), self._changed:
                await self._changed.wait_for(
                    lambda: self.reason is not None or self._messaging.has("sendMessage")
                )
        except TimeoutError:
            raise Ended(Reason(text="Messaging was not connected in time.")) from None
        if self.reason is not None:
            raise Ended(self.reason)

    async def end(self, reason: Reason) -> None:
        """Note that it is over; only the first reason counts."""
        async with self._changed:
            self.reason = self.reason or reason
            self.opening.settle(Resource({}), False, self.reason)
            self._inbox.end()
            self._changed.notify_all()

    async def refresh(self) -> None:
        """Read how it is now; events of it may have been lost."""
        try:
            conversation = await self._transport.read(self.href)
            await self._set_messaging(await self._transport.read(conversation.href("messaging")))
        except Refused as refused:
            await self.end(refused.reason)

    async def take(self, event: Event) -> None:
        """Follow an event of this conversation."""
        match event.rel, event.type:
            case "conversation", "deleted":
                await self.end(event.reason)
            case "messaging", _:
                await self._set_messaging(event.resource)
            case "message", "completed":
                await self._take_message(event)
            case "participant", _ if event.inside == "typingParticipants" and not self._everyone:
                self._inbox.put(Typing(event.title, event.type == "added"))

    def meet(self, participant: Resource) -> Person:
        """Get to know a participant who came with an event."""
        person = person_of(participant)
        self._people[participant.href("self")] = person
        return person

    async def _take_message(self, event: Event) -> None:
        if event.resource.text("direction") == "Outgoing":
            if not event.resource.text("operationId"):
                self.opening.settle(event.resource, event.succeeded, event.reason)
            return
        if event.href in self._seen:
            return
        self._seen.append(event.href)
        said = event.resource
        text = text_of(next(iter(said.hrefs("plainMessage") or said.hrefs("htmlMessage")), ""))
        time = _TIME.search(said.text("timeStamp"))
        when = datetime.fromtimestamp(int(time[0]) / 1000 if time else 0, UTC)
        message = Message(text, await self._sender(said), when, self)
        if self._everyone is None:
            self._inbox.put(message)
        else:
            self._everyone.put(message)

    async def _sender(self, said: Resource) -> Person:
        """Return who said something; who has left already may be no more than a name."""
        for href in said.hrefs("participant")[:1]:
            if href not in self._people:
                try:
                    self._people[href] = person_of(await self._transport.read(href))
                except Refused:
                    break
            return self._people[href]
        return Person("", said.title("participant"))

    async def _set_messaging(self, messaging: Resource) -> None:
        async with self._changed:
            self._messaging = messaging
            self._changed.notify_all()
        if self.joining and messaging.has("addMessaging"):
            self.joining = False
            await self._transport.ask("POST", messaging.href("addMessaging"), patience=math.inf)

    async def _post(
        self, href: str, given: str | None = None, known: asyncio.Event | None = None
    ) -> str:
        """Do something; return where it is. Raises ``Ended`` if this is over meanwhile."""
        try:
            return (await self._transport.ask("POST", href, given, known=known)).location
        except Refused as refused:
            if refused.status in (404, 409, 410):
                raise Ended(self.reason or refused.reason) from None
            raise
