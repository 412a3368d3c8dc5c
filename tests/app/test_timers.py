"""What happens when time passes: due keys are looked at, some at a time."""

from __future__ import annotations

from openucwa.app.timers import BATCH


async def test_what_is_due_runs_in_batches_so_that_others_get_their_turn(world):
    timers, now = world.server.timers, world.clock.now()
    for number in range(BATCH + 1):
        timers._wheel.arm(("user", f"nobody{number}@contoso.test"), now + 1 + number / 10)

    timers.run(now)
    assert now < timers.next()
    timers.run(now + 1e3)
    assert timers.next() < now + 1e3, "there is more to do at once"
    timers.run(now + 1e3)
    assert timers.next() is None


async def test_being_late_is_measured(world):
    timers, now = world.server.timers, world.clock.now()
    timers._wheel.arm(("user", "nobody@contoso.test"), now)
    timers.run(now + 0.2)

    lag = world.server.meters.wheel_lag
    assert 1 == sum(lag.counts)
    assert abs(lag.total - 0.2) < 0.03


async def test_nothing_is_armed_where_nobody_is(world):
    assert world.server.timers.next() is None
    world.server.timers.run(1e12)
    assert 0 == sum(world.server.meters.wheel_lag.counts)
