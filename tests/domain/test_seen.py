"""What somebody sees: values that do not change."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import get_args

import pytest

from openucwa.domain.seen import UNDECIDED, InvitationState, MessageText, Seen


def test_nobody_changes_what_an_event_shows():
    with pytest.raises(FrozenInstanceError):
        MessageText("Hello").text = "Good bye"


@pytest.mark.parametrize("kind", get_args(Seen))
def test_what_events_show_can_be_told_apart_and_remembered(kind):
    """They are written down with the names of their kinds."""
    assert kind.__hash__ is not None
    assert [kind] == [one for one in get_args(Seen) if one.__name__ == kind.__name__]


def test_an_invitation_that_was_forwarded_can_still_be_answered():
    assert {InvitationState.CONNECTING, InvitationState.FORWARDED} == UNDECIDED
