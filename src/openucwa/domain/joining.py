"""Joining meetings: at once, or through the lobby when a leader says so (BEHAVIOUR 9.5, 9.6)."""

from __future__ import annotations

from openucwa.domain import lobby
from openucwa.domain.conferences import group_of
from openucwa.domain.conversations import LINGER, Conversation
from openucwa.domain.lobby import LOBBY
from openucwa.domain.meetings import Admission, admission
from openucwa.domain.news import (
    News,
    Outcome,
    closing,
    of_conversation,
    of_invitation,
    of_local,
    of_meeting,
    of_messaging,
    of_participant,
    of_participant_messaging,
)
from openucwa.domain.parties import Invitation, Kind, Party, Seat
from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.seen import UNDECIDED, ConversationState, InvitationState, Role


def entry(conversation: Conversation, address: str) -> Admission:
    """Tell how somebody enters (R10.11); who was ejected has to be let in again.

    So has everybody who comes to a chat that has grown, but its organizer.
    """
    arranged, meeting = conversation.arrangement, conversation.meeting
    if arranged is not None:
        found = admission(arranged, address)
        return found._replace(waits=found.waits or address in conversation.ejected)
    host = meeting is not None and address == meeting.organizer
    return Admission(Role.LEADER if host else Role.ATTENDEE, waits=not host)


def join(
    conversation: Conversation,
    party: Party,
    invitation: Invitation,
    admission: Admission,
    now: float,
) -> list[News]:
    """Have somebody come into a meeting, or into its lobby; she has invited herself."""
    conversation.ended = None
    conversation.names[party.address] = party.name
    conversation.invitations[invitation.id] = invitation
    meeting, to = conversation.meeting, (party.seat,)
    party.organizer = meeting is not None and party.address == meeting.organizer
    party.role = Role.ATTENDEE if admission.waits else admission.role
    party.due = admission.role
    there = conversation.lobby if admission.waits else conversation.parties
    there[party.address] = party
    news = [
        of_invitation(conversation, invitation, to, "started"),
        of_conversation(conversation, to, party, "added"),
        of_local(conversation, to, party, "added"),
    ]
    if not admission.waits:
        return [*news, *_enter(conversation, invitation, party, now)]
    party.state = ConversationState.IN_LOBBY
    return [
        *news,
        of_conversation(conversation, to, party),
        *lobby.of_waiting(conversation, lobby.leaders(conversation), party),
    ]


def _enter(
    conversation: Conversation,
    invitation: Invitation,
    party: Party,
    now: float,
    known: tuple[Seat, ...] = (),
) -> list[News]:
    """Let somebody in who is among the parties; leaders may have ``known`` her from the lobby.

    She adds messaging by herself (R9.35).
    """
    to, group = (party.seat,), group_of(party)
    party.state = ConversationState.CONFERENCED
    conversation.attend(party.address, now, incoming=False)
    invitation.state, invitation.until = InvitationState.CONNECTED, now + LINGER
    news = [of_conversation(conversation, to, party), of_meeting(conversation, to)]
    for other in conversation.others(party):
        news.append(of_participant(conversation, to, other, "added"))
        if other.connected:
            news.append(of_participant_messaging(conversation, to, other, "added"))
    news += [
        of_participant(conversation, to, one, "added", group_of(one))
        for one in conversation.parties.values()
    ]
    if party.role is Role.LEADER:
        news += lobby.see(conversation, party)
    news.append(of_messaging(conversation, to, party))
    news.append(of_invitation(conversation, invitation, to, "completed"))
    strangers = tuple(one for one in conversation.seats(party) if one not in known)
    if strangers:
        news.append(of_participant(conversation, strangers, party, "added"))
        news.append(of_participant(conversation, strangers, party, "added", group))
    if known:
        news.append(of_participant(conversation, known, party, "deleted", LOBBY))
        news.append(of_participant(conversation, known, party, "added", group))
        news.append(of_participant(conversation, known, party, "updated"))
    return news


def admit(conversation: Conversation, seat: Seat, address: str, now: float) -> list[News]:
    """Let somebody in who waits (BEHAVIOUR 9.6).

    Raises ``Refused``: NotFound, Forbidden unless a leader does it, Conflict if she is in.
    """
    party = _waiting(conversation, seat, address)
    invitation = _invitation_of(conversation, party)
    known = lobby.leaders(conversation)
    del conversation.lobby[address]
    conversation.ejected.discard(address)
    party.role, party.due = party.due or Role.ATTENDEE, None
    conversation.parties[address] = party
    local = of_local(conversation, (party.seat,), party, "updated")
    return [local, *_enter(conversation, invitation, party, now, known)]


def reject(conversation: Conversation, seat: Seat, address: str, now: float) -> list[News]:
    """Turn somebody away who waits. Raises ``Refused`` as ``admit`` does."""
    party = _waiting(conversation, seat, address)
    return turn_away(conversation, party, Outcome.DENIED, now)


def give_up(conversation: Conversation, party: Party, now: float) -> list[News]:
    """Have somebody leave the lobby."""
    outcome, state = Outcome.CANCELED, InvitationState.CANCELLED
    return turn_away(conversation, party, outcome, now, state)


def expire(conversation: Conversation, invitation: Invitation, now: float) -> list[News]:
    """Turn somebody away who has waited for too long (R9.38)."""
    party = conversation.lobby.get(invitation.caller.address)
    return [] if party is None else turn_away(conversation, party, Outcome.TIMEOUT, now)


def turn_away(
    conversation: Conversation,
    party: Party,
    outcome: Outcome,
    now: float,
    state: InvitationState = InvitationState.FAILED,
) -> list[News]:
    """Have somebody who waits come to the end of it, for a reason."""
    to, invitation = (party.seat,), _invitation_of(conversation, party)
    invitation.state, invitation.until = state, now + LINGER
    news = [of_invitation(conversation, invitation, to, "completed", reason=outcome)]
    del conversation.lobby[party.address]
    *left, last = closing(conversation, to, party, entered=False)
    news += [*left, of_local(conversation, to, party, "deleted"), last]
    told = lobby.leaders(conversation)
    if told:
        news.append(of_participant(conversation, told, party, "deleted", LOBBY))
        news.append(of_participant(conversation, told, party, "deleted"))
    conversation.close(now)
    return news


def forget(conversation: Conversation, now: float) -> None:
    """Forget invitations that were decided a while ago: many join a meeting (R9.6)."""
    if not conversation.arranged:
        return
    for invitation in list(conversation.invitations.values()):
        if invitation.state not in UNDECIDED and invitation.until <= now:
            del conversation.invitations[invitation.id]


def _waiting(conversation: Conversation, seat: Seat, address: str) -> Party:
    """Return who waits, for a leader."""
    if conversation.party(seat).role is not Role.LEADER:
        raise Refused(Refusal.FORBIDDEN, "Only leaders may do this.")
    party = conversation.lobby.get(address)
    if party is not None:
        return party
    if address in conversation.parties:
        raise Refused(Refusal.CONFLICT, "She is in already.")
    raise Refused(Refusal.NOT_FOUND, "Nobody in the lobby has this address.")


def _invitation_of(conversation: Conversation, party: Party) -> Invitation:
    """Return with what somebody who waits has invited herself."""
    return next(
        one
        for one in conversation.invitations.values()
        if one.kind is Kind.JOIN and one.caller == party.seat and one.state in UNDECIDED
    )
