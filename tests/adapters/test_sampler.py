"""The sampler wakes at the beginning of each interval, whatever goes wrong."""

from __future__ import annotations

import asyncio

from openucwa.adapters.sampler import Sampler
from openucwa.domain.samples import EVERY
from world import MovableClock


class Overview:
    def __init__(self):
        self.taken = []

    async def sample(self, now):
        self.taken.append(now)
        if len(self.taken) == 2:
            raise RuntimeError("a bug")


async def test_a_sample_is_taken_at_the_beginning_of_each_interval(caplog):
    clock, overview, done = MovableClock(1001.5), Overview(), asyncio.Event()

    async def sleep(seconds):
        if len(overview.taken) == 4:
            done.set()
            await asyncio.Event().wait()
        clock.time += seconds

    sampler = Sampler(overview, clock, sleep)
    sampler.start()
    await done.wait()
    await sampler.stop()

    assert [1001.5, 1005.0, 1005.0 + EVERY, 1005.0 + 2 * EVERY] == overview.taken
    assert "a bug in a sample" in caplog.text


async def test_one_that_was_not_started_stops():
    await Sampler(Overview(), MovableClock()).stop()
