"""Messaging: what is said, to whom, and whether it arrives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openucwa.domain import leaving, messaging
from openucwa.domain.messaging import FETCH, MANY, TYPING
from openucwa.domain.parties import REMEMBERED
from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.seen import AudienceMessaging, CallState, Delivery, MessageText, Role
from small_talks import (
    NOW,
    accept,
    address,
    arrive,
    lines,
    ringing,
    say,
    seat,
    several,
    two,
    withdrawn,
)

OTHERS = ("sara", "toni", "ada")
SENT, FAILED = ["message completed Success"], ["message completed Failure Unreachable"]


# -------------------------------------------------------------------------- who may talk


def test_r9_22_who_is_not_connected_cannot_talk():
    talk, _ = ringing()
    for who in ("lene", "sara"):
        with pytest.raises(Refused) as refused:
            messaging.talking(talk, seat(who))
        assert Refusal.CONFLICT is refused.value.refusal


@pytest.mark.parametrize(("role", "may"), [(Role.LEADER, True), (Role.ATTENDEE, False)])
def test_r9_46_an_audience_can_be_quiet(role, may):
    talk = several("toni")
    talk.audience = AudienceMessaging.DISABLED
    talk.parties[address("toni")].role = role
    if may:
        assert talk.parties[address("toni")] is messaging.talking(talk, seat("toni"))
    else:
        with pytest.raises(Refused) as refused:
            messaging.talking(talk, seat("toni"))
        assert Refusal.FORBIDDEN is refused.value.refusal


# ---------------------------------------------------------------------- the same message


@pytest.mark.parametrize(
    ("who", "text", "operation", "after", "same"),
    [
        ("lene", "Hello", "op", 0, True),
        ("lene", "Hello", "op", REMEMBERED - 1, True),
        ("lene", "Hello", "op", REMEMBERED, False),
        ("lene", "Hello!", "op", 0, False),
        ("lene", "Hello", "op 2", 0, False),
        ("lene", "Hello", "", 0, False),
        ("sara", "Hello", "op", 0, False),
    ],
)
def test_the_same_words_of_the_same_operation_are_the_same_message_for_a_while(
    who, text, operation, after, same
):
    talk = two()
    message, _ = say(talk, "lene", "Hello", "op")
    found = messaging.said_before(talk, seat(who), MessageText(text), operation, NOW + after)

    assert (message if same else None) is found


def test_what_has_no_operation_is_never_the_same():
    talk = two()
    message, _ = say(talk, "lene", "Hello")

    assert messaging.said_before(talk, seat("lene"), message.said, "", NOW) is None


# ---------------------------------------------------------------------- what is kept


def test_numbers_go_up_by_one():
    talk = two()

    assert [1, 2, 3] == [say(talk, "lene")[0].number for _ in range(3)]
    assert 3 == talk.count


@pytest.mark.parametrize(
    ("fetched", "logged", "oldest"), [(True, 99, 2), (True, 0, 1), (False, 99, 1), (False, 0, 1)]
)
def test_of_many_messages_the_oldest_is_forgotten_if_it_has_arrived_and_is_logged(
    fetched, logged, oldest
):
    talk = two()
    talk.logged = logged
    for _ in range(MANY + 1):
        message, _ = say(talk, "lene")
        if fetched:
            arrive(talk, message, "sara")

    assert oldest == min(talk.messages)


@given(st.lists(st.sampled_from(["say", "fetch", "log", "wait"]), max_size=300))
def test_nothing_is_forgotten_too_early(steps):
    """Whatever happens, what is pending or not logged is kept."""
    talk, now = two(), NOW
    for step in steps:
        if step == "say":
            say(talk, "lene", now=now)
        elif step == "fetch" and talk.messages:
            arrive(talk, next(reversed(talk.messages.values())), "sara")
        elif step == "log":
            talk.settle(talk.attendances, talk.count)
        elif step == "wait":
            now += 7
            messaging.expire(talk, now)

    kept = set(talk.messages)
    assert set(range(talk.logged + 1, talk.count + 1)) <= kept
    assert all(one.until > now for one in talk.messages.values() if one.pending)


# -------------------------------------------------------------------- whether it arrives


def test_a_message_is_for_all_who_listen_and_its_sender_hears_when_it_reached_them():
    talk = several("toni")
    message, news = say(talk, "lene")

    assert [SENT, SENT, []] == [lines(news, who) for who in ("sara", "toni", "lene")]
    assert [] == arrive(talk, message, "sara")
    assert SENT == lines(arrive(talk, message, "toni"), "lene")
    assert Delivery.SUCCEEDED is message.status
    assert [] == arrive(talk, message, "toni"), "and is told so once"


def test_arrivals_of_what_is_unknown_change_nothing():
    talk = two()

    assert [] == messaging.arrived(talk, 7, address("sara"))
    message, _ = say(talk, "lene")
    assert [] == arrive(talk, message, "toni")


def test_to_whom_nobody_listens_it_has_been_sent_at_once():
    talk = two()
    talk.parties[address("sara")].messaging = CallState.DISCONNECTED
    message, news = say(talk, "lene")

    assert SENT == lines(news) == lines(news, "lene")
    assert Delivery.SUCCEEDED is message.status


@pytest.mark.parametrize(("after", "gone"), [(FETCH - 0.01, False), (FETCH, True)])
def test_r9_32_what_is_not_fetched_in_time_is_taken_back(after, gone):
    talk = two()
    say(talk, "lene")
    news = messaging.expire(talk, NOW + after)

    assert ([address("sara")] if gone else []) == withdrawn(news)
    assert (FAILED if gone else []) == lines(news, "lene")
    assert gone is talk.attendances[1].missed


@given(st.sets(st.sampled_from(OTHERS)))
def test_in_a_conference_a_message_fails_only_if_it_reached_nobody(reached):
    """Whom it did not reach its sender learns, and the history too."""
    talk = several("toni", "ada")
    message, _ = say(talk, "lene")
    for who in sorted(reached):
        arrive(talk, message, who)
    news = messaging.expire(talk, NOW + FETCH)
    lost = sorted(map(address, set(OTHERS) - reached))

    assert (Delivery.SUCCEEDED if reached else Delivery.FAILED) is message.status
    assert lost == message.failed == withdrawn(news)
    assert set(lost) == {one.owner for one in talk.attendances if one.missed}
    if lost:
        (told,) = (one for one in news if seat("lene") in one.to)
        assert (tuple(lost), bool(reached)) == (told.shown.failed, told.succeeded)


def test_what_has_failed_does_not_arrive_any_more():
    talk = two()
    message, _ = say(talk, "lene")
    messaging.expire(talk, NOW + FETCH)

    assert [] == arrive(talk, message, "sara")
    assert Delivery.FAILED is message.status


def test_who_left_while_a_message_was_pending_has_not_got_it():
    talk = several("toni")
    message, _ = say(talk, "lene")
    arrive(talk, message, "sara")
    leaving.leave(talk, seat("toni"), NOW)
    news = messaging.expire(talk, NOW + FETCH)

    assert [address("toni")] == withdrawn(news), "it is known where it waits"
    assert SENT == lines(news, "lene")
    assert [address("toni")] == message.failed


def test_from_an_application_that_has_gone_everything_is_taken_back():
    talk = two()
    for _ in range(2):
        say(talk, "lene")
    say(talk, "sara")
    news = messaging.give_up_on(talk, talk.parties[address("sara")])

    assert [address("sara")] * 2 == withdrawn(news)
    assert FAILED * 2 == lines(news, "lene")


def test_the_first_words_are_receipted_in_a_package_of_their_own():
    """The others belong to what is going on; they would come before its end."""
    talk, _ = ringing(said="Hello")
    accept(talk, "sara")
    (first,) = arrive(talk, talk.messages[1], "sara")
    (second,) = arrive(talk, say(talk, "lene")[0], "sara")

    assert (True, False) == (first.apart, second.apart)


@pytest.mark.parametrize(
    ("after", "logged", "kept"),
    [(REMEMBERED - 1, 1, True), (REMEMBERED, 1, False), (REMEMBERED, 0, True)],
)
def test_a_message_can_be_looked_at_for_a_while_and_until_it_is_logged(after, logged, kept):
    talk = two()
    message, _ = say(talk, "lene")
    arrive(talk, message, "sara")
    talk.logged = logged
    messaging.expire(talk, NOW + after)

    assert kept is (message.number in talk.messages)


# -------------------------------------------------------------------------------- typing


def sara(talk):
    return talk.parties[address("sara")]


STARTS = ["participant added in typingParticipants"]
STOPS = ["participant deleted in typingParticipants"]


def test_r9_24_typing_is_told_once_and_ends_by_itself():
    talk = two()
    first, again = (messaging.start_typing(talk, sara(talk), NOW + at) for at in (0, 8))

    assert (STARTS, [], []) == (lines(first, "lene"), lines(first, "sara"), again)
    assert [] == messaging.expire(talk, NOW + TYPING)
    assert STOPS == lines(messaging.expire(talk, NOW + 8 + TYPING), "lene")
    assert [] == messaging.expire(talk, NOW + 8 + 2 * TYPING)


def test_who_says_something_has_stopped_typing():
    talk = two()
    messaging.start_typing(talk, sara(talk), NOW)
    _, news = say(talk, "sara")

    assert [*STOPS, *SENT] == lines(news, "lene")
    assert [] == messaging.stop_typing(talk, sara(talk))


def test_nobody_is_told_of_typing_who_does_not_talk():
    talk = several("toni")
    talk.parties[address("toni")].messaging = CallState.DISCONNECTED
    news = messaging.start_typing(talk, sara(talk), NOW)

    assert (STARTS, []) == (lines(news, "lene"), lines(news, "toni"))


def test_who_is_alone_types_for_nobody():
    talk = two()
    talk.parties[address("lene")].messaging = CallState.DISCONNECTED

    assert [] == messaging.start_typing(talk, sara(talk), NOW)
    assert [] == messaging.stop_typing(talk, sara(talk))
