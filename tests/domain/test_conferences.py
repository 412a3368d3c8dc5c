"""Conferences: how they begin, who leads, and who hears what."""

from __future__ import annotations

import pytest

from openucwa.domain import conferences, leaving, messaging
from openucwa.domain.conferences import group_of
from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.seen import AudienceMessaging, CallState, ConversationState, Role
from small_talks import (
    HTML,
    MEETING,
    NOW,
    PLAIN,
    accept,
    add,
    add_messaging,
    address,
    lines,
    say,
    seat,
    several,
    two,
)

LENE, SARA, TONI = map(address, ("lene", "sara", "toni"))
BOTH = (PLAIN, HTML)


@pytest.fixture
def talk():
    """Lene leads, Sara and Toni attend."""
    return several("toni")


def refusal(function, *given):
    with pytest.raises(Refused) as refused:
        function(*given)
    return refused.value.refusal


def test_16_39_a_conversation_of_two_keeps_its_id_and_thread():
    talk = two()
    before = talk.id, talk.thread
    news = conferences.escalate(talk, talk.parties[SARA], MEETING)

    assert before == (talk.id, talk.thread)
    assert {LENE: "attendees", SARA: "leaders"} == {
        one.address: group_of(one) for one in talk.parties.values()
    }
    states = [
        one.shown.state for one in news if one.rel == "conversation" and seat("lene") in one.to
    ]
    assert [ConversationState.CONFERENCING, ConversationState.CONFERENCED] == states


def test_who_joins_learns_who_is_there_and_is_introduced(talk):
    add(talk, "ada")
    news = accept(talk, "ada")
    hers = lines(news, "ada")

    assert 3 == hers.count("participant added")
    assert 3 == hers.count("participantMessaging added in participant")
    assert 3 == hers.count("participant added in attendees")
    assert 1 == hers.count("participant added in leaders")
    assert "onlineMeetingInvitation completed Success" == hers[-1]
    for who in ("sara", "toni"):
        assert ["participant added", "participant added in attendees"] == lines(news, who)
    assert "participantInvitation completed Success" == lines(news, "lene")[-1]


def test_r9_36_who_has_no_messaging_is_not_talked_to(talk):
    add(talk, "ada")
    accept(talk, "ada")
    message, news = say(talk, "lene")

    assert ([], {SARA, TONI}) == (lines(news, "ada"), message.pending.keys())


def test_r9_35_messaging_is_added_once():
    talk = two()
    add(talk, "toni")
    assert Refusal.CONVERSATION_NOT_FOUND is refusal(add_messaging, talk, "ada")
    assert Refusal.CONFLICT is refusal(add_messaging, talk, "toni"), "she is not there yet"
    accept(talk, "toni")
    news = add_messaging(talk, "toni", "Hello")

    assert [
        "participantMessaging added in participant",
        "message completed Success",
    ] == lines(news, "sara")
    assert Refusal.CONFLICT is refusal(add_messaging, talk, "toni")


def test_it_cannot_be_added_to_a_conversation_of_two():
    assert Refusal.CONFLICT is refusal(add_messaging, two(), "lene")


def test_r9_46_an_audience_that_is_quiet_adds_messaging_without_words(talk):
    conferences.stop_messaging(talk, talk.parties[TONI])
    conferences.let_audience_talk(talk, seat("lene"), AudienceMessaging.DISABLED)

    assert Refusal.FORBIDDEN is refusal(add_messaging, talk, "toni", "Hello")
    assert "messaging of toni" in talk.invitations, "the one from before"
    assert CallState.DISCONNECTED is talk.parties[TONI].messaging
    add_messaging(talk, "toni")
    assert talk.parties[TONI].connected


def test_r9_48_others_are_told_when_formats_change():
    """Whoever reads only plain text makes all write it, and takes that with her."""
    talk = two(lene=BOTH, sara=BOTH)
    add(talk, "toni")
    accept(talk, "toni")
    joined = add_messaging(talk, "toni")
    left = conferences.stop_messaging(talk, talk.parties[TONI])

    for news, formats in ((joined, (PLAIN,)), (left, BOTH)):
        told = [one for one in news if one.rel == "messaging" and seat("sara") in one.to]
        assert [formats] == [one.shown.formats for one in told]


def test_nobody_is_told_when_formats_stay(talk):
    news = conferences.stop_messaging(talk, talk.parties[TONI])

    assert ["participantMessaging deleted in participant"] == lines(news, "sara")


