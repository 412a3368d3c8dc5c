"""Connections to real servers."""

from __future__ import annotations

import pytest

from openucwa.adapters.redis.connection import connect


@pytest.fixture
async def connected():
    """Connect to a URL; all connections are closed at the end."""
    made = []

    async def make(url: str):
        made.append(await connect(url))
        return made[-1]

    yield make
    for connection in made:
        await connection.close()


@pytest.fixture(params=["redis", "redis_cluster"])
def server(request):
    """An empty Redis, and an empty cluster."""
    return request.getfixturevalue(request.param)


@pytest.fixture
async def live(redis, connected):
    """A connection to an empty Redis."""
    return await connected(redis.url)
