"""Refusals carry what the wire has to say."""

from __future__ import annotations

import pytest

from openucwa.domain.refusals import Refusal, Refused, bad_parameter
from openucwa.wire.errors import ERRORS


def test_every_refusal_has_its_row_in_the_table_of_errors_and_the_other_way_round():
    assert set(Refusal) == set(ERRORS)


@pytest.mark.parametrize("refusal", Refusal)
def test_r5_3_a_subcode_is_the_refusals_own_name(refusal):
    """R8.9: only a full contact list has the subcode of another refusal."""
    shared = {Refusal.LIST_LIMIT_EXCEEDED: Refusal.LIMIT_EXCEEDED}

    assert ERRORS[refusal].subcode in (None, shared.get(refusal, refusal).value)


def test_a_bad_parameter_is_named():
    refused = bad_parameter("duration", "a number of minutes")

    assert isinstance(refused, Refused)
    assert Refusal.PARAMETER_VALIDATION_FAILURE is refused.refusal
    assert (("duration", "a number of minutes"),) == refused.parameters
