"""Messaging: what is said in a conversation, and whether it arrives (R9.20-R9.25, R9.32)."""

from __future__ import annotations

from openucwa.domain.conversations import Conversation
from openucwa.domain.history import covers
from openucwa.domain.news import (
    News,
    of_message,
    of_participant,
    withdrawal,
)
from openucwa.domain.parties import REMEMBERED, Message, Party, Seat
from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.seen import Delivery, Direction, MessageText

FETCH = 30.0
"""Seconds in which a message has to be fetched, or it has not arrived (R3.34)."""

MANY = 50
"""So many messages of a conversation are kept, or all that have not arrived or been logged."""

QUIET = "Only leaders may say something here."

TYPING = 12.0
"""Seconds for which somebody who reports typing is said to be (R9.24); clients repeat it at 8."""


def talking(conversation: Conversation, seat: Seat) -> Party:
    """Return who can talk at an application.

    Raises ``Refused``: NotFound, Conflict (R9.22), Forbidden for an audience that is to be quiet.
    """
    party = conversation.party(seat)
    if not party.connected:
        raise Refused(Refusal.CONFLICT, "Messaging is not connected.")
    if not conversation.may_say(party):
        raise Refused(Refusal.FORBIDDEN, QUIET)
    return party


def add(
    conversation: Conversation, seat: Seat, said: MessageText, operation: str, now: float
) -> Message:
    """Add a message that is for nobody yet, and return it."""
    message = Message(conversation.count + 1, seat, now, said, now + FETCH, operation)
    keep(conversation, message)
    return message


def keep(conversation: Conversation, message: Message) -> None:
    """Keep a message for a while, and forget the oldest one if there are many."""
    conversation.count = message.number
    conversation.messages[message.number] = message
    if len(conversation.messages) > MANY:
        oldest = next(iter(conversation.messages.values()))
        if oldest.number <= conversation.logged and not oldest.pending:
            del conversation.messages[oldest.number]


def said_before(
    conversation: Conversation, seat: Seat, said: MessageText, operation: str, now: float
) -> Message | None:
    """Return the same message of the same operation: who sends it again did not hear of it."""
    for message in conversation.messages.values() if operation else ():
        same = (operation, seat, said) == (message.operation, message.sender, message.said)
        if same and message.time + REMEMBERED > now:
            return message
    return None


def say(conversation: Conversation, message: Message, to: list[Party], now: float) -> list[News]:
    """Send a message to some of those in the conversation."""
    sender = conversation.parties[message.sender.address]
    message.pending, message.audience = dict(party.seat for party in to), len(to)
    message.until = now + FETCH
    news = stop_typing(conversation, sender)
    if to:
        seats = tuple(party.seat for party in to)
        news.append(of_message(conversation, message, seats, Direction.INCOMING))
    return news + _finished(conversation, message)


def arrived(conversation: Conversation, number: int, address: str) -> list[News]:
    """Note that somebody has fetched a message; tell its sender when it reached everyone."""
    message = conversation.messages.get(number)
    if message is None or address not in message.pending:
        return []
    del message.pending[address]
    return _finished(conversation, message)


def give_up(conversation: Conversation, message: Message, address: str) -> list[News]:
    """Note that a message does not reach somebody: she cannot fetch it any more (R9.32)."""
    application = message.pending.pop(address, None)
    if application is None:
        return []
    message.failed.append(address)
    for one in conversation.attendances:
        if one.owner == address and covers(one, message.number):
            one.missed = conversation.unsettled = True
    taken_back = withdrawal(conversation, message, (Seat(address, application),))
    return [taken_back, *_finished(conversation, message)]


def give_up_on(conversation: Conversation, party: Party) -> list[News]:
    """Note that somebody whose application has gone will not fetch what she was sent."""
    return [
        one
        for message in conversation.messages.values()
        for one in give_up(conversation, message, party.address)
    ]


def expire(conversation: Conversation, now: float) -> list[News]:
    """Do what time requires: messages that were not fetched fail, who typed stops."""
    news: list[News] = []
    for message in conversation.messages.values():
        if message.pending and message.until <= now:
            for address in sorted(message.pending):
                news += give_up(conversation, message, address)
    for party in conversation.parties.values():
        if 0 < party.typing <= now:
            news += stop_typing(conversation, party)
    for number, message in list(conversation.messages.items()):
        decided = message.status is not Delivery.PENDING  # those of others may still ring
        if decided and message.time + REMEMBERED <= now and number <= conversation.logged:
            del conversation.messages[number]
    return news


def _finished(conversation: Conversation, message: Message) -> list[News]:
    """Tell the sender how it went when it is known for everyone."""
    if message.pending or message.status is not Delivery.PENDING:
        return []
    reached = not message.audience or len(message.failed) < message.audience
    message.status = Delivery.SUCCEEDED if reached else Delivery.FAILED
    invited = any(one.message == message.number for one in conversation.invitations.values())
    to = (message.sender,)
    return [of_message(conversation, message, to, Direction.OUTGOING, apart=invited)]


def start_typing(conversation: Conversation, party: Party, now: float) -> list[News]:
    """Say for a while that somebody is typing (R9.24)."""
    began = not party.typing
    party.typing = now + TYPING
    to = conversation.seats(party, talking=True)
    if not (began and to):
        return []
    return [of_participant(conversation, to, party, "added", "typingParticipants")]


def stop_typing(conversation: Conversation, party: Party) -> list[News]:
    """Say that somebody is not typing any more."""
    typed, party.typing = party.typing, 0.0
    to = conversation.seats(party, talking=True)
    if not (typed and to):
        return []
    return [of_participant(conversation, to, party, "deleted", "typingParticipants")]
