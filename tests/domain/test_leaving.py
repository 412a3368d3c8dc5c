"""Leaving, and what time does to conversations."""

from __future__ import annotations

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openucwa.domain import leaving, messaging
from openucwa.domain.conversations import LINGER
from openucwa.domain.inviting import RING
from openucwa.domain.messaging import FETCH, TYPING
from openucwa.domain.parties import REMEMBERED
from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.seen import ConversationState
from small_talks import (
    NOW,
    a_talk,
    accept,
    add,
    address,
    arrive,
    lines,
    ringing,
    say,
    seat,
    several,
    two,
)

ENDS = "conversation deleted"


def end_of(news, name, application="1"):
    """Return how a conversation ends for an application, or None."""
    told = lines(news, name, application)
    return told[-1] if told and told[-1].startswith(ENDS) else None


# ------------------------------------------------------------------------------- leaving


@pytest.mark.parametrize("leave", [leaving.stop, leaving.leave])
@pytest.mark.parametrize(("who", "other"), [("lene", "sara"), ("sara", "lene")])
def test_r9_13_of_two_either_ends_it_for_both(leave, who, other):
    talk = two()
    news = leave(talk, seat(who), NOW)

    assert (ENDS, f"{ENDS} Removed") == (end_of(news, who), end_of(news, other))
    assert ({}, NOW) == (talk.parties, talk.ended)


@pytest.mark.parametrize("leave", [leaving.stop, leaving.leave])
@pytest.mark.parametrize(
    ("who", "told"),
    [
        ("lene", ["Failure Canceled", "Failure CanceledByCaller"]),
        ("sara", ["Failure Declined", "Failure Declined"]),
    ],
)
def test_r9_19_before_it_is_connected_leaving_cancels_or_declines(leave, who, told):
    talk, _ = ringing()
    news = leave(talk, seat(who), NOW)

    assert [f"messagingInvitation completed {one}" for one in told] == [
        lines(news, name)[0] for name in ("lene", "sara")
    ]
    assert NOW == talk.ended


def test_a_conference_goes_on_without_somebody():
    talk = several("toni")
    news = leaving.leave(talk, seat("toni"), NOW)

    assert (ENDS, None) == (end_of(news, "toni"), talk.ended)
    assert "participant deleted" == lines(news, "sara")[-1]


def test_r9_25_in_a_conference_messaging_alone_can_be_stopped():
    talk = several("toni")
    leaving.stop(talk, seat("toni"), NOW)

    assert ConversationState.CONFERENCED is talk.parties[address("toni")].state
    with pytest.raises(Refused) as refused:
        leaving.stop(talk, seat("toni"), NOW)
    assert Refusal.CONFLICT is refused.value.refusal


def test_who_is_last_takes_back_what_still_rings():
    talk = several()
    add(talk, "toni")
    for who in ("sara", "lene"):
        news = leaving.leave(talk, seat(who), NOW)

    assert ["participantInvitation completed Failure Canceled"] == lines(news, "lene")[-1:]
    assert "Failure CanceledByCaller" in lines(news, "toni")[0]
    assert NOW == talk.ended


def test_nobody_leaves_what_she_is_not_in():
    with pytest.raises(Refused) as refused:
        leaving.leave(two(), seat("lene", "2"), NOW)

    assert Refusal.CONVERSATION_NOT_FOUND is refused.value.refusal


@pytest.mark.parametrize("gone", [True, False])
def test_an_application_that_has_gone_has_not_declined(gone):
    talk, _ = ringing()
    news = leaving.leave(talk, seat("sara"), NOW, gone=gone)

    outcome = "TemporarilyUnavailable" if gone else "Declined"
    assert f"messagingInvitation completed Failure {outcome}" == lines(news, "lene")[0]
    assert [gone] == [one.missed for one in talk.attendances if one.owner == address("sara")]


@pytest.mark.parametrize("gone", [True, False])
def test_what_was_said_to_an_application_that_has_gone_was_missed(gone):
    """Who leaves has had her chance to read it."""
    talk = several("toni")
    message, _ = say(talk, "lene")
    arrive(talk, message, "sara")
    news = leaving.leave(talk, seat("toni"), NOW, gone=gone)

    assert gone is ("message completed Success" in lines(news, "lene"))
    assert [gone] == [one.missed for one in talk.attendances if one.owner == address("toni")]


