from __future__ import annotations

from openucwa.app.turnstile import Turnstile


def test_only_those_count_who_were_inside():
    turnstile, called = Turnstile(), []
    first, second = turnstile.enter(), turnstile.enter()
    turnstile.when_left(lambda: called.append("both"))
    third = turnstile.enter()

    turnstile.leave(second)
    assert [] == called
    turnstile.leave(first)
    assert ["both"] == called

    turnstile.when_left(lambda: called.append("third"))
    turnstile.leave(third)
    assert ["both", "third"] == called


def test_nobody_is_waited_for_where_nobody_is():
    called = []
    Turnstile().when_left(lambda: called.append("done"))

    assert ["done"] == called
