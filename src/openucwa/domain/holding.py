"""Meetings while they are held: what is changed under those in it, and how it ends for all."""

from __future__ import annotations

from dataclasses import replace

from openucwa.domain import inviting, joining, meetings
from openucwa.domain.conversations import Conversation
from openucwa.domain.news import (
    News,
    Outcome,
    disconnected,
    of_conversation,
    of_local,
    of_meeting,
    of_participant,
)
from openucwa.domain.parties import Kind
from openucwa.domain.seen import UNDECIDED


def rearrange(conversation: Conversation, arranged: meetings.Meeting) -> list[News]:
    """Note how a meeting is arranged now, and tell those in it what they see of that (R10.14).

    The new rules are for those who come afterwards: nobody is put out, demoted or let in. What is
    older than what is known already is ignored.
    """
    before, known = conversation.meeting, conversation.arrangement
    if before is None or known is None or known.version > arranged.version:
        return []
    seen, subject = conversation.meeting_seen(), conversation.subject
    conversation.meeting = replace(before, arranged=replace(arranged, extensions=()))
    conversation.subject = arranged.subject
    news: list[News] = []
    if conversation.parties and conversation.meeting_seen() != seen:
        news.append(of_meeting(conversation, conversation.seats(), "updated"))
    if conversation.subject != subject:
        there = [*conversation.parties.values(), *conversation.lobby.values()]
        news += [of_conversation(conversation, (one.seat,), one) for one in there]
        for invitation in conversation.invitations.values():
            if invitation.subject is None:
                invitation.subject = subject
    return news


def end(conversation: Conversation, now: float) -> list[News]:
    """End a meeting for everybody: those in it, in its lobby, and whom it rings for (R10.15).

    All are told what they would be if they had left (R9.13), with the reason Ended. What many are
    told alike is one piece of news for all of them.
    """
    news: list[News] = []
    for waiting in list(conversation.lobby.values()):
        news += joining.turn_away(conversation, waiting, Outcome.ENDED, now)
    for invitation in list(conversation.invitations.values()):
        if invitation.state in UNDECIDED and invitation.kind is not Kind.JOIN:
            news += inviting.cancel(conversation, invitation, now)
    parties = list(conversation.parties.values())
    for party in parties:
        news += disconnected(conversation, (party.seat,), party, Outcome.ENDED)
    for party in parties:
        others = conversation.seats(party)
        if others:
            news.append(of_participant(conversation, others, party, "deleted"))
    for party in parties:
        to = (party.seat,)
        news.append(of_local(conversation, to, party, "deleted"))
        news.append(of_conversation(conversation, to, party, "deleted", Outcome.ENDED))
    for party in parties:
        conversation.part(party, now)
    return news
