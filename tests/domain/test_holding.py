"""What an organizer changes while a meeting is held, and how it ends for all (R10.14, R10.15)."""

from __future__ import annotations

from dataclasses import replace

from openucwa.domain import holding
from openucwa.domain.meetings import AccessLevel
from small_meetings import EVERYONE, GUEST, HOST, a_meeting, enter
from small_talks import NOW, add, lines, seat, several


def told(news, address):
    """Return what somebody is told, as lines."""
    return lines([one for one in news if any(seat.address == address for seat in one.to)])


def test_what_all_are_told_alike_is_said_once():
    """Of each participant there is one piece of news, however many hear it."""
    talk = a_meeting(access=AccessLevel.EVERYONE)
    for address in EVERYONE:
        enter(talk, address)
    news = holding.end(talk, NOW)

    assert 5 * len(EVERYONE) == len(news)
    others = len(EVERYONE) - 1
    assert [
        "conversation updated",
        "messaging updated Ended",
        *["participant deleted"] * others,
        "localParticipant deleted",
        "conversation deleted Ended",
    ] == told(news, GUEST)
    assert NOW == talk.ended


def test_who_is_alone_is_told_of_nobody():
    talk = a_meeting()
    enter(talk, HOST)

    assert "participant deleted" not in lines(holding.end(talk, NOW))


def test_what_is_over_ends_without_news():
    talk = a_meeting()
    enter(talk, HOST)
    holding.end(talk, NOW)

    assert [] == holding.end(talk, NOW + 1)
    assert NOW == talk.ended


def test_whom_it_rings_for_hears_of_it():
    talk = several("john")
    add(talk, "ada")
    news = holding.end(talk, NOW)

    assert "onlineMeetingInvitation completed Failure CanceledByCaller" == lines(news, "ada")[0]
    assert any(
        one.startswith("participantInvitation completed Failure") for one in lines(news, "lene")
    )
    assert not talk.has(seat("ada"))


def test_an_invitation_says_what_it_said():
    """Also if the meeting is about something else since."""
    talk = a_meeting(access=AccessLevel.EVERYONE)
    talk.subject = "Plans"
    enter(talk, HOST)
    [invitation] = talk.invitations.values()
    for version, subject in ((2, "Plans B"), (3, "Plans C")):
        holding.rearrange(talk, replace(talk.arrangement, subject=subject, version=version))

    assert "Plans" == talk.invitation_seen(invitation, invitation.caller).subject
    assert "Plans C" == talk.seen(talk.parties[HOST]).subject


def test_chats_that_have_grown_are_not_arranged_by_accident():
    talk = several("john")

    assert [] == holding.rearrange(talk, a_meeting().arrangement)
    assert talk.arrangement is None
