"""What happens when time passes: due keys are looked at, some at a time."""

from __future__ import annotations

import pytest

from openucwa.app.announcer import Due
from openucwa.app.timers import BATCH
from openucwa.domain.inviting import RING
from talking import talker


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


@pytest.mark.parametrize("key", [Due("c"), Due(""), "nobody@contoso.test", ("nobody", "1", "")])
async def test_what_is_due_may_be_gone_already(world, key):
    timers, now = world.server.timers, world.clock.now()
    timers._wheel.arm(key, now)
    timers.run(now + 1)

    assert timers.next() is None


async def test_a_conversation_is_looked_at_when_it_is_due(world):
    """Its key is never taken for that of a person or a request."""
    lene, sara = [await talker(world, user) for user in ("lenea", "sarad")]
    await lene.invite(sara)
    (conversation,) = world.server.conversations.all()
    timers, now = world.server.timers, world.clock.now() + RING + 1
    timers._wheel.arm(Due(conversation.id), now)
    while (due := timers.next()) is not None and due <= now:
        timers.run(now)

    assert now == conversation.ended
