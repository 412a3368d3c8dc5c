"""Inviting: where it rings, who answers, and how it ends."""

from __future__ import annotations

import pytest

from openucwa.domain import inviting, leaving
from openucwa.domain.applications import Application, Communication, Key
from openucwa.domain.inviting import RING, Outcome, Reach, reach
from openucwa.domain.modalities import Modality
from openucwa.domain.people import Level
from openucwa.domain.presence import Endpoint, Preferred, Standing, manual_claim
from openucwa.domain.privacy import VIEWS
from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.seen import CallState, ConversationState, InvitationState, Role
from openucwa.domain.users import arrive
from small_talks import (
    HTML,
    NOW,
    PLAIN,
    accept,
    add,
    address,
    lines,
    ringing,
    seat,
    several,
    two,
)

LENE, SARA = address("lene"), address("sara")
ABSENT, DND = Outcome.TEMPORARILY_UNAVAILABLE, Outcome.DO_NOT_DISTURB
TALKS, CALLS = frozenset({Modality.MESSAGING}), frozenset({Modality.PHONE_AUDIO})


# -------------------------------------------------------------------------- where it rings


def somebody(*applications, state=None):
    """Return Sara with applications for those modalities, None for one that only lurks."""
    manual = manual_claim(state, NOW) if state else None
    user = arrive(SARA, Standing(manual=manual))
    for number, modalities in enumerate(applications, 1):
        endpoint = None if modalities is None else Endpoint(NOW, 300, 300)
        communication = Communication(modalities=tuple(modalities or ()))
        user.applications[str(number)] = Application(
            str(number), Key("e", "", "", ""), NOW, NOW, {}, endpoint, communication=communication
        )
    return user


@pytest.mark.parametrize(
    ("applications", "where"),
    [
        ([TALKS], "1"),
        ([TALKS, TALKS], "12"),
        ([CALLS, TALKS | CALLS], "2"),
        ([None, TALKS], "2"),
        ([], ""),
        ([None], ""),
        ([CALLS, frozenset()], ""),
    ],
)
def test_r9_8_it_rings_where_messages_are_wanted(applications, where):
    found = reach(somebody(*applications), Level.COLLEAGUES, NOW)

    assert (tuple(where), None if where else ABSENT) == (found.applications, found.obstacle)
    assert found.told, "she missed it, and will know"


@pytest.mark.parametrize(
    "state",
    [None, Preferred.BUSY, Preferred.AWAY, Preferred.BE_RIGHT_BACK, Preferred.DO_NOT_DISTURB],
)
@pytest.mark.parametrize("level", VIEWS)
def test_r9_7_who_may_interrupt_and_who_is_blocked(level, state):
    """Blocked people find nobody, as if she were not there, and leave no trace with her."""
    found = reach(somebody(TALKS, state=state), level, NOW)

    if level is Level.BLOCKED:
        assert Reach(obstacle=ABSENT, told=False) == found
    elif state is Preferred.DO_NOT_DISTURB and not VIEWS[level].interrupts:
        assert Reach(obstacle=DND) == found
    else:
        assert Reach(("1",)) == found


def test_who_is_not_there_is_not_busy_either():
    """What cannot ring is unavailable, whatever she said of herself."""
    user = somebody(CALLS, state=Preferred.DO_NOT_DISTURB)

    assert ABSENT is reach(user, Level.COLLEAGUES, NOW).obstacle


# ----------------------------------------------------------------------------- beginning

CALLER = ["messagingInvitation started", "conversation added", "localParticipant added"]
CALLER += ["messaging updated"]
CLOSED = ["conversation updated", "messaging updated"]
CLOSED_TO_CALLER = [*CLOSED, "localParticipant deleted", "conversation deleted"]
CLOSED_TO_CALLEE = [*CLOSED, "participant deleted", "localParticipant deleted"]
CLOSED_TO_CALLEE += ["conversation deleted"]


def test_both_sides_are_told_that_it_rings():
    talk, news = ringing("1", "2")

    assert CALLER == lines(news, "lene")
    for where in "12":
        assert ["messagingInvitation started", "conversation added"] == lines(news, "sara", where)[
            :2
        ]
    assert (CallState.CONNECTING, ConversationState.CONNECTING) == (
        talk.parties[LENE].messaging,
        talk.parties[LENE].state,
    )


