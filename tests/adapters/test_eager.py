"""Coroutines that start at once, and become tasks only if they wait."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar

import pytest

from openucwa.adapters import eager

WHO: ContextVar[str] = ContextVar("WHO", default="nobody")


async def test_what_does_not_wait_is_done_at_once_and_needs_no_task():
    done = []

    async def work():
        done.append(asyncio.current_task())

    assert eager.start(work()) is None
    assert [asyncio.current_task()] == done


async def test_what_waits_goes_on_as_a_task():
    gate, done = asyncio.Event(), []

    async def work():
        await gate.wait()
        await asyncio.sleep(0)
        done.append(asyncio.current_task())

    task = eager.start(work())
    assert [] == done
    gate.set()
    await task
    assert [task] == done


async def test_its_context_is_its_own_before_and_after_it_waited():
    seen = []

    async def work(name):
        WHO.set(name)
        await asyncio.sleep(0)
        seen.append(WHO.get())

    await asyncio.gather(eager.start(work("a")), eager.start(work("b")))
    assert (["a", "b"], "nobody") == (seen, WHO.get())


async def test_an_exception_comes_out_where_it_was_started_or_of_the_task():
    async def fails(waits):
        if waits:
            await asyncio.sleep(0)
        raise LookupError

    with pytest.raises(LookupError):
        eager.start(fails(waits=False))
    task = eager.start(fails(waits=True))
    with pytest.raises(LookupError):
        await task


async def test_cancelling_the_task_cancels_what_it_waits_for():
    ended = []

    async def work():
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    task = eager.start(work())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [True] == ended


def test_what_needs_a_task_gets_one():
    asked = []

    async def work():
        await eager.in_task()
        async with asyncio.timeout(1):
            await asyncio.sleep(0)
        asked.append(asyncio.current_task())

    async def main(loop):
        del loop
        asked.append(await started)

    loop = asyncio.new_event_loop()
    started = loop.create_future()

    def begin():
        started.set_result(eager.start(work()))

    loop.call_soon(begin)  # outside any task, as a protocol is
    loop.run_until_complete(main(loop))
    loop.run_until_complete(asked[-1])
    loop.close()
    assert asked[0] in asked[1:]
