"""The clock: wall time that goes on at the pace of the monotonic clock."""

from __future__ import annotations

import time

from openucwa.adapters.clock import SystemClock


def test_it_shows_wall_time():
    assert abs(SystemClock().now() - time.time()) < 1


def test_setting_the_machines_clock_makes_nobody_idle(monkeypatch):
    clock = SystemClock()
    monkeypatch.setattr(time, "time", lambda: 0.0)
    first = clock.now()

    assert 0 <= clock.now() - first < 1
    assert first > 1_700_000_000
