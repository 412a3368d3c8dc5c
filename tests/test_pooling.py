"""A server becomes a node if it is told where live state is."""

from __future__ import annotations

import pytest

from openucwa.adapters.clock import PooledClock
from openucwa.pooling import NodeUnusable, Pooling
from openucwa.settings import Node, Server, Settings


@pytest.fixture
def settings(redis, tmp_path):
    server = Server(data=str(tmp_path), live=redis.url)
    return lambda **node: Settings(server=server, node=Node(**node))


async def test_a_node_is_called_after_its_address(settings):
    pooling = await Pooling.begin(settings(address="127.0.0.1:0"), b"secret")

    assert pooling.residence.node.startswith("127.0.0.1:")
    assert not pooling.residence.node.endswith(":0")
    await pooling.close()


async def test_or_as_it_is_told(settings):
    pooling = await Pooling.begin(settings(name="north"), b"secret")

    assert "north" == pooling.residence.node
    await pooling.close()


async def test_all_nodes_have_the_time_of_redis(settings):
    pooling = await Pooling.begin(settings(), b"secret")

    assert isinstance(pooling.clock, PooledClock)
    assert abs(await pooling.membership.time() - pooling.clock.now()) < 1
    await pooling.close()


async def test_an_address_that_cannot_be_listened_at(settings):
    with pytest.raises(NodeUnusable, match="--node-address"):
        await Pooling.begin(settings(address="192.0.2.1:7400"), b"secret")
