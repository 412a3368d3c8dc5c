"""Whoever was wrong too often waits a minute, and nobody else does."""

from __future__ import annotations

import pytest

from openucwa.app.guessing import REMEMBERED, Guessing, TooManyGuesses


def locked(guessing, key, now):
    try:
        guessing.refuse(key, now)
    except TooManyGuesses:
        return True
    return False


def test_failures_within_a_minute_lock():
    guessing = Guessing(2)
    guessing.failed("a", 0.0)
    guessing.failed("a", 30.0)

    assert [True, True, False] == [locked(guessing, "a", when) for when in (30.0, 60.0, 60.1)]
    assert not locked(guessing, "b", 30.0)


def test_who_was_right_begins_anew():
    guessing = Guessing(1)
    guessing.failed("a", 0.0)
    guessing.forget("a")

    assert not locked(guessing, "a", 0.0)


def test_there_is_an_end_to_what_is_remembered():
    guessing = Guessing(1)
    for number in range(REMEMBERED + 1):
        guessing.failed(str(number), 0.0)

    assert not locked(guessing, "0", 0.0)
    assert locked(guessing, str(REMEMBERED), 0.0)


@pytest.mark.parametrize("allowed", [1, 5])
def test_so_many_are_allowed(allowed):
    guessing = Guessing(allowed)
    for _ in range(allowed):
        assert not locked(guessing, "a", 0.0)
        guessing.failed("a", 0.0)

    assert locked(guessing, "a", 0.0)
