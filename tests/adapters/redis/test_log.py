"""The log of one shard."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from between import Between
from openucwa.adapters.journal import NotWritten
from openucwa.adapters.redis import address, log
from openucwa.adapters.redis.connection import Unreachable
from openucwa.adapters.redis.log import Fenced, Lost, ShardLog


async def opened(live, epoch=1, shard=3):
    made = ShardLog(live, "p", shard, epoch)
    await made.open()
    return made


async def stored(log):
    return [batch async for batch in log.read()]


@pytest.fixture
async def there(server, connected):
    """A connection to a server or a cluster."""
    return await connected(server.url)


async def test_batches_come_back_in_order(there):
    one = await opened(there)
    numbers = [await one.append(body) for body in (b"one", b"\0\xff\r\n", b"")]
    other = await opened(there, 2)

    assert [1, 2, 3] == numbers
    assert [(1, b"one"), (2, b"\0\xff\r\n"), (3, b"")] == await stored(other)
    assert (7, 7) == (one.grown, one.size())
    assert (0, 7) == (other.grown, other.size())
    assert 4 == await other.append(b"four")


async def test_long_logs_are_read_in_parts(there, monkeypatch):
    monkeypatch.setattr(log, "CHUNK", 50)
    one = await opened(there)
    bodies = [bytes([number]) * 20 for number in range(20)]
    for body in bodies:
        await one.append(body)
    other = await opened(there, 2)
    before = there.commands

    assert list(enumerate(bodies, 1)) == await stored(other)
    assert 10 == there.commands - before


async def test_shards_have_logs_of_their_own(there):
    await (await opened(there)).append(b"one")

    assert [] == await stored(await opened(there, shard=4))


async def test_old_batches_are_dropped_some_at_a_time(there):
    one = await opened(there)
    for body in (b"a", b"bb", b"ccc", b"dddd"):
        await one.append(body)
    gone = [await one.drop_before(4, 2), await one.drop_before(4, 2), await one.drop_before(4, 2)]

    assert [False, True, True] == gone
    assert 4 == one.size()
    assert [(4, b"dddd")] == await stored(await opened(there, 2))


async def test_all_batches_may_be_dropped(there):
    one = await opened(there)
    await one.append(b"a")

    assert await one.drop_before(2, 100)
    assert [] == await stored(await opened(there, 2))
    assert 2 == await (await opened(there, 3)).append(b"b")


async def test_who_owned_it_before_is_fenced_off(there):
    old = await opened(there)
    await old.append(b"a")
    new = await opened(there, 2)
    before = there.commands
    for _ in range(2):
        with pytest.raises(Fenced):
            await old.append(b"b")

    assert 1 == there.commands - before  # it is remembered
    assert Fenced.over
    assert [(1, b"a")] == await stored(new)


@pytest.mark.parametrize("what", ["open", "drop", "clear", "read"])
async def test_nothing_works_for_who_is_fenced_off(there, what):
    old = await opened(there)
    await old.append(b"a")
    new = await opened(there, 2)
    await new.append(b"b")
    work = {
        "open": old.open,
        "drop": lambda: old.drop_before(2, 10),
        "clear": old.clear,
        "read": lambda: stored(old),
    }
    with pytest.raises(Fenced):
        await work[what]()

    assert [(1, b"a"), (2, b"b")] == await stored(await opened(there, 3))


async def test_of_two_with_one_epoch_the_last_one_writes(there):
    first, second = await opened(there), await opened(there)
    await second.append(b"a")

    with pytest.raises(Fenced):
        await first.append(b"b")


async def test_formats(there):
    one = await opened(there)
    await one.append(b"a")
    await one.clear(99)
    other = await opened(there, 2)

    assert one.is_current(99)
    assert (True, False) == (other.is_current(99), other.is_current())
    assert ([], 0) == (await stored(other), other.size())
    assert 2 == await other.append(b"b")
    assert (await opened(there, shard=9)).is_current()


async def test_a_batch_whose_reply_was_lost_is_written_once(redis, connected, monkeypatch):
    monkeypatch.setattr(address, "TIMEOUT", 0.2)
    async with Between(redis.port) as between:
        live = await connected(between.url)
        one = await opened(live)
        await one.append(b"first")
        between.swallowing = True
        for body in (b"second", b"second and more"):
            with pytest.raises(Unreachable) as failed:
                await one.append(body)
        between.swallowing = False

        assert isinstance(failed.value, NotWritten)
        assert not failed.value.over
        assert 2 == await one.append(b"second, and yet more")
        assert 3 == await one.append(b"third")
        await live.close()
    other = await opened(await connected(redis.url), 2)

    assert [(1, b"first"), (2, b"second, and yet more"), (3, b"third")] == await stored(other)
    assert len(b"firstsecond, and yet morethird") == other.size()


async def test_a_write_that_arrives_late_changes_nothing(live):
    one = await opened(live)
    await one.append(b"a")
    one._turn += 1  # a write under way that nobody waits for any more
    await one.append(b"b")
    for turn, number in ((2, 2), (3, 2), (2, 1)):
        said = await live.run(log._APPEND, one._keys, [*one._who, number, turn, b"late"])

        assert [b"late"] == said
    assert [(1, b"a"), (2, b"b")] == await stored(await opened(live, 2))


@pytest.mark.parametrize("how", ["open", "clear"])
async def test_batches_that_the_server_forgot_are_missed(live, redis, how):
    one = await opened(live)
    await one.append(b"a")
    await one.append(b"b")
    redis.ask("RPOP", one._keys[0])
    redis.ask("HSET", one._keys[1], "last", "1", "bytes", "1")
    with pytest.raises(Lost):
        await one.append(b"c")
    await getattr(one, how)()

    left = {"open": [(1, b"a"), (2, b"all")], "clear": [(3, b"all")]}
    await one.append(b"all")

    assert left[how] == await stored(await opened(live, 2))


async def test_batches_that_are_gone_cannot_be_read(live, redis):
    one = await opened(live)
    await one.append(b"a")
    other = await opened(live, 2)
    redis.ask("DEL", one._keys[0])
    with pytest.raises(Lost):
        await stored(other)


async def test_an_opening_that_the_server_forgot_is_made_up_for(live, redis):
    one = await opened(live)
    redis.clear()

    assert 1 == await one.append(b"a")
    with pytest.raises(Fenced):
        await (ShardLog(live, "p", 3, 0)).open()


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bodies=st.lists(st.binary(max_size=40), max_size=8), drop=st.integers(0, 10))
async def test_sizes_are_those_of_what_is_there(live, redis, bodies, drop):
    redis.clear()
    one = await opened(live)
    for body in bodies:
        await one.append(body)
    await one.drop_before(drop, 100)
    left = await stored(await opened(live, 2))

    assert list(enumerate(bodies, 1))[max(drop - 1, 0) :] == left
    assert sum(len(body) for _, body in left) == one.size()
