"""News of a conversation: what those in it are told, in order (R3.26-R3.29, BEHAVIOUR 9)."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from openucwa.domain.conversations import Conversation
from openucwa.domain.parties import Invitation, Message, Party, Seat
from openucwa.domain.seen import (
    CallState,
    ConversationState,
    Delivery,
    Direction,
    Seen,
)

Params = tuple[tuple[str, str], ...]
"""Path parameters and their values."""

Seats = tuple[Seat, ...]


class Outcome(enum.StrEnum):
    """Why something failed or ended (R5.7); ``wire.errors`` says how each looks."""

    CANCELED = "Canceled"
    CANCELED_BY_CALLER = "CanceledByCaller"
    CONNECTED_ELSEWHERE = "ConnectedElsewhere"
    DECLINED = "Declined"
    DENIED = "Denied"
    DO_NOT_DISTURB = "DoNotDisturb"
    EJECTED = "Ejected"
    ENDED = "Ended"
    MISSED = "Missed"
    REMOVED = "Removed"
    TEMPORARILY_UNAVAILABLE = "TemporarilyUnavailable"
    TIMEOUT = "Timeout"
    UNREACHABLE = "Unreachable"


WITHDRAWN = "withdrawn"
"""The type of news that take back what an application has not fetched."""


RECEIPT, SAID = 4, 5
"""Urgencies of events: that a message has arrived, and that something was said."""


class News(NamedTuple):
    """An event of a conversation for some applications.

    ``params`` are the path parameters of the resource and of its ``inside``; ``title`` is the name
    of the participant that it is about. ``shown`` is embedded. ``succeeded`` is that of a completed
    operation. News that are ``apart`` begin a package of their own. ``receipt`` is the number of
    the message whose arrival is to be noted.
    """

    to: Seats
    rel: str
    type: str
    params: Params
    inside: str = ""
    title: str | None = None
    shown: Seen | None = None
    succeeded: bool | None = None
    reason: Outcome | None = None
    apart: bool = False
    receipt: int = 0

    @property
    def urgency(self) -> int:
        """The urgency of the event if it is about a message, else 0: that of the resource."""
        if self.rel != "message":
            return 0
        return SAID if self.receipt else RECEIPT


def _about(conversation: Conversation, **more: str) -> Params:
    return (("conversation", conversation.id), *more.items())


def of_conversation(
    conversation: Conversation,
    to: Seats,
    party: Party,
    kind: str = "updated",
    reason: Outcome | None = None,
) -> News:
    """Tell of the conversation itself."""
    shown = None if kind == "deleted" else conversation.seen(party)
    return News(to, "conversation", kind, _about(conversation), shown=shown, reason=reason)


def of_messaging(
    conversation: Conversation, to: Seats, party: Party, reason: Outcome | None = None
) -> News:
    """Tell of the messaging of a party, which is always an update."""
    shown = conversation.messaging_seen(party)
    return News(to, "messaging", "updated", _about(conversation), shown=shown, reason=reason)


def of_local(conversation: Conversation, to: Seats, party: Party, kind: str) -> News:
    """Tell a party of herself."""
    shown = None if kind == "deleted" else conversation.participant_seen(party, party)
    about = _about(conversation, participant=party.address)
    return News(to, "localParticipant", kind, about, title=party.name, shown=shown)


def of_participant(
    conversation: Conversation, to: Seats, party: Party, kind: str, inside: str = ""
) -> News:
    """Tell others of a party, or that she is in a collection of participants."""
    about = _about(conversation, participant=party.address)
    return News(to, "participant", kind, about, inside, title=party.name)


def of_participant_messaging(
    conversation: Conversation, to: Seats, party: Party, kind: str, *, local: bool = False
) -> News:
    """Tell that a party takes part in messaging, or no longer; only her own is embedded (R3.28)."""
    shown = local and kind != "deleted"
    return News(
        to,
        "participantMessaging",
        kind,
        _about(conversation, participant=party.address),
        "localParticipant" if local else "participant",
        title=party.name,
        shown=conversation.participant_messaging_seen(party) if shown else None,
    )


def of_invitation(
    conversation: Conversation,
    invitation: Invitation,
    to: Seats,
    kind: str,
    *,
    reason: Outcome | None = None,
    decided: bool = False,
) -> News:
    """Tell those concerned, who are all on the same side, of an invitation."""
    completed = kind == "completed"
    return News(
        to,
        invitation.rel(to[0]),
        kind,
        (("invitation", invitation.id),),
        shown=conversation.invitation_seen(invitation, to[0], decided=decided),
        succeeded=reason is None if completed else None,
        reason=reason,
    )


def of_message(
    conversation: Conversation,
    message: Message,
    to: Seats,
    direction: Direction,
    *,
    apart: bool = False,
) -> News:
    """Tell of a message: to its sender how it went, to others what was said (R9.20, R9.28)."""
    incoming = direction is Direction.INCOMING
    return News(
        to,
        "message",
        "completed",
        _about(conversation, message=str(message.number)),
        shown=conversation.message_seen(message, direction),
        succeeded=incoming or message.status is Delivery.SUCCEEDED,
        reason=None if incoming or message.status is Delivery.SUCCEEDED else Outcome.UNREACHABLE,
        receipt=message.number if incoming else 0,
        apart=apart,
    )


def withdrawal(conversation: Conversation, message: Message, to: Seats) -> News:
    """Take back a message that nobody fetched."""
    return News(to, "message", WITHDRAWN, _about(conversation, message=str(message.number)))


def of_meeting(conversation: Conversation, to: Seats, kind: str = "added") -> News:
    """Tell that the conversation is held in a meeting, or how that is now."""
    shown = conversation.meeting_seen()
    return News(to, "onlineMeeting", kind, _about(conversation), "conversation", shown=shown)


def closing(
    conversation: Conversation,
    to: Seats,
    party: Party,
    reason: Outcome | None = None,
    *,
    entered: bool = True,
) -> Iterator[News]:
    """Tell a party that it is over for her; clients clean up on the first of these (R9.13).

    Unless she has ``entered``, she was not told of participants before.
    """
    yield from disconnected(conversation, to, party, reason)
    if entered:
        for other in conversation.others(party):
            yield of_participant(conversation, to, other, "deleted")
        yield of_local(conversation, to, party, "deleted")
    yield of_conversation(conversation, to, party, "deleted", reason)


def disconnected(
    conversation: Conversation, to: Seats, party: Party, reason: Outcome | None = None
) -> Iterator[News]:
    """Tell a party that she can neither hear nor say anything any more (R9.13)."""
    gone = replace(
        party, state=ConversationState.DISCONNECTED, messaging=CallState.DISCONNECTED, typing=0.0
    )
    yield of_conversation(conversation, to, gone)
    yield of_messaging(conversation, to, gone, reason)
