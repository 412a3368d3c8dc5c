"""Starting conversations, and inviting one more (startMessaging, addMessaging, addParticipant)."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Annotated, NamedTuple

from msgspec import Meta, Struct

from openucwa.domain import conferences, inviting
from openucwa.domain.conversations import Conversation
from openucwa.domain.inviting import Reach
from openucwa.domain.meetings import identifier_from
from openucwa.domain.modalities import MessageFormat
from openucwa.domain.news import News
from openucwa.domain.parties import REMEMBERED, Invitation, Kind, Meeting, Party
from openucwa.domain.people import Person, address_of
from openucwa.domain.refusals import Refusal, Refused, bad_parameter
from openucwa.domain.seen import UNDECIDED, Importance, MessageText
from openucwa.domain.shards import beside
from openucwa.domain.users import User
from openucwa.hyper.declare import Capability, Condition, Started, post, resource
from openucwa.hyper.values import External
from openucwa.resources.call import Call
from openucwa.resources.conditions import KNOWN_PERSON
from openucwa.resources.conversations import EITHER, conversation_named
from openucwa.resources.invitations import formats_of
from openucwa.resources.messaging import said
from openucwa.resources.policies import AUTO_ACCEPT

Operation = Annotated[str, Meta(max_length=50)] | None
To = Annotated[str, Meta(max_length=500)]


def _talks_to_others(call: Call) -> bool:
    names = {name.lower() for name in (*call.params, *call.query)}
    return not call.identity.anonymous or "conversation" in names


TALKS_TO_OTHERS = Condition(Refusal.FORBIDDEN, _talks_to_others)
"""Guests address nobody; in the meeting that our own link names they may talk (R2.26)."""


class StartMessagingInput(Struct, rename="camel"):
    """Whom to talk to about what; or, from our own link, which conference to talk in."""

    to: To | None = None
    operation_id: Operation = None
    subject: Annotated[str, Meta(max_length=250)] | None = None
    importance: Importance | None = None
    thread_id: Annotated[str, Meta(max_length=250)] | None = None
    message: External | None = None
    conversation: Annotated[str, Meta(max_length=100)] | None = None


class Callee(NamedTuple):
    """For whom an invitation ``to`` an address rings, and where; ``html`` if it is read there.

    ``user`` is who she was when she was looked up.
    """

    to: str
    party: Party
    where: Reach
    html: bool
    user: User


@resource(
    "startMessaging",
    at="communication/messagingInvitations",
    also=(
        "communication/startMessaging",
        "communication/conversations/{conversation}/messaging/addMessaging",
    ),
    revision=2,
    scopes=EITHER,
    requires=(TALKS_TO_OTHERS,),
)
class StartMessaging(Capability):
    """Begins a conversation with somebody."""

    @staticmethod
    @post(201, counts=True)
    async def start(call: Call, given: StartMessagingInput) -> Started:
        """Invite somebody (R9.1-R9.3), or connect messaging to a conference.

        Raises ``Refused``: DestinationNotFound, Forbidden, ThreadIdAlreadyExists,
        TooManyConversations, and what ``AddMessaging`` does.
        """
        conference = call.params.get("conversation") or given.conversation
        if conference is not None:
            own = AddMessagingInput(conference, given.operation_id, given.message)
            return AddMessaging.add(call, own)
        if call.identity.anonymous:
            raise Refused(Refusal.FORBIDDEN)
        if given.to is None:
            raise bad_parameter("to", "This parameter is required.")
        return await start(call, given, given.to)


async def start(call: Call, given: StartMessagingInput, to: str) -> Started:
    """Invite somebody to a conversation of two; the same operation does so once (R11.2)."""
    caller, callee = await invited(call, to)
    text = opening(call, given.message, callee)
    known = _begun(call, given, callee.to, text)
    if known is not None:
        call.changed = True  # it may not be stored yet; the answer says that it is
        return Started("messagingInvitation", {"invitation": known.id})
    own = own_threads(call)
    thread = given.thread_id or call.services.identifier(32)
    if thread in own.values():
        raise Refused(Refusal.THREAD_ID_ALREADY_EXISTS)
    if len(own) >= call.rules.conversations_per_user:
        raise Refused(Refusal.TOO_MANY_CONVERSATIONS)
    conversation = Conversation(
        str(uuid.UUID(beside(call.user.address, call.services.identifier(32)))),
        thread,
        given.subject or "",
        given.importance or Importance.NORMAL,
        call.now,
    )
    invitation = _invitation(call, conversation, Kind.MESSAGING, given.operation_id, callee)
    news = inviting.begin(conversation, caller, invitation, callee.where, said=text, now=call.now)
    news += accept_for(call, conversation, invitation, callee)
    call.announce(conversation, news)
    return Started("messagingInvitation", {"invitation": invitation.id})


def own_threads(call: Call) -> dict[str, str]:
    """Return the threads of the caller's conversations by the ids of these."""
    every = call.services.conversations.of(call.user.address)
    own = {one.id: one.thread for one in every if one.is_of(call.user.address)}
    return own | {one: talk.thread for one, talk in (call.user.talks or {}).items()}


