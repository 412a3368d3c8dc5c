"""The client: signs in, follows events, and keeps what it does alive over losses."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import suppress
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx2

from openucwa.client.application import Application
from openucwa.client.conversations import Conversation, Message
from openucwa.client.datauris import link_of, text_of
from openucwa.client.errors import (
    ApplicationGone,
    NotDelivered,
    NotReached,
    Reason,
    Refused,
    UcwaError,
    Unreachable,
)
from openucwa.client.inbox import Inbox
from openucwa.client.invitations import Invitation
from openucwa.client.meetings import Meeting, address_of_meeting
from openucwa.client.operations import Operation, Operations, Outcome
from openucwa.client.pace import pauses
from openucwa.client.people import uri_of
from openucwa.client.resources import Event, Resource
from openucwa.client.transport import PATIENCE, Transport
from openucwa.client.watching import Presence, Watching

REPORT_EVERY = 180.0
"""Seconds between reports of activity; they are due every four minutes."""

TOLD_WITHIN = 5.0
"""Seconds to wait for the event of a meeting that was joined, before it is looked at."""

AT_FIRST = 3.0
"""Seconds for which a server is tried that has never answered: its address may be wrong."""

LOST = Reason("Gone", "ApplicationGone", "The server has ended the session.")

MOVED = 403
"""The status of everything where the user was served before another pool took over (R1.8)."""

T = TypeVar("T")
log = logging.getLogger("openucwa.client")


class Client:
    """A UCWA application of one user, while its ``async with`` block runs.

    ``url`` is where discovery begins, such as ``https://lyncdiscover.contoso.test``. Unless it is
    ``available``, nobody sees the user through it, and nobody can invite it. ``on_invitation``
    decides on invitations; without it all are accepted, and ``messages`` has what is said.
    ``http`` is a client to use instead of one with the usual options; it is closed at the end.
    """

    def __init__(
        self,
        url: str,
        user: str,
        password: str,
        *,
        available: bool = True,
        on_invitation: Callable[[Invitation], Awaitable[None]] | None = None,
        http: httpx2.AsyncClient | None = None,
    ) -> None:
        self._transport = Transport(url, user, password, http)
        self._available = available
        self._on_invitation = on_invitation
        self._application = Application(self._transport)
        self._operations = Operations()
        self._watching = Watching(self._transport, lambda: self._application.part("people"))
        self._conversations: dict[str, Conversation] = {}
        self._begun: dict[str, Conversation] = {}
        """Those that an operation of ours has begun and still waits for, by its id."""
        self._inbox: Inbox[Message] = Inbox()
        self._renewed = asyncio.Event()
        self._error: UcwaError | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._reporting: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Sign in. Raises ``SignInFailed``, ``Refused``, ``Unreachable``."""
        self._transport.patience = AT_FIRST
        try:
            await self._open()
        except BaseException:
            await self._transport.close()
            raise
        self._transport.patience = PATIENCE
        self._spawn(self._follow())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Sign out: conversations end, and whoever iterates comes to the end."""
        self.let_idle()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with suppress(UcwaError):
            await self._application.delete()
        await self._transport.close()
        await self._stop(None)

    def messages(self) -> AsyncIterator[Message]:
        """Iterate over what is said in conversations that were accepted without a handler."""
        return self._inbox

    async def start(self, whom: str, text: str = "", *, subject: str = "") -> Conversation:
        """Begin a conversation with somebody, and wait until she accepts it.

        A ``text`` is shown to her with the invitation, and has arrived when this returns.
        Raises ``NotReached``, ``NotDelivered``, ``Refused``, ``Unreachable``.
        """
        given: dict[str, Any] = {"to": uri_of(whom), "subject": subject}
        if text:
            given["_links"] = {"message": {"href": link_of(text)}}
        (invitation, accepted, reason), begun = await self._kept(lambda: self._invite(given))
        if not accepted:
            raise NotReached(reason)
        conversation = begun or await self._conversation_at(invitation.href("conversation"))
        for one in invitation.every("acceptedByParticipant"):
            conversation.meet(one)
        if text:
            _, arrived, reason = await conversation.opening.outcome()
            if not arrived:
                await conversation.leave()
                raise NotDelivered(reason)
        return conversation

    async def _invite(self, given: dict[str, Any]) -> tuple[Outcome, Conversation | None]:
        """Invite somebody; return how it ended, and the conversation if events told of it."""
        async with self._operations.begin() as operation:
            identified = given | {"operationId": operation.id}
            try:
                answer = await self._application.post(
                    "communication", "startMessaging", identified, operation.known
                )
                operation.href = answer.location
                return await operation.outcome(), self._begun.get(operation.id)
            finally:
                self._begun.pop(operation.id, None)

    async def join(self, where: str) -> Meeting:
        """Come into a meeting, or into its lobby: ``entered`` of what is returned waits further.

        ``where`` is its address, the URL where people join, or the id of one that the user has
        arranged. Raises ``NotReached`` if there is none, ``Refused``, ``Unreachable``.
        """
        uri = address_of_meeting(where) or await self._own_meeting(where)
        return await self._kept(lambda: self._enter(uri))

    async def _own_meeting(self, identifier: str) -> str:
        """Return the address of a meeting that the user has arranged."""
        href = self._application.part("onlineMeetings").href("myOnlineMeetings")
        found = await self._transport.read(href)
        for rel in ("myOnlineMeeting", "myAssignedOnlineMeeting"):
            for one in found.every(rel):
                if one.text("onlineMeetingId").upper() == identifier.upper():
                    return one.text("onlineMeetingUri")
        text = "You have arranged no such meeting; others are joined by their address or URL."
        raise NotReached(Reason("NotFound", "DestinationNotFound", text))

    async def _enter(self, uri: str) -> Meeting:
        async with self._operations.begin() as operation:
            given = {"onlineMeetingUri": uri, "operationId": operation.id}
            try:
                answer = await self._application.post(
                    "communication", "joinOnlineMeeting", given, operation.known
                )
                operation.href = answer.location
                with suppress(TimeoutError):
                    await asyncio.wait_for(operation.known.wait(), TOLD_WITHIN)
                begun = self._begun.get(operation.id)
            finally:
                self._begun.pop(operation.id, None)
        if isinstance(begun, Meeting):
            return begun
        invitation = await self._transport.read(operation.href)  # the event was lost
        meeting = self._meeting(invitation.href("conversation"), invitation.text("subject"))
        await meeting.refresh()
        return meeting

    async def say(self, whom: str, text: str) -> None:
        """Say one thing to somebody; it has arrived when this returns. Raises as ``start``."""
        await (await self.start(whom, text)).leave()

    async def watch(self, *whom: str) -> AsyncIterator[Presence]:
        """Yield what people show, now and whenever it changes.

        Raises ``Refused``, ``Unreachable``.
        """
        watch = await self._kept(lambda: self._watching.begin(whom))
        try:
            async for presence in watch.inbox:
                yield presence
        finally:
            with suppress(UcwaError):
                await self._watching.stop(watch)

    def keep_active(self) -> None:
        """Show the user at work from now on, by reports of activity."""
        if self._reporting is None:
            self._reporting = asyncio.create_task(self._report())

    def let_idle(self) -> None:
        """Report no activity any more: the user fades to idle and to away."""
        if self._reporting is not None:
            self._reporting.cancel()
            self._reporting = None

    async def _report(self) -> None:
        while True:
            with suppress(UcwaError):  # the next report may go through
                await self._kept(lambda: self._application.post("me", "reportMyActivity"))
            await asyncio.sleep(REPORT_EVERY)

    async def _open(self) -> None:
        """Get an application that is as it should be."""
        await self._application.create()
        if self._available:
            await self._application.make_available()

    async def _follow(self) -> None:
        """Follow events for ever; what cannot be mended ends everything."""
        clock, pace = asyncio.get_running_loop().time, pauses()
        try:
            while True:
                began = clock()
                try:
                    package = await self._application.package()
                    for event in package.events:
                        await self._take(event)
                    if package.lost:
                        await self._catch_up()
                    if package.events or clock() > began + 1:
                        pace = pauses()
                        continue
                except ApplicationGone:
                    await self._begin_again()
                except Unreachable as error:
                    log.warning("%s", error)
                except Refused as refused:
                    if refused.status == MOVED:
                        await self._move(refused)
                    elif refused.status != 409:  # PGetReplaced
                        raise
                await asyncio.sleep(next(pace))
        except UcwaError as error:
            await self._stop(error)
        except Exception as error:
            log.exception("the client failed")
            await self._stop(Unreachable(f"the client failed: {error!r}"))

    async def _stop(self, error: UcwaError | None) -> None:
        """Tell everybody who waits that there is nothing more to come."""
        self._error = error
        await self._lose()
        self._watching.end(error)
        self._inbox.end(error)
        self._renewed.set()

    async def _begin_again(self) -> None:
        """Get another application: conversations have ended, subscriptions are made anew."""
        before = self._application.href
        for pause in pauses():
            try:
                await self._open()
                if self._application.href != before:
                    await self._lose()
                    await self._watching.renew()
                break
            except (Unreachable, ApplicationGone) as error:
                log.warning("%s", error)
                await asyncio.sleep(pause)
        self._renewed.set()
        self._renewed = asyncio.Event()

    async def _move(self, refused: Refused) -> None:
        """Go on where discovery leads now. Raises ``refused`` if that is where we are."""
        before = self._application.href
        await self._begin_again()
        if self._application.href == before:
            raise refused

    async def _lose(self) -> None:
        """Let all end that was under way in an application."""
        self._operations.fail(LOST)
        for conversation in list(self._conversations.values()):
            await conversation.end(LOST)
        self._conversations.clear()

    async def _kept(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do something that begins at the application, once more if it was lost meanwhile."""
        if self._error is not None:
            raise self._error
        renewed = self._renewed
        try:
            return await work()
        except Refused as refused:
            if not (renewed.is_set() or await self._is_lost(refused)):
                raise
            with suppress(TimeoutError):
                await asyncio.wait_for(renewed.wait(), PATIENCE)
            return await work()

    async def _is_lost(self, refused: Refused) -> bool:
        """Tell whether something was refused because the whole application is."""
        if refused.status != MOVED:
            return isinstance(refused, ApplicationGone)
        try:
            await self._transport.ask("GET", self._application.href)
        except Refused as whole:
            return whole.status == MOVED or isinstance(whole, ApplicationGone)
        return False

    async def _catch_up(self) -> None:
        """Find out what has become of everything, after events of it were dropped."""
        for operation in self._operations.under_way():
            await self._look_at(operation)
        href = self._application.part("communication").href("conversations")
        there = (await self._transport.read(href)).hrefs("conversation")
        for known, conversation in list(self._conversations.items()):
            if known in there:
                await conversation.refresh()
            else:
                await self._conversations.pop(known).end(LOST)
        await self._watching.renew()

    async def _look_at(self, operation: Operation) -> None:
        if operation.href:
            try:
                operation.settle_as(await self._transport.read(operation.href))
            except Refused as refused:
                operation.settle(Resource({}), False, refused.reason)

    async def _take(self, event: Event) -> None:
        """Follow one event. What is refused in the course of that is of no more use."""
        self._operations.take(event)
        try:
            if event.rel in ("messagingInvitation", "onlineMeetingInvitation"):
                await self._take_invitation(event)
            await self._watching.take(event)
            place = event.href if event.rel == "conversation" else event.sender
            conversation = self._conversations.get(place)
            if conversation is not None:
                await conversation.take(event)
                if conversation.reason is not None:
                    self._conversations.pop(place, None)
        except ApplicationGone:
            raise
        except (Refused, Unreachable) as error:
            log.info("%s %s: %s", event.rel, event.type, error)

    async def _take_invitation(self, event: Event) -> None:
        """Get to know the conversation of an invitation, and answer it if it is not our own."""
        seen = event.resource
        href = seen.href("conversation")
        meeting = self._conversations.get(href)
        if event.type == "completed" and isinstance(meeting, Meeting) and not event.succeeded:
            await meeting.end(event.reason)
        if event.type != "started" or href in self._conversations:
            return
        outgoing = seen.text("direction") == "Outgoing"
        subject = seen.text("subject")
        if outgoing and event.rel == "onlineMeetingInvitation":
            self._begun[seen.text("operationId")] = self._meeting(href, subject)
            return
        everyone = None if outgoing or self._on_invitation else self._inbox
        conversation = self._conversation(href, subject, everyone)
        if outgoing:
            self._begun[seen.text("operationId")] = conversation
        else:
            conversation.joining = event.rel == "onlineMeetingInvitation"
            sender = conversation.meet(seen.embedded("from"))
            text = text_of(next(iter(seen.hrefs("message")), ""))
            ways = seen.href("accept"), seen.href("decline")
            invitation = Invitation(
                sender, conversation.subject, text, conversation, self._transport, *ways
            )
            self._spawn(self._answer(invitation))

    async def _answer(self, invitation: Invitation) -> None:
        try:
            if self._on_invitation is None:
                await invitation.accept()
            else:
                await self._on_invitation(invitation)
        except UcwaError as error:
            log.info("an invitation of %s: %s", invitation.sender.address, error)
        except Exception:
            log.exception("the handler of invitations failed")

    def _conversation(
        self, href: str, subject: str, everyone: Inbox[Message] | None = None
    ) -> Conversation:
        made = Conversation(
            self._transport, self._operations, href, subject=subject, everyone=everyone
        )
        self._conversations[href] = made
        return made

    def _meeting(self, href: str, subject: str) -> Meeting:
        made = Meeting(self._transport, self._operations, href, subject=subject)
        self._conversations[href] = made
        return made

    async def _conversation_at(self, href: str) -> Conversation:
        """Return our own conversation though the events of its beginning were lost."""
        found = self._conversations.get(href)
        if found is None:
            found = self._conversation(href, "")
            await found.refresh()
        return found

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