def test_who_stops_messaging_stops_typing(talk):
    messaging.start_typing(talk, talk.parties[TONI], NOW)
    news = conferences.stop_messaging(talk, talk.parties[TONI])

    assert "participant deleted in typingParticipants" == lines(news, "sara")[0]


# --------------------------------------------------------------------------------- roles


@pytest.mark.parametrize(
    ("who", "whom", "role", "why"),
    [
        ("sara", "toni", Role.LEADER, Refusal.FORBIDDEN),
        ("lene", "lene", Role.ATTENDEE, Refusal.FORBIDDEN),
        ("lene", "ada", Role.LEADER, Refusal.NOT_FOUND),
        ("lene", "sara", Role.ATTENDEE, Refusal.CONFLICT),
        ("ada", "sara", Role.LEADER, Refusal.CONVERSATION_NOT_FOUND),
    ],
)
def test_r9_39_what_is_refused(talk, who, whom, role, why):
    assert why is refusal(conferences.change_role, talk, seat(who), address(whom), role)


def test_the_organizer_always_leads(talk):
    conferences.change_role(talk, seat("lene"), SARA, Role.LEADER)

    assert Refusal.FORBIDDEN is refusal(
        conferences.change_role, talk, seat("sara"), LENE, Role.ATTENDEE
    )


@pytest.mark.parametrize(
    ("role", "moves"),
    [
        (Role.LEADER, ["deleted in attendees", "added in leaders"]),
        (Role.ATTENDEE, ["deleted in leaders", "added in attendees"]),
    ],
)
def test_r9_39_r9_40_everyone_sees_her_move_and_she_sees_what_she_may_do(talk, role, moves):
    talk.parties[SARA].role = next(one for one in Role if one is not role)
    news = conferences.change_role(talk, seat("lene"), SARA, role)
    moves = [f"participant {one}" for one in moves]

    assert moves == lines(news, "toni")
    assert [*moves, "participant updated"] == lines(news, "lene"), "there is another thing to do"
    assert [
        *moves,
        "localParticipant updated",
        *["participant updated"] * 2,
        "conversation updated",
    ] == lines(news, "sara")


def test_a_leader_of_a_quiet_audience_may_talk(talk):
    conferences.let_audience_talk(talk, seat("lene"), AudienceMessaging.DISABLED)
    news = conferences.change_role(talk, seat("lene"), SARA, Role.LEADER)

    assert news[-1].shown.may_say
    assert "messaging updated" == lines(news, "sara")[-1]


def test_r9_46_leaders_silence_the_audience(talk):
    messaging.start_typing(talk, talk.parties[TONI], NOW)
    quiet = AudienceMessaging.DISABLED

    assert Refusal.FORBIDDEN is refusal(conferences.let_audience_talk, talk, seat("sara"), quiet)
    news = conferences.let_audience_talk(talk, seat("lene"), quiet)
    assert ["conversation updated", "messaging updated"] == lines(news, "toni")
    assert "participant deleted in typingParticipants" in lines(news, "lene")
    assert "messaging updated" not in lines(news, "lene"), "leaders go on talking"
    assert Refusal.CONFLICT is refusal(conferences.let_audience_talk, talk, seat("lene"), quiet)


def test_who_leaves_is_missed_by_all_but_herself(talk):
    news = list(conferences.farewell(talk, talk.parties[TONI]))

    assert [
        "participantMessaging deleted in participant",
        "participant deleted in attendees",
        "participant deleted",
    ] == lines(news, "lene")
    assert [] == lines(news, "toni")


def test_who_is_alone_tells_nobody():
    """Others may still be invited, so it goes on."""
    talk = several()
    add(talk, "toni")
    leaving.leave(talk, seat("sara"), NOW)
    stopped = conferences.stop_messaging(talk, talk.parties[LENE])
    added = add_messaging(talk, "lene", "Hello")
    gone = conferences.farewell(talk, talk.parties[LENE])

    assert (stopped, added) == tuple(
        [one for one in news if seat("lene") in one.to] for news in (stopped, added)
    )
    assert [] == list(gone)


def test_who_comes_when_all_have_left_finds_herself_alone():
    talk = several()
    add(talk, "toni")
    leaving.leave(talk, seat("sara"), NOW)
    talk.parties.pop(LENE)
    news = accept(talk, "toni")

    assert "participant added in attendees" in lines(news, "toni")
    assert ["participantInvitation completed Success"] == lines(news, "lene")
