"""Which server has a key."""

from __future__ import annotations

import pytest

from openucwa.adapters.redis.address import parse
from openucwa.adapters.redis.lane import Unreachable
from openucwa.adapters.redis.places import places

NOBODY = "127.0.0.1:1"


async def test_a_single_server_has_all():
    one = places(parse("redis://localhost:1234"))

    assert ("localhost", 1234) == one.of("any")
    assert [("localhost", 1234)] == one.all()


async def test_a_cluster_says_who_has_which_slots(redis_cluster):
    cluster = places(parse(redis_cluster.url.replace("redis://", "redis+cluster://")))
    before = cluster.of("a")
    await cluster.look()
    where = {cluster.of(f"{{key{number}}}") for number in range(100)}

    assert None is before
    assert {("127.0.0.1", node.port) for node in redis_cluster.nodes} == where == set(cluster.all())


async def test_another_host_is_asked_when_one_is_gone(redis_cluster):
    cluster = places(parse(f"redis+cluster://{NOBODY},127.0.0.1:{redis_cluster.nodes[0].port}"))
    await cluster.look()

    assert cluster.of("a") is not None


async def test_nobody_knows(redis):
    for url in (f"redis+cluster://{NOBODY}", f"redis+sentinel://{NOBODY}/main"):
        with pytest.raises(Unreachable, match="nobody says"):
            await places(parse(url)).look()
    with pytest.raises(Unreachable, match="nobody says"):
        await places(parse(redis.url.replace("redis://", "redis+cluster://"))).look()
