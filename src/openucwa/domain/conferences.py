"""Conferences: conversations of several, with roles (BEHAVIOUR 9.4, R9.33-R9.40)."""

from __future__ import annotations

from collections.abc import Iterator

from openucwa.domain import lobby
from openucwa.domain.conversations import Conversation
from openucwa.domain.messaging import QUIET, add, say, stop_typing
from openucwa.domain.modalities import MessageFormat
from openucwa.domain.news import (
    News,
    Seats,
    of_conversation,
    of_invitation,
    of_local,
    of_meeting,
    of_messaging,
    of_participant,
    of_participant_messaging,
)
from openucwa.domain.parties import Invitation, Meeting, Party, Seat
from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.seen import (
    AudienceMessaging,
    CallState,
    ConversationState,
    InvitationState,
    MessageText,
    Role,
)

GROUPS = {Role.LEADER: "leaders", Role.ATTENDEE: "attendees"}
"""The collections of participants that roles belong to."""


def group_of(party: Party) -> str:
    """Return the collection that somebody in a conference is in."""
    return GROUPS[party.role or Role.ATTENDEE]


def escalate(conversation: Conversation, organizer: Party, meeting: Meeting) -> list[News]:
    """Make a conference of a conversation of two; it keeps its id and thread (16.39)."""
    conversation.meeting = meeting
    parties = list(conversation.parties.values())
    news = []
    for party in parties:
        party.state = ConversationState.CONFERENCING
        news.append(of_conversation(conversation, (party.seat,), party))
    organizer.organizer = True
    for party in parties:
        party.role = Role.LEADER if party is organizer else Role.ATTENDEE
    for party in parties:
        to = (party.seat,)
        news.append(of_meeting(conversation, to))
        news.append(of_local(conversation, to, party, "updated"))
        news += [
            of_participant(conversation, to, other, "updated")
            for other in conversation.others(party)
        ]
        news += [of_participant(conversation, to, one, "added", group_of(one)) for one in parties]
        party.state = ConversationState.CONFERENCED
        news.append(of_conversation(conversation, to, party))
        news.append(of_messaging(conversation, to, party))
    return news


def join(conversation: Conversation, invitation: Invitation, newcomer: Party) -> list[News]:
    """Let somebody in who has accepted; she adds messaging by herself (R9.35)."""
    to = (newcomer.seat,)
    newcomer.role = Role.ATTENDEE
    newcomer.state = ConversationState.CONFERENCING
    news = [of_conversation(conversation, to, newcomer)]
    news.append(of_local(conversation, to, newcomer, "added"))
    for other in conversation.others(newcomer):
        news.append(of_participant(conversation, to, other, "added"))
        if other.connected:
            news.append(of_participant_messaging(conversation, to, other, "added"))
    news += [
        of_participant(conversation, to, one, "added", group_of(one))
        for one in conversation.parties.values()
    ]
    news.append(of_meeting(conversation, to))
    newcomer.state = ConversationState.CONFERENCED
    news.append(of_conversation(conversation, to, newcomer))
    news.append(of_messaging(conversation, to, newcomer))
    news.append(of_invitation(conversation, invitation, to, "completed"))
    others = conversation.seats(newcomer)
    if others:
        news.append(of_participant(conversation, others, newcomer, "added"))
        news.append(of_participant(conversation, others, newcomer, "added", group_of(newcomer)))
    # Whoever sent it hears of it even if she has left (R11.3).
    news.append(of_invitation(conversation, invitation, (invitation.caller,), "completed"))
    return news


def add_messaging(
    conversation: Conversation,
    invitation: Invitation,
    formats: tuple[MessageFormat, ...],
    said: MessageText | None,
    now: float,
) -> list[News]:
    """Connect somebody's messaging to the conference, and say her first words (R9.35, 9.5).

    She reads these formats.

    Raises ``Refused``: Conflict if it is connected, or there is no conference to connect it to,
    Forbidden for the first words of an audience that is to be quiet.
    """
    party = conversation.party(invitation.caller)
    if party.connected or party.state is not ConversationState.CONFERENCED:
        raise Refused(Refusal.CONFLICT, "Messaging cannot be added now.")
    if said is not None and not conversation.may_say(party):
        raise Refused(Refusal.FORBIDDEN, QUIET)
    conversation.invitations[invitation.id] = invitation
    to = (party.seat,)
    message = None
    if said is not None:
        message = add(conversation, party.seat, said, "", now)
        invitation.message = message.number
    party.messaging, party.formats = CallState.CONNECTING, formats
    news = [
        of_invitation(conversation, invitation, to, "started"),
        of_messaging(conversation, to, party),
    ]
    before = conversation.formats()
    party.messaging = CallState.CONNECTED
    invitation.state = InvitationState.CONNECTED
    news += [
        of_messaging(conversation, to, party),
        of_conversation(conversation, to, party),
        of_participant_messaging(conversation, to, party, "added", local=True),
        of_invitation(conversation, invitation, to, "completed"),
    ]
    others = conversation.seats(party)
    if others:
        news.append(of_participant_messaging(conversation, others, party, "added"))
    news += renegotiated(conversation, before, party)
    if message is not None:
        news += say(conversation, message, listeners(conversation, party), now)
    return news


