"""Conversations that live at this node, and where the people in them live."""

from __future__ import annotations

from collections.abc import Iterable

from openucwa.adapters.pool.courier import Courier
from openucwa.adapters.pool.residence import Residence
from openucwa.adapters.talks import ProcessConversations
from openucwa.app.letters import Placed
from openucwa.domain.conversations import Conversation
from openucwa.domain.meetings import Place
from openucwa.domain.shards import home_of, shard_of
from openucwa.domain.users import Talk


class PooledConversations(ProcessConversations):
    """The ``Conversations`` port for one node.

    Whoever takes part and lives in the shard of another node is told there where she takes part.
    """

    def __init__(self, residence: Residence) -> None:
        super().__init__()
        self._residence = residence
        self.courier: Courier | None = None
        self._away: dict[str, dict[str, Talk]] = {}

    def find(self, identifier: str) -> Conversation | None:
        """Return a conversation, or None. Raises ``Elsewhere``."""
        self._residence.require(home_of(identifier))
        return super().find(identifier)

    def invited(self, invitation: str) -> Conversation | None:
        """Return the conversation of an invitation, or None. Raises ``Elsewhere``."""
        self._residence.require(home_of(invitation))
        return super().invited(invitation)

    def held(self, place: Place) -> Conversation | None:
        """Return the conversation of a meeting, or None. Raises ``Elsewhere``."""
        self._residence.require(shard_of(place.organizer))
        return super().held(place)

    def keep(self, conversation: Conversation) -> None:
        """Note that a conversation began or changed; tell those elsewhere where they are in it."""
        super().keep(conversation)
        self._tell(conversation, _placed(conversation))

    def drop(self, conversation: Conversation) -> None:
        """Forget a conversation that is over."""
        super().drop(conversation)
        self._tell(conversation, {})

    def all_in(self, shard: int) -> list[Conversation]:
        """Return the conversations that live in a shard."""
        return [one for one in self._all.values() if home_of(one.id) == shard]

    def evict(self, shard: int) -> list[Conversation]:
        """Forget the conversations of a shard that goes to another node; return them."""
        gone = self.all_in(shard)
        for conversation in gone:
            self._away.pop(conversation.id, None)
            self._forget(conversation)
        return gone

    def restore(self, conversations: Iterable[Conversation]) -> None:
        """Take over conversations from a journal; everybody was told of them before."""
        for conversation in conversations:
            super().restore([conversation])
            self._away[conversation.id] = _placed(conversation)

    def _tell(self, conversation: Conversation, talks: dict[str, Talk]) -> None:
        before = self._away.get(conversation.id, {})
        if talks == before or self.courier is None:
            return
        for address in before.keys() | talks.keys():
            talk = talks.get(address)
            if talk != before.get(address):
                placed = Placed(address, conversation.id, talk)
                self.courier.post(conversation.id, address, placed)
        if talks:
            self._away[conversation.id] = talks
        else:
            self._away.pop(conversation.id, None)


def _placed(conversation: Conversation) -> dict[str, Talk]:
    """Return where those take part who do not live in the conversation's own shard."""
    home = home_of(conversation.id)
    applications: dict[str, list[str]] = {}
    for seat in conversation.everyone():
        if shard_of(seat.address) != home:
            applications.setdefault(seat.address, []).append(seat.application)
    attending = conversation.attending() if applications else ()
    return {
        address: Talk(conversation.thread, tuple(some), address in attending)
        for address, some in applications.items()
    }
