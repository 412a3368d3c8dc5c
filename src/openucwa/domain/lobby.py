"""The lobby of a meeting, as leaders see it: who waits to be let in (BEHAVIOUR 9.6)."""

from __future__ import annotations

from openucwa.domain.conversations import Conversation
from openucwa.domain.news import News, of_participant
from openucwa.domain.parties import Party, Seat
from openucwa.domain.seen import Role

LOBBY = "lobby"


def leaders(conversation: Conversation) -> tuple[Seat, ...]:
    """Return where the leaders are: they see the lobby."""
    return tuple(one.seat for one in conversation.parties.values() if one.role is Role.LEADER)


def of_waiting(conversation: Conversation, to: tuple[Seat, ...], party: Party) -> list[News]:
    """Tell leaders that somebody waits in the lobby."""
    if not to:
        return []
    return [
        of_participant(conversation, to, party, "added"),
        of_participant(conversation, to, party, "added", LOBBY),
    ]


def see(conversation: Conversation, leader: Party) -> list[News]:
    """Tell who leads now of all who wait."""
    waiting = conversation.lobby.values()
    return [one for who in waiting for one in of_waiting(conversation, (leader.seat,), who)]


def lose_sight(conversation: Conversation, attendee: Party) -> list[News]:
    """Tell who leads no longer that she sees nobody wait."""
    to = (attendee.seat,)
    return [
        one
        for who in conversation.lobby.values()
        for one in (
            of_participant(conversation, to, who, "deleted", LOBBY),
            of_participant(conversation, to, who, "deleted"),
        )
    ]
