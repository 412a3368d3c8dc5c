"""One connection to one server."""

from __future__ import annotations

import asyncio

import pytest

from between import Between
from openucwa.adapters.redis.address import parse
from openucwa.adapters.redis.lane import Lane, Script, Unreachable

ECHO = Script("return ARGV[1]")


@pytest.fixture
async def lane(redis):
    address = parse(redis.url)
    made = Lane(address.socket(address.hosts[0]), lambda _: None)
    yield made
    await made.close()


def echo(lane, text):
    return lane.ask("EVALSHA", ECHO.sha, 0, text, script=ECHO)


async def test_a_script_is_loaded_when_the_server_does_not_know_it(lane, redis):
    for _ in range(2):
        redis.ask("SCRIPT", "FLUSH")

        assert [b"a", b"b"] == await asyncio.gather(echo(lane, "a"), echo(lane, "b"))


async def test_one_refusal_leaves_the_other_answers(lane):
    good, bad, last = lane.ask("ECHO", "a"), lane.ask("LPUSH"), lane.ask("ECHO", "b")

    assert [b"a", b"b"] == [await good, await last]
    with pytest.raises(Unreachable, match=r"^Redis refuses: wrong number"):
        await bad


async def test_who_gave_up_is_not_told(lane):
    gone = lane.ask("ECHO", "a")
    gone.cancel()

    assert b"b" == await lane.ask("ECHO", "b")


async def test_what_is_asked_after_the_end_fails(lane):
    asked = lane.ask("ECHO", "a")
    await lane.close()

    with pytest.raises(Unreachable, match="closed"):
        await asked


async def test_all_who_wait_fail_at_once_and_the_next_connects_again(redis):
    async with Between(redis.port) as between:
        address = parse(between.url)
        lane = Lane(address.socket(address.hosts[0]), lambda _: None)
        between.swallowing = True
        first = lane.ask("ECHO", "a")
        await asyncio.sleep(0)  # the first is under way
        second = lane.ask("ECHO", "b")
        for asked in (first, second):
            with pytest.raises(Unreachable, match="no answer"):
                await asked
        between.swallowing = False

        assert b"c" == await lane.ask("ECHO", "c")
        await lane.close()
