"""Messaging in a conversation: its state, what is said and who is typing (R9.11, R9.20-R9.25)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from openucwa.domain import conferences, leaving
from openucwa.domain import messaging as rules
from openucwa.domain.modalities import MessageFormat
from openucwa.domain.news import of_message
from openucwa.domain.parties import PLAIN
from openucwa.domain.refusals import Refusal, Refused, bad_parameter
from openucwa.domain.seen import (
    CallState,
    Delivery,
    Direction,
    MessageSeen,
    MessageText,
    MessagingSeen,
)
from openucwa.hyper.declare import (
    Capability,
    Event,
    Link,
    Priority,
    Representation,
    Started,
    get,
    post,
    resource,
)
from openucwa.hyper.values import Date, External, Words
from openucwa.resources.call import Call
from openucwa.resources.conversations import (
    AT,
    EITHER,
    conversation_named,
    inside_in_path,
    party_in_path,
)
from openucwa.resources.participants import linked

LONG_AGO = "This was said long ago, or never."

_MESSAGE = re.compile(r"/conversations/([^/]+)/messaging/messages/([0-9]{1,15})$", re.ASCII)

LONGEST_ID = 50
"""Characters of an operation's id (R11.2)."""


@resource(
    "messaging",
    at=f"{AT}/messaging",
    scopes=EITHER,
    events=(Event("updated", "conversation", Priority.HIGH, embed=True),),
)
class Messaging(Representation):
    """Messaging in a conversation; its links say what can be done now."""

    links = (
        Link("conversation"),
        Link("stopMessaging"),
        Link("sendMessage"),
        Link("setIsTyping"),
        Link("typingParticipants"),
        Link("addMessaging", query="conversation={conversation}"),
    )

    state: CallState
    negotiated_message_formats: list[MessageFormat] | UnsetType = UNSET

    @classmethod
    def as_seen(cls, seen: MessagingSeen) -> Messaging:
        """Show messaging (R9.11)."""
        without = {"stopMessaging", "sendMessage", "setIsTyping", "typingParticipants"}
        if seen.state is CallState.CONNECTED:
            quiet = set() if seen.may_say else {"sendMessage", "setIsTyping"}
            without = {"addMessaging"} | quiet
        elif seen.state is CallState.CONNECTING:
            without = (without - {"stopMessaging"}) | {"addMessaging"}
        elif not seen.may_add:
            without.add("addMessaging")
        return Messaging(
            state=seen.state,
            negotiated_message_formats=list(seen.formats) or UNSET,
            _at={"conversation": seen.conversation},
            _without=without,
        )

    @staticmethod
    @get()
    def show(call: Call) -> Messaging:
        talk, party = party_in_path(call)
        return Messaging.as_seen(talk.messaging_seen(party))


@resource(
    "stopMessaging",
    at=f"{AT}/messaging/terminate",
    also=(f"{AT}/messaging/stopMessaging",),
    scopes=EITHER,
)
class StopMessaging(Capability):
    """Ends messaging; of two people also the conversation, and an invitation (R9.13, R9.19)."""

    @staticmethod
    @post()
    def stop(call: Call) -> None:
        talk, _ = party_in_path(call)
        call.announce(talk, leaving.stop(talk, call.seat, call.now))


def operation_of(query: Mapping[str, Any]) -> str:
    """Return the operation's id in a query, or "". Raises ``Refused`` for one that is too long."""
    for name, value in query.items():
        if name.lower() == "operationid":
            given = str(value[-1] if isinstance(value, tuple) else value)
            if len(given) > LONGEST_ID:
                raise bad_parameter("operationId", f"At most {LONGEST_ID} characters.")
            return given
    return ""


def said(call: Call, words: Words) -> MessageText:
    """Return what is said, unless it is nothing or too long. Raises ``Refused``."""
    if not words.text.strip():
        raise bad_parameter("message", "The text of the message, in the body.")
    if len(words.text) > call.rules.longest_message:
        raise Refused(Refusal.ENTITY_TOO_LARGE, f"At most {call.rules.longest_message} characters.")
    return MessageText(words.text, MessageFormat.HTML if words.html else MessageFormat.PLAIN)


@resource(
    "sendMessage",
    at=f"{AT}/messaging/messages",
    also=(f"{AT}/messaging/sendMessage",),
    scopes=EITHER,
)
class SendMessage(Capability):
    """Says something to everyone in the conversation."""

    @staticmethod
    @post(201, counts=True)
    def send(call: Call, words: Words) -> Started:
        """Send a message, once, however often the same operation asks for it.

        Raises ``Refused``: Conflict unless messaging is connected (R9.22),
        UnsupportedMediaType for HTML that somebody cannot read (R9.48), EntityTooLarge.
        """
        talk, _ = party_in_path(call)
        party = rules.talking(talk, call.seat)
        text, operation = said(call, words), operation_of(call.query)
        if text.format not in PLAIN and text.format not in talk.formats():
            raise Refused(Refusal.UNSUPPORTED_MEDIA_TYPE, "Send text/plain in this conversation.")
        message = rules.said_before(talk, call.seat, text, operation, call.now)
        if message is None:
            message = rules.add(talk, call.seat, text, operation, call.now)
            listeners = conferences.listeners(talk, party)
            call.announce(talk, rules.say(talk, message, listeners, call.now), said=message)
        else:
            call.changed = True  # it may not be stored yet; the answer says that it is
        at = {"conversation": talk.id, "message": str(message.number)}
        return Started("message", at)


