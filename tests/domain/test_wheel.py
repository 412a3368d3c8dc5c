"""The timing wheel against a plain table of deadlines."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from openucwa.domain.wheel import Wheel

TICK = 0.02
START = 1_790_000_000.0
ATMOST = TICK + 1e-6  # late: a tick, and what floats of this size round
KEYS = st.sampled_from("abcdef")
SPANS = st.floats(0, 5) | st.integers(0, 250).map(lambda ticks: ticks * TICK)


class AgainstATable(RuleBasedStateMachine):
    """A dict from key to deadline says what should happen."""

    def __init__(self):
        super().__init__()
        self.wheel = Wheel(TICK)
        self.deadlines = {}
        self.now = START

    @rule(key=KEYS, span=SPANS)
    def arm(self, key, span):
        """Arming later than what is armed changes nothing; earlier replaces it."""
        self.wheel.arm(key, self.now + span)
        known = self.deadlines.get(key, self.now + span)
        self.deadlines[key] = min(known, self.now + span)

    @rule(key=KEYS)
    def disarm(self, key):
        self.wheel.disarm(key)
        self.deadlines.pop(key, None)

    @rule(span=SPANS)
    def time_passes(self, span):
        """Each key fires once, never early, and at most one tick late."""
        self.now += span
        fired = self.wheel.due(self.now)

        assert len(fired) == len(set(fired))
        assert all(self.deadlines[key] <= self.now for key in fired)
        for key in fired:
            del self.deadlines[key]
        assert all(self.now < when + ATMOST for when in self.deadlines.values())

    @rule()
    def time_goes_to_the_next_deadline(self):
        """Who sleeps until ``next`` is woken in time, and finds everything done by then."""
        due = self.wheel.next()
        if due is not None:
            self.time_passes(max(0, due - self.now))
            following = self.wheel.next()
            assert following is None or following > self.now

    @invariant()
    def next_is_not_too_late(self):
        assert len(self.deadlines) == len(self.wheel)
        if self.deadlines:
            assert self.wheel.next() < min(self.deadlines.values()) + ATMOST


TestAgainstATable = AgainstATable.TestCase


@given(st.integers(0, 10**8), st.sampled_from([-math.inf, 0, math.inf]))
def test_never_early_however_floats_round(ticks, side):
    """Deadlines on a tick, or next to one, are those that rounding may miss."""
    when = START + ticks * TICK
    when = math.nextafter(when, side) if side else when
    wheel = Wheel(TICK)
    wheel.arm("key", when)

    assert when <= wheel.next() < when + ATMOST


def test_earliest_first():
    wheel = Wheel(1)
    for key, when in [("late", 3), ("early", 1), ("middle", 2)]:
        wheel.arm(key, when)

    assert ["early", "middle"] == wheel.due(2)
    assert ["late"] == wheel.due(9)


@pytest.mark.parametrize(("again", "fires"), [(5, 5), (10, 10), (20, 10)])
def test_the_earlier_of_two_deadlines_counts(again, fires):
    wheel = Wheel(1)
    wheel.arm("key", 10)
    wheel.arm("key", again)

    assert [] == wheel.due(fires - 0.5)
    assert ["key"] == wheel.due(fires)
    assert [] == wheel.due(100)


def test_a_key_may_be_armed_again_when_it_has_fired():
    wheel = Wheel(1)
    wheel.arm("key", 5)
    wheel.due(5)
    wheel.arm("key", 5)

    assert ["key"] == wheel.due(5)


def test_a_limit_leaves_the_rest_for_the_next_time():
    """Even within a tick, so that thousands who fall due together do not hold up the rest."""
    wheel = Wheel(1)
    for key, when in enumerate([1, 1, 2, 3]):
        wheel.arm(key, when)

    assert {0, 1} == {*wheel.due(9, limit=1), *wheel.due(9, limit=1)}
    assert [2] == wheel.due(9, limit=1)
    assert 3 == wheel.next()


def test_an_empty_wheel_has_nothing_to_wait_for():
    wheel = Wheel()

    assert (None, [], 0) == (wheel.next(), wheel.due(1e12), len(wheel))
