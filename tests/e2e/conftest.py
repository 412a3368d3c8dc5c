"""Pools of real processes for the tests of what happens to them."""

from __future__ import annotations

import pytest

from pooled import (
    PROMPT,
    Cable,
    Everywhere,
    Pool,
    people_of,
)


@pytest.fixture(scope="module")
def furnished(postgres, tmp_path_factory):
    """A database with people, to be copied."""
    return people_of(postgres, tmp_path_factory.mktemp("people")).rpartition("/")[2]


@pytest.fixture
def database(postgres, furnished):
    """A database with people who have done nothing yet."""
    return postgres.database(template=furnished)


@pytest.fixture
async def pool(tmp_path, database, redis):
    """A pool without nodes yet."""
    settings = {
        "OPENUCWA_SERVER_DATABASE": database,
        "OPENUCWA_SERVER_LIVE": redis.url,
        **PROMPT,
    }
    made = Pool(tmp_path, settings)
    yield made
    await made.stop()


@pytest.fixture
async def ways():
    """Make ways to nodes."""
    made = []

    def make(nodes):
        way = Everywhere([node.url for node in nodes])
        made.append(way)
        return way

    yield make
    for way in made:
        await way.close()


@pytest.fixture
async def cable():
    """Lay cables to servers: ``cable(host, port)`` returns the address; all are in ``laid``."""

    async def lay(host, port, at=0):
        lay.laid.append(Cable(host, port))
        return await lay.laid[-1].lay(at)

    lay.laid = []
    yield lay
    for one in lay.laid:
        await one.close()