async def invited(call: Call, to: str) -> tuple[Party, Callee]:
    """Return the caller and whom an address means, as parties.

    Raises ``Refused``: DestinationNotFound for who does not exist, Forbidden for oneself.
    """
    address = address_of(to)
    if address is None:
        raise bad_parameter("to", "A SIP address like sip:user@domain.")
    if address == call.user.address:
        raise Refused(Refusal.FORBIDDEN, "Nobody talks to herself here.")
    mine, hers = await card_of(call, call.user.address), await card_of(call, address)
    target = await forwarded_to(call, address) if call.rules.follow_forwarding else None
    callee = target or hers
    user = await call.services.live.peek(callee.address)
    if call.application.id not in call.user.applications:
        raise Refused(Refusal.APPLICATION_NOT_FOUND)  # it ended while others were looked up
    level = user.level_of(mine.address, call.rules.default_level)
    where = inviting.reach(user, level, call.now)
    formats = [user.applications[one].communication.formats for one in where.applications]
    html = bool(formats) and all(MessageFormat.HTML in one for one in formats)
    caller = Party(
        mine.address, mine.name, mine.uri, call.application.id, formats=own_formats(call)
    )
    party = Party(callee.address, callee.name, callee.uri)
    return caller, Callee(address, party, where, html, user)


async def card_of(call: Call, address: str) -> Person:
    """Return somebody's card. Raises ``Refused``: DestinationNotFound."""
    person = await call.services.directory.person(address)
    if person is None:
        raise Refused(Refusal.DESTINATION_NOT_FOUND)
    return person


async def forwarded_to(call: Call, address: str) -> Person | None:
    """Return to whom somebody forwards her calls at once, if that is a person, and not the caller.

    It is followed once: whoever it is, she is asked herself.
    """
    forwarding = await call.services.telephony.forwarding(address)
    contact = address_of(forwarding.immediate.contact) if forwarding.at_once else None
    if contact is None or contact == call.user.address:
        return None
    return await call.services.directory.person(contact)


def opening(call: Call, given: External | None, callee: Callee) -> MessageText | None:
    """Return the first words, plain if not every application that they may reach reads HTML."""
    if given is None or not given.words.text.strip():
        return None
    text = said(call, given.words)
    if text.format is MessageFormat.HTML and not callee.html:
        return replace(text, text=call.services.plain(text.text), format=MessageFormat.PLAIN)
    return text


def own_formats(call: Call) -> tuple[MessageFormat, ...]:
    """Return the formats that the caller can use."""
    return with_plain(formats_of(call, call.user.address, call.application))


def with_plain(formats: tuple[MessageFormat, ...]) -> tuple[MessageFormat, ...]:
    """Return formats with plain text, which everybody can read, first."""
    return tuple(dict.fromkeys((MessageFormat.PLAIN, *formats)))


def _begun(
    call: Call, given: StartMessagingInput, to: str, text: MessageText | None
) -> Invitation | None:
    """Return the invitation that this operation sent already.

    There are clients that use one id for all that they do (CLIENT-RULES R18). So it must be the
    same in everything, a moment ago, and the client cannot know yet how it went.
    """
    for conversation in call.services.conversations.of(call.user.address):
        for invitation in conversation.invitations.values():
            message = conversation.messages.get(invitation.message)
            if (
                given.operation_id
                and invitation.operation == given.operation_id
                and (invitation.caller, invitation.to) == (call.seat, to)
                and conversation.subject == (given.subject or "")
                and given.thread_id in (None, conversation.thread)
                and (message.said if message else None) == text
                and (conversation.count == bool(text) or call.channel.mentions(invitation.id))
                and conversation.created + REMEMBERED > call.now
            ):
                return invitation
    return None