@pytest.mark.parametrize("obstacle", [ABSENT, DND])
def test_an_obstacle_ends_it_at_once(obstacle):
    talk, news = ringing(where=Reach(obstacle=obstacle))
    completed = f"messagingInvitation completed Failure {obstacle}"

    assert [*CALLER, completed, *CLOSED_TO_CALLER] == lines(news)
    assert (NOW, {}) == (talk.ended, talk.parties)


def test_the_first_words_are_kept_for_who_accepts():
    talk, _ = ringing(said="Hello")
    assert not talk.messages[1].pending
    news = accept(talk, "sara")

    assert "message completed Success" in lines(news, "sara")
    assert {SARA} == talk.messages[1].pending.keys()


def test_a_forwarded_invitation_says_so():
    _, news = ringing(on_behalf_of="sip:toni@contoso.test")

    assert [*CALLER, "messagingInvitation updated"] == lines(news, "lene")
    assert InvitationState.FORWARDED is news[4].shown.state


# ----------------------------------------------------------------------------- accepting


def test_both_are_connected_once_one_accepts():
    talk, _ = ringing()
    news = accept(talk, "sara", formats=(HTML,))
    lene, sara = talk.parties.values()

    assert {CallState.CONNECTED} == {lene.messaging, sara.messaging}
    assert ("1", (PLAIN, HTML)) == (sara.application, sara.formats)
    for who in ("lene", "sara"):
        assert "messagingInvitation completed Success" in lines(news, who)
    (begins,) = (one for one in news if one.apart)
    assert (seat("lene"),) == begins.to, "what the caller hears begins a package"


def test_r9_26_it_stops_ringing_elsewhere():
    talk, _ = ringing("1", "2", "3")
    news = accept(talk, "sara", "2")
    completed = "messagingInvitation completed Failure ConnectedElsewhere"

    for where in "13":
        assert [completed, *CLOSED_TO_CALLEE] == lines(news, "sara", where)
    assert not talk.attendances[1].missed


@pytest.mark.parametrize("end", ["accept", "decline", "cancel", "expire"])
@pytest.mark.parametrize(
    "then",
    [
        lambda talk, _: accept(talk, "sara", "1"),
        lambda *which: inviting.decline(*which, seat("sara"), everywhere=True, now=NOW),
    ],
    ids=["accept", "decline"],
)
def test_what_has_been_decided_cannot_be_decided_again(end, then):
    talk, _ = ringing("1", "2")
    (invitation,) = talk.invitations.values()
    decide(talk, end)
    with pytest.raises(Refused) as refused:
        then(talk, invitation)

    assert Refusal.CONFLICT is refused.value.refusal


def decide(talk, how):
    (invitation,) = talk.invitations.values()
    if how == "accept":
        return accept(talk, "sara", "2")
    if how == "decline":
        return inviting.decline(talk, invitation, seat("sara"), everywhere=True, now=NOW)
    if how == "lose":
        first = inviting.lose(talk, invitation, seat("sara", "1"), NOW)
        assert [] == first, "it still rings elsewhere"
        return inviting.lose(talk, invitation, seat("sara", "2"), NOW)
    return getattr(inviting, how)(talk, invitation, NOW)


# -------------------------------------------------------------------------------- ending


@pytest.mark.parametrize(
    ("how", "caller", "callee", "state", "missed"),
    [
        ("decline", "Declined", "Declined", InvitationState.DECLINED, False),
        ("cancel", "Canceled", "CanceledByCaller", InvitationState.CANCELLED, True),
        ("expire", "Timeout", "Missed", InvitationState.FAILED, True),
        ("lose", "TemporarilyUnavailable", None, InvitationState.FAILED, True),
    ],
)
def test_how_it_ends_and_what_each_is_told(how, caller, callee, state, missed):
    """R9.7, R9.19, R9.30: also that she missed it, unless she declined."""
    talk, _ = ringing("1", "2")
    news = decide(talk, how)
    completed = "messagingInvitation completed Failure "

    assert [completed + caller, *CLOSED_TO_CALLER] == lines(news, "lene")
    for where in "12":
        told = [completed + callee, *CLOSED_TO_CALLEE] if callee else []
        assert told == lines(news, "sara", where)
    assert (state, NOW) == (talk.invitations["to sara"].state, talk.ended)
    assert [missed] == [one.missed for one in talk.attendances if one.owner == SARA]
    assert () == talk.invitations["to sara"].ringing()


