"""Messages of channels."""

from __future__ import annotations

import asyncio

from between import Between
from openucwa.adapters.redis import subscriber


async def heard(live, got, channel, data=b"x"):
    """Say something until it is heard."""
    async with asyncio.timeout(10):
        while (channel, data) not in got:
            await live.publish(channel, data)
            await asyncio.sleep(0.01)


async def test_messages_arrive_with_their_channel(server, connected):
    live, other = await connected(server.url), await connected(server.url)
    got = []
    live.subscribe(["a", "b"], lambda *message: got.append(message))
    await heard(other, got, "b")
    await heard(other, got, "a")
    got.clear()
    await other.publish("b", b"\0\xff")
    await heard(other, got, "a")

    assert ("b", b"\0\xff") == got[0]


async def test_channels_are_added_and_a_bug_stops_nobody(live):
    got, more = [], []

    def bug(*_):
        raise ValueError

    live.subscribe(["a"], bug)
    live.subscribe(["a"], lambda *message: got.append(message))
    await heard(live, got, "a")
    live.subscribe(["a", "b"], lambda *message: more.append(message))
    await heard(live, more, "b")
    await heard(live, more, "a")


async def test_a_lost_connection_is_made_again(redis, connected, monkeypatch):
    monkeypatch.setattr(subscriber, "RETRY", 0.01)
    live, got = await connected(redis.url), []
    async with Between(redis.port) as between:
        far = await connected(between.url)
        far.subscribe(["a"], lambda *message: got.append(message))
        await heard(live, got, "a")
        between.cut()
        await heard(live, got, "a", b"again")
        await far.close()


async def test_a_server_that_became_silent_is_left(redis, connected, monkeypatch):
    monkeypatch.setattr(subscriber, "RETRY", 0.01)
    monkeypatch.setattr(subscriber, "QUIET", 0.05)
    live, got = await connected(redis.url), []
    live.subscribe(["a"], lambda *message: got.append(message))
    await heard(live, got, "a")
    await asyncio.sleep(0.2)  # it is asked whether it is there, and says so
    redis.pause()
    await asyncio.sleep(0.2)
    redis.resume()
    await heard(live, got, "a", b"again")
