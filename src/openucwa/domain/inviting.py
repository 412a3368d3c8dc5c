"""Inviting: from the first ring to an answer, or to none (BEHAVIOUR 9.2, 9.3; R9.4-R9.8, R9.29)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from openucwa.domain import conferences
from openucwa.domain.applications import Application
from openucwa.domain.conversations import Conversation
from openucwa.domain.messaging import add, say
from openucwa.domain.modalities import MessageFormat, Modality
from openucwa.domain.news import (
    News,
    Outcome,
    Seats,
    closing,
    of_conversation,
    of_invitation,
    of_local,
    of_messaging,
    of_participant,
    of_participant_messaging,
)
from openucwa.domain.parties import Invitation, Kind, Meeting, Party, Seat
from openucwa.domain.people import Level
from openucwa.domain.presence import Availability
from openucwa.domain.privacy import VIEWS
from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.seen import (
    CallState,
    ConversationState,
    InvitationState,
    MessageText,
)
from openucwa.domain.users import User

RING = 30.0
"""Seconds after which an invitation that nobody answered fails (R9.5)."""


class Reach(NamedTuple):
    """Where somebody can be reached, or why not; ``told`` says whether she learns that she was."""

    applications: tuple[str, ...] = ()
    obstacle: Outcome | None = None
    told: bool = True


def reach(user: User, level: Level, now: float) -> Reach:
    """Return where an invitation rings: wherever messages are wanted (R9.7, R9.8).

    Who is blocked finds nobody there, and who may not interrupt is told so.
    """
    view = VIEWS[level]
    found = tuple(app.id for app in user.applications.values() if takes_messages(app))
    if not view.calls:
        return Reach(obstacle=Outcome.TEMPORARILY_UNAVAILABLE, told=False)
    if not found:
        return Reach(obstacle=Outcome.TEMPORARILY_UNAVAILABLE)
    if user.aggregate(now).availability is Availability.DO_NOT_DISTURB and not view.interrupts:
        return Reach(obstacle=Outcome.DO_NOT_DISTURB)
    return Reach(found)


def takes_messages(application: Application) -> bool:
    """Tell whether an application is there for messages (R9.8)."""
    return application.available and Modality.MESSAGING in application.communication.modalities


def begin(
    conversation: Conversation,
    caller: Party,
    invitation: Invitation,
    where: Reach,
    *,
    said: MessageText | None,
    now: float,
) -> list[News]:
    """Start a conversation of two; ``invitation.party`` is whom it rings for (9.2, 9.3)."""
    callee = _callee(invitation)
    conversation.parties[caller.address] = caller
    conversation.names |= {caller.address: caller.name, callee.address: callee.name}
    caller.messaging = CallState.CONNECTING
    conversation.attend(caller.address, now, incoming=False)
    if where.told:
        conversation.attend(callee.address, now, incoming=True, missed=True)
    if said is not None:
        invitation.message = add(conversation, caller.seat, said, "", now).number
    conversation.invitations[invitation.id] = invitation
    to = (caller.seat,)
    news = [
        of_invitation(conversation, invitation, to, "started"),
        of_conversation(conversation, to, caller, "added"),
        of_local(conversation, to, caller, "added"),
        of_messaging(conversation, to, caller),
    ]
    if where.obstacle is not None:
        return news + _fail(conversation, invitation, where.obstacle, now)
    if invitation.on_behalf_of:
        invitation.state = InvitationState.FORWARDED
        news.append(of_invitation(conversation, invitation, to, "updated"))
    return news + ring(conversation, invitation, where)


def ring(conversation: Conversation, invitation: Invitation, where: Reach) -> list[News]:
    """Have an invitation ring in all those applications."""
    callee, caller = _callee(invitation), conversation.parties[invitation.caller.address]
    callee.state = ConversationState.INCOMING
    callee.messaging = CallState.DISCONNECTED
    if invitation.kind is Kind.MESSAGING:
        callee.messaging = CallState.CONNECTING
    invitation.heard = dict.fromkeys(where.applications, InvitationState.CONNECTING)
    to = invitation.ringing()
    news = [
        of_invitation(conversation, invitation, to, "started"),
        of_conversation(conversation, to, callee, "added"),
    ]
    if invitation.kind is Kind.MESSAGING:
        news.append(of_local(conversation, to, callee, "added"))
        news.append(of_participant(conversation, to, caller, "added"))
    return news


def accept(
    conversation: Conversation,
    invitation: Invitation,
    seat: Seat,
    formats: tuple[MessageFormat, ...],
    now: float,
) -> list[News]:
    """Accept where it rings; it ends in the other applications (R9.7, R9.26).

    Raises ``Refused``: Conflict if it has been decided.
    """
    _must_ring(invitation, seat)
    callee = _callee(invitation)
    invitation.accepted_by = callee.address
    news = _stop_ringing(
        conversation,
        invitation,
        [one for one in invitation.ringing() if one != seat],
        InvitationState.FAILED,
        Outcome.CONNECTED_ELSEWHERE,
    )
    to = (seat,)
    news.append(of_invitation(conversation, invitation, to, "updated", decided=True))
    callee.application = seat.application
    callee.formats = tuple(dict.fromkeys((MessageFormat.PLAIN, *formats)))
    conversation.parties[callee.address] = callee
    invitation.state = invitation.heard[seat.application] = InvitationState.CONNECTED
    if invitation.kind is Kind.PARTICIPANT:
        conversation.joined(callee.address, now)
        return news + conferences.join(conversation, invitation, callee)
    conversation.attended(callee.address, missed=False)
    return news + _connect(conversation, invitation, callee, now)


def _connect(
    conversation: Conversation, invitation: Invitation, callee: Party, now: float
) -> list[News]:
    """Connect two people: what the callee hears, then what the caller does."""
    caller = conversation.parties[invitation.caller.address]
    for party in (caller, callee):
        party.state, party.messaging = ConversationState.CONNECTED, CallState.CONNECTED
    to, back = (callee.seat,), (caller.seat,)
    news = [
        of_messaging(conversation, to, callee),
        of_conversation(conversation, to, callee),
        of_participant_messaging(conversation, to, callee, "added", local=True),
        of_participant_messaging(conversation, to, caller, "added"),
        of_participant(conversation, to, caller, "updated"),
        of_invitation(conversation, invitation, to, "completed"),
    ]
    message = conversation.messages.get(invitation.message)
    if message is not None:
        news += say(conversation, message, [callee], now)
    news.append(of_conversation(conversation, to, callee))
    answered = of_conversation(conversation, back, caller)
    return [
        *news,
        answered._replace(apart=True),
        of_participant(conversation, back, callee, "added"),
        of_participant_messaging(conversation, back, callee, "added"),
        of_participant_messaging(conversation, back, caller, "added", local=True),
        of_messaging(conversation, back, caller),
        of_invitation(conversation, invitation, back, "completed"),
    ]


def decline(
    conversation: Conversation, invitation: Invitation, seat: Seat, *, everywhere: bool, now: float
) -> list[News]:
    """Decline in one application or in all; the caller hears of it when none is left (R9.7).

    Raises ``Refused``: Conflict if it has been decided.
    """
    _must_ring(invitation, seat)
    where = invitation.ringing() if everywhere else (seat,)
    outcome = Outcome.DECLINED
    news = _stop_ringing(conversation, invitation, where, InvitationState.DECLINED, outcome)
    if invitation.ringing():
        return news
    conversation.attended(_callee(invitation).address, missed=False)
    return news + _fail(conversation, invitation, outcome, now, InvitationState.DECLINED)


def lose(conversation: Conversation, invitation: Invitation, seat: Seat, now: float) -> list[News]:
    """Note that an application in which it rings has gone."""
    invitation.heard[seat.application] = InvitationState.FAILED
    if invitation.ringing():
        return []
    return _fail(conversation, invitation, Outcome.TEMPORARILY_UNAVAILABLE, now)


def cancel(conversation: Conversation, invitation: Invitation, now: float) -> list[News]:
    """Take back an invitation that has not been answered (R9.19)."""
    where = invitation.ringing()
    news = _stop_ringing(
        conversation, invitation, where, InvitationState.CANCELLED, Outcome.CANCELED_BY_CALLER
    )
    return news + _fail(conversation, invitation, Outcome.CANCELED, now, InvitationState.CANCELLED)


def expire(conversation: Conversation, invitation: Invitation, now: float) -> list[News]:
    """End an invitation that nobody answered (R9.30)."""
    where = invitation.ringing()
    news = _stop_ringing(conversation, invitation, where, InvitationState.FAILED, Outcome.MISSED)
    return news + _fail(conversation, invitation, Outcome.TIMEOUT, now)


def add_participant(
    conversation: Conversation,
    seat: Seat,
    invitation: Invitation,
    where: Reach,
    *,
    meeting: Meeting,
    now: float,
) -> list[News]:
    """Invite one more; a conversation of two becomes a conference (BEHAVIOUR 9.4).

    Raises ``Refused``: Conflict if nobody can be invited now, AlreadyExists if she is there.
    """
    caller = conversation.party(seat)
    if caller.state not in (ConversationState.CONNECTED, ConversationState.CONFERENCED):
        raise Refused(Refusal.CONFLICT, "Nobody can be invited now.")
    callee = _callee(invitation)
    ringing = {seat.address for one in conversation.invitations.values() for seat in one.ringing()}
    if callee.address in conversation.parties or callee.address in ringing:
        raise Refused(Refusal.ALREADY_EXISTS)
    conversation.names[callee.address] = callee.name
    conversation.invitations[invitation.id] = invitation
    if where.told:
        conversation.attend(callee.address, now, incoming=True, missed=True)
    news = [of_invitation(conversation, invitation, (seat,), "started")]
    if where.obstacle is not None:
        return news + _fail(conversation, invitation, where.obstacle, now)
    if conversation.meeting is None:
        news += conferences.escalate(conversation, caller, meeting)
    return news + ring(conversation, invitation, where)


def _fail(
    conversation: Conversation,
    invitation: Invitation,
    outcome: Outcome,
    now: float,
    state: InvitationState = InvitationState.FAILED,
) -> list[News]:
    """Complete an invitation for the caller, and the conversation if it was its beginning."""
    invitation.state = state
    address = invitation.party.address if invitation.party else ""
    if invitation.kind is Kind.PARTICIPANT:
        conversation.never_joined(address)
    else:
        conversation.attended(address)
    to = (invitation.caller,)
    completed = of_invitation(conversation, invitation, to, "completed", reason=outcome)
    if invitation.kind is Kind.PARTICIPANT:
        return [completed]  # whoever sent it hears of it even if she has left (R11.3)
    caller = conversation.parties.get(invitation.caller.address)
    if caller is None or caller.seat != invitation.caller:
        return []
    news = [completed._replace(apart=True), *closing(conversation, to, caller)]
    conversation.part(caller, now)
    return news


def _stop_ringing(
    conversation: Conversation,
    invitation: Invitation,
    where: Iterable[Seat],
    state: InvitationState,
    outcome: Outcome,
) -> list[News]:
    """Complete an invitation in some of the applications where it rings."""
    to: Seats = tuple(where)
    if not to:
        return []
    for seat in to:
        invitation.heard[seat.application] = state
    callee = _callee(invitation)
    news = [of_invitation(conversation, invitation, to, "completed", reason=outcome)]
    entered = invitation.kind is Kind.MESSAGING
    return [*news, *closing(conversation, to, callee, entered=entered)]


def _must_ring(invitation: Invitation, seat: Seat) -> None:
    if seat == invitation.caller:
        raise Refused(Refusal.CONFLICT, "This invitation is your own: others answer it.")
    if seat not in invitation.ringing():
        raise Refused(Refusal.CONFLICT, "This invitation has been decided.")


def _callee(invitation: Invitation) -> Party:
    """Return whom an invitation of two sides is for."""
    if invitation.party is None:
        raise Refused(Refusal.CONFLICT, "This invitation has been decided.")
    return invitation.party
