"""News: what those in a conversation are told."""

from __future__ import annotations

from typing import get_args

import pytest

from openucwa.domain.news import (
    RECEIPT,
    SAID,
    WITHDRAWN,
    Outcome,
    closing,
    of_conversation,
    of_invitation,
    of_local,
    of_meeting,
    of_message,
    of_messaging,
    of_participant,
    of_participant_messaging,
    withdrawal,
)
from openucwa.domain.parties import Kind
from openucwa.domain.seen import (
    CallState,
    ConversationState,
    Delivery,
    Direction,
    InvitationSeen,
    MeetingSeen,
    Seen,
)
from openucwa.hyper.catalogue import Catalogue
from openucwa.resources import CHAPTERS
from small_talks import address, lines, ringing, say, seat, several, two

TO = (seat("sara"),)
KINDS = ("added", "updated", "deleted")


@pytest.fixture
def talk():
    return several("toni")


def lene(talk):
    return talk.parties[address("lene")]


@pytest.mark.parametrize(
    ("make", "shown"),
    [
        (of_conversation, {"added", "updated"}),
        (of_local, {"added", "updated"}),
        (of_participant, set()),
        (of_participant_messaging, set()),
        (lambda *about: of_participant_messaging(*about, local=True), {"added", "updated"}),
    ],
    ids=["conversation", "local", "participant", "messaging of others", "her own messaging"],
)
@pytest.mark.parametrize("kind", KINDS)
def test_r3_28_what_is_embedded_and_what_is_only_linked(talk, make, shown, kind):
    news = make(talk, TO, lene(talk), kind)

    assert (kind in shown) is (news.shown is not None)
    assert (TO, kind, ("conversation", "c")) == (news.to, news.type, news.params[0])


def test_r3_31_participants_are_told_by_name():
    talk = two()
    told = of_participant(talk, TO, lene(talk), "added", "attendees")

    assert ("Lene", "attendees") == (told.title, told.inside)
    assert (("conversation", "c"), ("participant", "lene@contoso.test")) == told.params


def test_messaging_is_always_an_update(talk):
    told = of_messaging(talk, TO, lene(talk), Outcome.REMOVED)

    assert ("updated", Outcome.REMOVED) == (told.type, told.reason)


@pytest.mark.parametrize(
    ("kind", "reason", "succeeded"),
    [
        ("started", None, None),
        ("updated", None, None),
        ("completed", None, True),
        ("completed", Outcome.TIMEOUT, False),
    ],
)
def test_an_operation_succeeded_unless_there_is_a_reason_why_not(kind, reason, succeeded):
    talk, _ = ringing()
    (invitation,) = talk.invitations.values()
    told = of_invitation(talk, invitation, TO, kind, reason=reason)

    assert (succeeded, reason) == (told.succeeded, told.reason)
    assert isinstance(told.shown, InvitationSeen)
    assert (("invitation", "to sara"),) == told.params


def test_r9_33_each_side_is_told_of_her_own_kind_of_invitation():
    talk, _ = ringing(kind=Kind.PARTICIPANT)
    (invitation,) = talk.invitations.values()

    assert ["participantInvitation", "onlineMeetingInvitation"] == [
        of_invitation(talk, invitation, (seat(one),), "updated").rel for one in ("lene", "sara")
    ]


@pytest.mark.parametrize(
    ("direction", "status", "succeeded", "urgency", "receipt"),
    [
        (Direction.INCOMING, Delivery.PENDING, True, SAID, 1),
        (Direction.OUTGOING, Delivery.SUCCEEDED, True, RECEIPT, 0),
        (Direction.OUTGOING, Delivery.FAILED, False, RECEIPT, 0),
    ],
)
def test_r9_20_r9_28_readers_are_told_what_was_said_and_senders_how_it_went(
    direction, status, succeeded, urgency, receipt
):
    talk = two()
    message, _ = say(talk, "lene")
    message.status = status
    told = of_message(talk, message, TO, direction)

    assert (succeeded, urgency, receipt) == (told.succeeded, told.urgency, told.receipt)
    assert (None if succeeded else Outcome.UNREACHABLE) == told.reason
    assert direction is told.shown.direction


def test_only_messages_are_more_urgent_than_their_resource_says(talk):
    assert 0 == of_messaging(talk, TO, lene(talk)).urgency


def test_what_is_taken_back_names_the_message_and_shows_nothing():
    talk = two()
    message, _ = say(talk, "lene")
    told = withdrawal(talk, message, TO)

    assert (WITHDRAWN, "message", None) == (told.type, told.rel, told.shown)
    assert (("conversation", "c"), ("message", "1")) == told.params


def test_a_meeting_is_shown_where_it_is_added(talk):
    told = of_meeting(talk, TO)

    assert ("onlineMeeting", "added") == (told.rel, told.type)
    assert isinstance(told.shown, MeetingSeen)


def test_r9_13_the_end_is_told_inside_out(talk):
    """Messaging, the others, oneself, and at last the conversation, which shows how it ended."""
    news = list(closing(talk, TO, lene(talk), Outcome.EJECTED))

    assert [
        "conversation updated",
        "messaging updated Ejected",
        "participant deleted",
        "participant deleted",
        "localParticipant deleted",
        "conversation deleted Ejected",
    ] == lines(news)
    assert ConversationState.DISCONNECTED is news[0].shown.state
    assert CallState.DISCONNECTED is news[1].shown.state
    assert lene(talk).connected, "what is shown is a copy"


def test_who_never_entered_was_not_told_of_participants(talk):
    news = closing(talk, TO, lene(talk), entered=False)

    assert ["conversation updated", "messaging updated", "conversation deleted"] == lines(news)


def test_everything_that_is_told_is_declared_as_an_event(talk):
    """Or the announcer could not make one of it."""
    catalogue = Catalogue(CHAPTERS)
    _, said = say(talk, "lene")
    for one in [*said, of_meeting(talk, TO), *closing(talk, TO, lene(talk))]:
        declared = catalogue.event(one.rel, one.type, one.inside)
        assert declared.embed or one.shown is None
        assert one.shown is None or isinstance(one.shown, get_args(Seen))