@resource(
    "message",
    at=f"{AT}/messaging/messages/{{message}}",
    scopes=EITHER,
    events=(Event("completed", "conversation", Priority.HIGH, embed=True),),
)
class Message(Representation, kw_only=True):
    """Something said."""

    links = (
        Link("messaging"),
        Link("contact"),
        Link("participant"),
        Link("failedDeliveryParticipant", many=True),
    )

    direction: Direction
    time_stamp: Date
    operation_id: str | UnsetType = UNSET
    status: Delivery
    plain_message: External | UnsetType = UNSET
    html_message: External | UnsetType = UNSET

    @classmethod
    def as_seen(cls, seen: MessageSeen) -> Message:
        """Show a message; all whom it reached see the same."""
        words = Words(seen.said.text, seen.said.format is MessageFormat.HTML)
        failed = [{"participant": one, "title": ""} for one in seen.failed]
        return Message(
            direction=seen.direction,
            time_stamp=Date(seen.time),
            operation_id=seen.operation or UNSET,
            status=seen.status,
            plain_message=UNSET if words.html else External(words),
            html_message=External(words) if words.html else UNSET,
            _at={
                "conversation": seen.conversation,
                "message": str(seen.number),
                "participant": seen.sender,
                "person": seen.sender,
            },
            _titles={"participant": seen.name},
            _linked={"failedDeliveryParticipant": failed} if failed else UNSET,
        )

    @staticmethod
    @get()
    def show(call: Call) -> Message:
        """Show a message that was said a moment ago; others are in the conversation log."""
        talk, _ = party_in_path(call)
        number = call.params["message"]
        known = number.isascii() and number.isdigit() and len(number) < 10
        found = talk.remembered(int(number), call.seat) if known else None
        if found is None:
            raise Refused(Refusal.NOT_FOUND, LONG_AGO)
        own = found.sender == call.seat
        direction = Direction.OUTGOING if own else Direction.INCOMING
        return Message.as_seen(talk.message_seen(found, direction))

    @staticmethod
    @post(201, counts=True)
    def reply(call: Call, words: Words) -> Started:
        """Send a message: there are bots that answer like this (R9.23)."""
        return SendMessage.send(call, words)


@resource(
    "setIsTyping",
    at=f"{AT}/messaging/typing",
    also=(f"{AT}/messaging/setIsTyping",),
    scopes=EITHER,
)
class SetIsTyping(Capability):
    """Says for a while that the caller is typing."""

    @staticmethod
    @post(counts=True)
    def type(call: Call) -> None:
        talk, _ = party_in_path(call)
        party = rules.talking(talk, call.seat)
        call.announce(talk, rules.start_typing(talk, party, call.now))


@resource("typingParticipants", at=f"{AT}/messaging/typingParticipants", scopes=EITHER)
class TypingParticipants(Representation):
    """Those who are typing."""

    links = (Link("participant", many=True),)

    @staticmethod
    @get()
    def show(call: Call) -> TypingParticipants:
        talk, party = inside_in_path(call)
        typing = [one for one in talk.others(party) if one.typing > call.now]
        return TypingParticipants(_linked={"participant": linked(typing)})


class ReplayInput(Struct, rename="camel"):
    """Which message: the address of one in a conversation that goes on."""

    message: Annotated[str, Meta(max_length=500)]


@resource("replayMessage", at="communication/replayMessage", scopes=EITHER)
class ReplayMessage(Capability):
    """Tells the application once more of a message, which it may have lost."""

    @staticmethod
    @post()
    def replay(call: Call, given: ReplayInput) -> None:
        """Tell of a message again.

        Raises ``Refused``: NotFound if it is not remembered here, Conflict if it is one's own and
        may still arrive: nobody knows how to tell of it.
        """
        found = _MESSAGE.search(given.message)
        if found is None:
            raise bad_parameter("message", "The address of a message.")
        talk = conversation_named(call, found[1])
        message = talk.remembered(int(found[2]), call.seat)
        if message is None:
            raise Refused(Refusal.NOT_FOUND, LONG_AGO)
        direction = Direction.OUTGOING if message.sender == call.seat else Direction.INCOMING
        if direction is Direction.OUTGOING and message.status is Delivery.PENDING:
            raise Refused(Refusal.CONFLICT, "You will be told whether it has arrived.")
        call.announce(talk, [of_message(talk, message, (call.seat,), direction)])
