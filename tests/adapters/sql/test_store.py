"""The store's own: policies and the secret. ``tests/ports`` has what every store must do."""

from __future__ import annotations

import asyncio

import pytest

from openucwa.adapters.sql import tables
from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.store import EVERYBODY, SqlStore


@pytest.fixture
async def database(tmp_path):
    database = await Database.open(tmp_path)
    yield database
    await database.close()


async def test_the_secret_is_made_once(database):
    secrets = await asyncio.gather(*(SqlStore(database).secret() for _ in range(5)))

    assert len(set(secrets)) == 1
    assert len(secrets[0]) == 32


async def test_ones_own_policies_win_over_everybodys(database):
    rows = [
        (EVERYBODY, "chat", "on"),
        (EVERYBODY, "video", "off"),
        ("lenea@contoso.test", "video", "on"),
    ]
    async with database.write() as connection:
        for address, name, value in rows:
            row = {"address": address, "name": name, "value": value}
            await connection.execute(tables.policies.insert().values(row))
    store = SqlStore(database)

    assert {"chat": "on", "video": "on"} == await store.policies("lenea@contoso.test")
    assert {"chat": "on", "video": "off"} == await store.policies("joe@contoso.test")
