"""Inboxes: in order, once each, until they end."""

from __future__ import annotations

import asyncio

import pytest

from openucwa.client.inbox import Inbox


async def test_things_come_in_order_and_then_the_end():
    inbox = Inbox()
    inbox.put(1)
    inbox.put(2)
    inbox.end()
    inbox.put(3)

    assert [1, 2] == [one async for one in inbox]


async def test_who_waits_is_woken():
    inbox = Inbox()
    waiting = [asyncio.create_task(anext(inbox)) for _ in range(2)]
    await asyncio.sleep(0)
    inbox.put(1)
    inbox.put(2)

    assert [1, 2] == sorted(await asyncio.gather(*waiting))


async def test_it_ends_for_all_with_the_first_error():
    inbox = Inbox()
    waiting = [asyncio.create_task(anext(inbox)) for _ in range(2)]
    await asyncio.sleep(0)
    inbox.end(ValueError("first"))
    inbox.end()

    for one in waiting:
        with pytest.raises(ValueError, match="first"):
            await one