def test_r9_39_leaders_remove_others():
    talk = several("toni")
    news = leaving.eject(talk, seat("lene"), address("toni"), NOW)

    assert f"{ENDS} Ejected" == end_of(news, "toni")
    with pytest.raises(Refused) as refused:
        leaving.eject(talk, seat("sara"), address("lene"), NOW)
    assert Refusal.FORBIDDEN is refused.value.refusal


# ---------------------------------------------------------------------------------- time


def typing(talk):
    messaging.start_typing(talk, talk.parties[address("sara")], NOW)


def fetched(talk):
    arrive(talk, say(talk, "lene")[0], "sara")


@pytest.mark.parametrize(
    ("change", "after"),
    [
        (lambda _: None, None),
        (lambda talk: say(talk, "lene"), FETCH),
        (fetched, REMEMBERED),
        (typing, TYPING),
        (lambda talk: add(talk, "toni"), RING),
        (lambda talk: leaving.leave(talk, seat("lene"), NOW), LINGER),
    ],
    ids=["nothing", "said", "fetched", "typing", "ringing", "over"],
)
def test_when_something_changes_by_itself(change, after):
    talk = two()
    change(talk)

    assert (None if after is None else NOW + after) == leaving.next_change(talk)


def test_the_first_change_counts():
    talk = two()
    fetched(talk)
    typing(talk)
    say(talk, "lene")

    assert NOW + TYPING == leaving.next_change(talk)


@given(st.sets(st.sampled_from(["said", "fetched", "typing", "ringing", "over"])))
def test_once_it_has_happened_something_later_is_next(what):
    """So nobody looks again and again, and in the end everything is at rest."""
    talk, now = two(), NOW
    changes = {
        "said": lambda talk: say(talk, "lene"),
        "fetched": fetched,
        "typing": typing,
        "ringing": lambda talk: add(talk, "toni"),
    }
    for name in sorted(what - {"over"}):
        changes[name](talk)
    if "over" in what:
        leaving.leave(talk, seat("lene"), NOW)
        leaving.leave(talk, seat("sara"), NOW) if talk.has(seat("sara")) else None
    while (due := leaving.next_change(talk)) is not None and not talk.is_over(due):
        assert due > now
        now = due
        talk.settle(talk.attendances, talk.count)
        leaving.pass_time(talk, now)

    assert ("over" in what) is (talk.ended is not None)
    assert not any(message.pending for message in talk.messages.values())


def busy():
    """A conversation in which everything is under way."""
    talk = several("toni")
    add(talk, "ada")
    typing(talk)
    say(talk, "lene")
    return talk


@pytest.mark.parametrize("downtime", [0.0, 3600.0])
def test_while_the_server_is_down_no_time_passes(downtime):
    """Nobody could answer, fetch or type."""
    talk = busy()
    before = leaving.next_change(talk)
    leaving.restore(talk, downtime)

    assert before + downtime == leaving.next_change(talk)
    assert [] == leaving.pass_time(talk, before + downtime - 0.01)


def test_two_absences_are_the_sum_of_both():
    once, twice = busy(), busy()
    assert once == twice
    leaving.restore(once, 90.0)
    for downtime in (60.0, 30.0):
        leaving.restore(twice, downtime)

    assert once == twice


def test_also_the_end_is_put_off():
    talk = two()
    leaving.leave(talk, seat("lene"), NOW)
    talk.settle(talk.attendances, talk.count)
    leaving.restore(talk, 60.0)

    assert (False, True) == (talk.is_over(NOW + LINGER), talk.is_over(NOW + LINGER + 60))


def test_where_nothing_is_due_time_changes_nothing():
    talk = busy()
    before = deepcopy(talk)

    assert [] == leaving.pass_time(talk, NOW + 1)
    assert before == talk
    assert ([], None) == (leaving.pass_time(a_talk(), NOW), leaving.next_change(a_talk()))


def test_r9_30_who_did_not_answer_in_time_can_no_longer_accept():
    talk, _ = ringing()
    leaving.pass_time(talk, NOW + RING)
    with pytest.raises(Refused):
        accept(talk, "sara")
