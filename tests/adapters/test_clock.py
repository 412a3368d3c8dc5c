"""The clock: wall time that goes on at the pace of the monotonic clock."""

from __future__ import annotations

import asyncio
import time

from openucwa.adapters.clock import MovableClock, SystemClock


def test_it_shows_wall_time():
    assert abs(SystemClock().now() - time.time()) < 1


def test_setting_the_machines_clock_makes_nobody_idle(monkeypatch):
    clock = SystemClock()
    monkeypatch.setattr(time, "time", lambda: 0.0)
    first = clock.now()

    assert 0 <= clock.now() - first < 1
    assert first > 1_700_000_000


def test_a_clock_is_moved_ahead_and_never_back():
    clock = MovableClock()
    before = clock.now()
    clock.move(before + 3600)
    clock.move(before)

    assert before + 3600 <= clock.now() < before + 3601


def test_a_frozen_clock_stands_still_until_it_is_moved_or_let_go():
    clock = MovableClock()
    clock.freeze()
    stopped = clock.now()

    assert (stopped, True) == (clock.now(), clock.frozen)
    clock.move(stopped + 60)
    assert stopped + 60 == clock.now()
    clock.thaw()
    assert stopped + 59.9 < clock.now() < stopped + 61
    assert not clock.frozen


async def test_who_sleeps_by_a_frozen_clock_wakes_when_it_is_moved_so_far():
    clock = MovableClock()
    clock.freeze()
    sleeper = asyncio.create_task(clock.sleep(60))
    await asyncio.sleep(0)
    due = clock.next()

    clock.move(due - 1)
    done, _ = await asyncio.wait([sleeper], timeout=0.01)
    assert not done
    clock.move(due)
    await asyncio.wait_for(sleeper, 5)

    assert clock.next() is None


async def test_who_sleeps_by_a_clock_that_runs_wakes_by_itself():
    clock = MovableClock()
    began = time.monotonic()

    await clock.sleep(0.05)

    assert 0.049 < time.monotonic() - began < 5