def test_r9_7_declining_here_leaves_it_ringing_there():
    talk, _ = ringing("1", "2")
    (invitation,) = talk.invitations.values()
    first = inviting.decline(talk, invitation, seat("sara", "1"), everywhere=False, now=NOW)
    last = inviting.decline(talk, invitation, seat("sara", "2"), everywhere=False, now=NOW)

    assert ([], talk.ended) == (lines(first, "lene"), NOW)
    assert "messagingInvitation completed Failure Declined" == lines(last, "lene")[0]


def test_who_declined_here_can_still_accept_there():
    talk, _ = ringing("1", "2")
    (invitation,) = talk.invitations.values()
    inviting.decline(talk, invitation, seat("sara", "1"), everywhere=False, now=NOW)
    accept(talk, "sara", "2")

    assert InvitationState.CONNECTED is invitation.state
    assert talk.has(seat("sara", "2"))


# ------------------------------------------------------------------------- inviting more


def test_the_third_makes_a_conference_of_it():
    talk = two()
    news = add(talk, "toni")

    assert talk.meeting is not None
    assert "onlineMeeting added in conversation" in lines(news, "sara")
    assert ["onlineMeetingInvitation started", "conversation added"] == lines(news, "toni")
    assert (Role.LEADER, Role.ATTENDEE) == tuple(one.role for one in talk.parties.values())


def test_an_obstacle_leaves_a_conversation_of_two_as_it_is():
    talk = two()
    news = add(talk, "toni", where=Reach(obstacle=ABSENT))

    assert [
        "participantInvitation started",
        "participantInvitation completed Failure TemporarilyUnavailable",
    ] == lines(news)
    assert (None, None, 2) == (talk.meeting, talk.ended, len(talk.parties))


@pytest.mark.parametrize("who", ["sara", "toni", "lene"])
def test_who_is_there_or_for_whom_it_rings_is_not_invited_again(who):
    talk = two()
    add(talk, "toni")
    with pytest.raises(Refused) as refused:
        add(talk, who)

    assert Refusal.ALREADY_EXISTS is refused.value.refusal


def test_who_did_not_come_can_be_invited_again():
    talk = two()
    add(talk, "toni")
    inviting.expire(talk, talk.invitations["to toni"], NOW + RING)
    add(talk, "toni")
    accept(talk, "toni")

    assert talk.has(seat("toni"))


@pytest.mark.parametrize("by", ["lene", "sara"])
def test_nobody_is_invited_before_it_is_connected(by):
    talk, _ = ringing()
    with pytest.raises(Refused) as refused:
        add(talk, "toni", by=by)

    assert Refusal.CONFLICT is refused.value.refusal


@pytest.mark.parametrize(
    ("how", "outcome"),
    [("expire", "Timeout"), ("cancel", "Canceled")],
)
def test_r11_3_who_invited_hears_how_it_went_even_if_she_has_left(how, outcome):
    talk = several("toni")
    add(talk, "ada")
    leaving.leave(talk, seat("lene"), NOW)
    news = getattr(inviting, how)(talk, talk.invitations["to ada"], NOW)

    assert [f"participantInvitation completed Failure {outcome}"] == lines(news, "lene")
    assert talk.ended is None


def test_one_more_who_is_blocked_leaves_no_trace_either():
    talk = two()
    add(talk, "toni", where=Reach(obstacle=ABSENT, told=False))

    assert [LENE, SARA] == [one.owner for one in talk.attendances]


def test_an_invitation_to_nobody_cannot_be_answered():
    """It connected messaging to a conference, and that was that."""
    talk = several("toni")
    invitation = talk.invitations["messaging of toni"]
    with pytest.raises(Refused) as refused:
        inviting.accept(talk, invitation, seat("toni"), (), NOW)

    assert Refusal.CONFLICT is refused.value.refusal
