"""Reasons, as people read them."""

from __future__ import annotations

import pytest

from openucwa.client import errors
from openucwa.client.errors import Reason


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (Reason("RemoteFailure", "Declined", "She declined."), "She declined."),
        (Reason("RemoteFailure", "Declined"), "Declined"),
        (Reason("RemoteFailure"), "RemoteFailure"),
        (Reason(), "No reason was given."),
    ],
)
def test_a_reason_says_the_best_it_has(reason, said):
    assert said == str(reason)
    assert said == str(errors.NotDelivered(reason)) == str(errors.Refused(400, reason))


def test_one_name_catches_everything():
    raised = [one for one in vars(errors).values() if isinstance(one, type)]

    assert {Reason} == {one for one in raised if not issubclass(one, errors.UcwaError)} - {str}
