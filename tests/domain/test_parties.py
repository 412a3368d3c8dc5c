"""Who takes part, who is invited, and where they meet."""

from __future__ import annotations

import pytest

from openucwa.domain.parties import Kind, Meeting, Seat
from openucwa.domain.seen import CallState, InvitationState
from small_talks import an_invitation, party, seat


def test_somebody_is_where_her_application_is():
    assert Seat("lene@contoso.test", "7") == party("lene", "7").seat


@pytest.mark.parametrize("state", CallState)
def test_only_who_is_connected_can_talk(state):
    assert (state is CallState.CONNECTED) is party("lene", messaging=state).connected


def test_it_rings_where_nothing_has_been_decided():
    invitation = an_invitation("sara")
    invitation.heard = dict(zip("123456", InvitationState, strict=True))
    (where,) = invitation.ringing()

    assert InvitationState.CONNECTING is invitation.heard[where.application]


def test_it_rings_nowhere_for_nobody():
    """Who only connects messaging to a conference calls nobody."""
    assert () == an_invitation("sara", party=None).ringing()


@pytest.mark.parametrize(
    ("kind", "caller", "callee"),
    [
        (Kind.MESSAGING, "messagingInvitation", "messagingInvitation"),
        (Kind.PARTICIPANT, "participantInvitation", "onlineMeetingInvitation"),
    ],
)
def test_r9_33_an_invitation_has_one_name_for_each_side(kind, caller, callee):
    invitation = an_invitation("sara", kind)

    assert (caller, callee) == (invitation.rel(seat("lene")), invitation.rel(seat("sara")))


def test_r10_4_r10_5_a_meeting_has_an_address_and_a_place_to_join():
    meeting = Meeting("PNL1C2X8", "lene@contoso.test", "Lene")

    assert "sip:lene@contoso.test;gruu;opaque=app:conf:focus:id:PNL1C2X8" == meeting.uri
    assert "https://meet.contoso.test/lene/PNL1C2X8" == meeting.join_url
