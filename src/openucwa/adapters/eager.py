"""Starting a coroutine at once: it becomes a task only if it has to wait.

Most requests are answered without waiting for anything. A task for each of them, which waits
its turn on the loop first, would cost more than the answer does. Python 3.12 has the same idea
as ``asyncio.eager_task_factory``; here not even the task is made.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Generator
from contextvars import copy_context
from types import coroutine
from typing import Any


def start(work: Coroutine[Any, Any, None]) -> asyncio.Task[None] | None:
    """Run a coroutine until it waits; return the task that goes on with it, or None if it ended.

    Whatever needs to know its task, as ``asyncio.timeout`` does, asks for one by ``in_task``
    first. An exception before the coroutine waits comes out here.
    """
    context = copy_context()
    try:
        awaited = context.run(work.send, None)
    except StopIteration:
        return None
    return asyncio.get_running_loop().create_task(_rest(work, awaited), context=context)


async def in_task() -> None:
    """See to it that what follows runs in a task."""
    if asyncio.current_task() is None:
        await asyncio.sleep(0)


@coroutine
def _rest(work: Coroutine[Any, Any, None], awaited: Any) -> Generator[Any, Any, None]:
    """Go on with a coroutine that already waits for something."""
    while True:
        try:
            try:
                given = yield awaited
            except BaseException as error:  # noqa: BLE001  it is the coroutine's to handle
                awaited = work.throw(error)
            else:
                awaited = work.send(given)
        except StopIteration:
            return
