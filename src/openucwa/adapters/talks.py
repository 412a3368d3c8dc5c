"""Conversations in this process, and an index of who is in which."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from openucwa.adapters.journal import Journal
from openucwa.adapters.pool.journals import Journals
from openucwa.domain.conversations import Conversation
from openucwa.domain.meetings import Place
from openucwa.domain.parties import Message


class ProcessConversations:
    """The ``Conversations`` port for one process; ``journal`` keeps them across restarts."""

    def __init__(self) -> None:
        self.journal: Journal | Journals | None = None
        self._all: dict[str, Conversation] = {}
        self._invitations: dict[str, str] = {}
        self._sent: dict[str, set[str]] = {}
        self._meetings: dict[Place, str] = {}
        self._by_address: dict[str, dict[str, None]] = {}
        self._addresses: dict[str, frozenset[str]] = {}
        self._unlogged: dict[str, None] = {}

    def __len__(self) -> int:
        """Return how many there are, with those that are just over."""
        return len(self._all)

    def all(self) -> Iterable[Conversation]:
        """Return all conversations."""
        return self._all.values()

    def conferences(self) -> Iterable[Conversation]:
        """Return the conversations that are held in a meeting."""
        return [self._all[identifier] for identifier in self._meetings.values()]

    def restore(self, conversations: Iterable[Conversation]) -> None:
        """Take over conversations from a journal."""
        for conversation in conversations:
            self._index(conversation)

    def find(self, identifier: str) -> Conversation | None:
        """Return a conversation, or None."""
        return self._all.get(identifier)

    def has(self, conversation: Conversation) -> bool:
        """Tell whether a conversation is still here."""
        return self._all.get(conversation.id) is conversation

    def invited(self, invitation: str) -> Conversation | None:
        """Return the conversation of an invitation, or None."""
        return self._all.get(self._invitations.get(invitation, ""))

    def held(self, place: Place) -> Conversation | None:
        """Return the conversation of a meeting that is or was just held."""
        return self._all.get(self._meetings.get(place, ""))

    def of(self, address: str) -> Sequence[Conversation]:
        """Return the conversations that somebody takes part in, or is invited to."""
        return [self._all[identifier] for identifier in self._by_address.get(address, ())]

    def keep(self, conversation: Conversation) -> None:
        """Note that a conversation began or changed, so that it is stored."""
        self._index(conversation)
        if self.journal is not None:
            self.journal.conversed(conversation)

    def said(self, conversation: Conversation, message: Message) -> None:
        """Note that a message was said, and nothing else has changed."""
        self._unlogged[conversation.id] = None
        if self.journal is not None:
            self.journal.said(conversation.id, message)

    def arrived(self, conversation: Conversation, number: int, address: str) -> None:
        """Note that a message has reached somebody, and nothing else has changed."""
        if self.journal is not None:
            self.journal.arrived(conversation.id, number, address)

    def drop(self, conversation: Conversation) -> None:
        """Forget a conversation that is over."""
        self._forget(conversation)
        if self.journal is not None:
            self.journal.forgotten(conversation.id)

    def _forget(self, conversation: Conversation) -> None:
        del self._all[conversation.id]
        self._unlogged.pop(conversation.id, None)
        for invitation in self._sent.pop(conversation.id):
            del self._invitations[invitation]
        if conversation.meeting is not None:
            self._meetings.pop(conversation.meeting.place, None)
        self._place(conversation.id, frozenset())

    def unlogged(self) -> Sequence[Conversation]:
        """Return the conversations of which the history does not have everything."""
        return [self._all[identifier] for identifier in self._unlogged]

    def _index(self, conversation: Conversation) -> None:
        identifier = conversation.id
        self._all[identifier] = conversation
        sent, now = self._sent.setdefault(identifier, set()), conversation.invitations.keys()
        for invitation in sent - now:
            del self._invitations[invitation]
        self._invitations |= dict.fromkeys(now - sent, identifier)
        self._sent[identifier] = {*now}
        if conversation.meeting is not None:
            self._meetings[conversation.meeting.place] = identifier
        self._place(identifier, conversation.addresses())
        if conversation.has_news_for_history:
            self._unlogged[identifier] = None
        else:
            self._unlogged.pop(identifier, None)

    def _place(self, identifier: str, addresses: frozenset[str]) -> None:
        """Bring the index of who is in a conversation up to date."""
        before = self._addresses.get(identifier, frozenset())
        if before == addresses:
            return
        for address in addresses - before:
            self._by_address.setdefault(address, {})[identifier] = None
        for address in before - addresses:
            theirs = self._by_address[address]
            del theirs[identifier]
            if not theirs:
                del self._by_address[address]
        if addresses:
            self._addresses[identifier] = addresses
        else:
            self._addresses.pop(identifier, None)
