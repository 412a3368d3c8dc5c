"""Invitations to conversations that somebody else begins."""

from __future__ import annotations

from dataclasses import dataclass

from openucwa.client.conversations import Conversation
from openucwa.client.errors import Refused
from openucwa.client.people import Person
from openucwa.client.transport import Transport


@dataclass(frozen=True, slots=True)
class Invitation:
    """Somebody wants to talk. It rings for half a minute, until it is accepted or declined.

    ``text`` is what she says first; after ``accept`` it comes once more, as the first message.
    """

    sender: Person
    subject: str
    text: str
    _conversation: Conversation
    _transport: Transport
    _accept: str
    _decline: str

    async def accept(self) -> Conversation:
        """Accept, and return the conversation when messages can be sent in it.

        Raises ``Ended`` if it is too late.
        """
        await self._answer(self._accept)
        await self._conversation.connected()
        return self._conversation

    async def decline(self) -> None:
        """Decline in this application; if it is too late nothing happens."""
        await self._answer(self._decline)

    async def _answer(self, href: str) -> None:
        """Answer; if the server says that this was done, its answer was lost the first time."""
        try:
            await self._transport.ask("POST", href)
        except Refused as refused:
            if refused.status not in (404, 409):
                raise