def accept_for(
    call: Call, talk: Conversation, invitation: Invitation, callee: Callee
) -> list[News]:
    """Accept an invitation for whoever lets the server do so, where she was active last (R9.31)."""
    ringing, user = invitation.ringing(), callee.user
    auto = call.services.policies.remembered(user.address, AUTO_ACCEPT) == "Enabled"
    if not ringing or not auto:
        return []
    active = {
        seat: app.endpoint.last_activity
        for seat in ringing
        if (app := user.applications[seat.application]).endpoint is not None
    }
    seat = max(active, key=active.__getitem__)
    formats = formats_of(call, user.address, user.applications[seat.application])
    return inviting.accept(talk, invitation, seat, formats, call.now)


def _invitation(
    call: Call, talk: Conversation, kind: Kind, operation: str | None, callee: Callee | None
) -> Invitation:
    """Make an invitation, which lives where the conversation does.

    One whose client gave no id for its operation gets one (R9.2).
    """
    forwarded = callee is not None and callee.party.address != callee.to
    return Invitation(
        talk.id[:2] + call.services.identifier(32)[2:],
        kind,
        call.seat,
        operation or call.services.identifier(32),
        callee.to if callee else "",
        call.now + call.rules.ring,
        callee.party if callee else None,
        on_behalf_of=callee.to if callee and forwarded else "",
    )


class AddMessagingInput(Struct, rename="camel"):
    """Which conference to talk in, and what to say first."""

    conversation: Annotated[str, Meta(max_length=100)]
    operation_id: Operation = None
    message: External | None = None


@resource(
    "addMessaging",
    at="communication/messagingInvitations",
    answered_by="startMessaging",
    scopes=EITHER,
)
class AddMessaging(Capability):
    """Connects messaging to a conference that was joined without it."""

    @staticmethod
    @post(201, counts=True)
    def add(call: Call, given: AddMessagingInput) -> Started:
        """Connect messaging (R9.35).

        Raises ``Refused``: ConversationNotFound, Conflict if it is connected.
        """
        talk = conversation_named(call, given.conversation)
        text = said(call, given.message.words) if given.message else None
        if text is not None and text.format not in talk.formats():
            text = replace(text, text=call.services.plain(text.text), format=MessageFormat.PLAIN)
        invitation = _invitation(call, talk, Kind.MESSAGING, given.operation_id, None)
        formats = own_formats(call)
        call.announce(talk, conferences.add_messaging(talk, invitation, formats, text, call.now))
        return Started("messagingInvitation", {"invitation": invitation.id})


class AddParticipantInput(Struct, rename="camel"):
    """Whom to invite to which conversation."""

    to: To
    conversation: Annotated[str, Meta(max_length=100)] | None = None
    operation_id: Operation = None


@resource(
    "addParticipant",
    at="communication/participantInvitations",
    also=("communication/conversations/{conversation}/addParticipant",),
    scopes=EITHER,
    requires=(KNOWN_PERSON,),
)
class AddParticipant(Capability):
    """Invites one more to a conversation."""

    @staticmethod
    @post(201, counts=True)
    async def add(call: Call, given: AddParticipantInput) -> Started:
        """Invite somebody; a conversation of two becomes a conference (BEHAVIOUR 9.4).

        Raises ``Refused``: ConversationNotFound, DestinationNotFound, AlreadyExists if she is
        there, Conflict, TooManyParticipants.
        """
        conversation = call.params.get("conversation") or given.conversation
        if conversation is None:
            raise bad_parameter("conversation", "This parameter is required.")
        conversation_named(call, conversation)
        _, callee = await invited(call, given.to)
        talk = conversation_named(call, conversation)
        for known in talk.invitations.values():
            again = (call.seat, given.operation_id, callee.to)
            undecided = known.state in UNDECIDED
            if undecided and again == (known.caller, known.operation, known.to):
                call.changed = True  # as above
                return Started("participantInvitation", {"invitation": known.id})
        if len(talk.parties) >= call.rules.participants:
            raise Refused(Refusal.TOO_MANY_PARTICIPANTS)
        name = talk.party(call.seat).name
        meeting = Meeting(meeting_id(call), call.user.address, name)
        invitation = _invitation(call, talk, Kind.PARTICIPANT, given.operation_id, callee)
        news = inviting.add_participant(
            talk, call.seat, invitation, callee.where, meeting=meeting, now=call.now
        )
        news += accept_for(call, talk, invitation, callee)
        call.announce(talk, news)
        return Started("participantInvitation", {"invitation": invitation.id})


def meeting_id(call: Call) -> str:
    """Return a new meeting's id: eight capital letters and digits (R10.4)."""
    return identifier_from(int(call.services.identifier(16), 16))
