"""Online meetings: coming in, who is there, and who waits to be let in (BEHAVIOUR 9.5, 9.6)."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from openucwa.client.conversations import Conversation
from openucwa.client.errors import NotReached, Reason, Refused
from openucwa.client.operations import Operations
from openucwa.client.resources import Event, Resource
from openucwa.client.roster import Moved, Roster
from openucwa.client.transport import Transport

_ADDRESS = re.compile(r"sip:[^;]+;gruu;opaque=app:conf:focus:id:\w+", re.IGNORECASE)
_USER = re.compile(r"[\w.+~!$&'()*,=-]+")

INSIDE = {"Conferenced", "Connected"}
"""States of a conversation that one takes part in."""


def address_of_meeting(where: str) -> str | None:
    """Return the address that a meeting is joined by, or None if this is no such thing.

    ``where`` is that address, or a URL like ``https://meet.contoso.test/lene/ABCD1234``: what is
    behind the first label of its host is the organizer's domain.
    """
    if _ADDRESS.fullmatch(where):
        return where
    parts = urlsplit(where)
    domain = (parts.hostname or "").partition(".")[2]
    user, *rest = map(unquote, parts.path.strip("/").split("/"))
    known = parts.scheme in {"http", "https"} and domain and rest
    if not (known and _USER.fullmatch(user) and rest[0].isalnum()):
        return None
    return f"sip:{user}@{domain};gruu;opaque=app:conf:focus:id:{rest[0]}"


class Meeting(Conversation):
    """The conversation of an online meeting; made by ``Client`` only.

    ``follow`` yields what others say, who is typing, and who comes and goes.
    """

    def __init__(
        self, transport: Transport, operations: Operations, href: str, *, subject: str = ""
    ) -> None:
        super().__init__(transport, operations, href, subject=subject)
        self.joining = True
        self.waits = False
        """Whether a leader has yet to let us in."""
        self._entered = False
        self._roster = Roster()

    @property
    def names(self) -> list[str]:
        """The names of the others who are in it."""
        return list(self._roster.there.values())

    @property
    def lobby(self) -> dict[str, str]:
        """The names of those who wait, by what tells them apart; leaders alone see them."""
        return dict(self._roster.waiting)

    async def entered(self) -> None:
        """Wait until we are in it. Raises ``NotReached`` if we are not let in."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._entered or self.reason is not None)
        if not self._entered:
            raise NotReached(self.reason or Reason())

    async def admit(self, participant: str) -> bool:
        """Let somebody in who waits; false if she does not any more. Raises ``Refused``."""
        return await self._decide(participant, "admit")

    async def reject(self, participant: str) -> bool:
        """Turn somebody away who waits; false if she does not any more. Raises ``Refused``."""
        return await self._decide(participant, "reject")

    async def _decide(self, participant: str, rel: str) -> bool:
        try:
            shown = await self._transport.read(participant)
            if not shown.has(rel):
                return False
            await self._transport.ask("POST", shown.href(rel))
        except Refused as refused:
            if refused.status not in (404, 409):
                raise
            return False
        return True

    async def take(self, event: Event) -> None:
        """Follow an event of this meeting."""
        match event.rel, event.type:
            case "conversation", "added" | "updated":
                await self._set_state(event.resource)
            case "localParticipant", "added" | "updated":
                self._roster.own = event.href
            case "participant", _ if event.inside != "typingParticipants":
                self._tell(self._roster.take(event))
        await super().take(event)

    async def refresh(self) -> None:
        """Read how it is now; events of it may have been lost."""
        await super().refresh()
        try:
            conversation = await self._transport.read(self.href)
            await self._set_state(conversation)
            if not self._entered:
                return
            self._roster.own = next(iter(conversation.hrefs("localParticipant")), "")
            there = await self._transport.read(conversation.href("participants"))
            hrefs = there.hrefs("participant")
            for gone in self._roster.keep(hrefs):
                self._tell(gone)
            for href in hrefs:
                if href not in self._roster.there:
                    self._tell(self._roster.know(await self._transport.read(href)))
        except Refused as refused:
            await self.end(refused.reason)

    def _tell(self, moved: Moved | None) -> None:
        if moved is not None:
            self._inbox.put(moved)

    async def _set_state(self, conversation: Resource) -> None:
        async with self._changed:
            state = conversation.text("state")
            self.subject = conversation.text("subject") or self.subject
            self.waits, self._entered = state == "InLobby", self._entered or state in INSIDE
            self._changed.notify_all()
