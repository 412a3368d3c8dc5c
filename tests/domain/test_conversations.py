"""Conversations: who is in one, what each sees, and what the history has of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openucwa.domain import inviting, leaving, messaging
from openucwa.domain.conversations import LINGER
from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.seen import (
    AudienceMessaging,
    CallState,
    ConversationState,
    Delivery,
    Direction,
    InvitationState,
    MessageText,
    Role,
)
from small_talks import (
    HTML,
    MEETING,
    NOW,
    PLAIN,
    a_talk,
    accept,
    add,
    address,
    arrive,
    party,
    ringing,
    say,
    seat,
    several,
    two,
)

LENE, SARA, TONI = map(address, ("lene", "sara", "toni"))
BOTH = (PLAIN, HTML)


# ------------------------------------------------------------------------------------ who


@pytest.mark.parametrize("who", [seat("lene"), seat("sara", "1"), seat("sara", "2")])
def test_who_takes_part_or_is_invited_is_found(who):
    talk, _ = ringing("1", "2")

    assert who.address == talk.party(who).address
    assert talk.has(who)
    assert talk.is_of(who.address)


@pytest.mark.parametrize("who", [seat("lene", "2"), seat("sara", "3"), seat("toni")])
def test_nobody_else_is(who):
    talk, _ = ringing("1", "2")
    with pytest.raises(Refused) as refused:
        talk.party(who)

    assert Refusal.CONVERSATION_NOT_FOUND is refused.value.refusal
    assert not talk.has(who)


def test_who_declined_is_no_longer_in_it_but_is_who_rings_elsewhere():
    talk, _ = ringing("1", "2")
    (invitation,) = talk.invitations.values()
    inviting.decline(talk, invitation, seat("sara"), everywhere=False, now=NOW)

    assert [False, True] == [talk.has(seat("sara", one)) for one in "12"]
    assert [seat("lene"), seat("sara", "2")] == talk.everyone()
    assert talk.is_of(SARA)


def test_who_called_is_found_as_long_as_the_invitation_can_be_looked_at():
    talk, _ = ringing()
    leaving.stop(talk, seat("lene"), NOW)

    assert (frozenset({LENE}), False) == (talk.addresses(), talk.is_of(LENE))
    assert "to sara" == talk.invitation("to sara", seat("lene")).id


@pytest.mark.parametrize(
    ("identifier", "who", "found"),
    [
        ("to sara", seat("lene"), True),
        ("to sara", seat("sara", "2"), True),
        ("to sara", seat("lene", "2"), False),
        ("to sara", seat("sara", "3"), False),
        ("to sara", seat("toni", "1"), False),
        ("to toni", seat("lene"), False),
    ],
)
def test_an_invitation_is_seen_by_who_sent_it_and_where_it_rang(identifier, who, found):
    talk, _ = ringing("1", "2")
    accept(talk, "sara", "1")
    if found:
        assert identifier == talk.invitation(identifier, who).id
    else:
        with pytest.raises(Refused):
            talk.invitation(identifier, who)


def test_others_and_seats_leave_one_out():
    talk = several("toni")
    lene = talk.parties[LENE]
    talk.parties[TONI].messaging = CallState.DISCONNECTED

    assert [SARA, TONI] == [one.address for one in talk.others(lene)]
    assert (seat("sara"), seat("toni")) == talk.seats(lene)
    assert (seat("sara"),) == talk.seats(lene, talking=True)
    assert 3 == len(talk.seats())


@pytest.mark.parametrize(
    ("lene", "sara", "common"),
    [
        (BOTH, BOTH, BOTH),
        (BOTH, (PLAIN,), (PLAIN,)),
        ((PLAIN,), BOTH, (PLAIN,)),
        ((HTML,), (HTML,), BOTH),
        ((HTML,), (PLAIN,), (PLAIN,)),
    ],
)
def test_r9_48_formats_are_those_that_all_can_read_and_always_plain(lene, sara, common):
    assert common == two(lene=lene, sara=sara).formats()


def test_who_cannot_be_talked_to_has_no_say_in_formats():
    talk = two(lene=BOTH, sara=BOTH)
    talk.parties[TONI] = party("toni")

    assert BOTH == talk.formats()


@pytest.mark.parametrize(
    ("number", "who", "found"),
    [
        (1, seat("lene"), True),
        (1, seat("lene", "2"), False),
        (1, seat("toni"), False),
        (2, seat("toni"), True),
        (2, seat("ada"), False),
        (3, seat("lene"), False),
    ],
)
def test_what_was_said_is_remembered_for_those_who_were_there(number, who, found):
    """Lene said one thing before Toni came, and one after; for Ada it only rings."""
    talk = two()
    say(talk, "lene")
    add(talk, "toni")
    accept(talk, "toni")
    say(talk, "lene")
    add(talk, "ada")

    assert found is (talk.remembered(number, who) is not None)


# --------------------------------------------------------------------------- what they see


def test_of_a_conversation_each_sees_her_own_state():
    talk, _ = ringing()
    lene, sara = (talk.seen(talk.party(seat(name))) for name in ("lene", "sara"))

    assert (ConversationState.CONNECTING, False, LENE) == (lene.state, lene.messaging, lene.me)
    assert (ConversationState.INCOMING, True, "Sara") == (sara.state, sara.messaging, sara.my_name)
    assert ("Lunch", "thread", NOW) == (sara.subject, sara.thread, sara.created)
    assert lene.audience is None, "there is none outside of conferences"


def test_in_a_conference_messaging_does_not_come_with_an_invitation():
    talk = two()
    add(talk, "toni")
    toni, lene = (talk.seen(talk.party(seat(name))) for name in ("toni", "lene"))

    assert (ConversationState.INCOMING, False, False) == (toni.state, toni.messaging, toni.leading)
    assert (True, True, 2) == (lene.conference, lene.leading, lene.participants)
    assert AudienceMessaging.ENABLED is lene.audience


def test_messaging_shows_formats_only_while_it_is_connected():
    talk, _ = ringing()
    connecting = talk.messaging_seen(talk.parties[LENE])
    accept(talk, "sara")
    connected = talk.messaging_seen(talk.parties[LENE])

    assert (CallState.CONNECTING, (), False) == (
        connecting.state,
        connecting.formats,
        connecting.may_add,
    )
    assert (CallState.CONNECTED, (PLAIN,)) == (connected.state, connected.formats)


def test_r9_35_messaging_can_be_added_once_one_is_in_the_conference():
    talk = two()
    add(talk, "toni")
    before = talk.messaging_seen(talk.party(seat("toni"))).may_add
    accept(talk, "toni")

    assert (False, True) == (before, talk.messaging_seen(talk.parties[TONI]).may_add)


@pytest.mark.parametrize("audience", AudienceMessaging)
@pytest.mark.parametrize("role", [None, *Role])
def test_r9_46_only_attendees_may_have_to_be_quiet(audience, role):
    talk = replace(a_talk(), audience=audience)
    quiet = audience is AudienceMessaging.DISABLED and role is Role.ATTENDEE

    assert quiet is not talk.may_say(party("toni", role=role))


def test_a_participant_is_seen_as_oneself_or_by_a_leader_or_an_attendee():
    talk = several("toni")
    lene, toni = talk.parties[LENE], talk.parties[TONI]
    own, hers, his = (
        talk.participant_seen(*pair) for pair in ((lene, lene), (toni, lene), (lene, toni))
    )

    assert [(True, True), (False, True), (False, False)] == [
        (one.local, one.leading) for one in (own, hers, his)
    ]
    assert (Role.LEADER, True) == (his.role, his.organizer)
    assert (Role.ATTENDEE, False, True) == (hers.role, hers.organizer, hers.messaging)


def test_an_invitation_looks_different_from_both_sides():
    talk, _ = ringing(said="Hello")
    (invitation,) = talk.invitations.values()
    out, into = (talk.invitation_seen(invitation, seat(name)) for name in ("lene", "sara"))

    assert (Direction.OUTGOING, "op") == (out.direction, out.operation)
    assert (Direction.INCOMING, "") == (into.direction, into.operation)
    assert (True, False) == (out.sender.local, into.sender.local)
    assert MessageText("Hello") == out.message == into.message
    assert out.open
    assert not talk.invitation_seen(invitation, seat("sara"), decided=True).open


def test_r9_26_where_it_was_not_accepted_it_shows_who_did():
    talk, _ = ringing("1", "2")
    accept(talk, "sara", "1")
    (invitation,) = talk.invitations.values()
    out, won, lost = (
        talk.invitation_seen(invitation, one)
        for one in (seat("lene"), *map(seat, ["sara"] * 2, "12"))
    )

    assert (SARA, None) == (out.accepted_by.address, won.accepted_by)
    assert ("", SARA) == (won.accepted_elsewhere, lost.accepted_elsewhere)
    assert (InvitationState.CONNECTED, InvitationState.FAILED) == (won.state, lost.state)


def test_who_sent_an_invitation_is_known_by_name_after_she_left():
    talk = several("toni")
    leaving.leave(talk, seat("lene"), NOW)
    seen = talk.invitation_seen(talk.invitations["to toni"], seat("toni"))

    assert ("Lene", LENE, f"sip:{LENE}") == (seen.sender.name, seen.sender.address, seen.sender.uri)


def test_what_became_of_a_message_is_its_senders_business():
    talk = two()
    message, _ = say(talk, "lene", operation="op 1")
    message.failed.append(SARA)
    out, into = (
        talk.message_seen(message, one) for one in (Direction.OUTGOING, Direction.INCOMING)
    )

    assert ("op 1", Delivery.PENDING, (SARA,)) == (out.operation, out.status, out.failed)
    assert ("", Delivery.SUCCEEDED, ()) == (into.operation, into.status, into.failed)
    assert "Lene" == into.name


def test_a_meeting_is_seen_where_there_is_one():
    talk = two()
    assert talk.meeting_seen() is None

    add(talk, "toni")
    seen = talk.meeting_seen()
    assert ("M", MEETING.uri, "Lene", "Lunch") == (
        seen.id,
        seen.uri,
        seen.organizer_name,
        seen.subject,
    )


# ----------------------------------------------------------------------------- the history


def test_each_attends_from_her_first_message_to_her_last():
    talk = several("toni")
    say(talk, "lene")
    leaving.leave(talk, seat("toni"), NOW)
    say(talk, "lene")

    assert [(LENE, 1, None), (SARA, 1, None), (TONI, 1, 1)] == [
        (one.owner, one.first, one.last) for one in talk.attendances
    ]


def test_who_does_not_come_has_missed_it():
    talk, _ = ringing()
    leaving.pass_time(talk, NOW + inviting.RING)

    assert [(LENE, False), (SARA, True)] == [(one.owner, one.missed) for one in talk.attendances]


def test_who_is_blocked_leaves_no_trace():
    talk, _ = ringing(where=inviting.Reach(obstacle=inviting.Outcome.DECLINED, told=False))

    assert [LENE] == [one.owner for one in talk.attendances]


def test_what_is_settled_is_forgotten_once_it_is_over_for_her():
    talk = several("toni")
    leaving.leave(talk, seat("toni"), NOW)
    written = [replace(one) for one in talk.attendances]
    talk.settle(written, talk.count)

    assert not talk.has_news_for_history
    assert [LENE, SARA] == [one.owner for one in talk.attendances]


def test_what_changed_while_it_was_written_is_still_to_be_written():
    talk = two()
    say(talk, "lene")
    written = [replace(one) for one in talk.attendances]
    message, _ = say(talk, "sara")
    messaging.give_up(talk, message, LENE)
    talk.settle(written, 1)

    assert [2] == [one.number for one in talk.unlogged()]
    assert talk.unsettled, "Lene has missed something since"


@given(st.lists(st.integers(0, 9), max_size=5))
def test_the_history_never_loses_what_it_has(numbers):
    talk = two()
    for _ in range(9):
        arrive(talk, say(talk, "lene")[0], "sara")
    for number in numbers:
        talk.settle(talk.attendances, number)

    assert max(numbers, default=0) == talk.logged
    assert list(range(talk.logged + 1, 10)) == [one.number for one in talk.unlogged()]


@pytest.mark.parametrize(
    ("ended", "settled", "after", "over"),
    [
        (False, True, 10 * LINGER, False),
        (True, True, LINGER - 1, False),
        (True, True, LINGER, True),
        (True, False, LINGER, False),
    ],
)
def test_r9_6_it_is_over_a_while_after_its_end_and_when_it_is_in_the_history(
    ended, settled, after, over
):
    talk = two()
    if ended:
        leaving.leave(talk, seat("lene"), NOW)
    if settled:
        talk.settle(talk.attendances, talk.count)

    assert over is talk.is_over(NOW + after)
