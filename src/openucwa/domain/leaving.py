"""Leaving: how conversations end, for one or for all, and what time does to them (R9.12-R9.14)."""

from __future__ import annotations

from openucwa.domain import conferences, inviting, joining, messaging
from openucwa.domain.conversations import Conversation
from openucwa.domain.news import News, Outcome, closing
from openucwa.domain.parties import REMEMBERED, Invitation, Kind, Party, Seat
from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.seen import UNDECIDED, ConversationState


def stop(conversation: Conversation, seat: Seat, now: float) -> list[News]:
    """Stop messaging: a conference goes on without it, anything else ends (R9.13, R9.19, R9.25).

    Raises ``Refused``: NotFound, Conflict if it is not connected.
    """
    party = conversation.party(seat)
    if conversation.meeting is not None and party.state is ConversationState.CONFERENCED:
        if not party.connected:
            raise Refused(Refusal.CONFLICT, "Messaging is not connected.")
        return conferences.stop_messaging(conversation, party)
    return leave(conversation, seat, now)


def leave(conversation: Conversation, seat: Seat, now: float, *, gone: bool = False) -> list[News]:
    """Leave in whatever state it is (R9.12), because one wants to or the application is ``gone``.

    Raises ``Refused``: NotFound.
    """
    party = conversation.party(seat)
    if party.state is ConversationState.IN_LOBBY:
        return joining.give_up(conversation, party, now)
    ringing = _invitation_of(conversation, seat)
    if ringing is not None and gone:
        return inviting.lose(conversation, ringing, seat, now)
    if ringing is not None:
        return inviting.decline(conversation, ringing, seat, everywhere=False, now=now)
    if party.state is ConversationState.CONNECTING:
        invitation = next(iter(conversation.invitations.values()))
        return inviting.cancel(conversation, invitation, now)
    lost = messaging.give_up_on(conversation, party) if gone else []
    return lost + depart(conversation, party, now)


def eject(conversation: Conversation, seat: Seat, address: str, now: float) -> list[News]:
    """Remove somebody from a conference (R9.39). Raises ``Refused``: NotFound, Forbidden.

    If she comes back she waits in the lobby, whoever may enter.
    """
    target = conferences.led(conversation, seat, address)
    conversation.ejected.add(address)
    return depart(conversation, target, now, Outcome.EJECTED)


def depart(
    conversation: Conversation, party: Party, now: float, reason: Outcome | None = None
) -> list[News]:
    """Have somebody who takes part leave, perhaps for a ``reason``; of two both do (R9.13)."""
    news: list[News] = []
    if conversation.meeting is not None:
        news += messaging.stop_typing(conversation, party)
        news += closing(conversation, (party.seat,), party, reason)
        news += conferences.farewell(conversation, party)
        formats = conversation.formats()
        conversation.part(party, now)
        news += conferences.renegotiated(conversation, formats, party)
    else:
        others = conversation.others(party)
        news += closing(conversation, (party.seat,), party)
        for other in others:
            news += closing(conversation, (other.seat,), other, Outcome.REMOVED)
        for one in (party, *others):
            conversation.part(one, now)
    if not conversation.parties:
        for invitation in _open(conversation):
            if invitation.kind is not Kind.JOIN:
                news += inviting.cancel(conversation, invitation, now)
    return news


def cancel(conversation: Conversation, invitation: Invitation, now: float) -> list[News]:
    """Take back an undecided invitation, or stop waiting to be let in (R9.19)."""
    if invitation.kind is Kind.JOIN:
        return joining.give_up(conversation, conversation.party(invitation.caller), now)
    return inviting.cancel(conversation, invitation, now)


def pass_time(conversation: Conversation, now: float) -> list[News]:
    """Do what time requires: invitations and messages expire, who typed stops."""
    news: list[News] = []
    for invitation in _open(conversation):
        if invitation.until > now:
            continue
        if invitation.kind is Kind.JOIN:
            news += joining.expire(conversation, invitation, now)
        else:
            news += inviting.expire(conversation, invitation, now)
    joining.forget(conversation, now)
    return news + messaging.expire(conversation, now)


def next_change(conversation: Conversation) -> float | None:
    """Return when something changes by itself, or None if nothing will."""
    forgets, invitations = conversation.arranged, conversation.invitations.values()
    times = [one.until for one in invitations if forgets or one.state in UNDECIDED]
    times += [party.typing for party in conversation.parties.values() if party.typing]
    for message in conversation.messages.values():
        times.append(message.until if message.pending else message.time + REMEMBERED)
    if conversation.goes is not None:
        times.append(conversation.goes)
    return min(times, default=None)


def restore(conversation: Conversation, downtime: float) -> None:
    """Let time go on where it stopped ``downtime`` seconds ago: nobody could do anything."""
    for invitation in conversation.invitations.values():
        invitation.until += downtime
    for message in conversation.messages.values():
        message.until += downtime
    for party in conversation.parties.values():
        if party.typing:
            party.typing += downtime
    if conversation.ended is not None:
        conversation.ended += downtime


def _open(conversation: Conversation) -> list[Invitation]:
    """Return the invitations that have not been answered."""
    return [one for one in conversation.invitations.values() if one.state in UNDECIDED]


def _invitation_of(conversation: Conversation, seat: Seat) -> Invitation | None:
    """Return the invitation that rings at an application, if one does."""
    return next((one for one in _open(conversation) if seat in one.ringing()), None)