def renegotiated(
    conversation: Conversation, before: tuple[MessageFormat, ...], party: Party
) -> list[News]:
    """Tell the others whether, with somebody or without her, other formats can be used (R9.48)."""
    if conversation.formats() == before:
        return []
    others = listeners(conversation, party)
    return [of_messaging(conversation, (one.seat,), one) for one in others]


def listeners(conversation: Conversation, sender: Party) -> list[Party]:
    """Return those whom a message reaches: everyone else who takes part in messaging (R9.36)."""
    return [party for party in conversation.others(sender) if party.connected]


def stop_messaging(conversation: Conversation, party: Party) -> list[News]:
    """Disconnect somebody's messaging; she stays in the conference."""
    formats = conversation.formats()
    news = stop_typing(conversation, party)
    party.messaging = CallState.DISCONNECTED
    to = (party.seat,)
    news += [
        of_messaging(conversation, to, party),
        of_participant_messaging(conversation, to, party, "deleted", local=True),
        of_conversation(conversation, to, party),
    ]
    others = conversation.seats(party)
    if others:
        news.append(of_participant_messaging(conversation, others, party, "deleted"))
    return news + renegotiated(conversation, formats, party)


def change_role(conversation: Conversation, seat: Seat, address: str, role: Role) -> list[News]:
    """Promote or demote somebody (R9.39).

    Raises ``Refused``: Forbidden unless a leader does it, to another one than the organizer;
    NotFound; Conflict if that is her role.
    """
    target = led(conversation, seat, address)
    if target.role is role:
        raise Refused(Refusal.CONFLICT, "This is what she is already.")
    everyone = conversation.seats()
    before = group_of(target)
    news = [of_participant(conversation, everyone, target, "deleted", before)]
    target.role = role
    news.append(of_participant(conversation, everyone, target, "added", group_of(target)))
    leaders = tuple(one.seat for one in conversation.others(target) if one.role is Role.LEADER)
    if leaders:
        news.append(of_participant(conversation, leaders, target, "updated"))
    to = (target.seat,)
    news.append(of_local(conversation, to, target, "updated"))
    # What she may do with the others, and with all of it, has changed (R9.40).
    news += [
        of_participant(conversation, to, other, "updated") for other in conversation.others(target)
    ]
    news.append(of_conversation(conversation, to, target))
    tell = lobby.see if role is Role.LEADER else lobby.lose_sight
    news += tell(conversation, target)
    if target.connected and conversation.audience is AudienceMessaging.DISABLED:
        news.append(of_messaging(conversation, to, target))
    return news


def let_audience_talk(
    conversation: Conversation, seat: Seat, audience: AudienceMessaging
) -> list[News]:
    """Let attendees say something, or not (R9.46).

    Raises ``Refused``: Forbidden unless a leader asks for it, Conflict if it is so.
    """
    if conversation.party(seat).role is not Role.LEADER:
        raise Refused(Refusal.FORBIDDEN, "Only leaders may do this.")
    if conversation.audience is audience:
        raise Refused(Refusal.CONFLICT, "It is so already.")
    conversation.audience = audience
    news: list[News] = []
    for party in conversation.parties.values():
        news.append(of_conversation(conversation, (party.seat,), party))
        if party.role is Role.ATTENDEE and party.connected:
            news += stop_typing(conversation, party)
            news.append(of_messaging(conversation, (party.seat,), party))
    return news


def led(conversation: Conversation, seat: Seat, address: str) -> Party:
    """Return somebody whose leader asks for something to be done with her.

    Raises ``Refused``: NotFound, Forbidden if it is not for her to ask.
    """
    leader = conversation.party(seat)
    target = conversation.parties.get(address)
    if target is None:
        raise Refused(Refusal.NOT_FOUND, "Nobody in this conversation has this address.")
    if leader.role is not Role.LEADER or target.organizer or target is leader:
        raise Refused(Refusal.FORBIDDEN, "Only leaders may do this, and not to the organizer.")
    return target


def farewell(conversation: Conversation, party: Party) -> Iterator[News]:
    """Tell the others that somebody is leaving."""
    others: Seats = conversation.seats(party)
    if not others:
        return
    if party.connected:
        yield of_participant_messaging(conversation, others, party, "deleted")
    yield of_participant(conversation, others, party, "deleted", group_of(party))
    yield of_participant(conversation, others, party, "deleted")
