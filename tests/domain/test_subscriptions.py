"""Presence subscriptions: leases on news about people (R7.27-R7.42)."""

from __future__ import annotations

import pytest

from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.subscriptions import Subscription, lease, watched

NOW = 1_000.0
MINUTE = 60.0


@pytest.mark.parametrize(
    ("asked", "minutes"), [(1, 10), (9, 10), (10, 10), (11, 11), (30, 30), (31, 30), (10**9, 30)]
)
def test_r7_29_a_lease_is_brought_into_range(asked, minutes):
    assert minutes * MINUTE == lease(asked)


@pytest.mark.parametrize("minutes", [0, -1])
def test_a_lease_below_a_minute_is_a_mistake(minutes):
    with pytest.raises(Refused) as refused:
        lease(minutes)

    assert Refusal.PARAMETER_VALIDATION_FAILURE is refused.value.refusal
    assert "duration" == refused.value.parameters[0][0]


@pytest.mark.parametrize(
    ("left", "asked", "then"), [(5, 11, 16), (12, 10, 22), (20, 10, 30), (20, 11, 30), (30, 30, 30)]
)
def test_r7_34_an_extension_adds_to_what_is_left_up_to_30_minutes(left, asked, then):
    subscription = Subscription("s1", NOW + left * MINUTE, warned=True)
    subscription.extend(asked, NOW)

    assert NOW + then * MINUTE == subscription.expires
    assert not subscription.warned


def test_r7_33_first_a_warning_then_the_end():
    subscription = Subscription("s1", NOW + 600)

    assert NOW + 480 == subscription.next_change(warning=120)
    subscription.warned = True
    assert NOW + 600 == subscription.next_change(warning=120)


def test_r7_36_who_is_in_two_subscriptions_is_watched_once():
    one = Subscription("s1", NOW, dict.fromkeys(["lene", "sara"]))
    two = Subscription("s2", NOW, dict.fromkeys(["sara", "john"]))

    assert {"lene", "sara", "john"} == watched([one, two])
    assert set() == watched([])
