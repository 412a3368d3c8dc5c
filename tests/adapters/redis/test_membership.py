"""Who is in the pool, and who owns what, while the clock is moved by hand."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from openucwa.adapters.redis.connection import connect
from openucwa.adapters.redis.log import Fenced, ShardLog
from openucwa.adapters.redis.membership import Membership, Owner, Replaced


class Pool:
    """Nodes whose clock stands still until it is moved."""

    def __init__(self, live) -> None:
        self.live = live
        self.now = 1_000_000.0

    def node(self, name, address="host:1"):
        made = Membership(self.live, "p", name, address)
        made.now = self.now
        return made

    def at(self, seconds, *nodes):
        """Move the clock."""
        self.now += seconds
        for node in nodes:
            node.now = self.now


@pytest.fixture
async def pool(server, connected):
    return Pool(await connected(server.url))


@pytest.fixture
async def two(pool):
    """Two nodes that live; the first owns shard 7."""
    a, b = pool.node("a", "one:1"), pool.node("b", "two:2")
    await a.beat()
    await b.beat()
    await a.claim(7)
    return a, b


async def test_who_beats_is_seen(pool, two):
    a, b = two
    view = await b.beat()

    assert {"a": "one:1", "b": "two:2"} == view.nodes
    assert {7: Owner("a", await a.claim(7))} == view.owners
    assert pool.now == view.now


async def test_who_only_looks_is_not_seen(pool, two):
    a, b = two
    view = await pool.node("c").look()

    assert {"a": "one:1", "b": "two:2"} == view.nodes == (await b.beat()).nodes
    assert {7: Owner("a", await a.claim(7))} == view.owners


async def test_time_is_that_of_the_server(server, connected):
    live = await connected(server.url)
    view = await Membership(live, "p", "a", "").beat()

    assert 1_700_000_000 < view.now < 4_000_000_000


async def test_who_asks_for_the_time_is_no_part_of_the_pool(pool, two):
    _, b = two

    assert pool.now == await pool.node("c").time()
    assert {"a", "b"} == set((await b.beat()).nodes)


async def test_pools_do_not_see_each_other(pool, two):
    other = Membership(pool.live, "q", "c", "")

    assert ["c"] == list((await other.beat()).nodes)
    assert await other.claim(7) is not None


async def test_what_somebody_living_owns_cannot_be_claimed(two):
    a, b = two
    epoch = await a.claim(7)

    assert epoch == await a.claim(7)
    assert await b.claim(7) is None
    assert [8] == list(await b.claim_many([7, 8]))


async def test_only_one_of_two_who_claim_at_once_gets_it(two):
    a, b = two
    for shard in range(100, 120):
        claims = await asyncio.gather(a.claim(shard), b.claim(shard))

        assert 1 == claims.count(None)


async def test_shards_of_the_dead_can_be_claimed(pool, two):
    a, b = two
    old = await a.claim(7)
    for _ in range(4):
        pool.at(1, b)
        await b.beat()

    assert await b.claim(7) is None

    pool.at(1, b)
    view = await b.beat()

    assert ["b"] == list(view.nodes)
    assert Owner("a", old) == view.owners[7]
    assert old < await b.claim(7)


async def test_who_does_not_live_claims_nothing(pool, two):
    a, b = two
    pool.at(2, a, b)
    await b.beat()
    pool.at(2, a, b)
    await b.beat()
    pool.at(2, a, b)
    await b.beat()

    assert {} == await a.claim_many([7, 9])
    await a.beat()
    assert [7, 9] == list(await a.claim_many([7, 9]))


async def test_after_a_gap_owners_can_renew_before_others_claim(pool, two):
    a, b = two
    old = await a.claim(7)
    pool.at(600, a, b)  # the server itself was away
    view = await b.beat()

    assert {"a", "b"} == set(view.nodes)
    assert await b.claim(7) is None

    pool.at(2, a, b)
    await a.beat()
    for _ in range(4):
        pool.at(1, b)
        await b.beat()

    assert await b.claim(7) is None
    assert Owner("a", old) == (await b.beat()).owners[7]


async def test_after_a_gap_the_dead_get_one_lease(pool, two):
    _, b = two
    pool.at(600, b)
    for _ in range(5):
        await b.beat()

        assert await b.claim(7) is None

        pool.at(1, b)
    await b.beat()

    assert await b.claim(7) is not None


async def test_who_was_dead_before_a_gap_stays_dead(pool, two):
    _, b = two
    for _ in range(6):
        pool.at(1, b)
        await b.beat()
    pool.at(600, b)

    assert ["b"] == list((await b.beat()).nodes)
    assert await b.claim(7) is not None


async def test_a_clock_that_is_set_back_leaves_the_dead_dead(pool, two):
    a, b = two
    old = await a.claim(7)
    await a.leave()
    pool.at(-3600, b)

    assert ["b"] == list((await b.beat()).nodes)
    assert old < await b.claim(7)


async def test_a_shard_is_released_to_somebody(pool, two):
    a, b = two
    c = pool.node("c")
    await c.beat()
    old = await a.claim(7)
    await a.release(7, old, to="b")

    assert {} == dict((await c.beat()).owners)
    assert await c.claim(7) is None
    assert await a.claim(7) is None
    assert old < await b.claim(7)


async def test_a_shard_is_released_to_anybody(two):
    a, b = two
    await a.release(7, await a.claim(7), to=None)

    assert await b.claim(7) is not None


async def test_what_was_released_to_the_dead_is_for_anybody(pool, two):
    a, b = two
    await a.release(7, await a.claim(7), to="nobody")

    assert await b.claim(7) is not None


async def test_only_the_present_owner_releases(two):
    a, b = two
    old = await a.claim(7)
    await b.release(7, old, to=None)
    await a.release(7, old - 1, to=None)

    assert Owner("a", old) == (await b.beat()).owners[7]


async def test_who_leaves_is_gone_at_once(two):
    a, b = two
    await a.leave()

    assert ["b"] == list((await b.beat()).nodes)
    assert await b.claim(7) is not None


async def test_a_node_that_starts_anew_takes_its_own_place(pool, two):
    a, b = two
    old = await a.claim(7)
    again = pool.node("a", "three:3")
    view = await again.beat()

    assert ("three:3", {}) == (view.nodes["a"], dict(view.owners))
    assert await b.claim(7) is None
    assert old < await again.claim(7)
    assert await a.claim(7) is None
    with pytest.raises(Replaced):
        await a.beat()
    await a.leave()
    assert {"a", "b"} == set((await b.beat()).nodes)


async def test_a_server_that_forgot_everything(pool, two, server):
    a, _ = two
    old = await a.claim(7)
    server.clear()

    assert {} == dict((await a.beat()).owners)
    pool.at(1, a)
    assert old < await a.claim(7)


async def test_the_long_dead_are_forgotten(pool, two, server):
    _, b = two
    for _ in range(3700 // 2):
        pool.at(2, b)
        await b.beat()
    if hasattr(server, "ask"):
        assert "b" == server.ask("ZRANGE", "{openucwa:p}:leases", "0", "-1")
        assert "b" == server.ask("HKEYS", "{openucwa:p}:addresses")
    assert await b.claim(7) is not None


async def test_others_are_told(two, pool):
    a, _ = two
    told = []
    pool.live.subscribe([a.channel], lambda *message: told.append(message))
    async with asyncio.timeout(10):
        while not told:
            await a.notify("left")
            await asyncio.sleep(0.01)

    assert ("openucwa:p:pool", b"left") == told[0]


NODES = st.sampled_from(["a", "b", "c"])
SHARDS = st.integers(0, 2)


class Owning(RuleBasedStateMachine):
    """Nodes claim, release, beat and die in any order; each writes to what it thinks it owns."""

    url = ""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.live = self.do(connect(self.url))
        self.pool = Pool(self.live)
        self.nodes = {}
        self.logs = {}
        self.given = {}
        self.written = {shard: [] for shard in range(3)}
        for name in ("a", "b", "c"):
            self.start(name)

    def do(self, work):
        return self.runner.run(work)

    def teardown(self):
        self.do(self.live.close())
        self.runner.close()

    @rule(name=NODES)
    def start(self, name):
        """A node starts, or starts anew after it was killed."""
        self.nodes[name] = self.pool.node(name)
        self.do(self.nodes[name].beat())

    @rule(name=NODES)
    def beat(self, name):
        self.nodes[name].now = self.pool.now
        self.do(self.nodes[name].beat())

    @rule(seconds=st.sampled_from([0.5, 1, 2, 5, 20]))
    def pass_time(self, seconds):
        self.pool.at(seconds)

    @rule(name=NODES, shard=SHARDS)
    def claim(self, name, shard):
        node = self.nodes[name]
        node.now = self.pool.now
        epoch = self.do(node.claim(shard))
        if epoch is None or (node, epoch) == self.given.get(shard):
            return
        assert epoch > self.given.get(shard, (None, 0))[1]
        self.given[shard] = node, epoch
        log = ShardLog(self.live, "p", shard, epoch)
        self.do(log.open())
        self.logs.setdefault(shard, []).append(log)

    @precondition(lambda self: self.given)
    @rule(shard=SHARDS, to=st.none() | NODES)
    def release(self, shard, to):
        if shard in self.given:
            node, epoch = self.given[shard]
            self.do(node.release(shard, epoch, to))

    @rule(name=NODES)
    def leave(self, name):
        self.nodes[name].now = self.pool.now
        self.do(self.nodes[name].leave())

    @rule(shard=SHARDS, which=st.integers(0, 20), body=st.binary(max_size=3))
    def write(self, shard, which, body):
        """Whoever ever owned a shard writes to it; only the last one can."""
        if logs := self.logs.get(shard):
            log = logs[which % len(logs)]
            try:
                self.do(log.append(body))
            except Fenced:
                assert log is not logs[-1]
            else:
                assert log is logs[-1]
                self.written[shard].append(body)

    @invariant()
    def the_log_is_what_was_written(self):
        for shard, logs in self.logs.items():
            assert self.written[shard] == self.do(bodies(logs[-1]))


async def bodies(log):
    log._first, length = 1, len([1 async for _ in log.read()])
    assert length == log._last
    return [body async for _, body in log.read()]


def test_nobody_else_ever_writes(redis):
    Owning.url = redis.url

    class Fresh(Owning):
        def __init__(self):
            redis.clear()
            super().__init__()

    machine = Fresh.TestCase
    machine.settings = settings(max_examples=15, stateful_step_count=25, deadline=None)
    machine().runTest()
