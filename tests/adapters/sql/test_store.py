"""The store's own: the secret. ``tests/ports`` has what every store must do."""

from __future__ import annotations

import asyncio

import pytest

from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.store import SqlStore


@pytest.fixture
async def database(place):
    database = await Database.open(place)
    yield database
    await database.close()


async def test_the_secret_is_made_once(database):
    secrets = await asyncio.gather(*(SqlStore(database).secret() for _ in range(5)))

    assert len(set(secrets)) == 1
    assert len(secrets[0]) == 32
