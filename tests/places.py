"""Where a database can be: what every engine must do is tested with ``place`` on each of them."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from openucwa.adapters.sql.database import Database

EMPTY = """
DO $$ DECLARE name text; BEGIN
FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
IF name <> 'alembic_version' THEN EXECUTE 'DELETE FROM ' || name; END IF;
END LOOP; END $$
"""


@pytest.fixture(scope="session")
def shared_database(postgres):
    """The URL of a database that tests share: emptying it is quicker than making one."""

    async def make(url):
        await (await Database.open(url)).close()
        return url

    with ThreadPoolExecutor(1) as other:  # this thread's event loop is the tests'
        return other.submit(asyncio.run, make(postgres.database("shared"))).result()


@pytest.fixture
def postgresql(postgres, shared_database):
    """The URL of a database in PostgreSQL that has the schema and nothing else in it."""
    postgres.ask(EMPTY, shared_database)
    return shared_database


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, tmp_path):
    """Where ``Database.open`` finds a database, with nothing in it."""
    if request.param == "sqlite":
        return tmp_path
    return request.getfixturevalue("postgresql")
