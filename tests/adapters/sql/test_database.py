"""A database, whichever engine keeps it: what it survives, and who may write beside it."""

from __future__ import annotations

import asyncio
import sys

import pytest
from sqlalchemy import delete, func, select

from openucwa.adapters.sql import tables
from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.store import SqlStore
from openucwa.domain.people import Person
from openucwa.domain.presence import Standing

LENE = Person("lenea@contoso.test", "sip:lenea@contoso.test", "Lene Aaling")

WRITER = """
import asyncio, sys
from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.store import SqlStore

async def write():
    database = await Database.open(sys.argv[1])
    for number in range(25):
        await SqlStore(database).keep(f"{sys.argv[2]}{number}@a.test", {"location": "here"})
    await database.close()

asyncio.run(write())
"""


@pytest.fixture
async def database(place):
    database = await Database.open(place)
    yield database
    await database.close()


async def test_what_was_written_is_there_when_it_is_opened_again(place):
    for _ in range(2):
        database = await Database.open(str(place))
        store = SqlStore(database)
        if not await store.person(LENE.address):
            await store.add([(LENE, "hash")])
        secret = await store.secret()
        await database.close()

    database = await Database.open(place)
    assert LENE == await SqlStore(database).person(LENE.address)
    assert secret == await SqlStore(database).secret()
    assert len(secret) == 32
    await database.close()


async def test_nothing_remains_of_a_write_that_failed(database):
    async def fail():
        async with database.write() as connection:
            await connection.execute(tables.standings.insert().values(address="x", location="y"))
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        await fail()

    assert await SqlStore(database).standing("x") == Standing()


async def test_readers_do_not_wait_for_the_writer(database):
    store = SqlStore(database)
    async with database.write() as connection:
        await connection.execute(tables.standings.insert().values(address="x", location="y"))

        assert await store.standing("x") == Standing()

    assert await store.standing("x") == Standing(location="y")


async def test_several_processes_may_open_a_new_database_and_write_at_once(place):
    """'database is locked' never surfaces on SQLite, neither while the schema is made nor after."""
    command = [sys.executable, "-c", WRITER, place]
    writers = [await asyncio.create_subprocess_exec(*command, name) for name in ("a", "b")]
    database = await Database.open(place)
    store = SqlStore(database)
    await asyncio.gather(*(store.keep(f"c{n}@a.test", {"location": "here"}) for n in range(25)))

    assert [0, 0] == [await writer.wait() for writer in writers]
    everybody = [f"{name}{number}@a.test" for name in "abc" for number in range(25)]
    assert {"here"} == {(await store.standing(address)).location for address in everybody}
    await database.close()


async def test_reading_in_a_thread_sees_what_is_written_and_waits_for_nobody(database):
    def accounts(connection):
        return connection.scalar(select(func.count()).select_from(tables.accounts))

    async with database.write() as connection:
        await connection.execute(delete(tables.accounts))
        assert 0 == await database.read_in_thread(accounts)
    await SqlStore(database).add([(LENE, "hash")])
    assert 1 == await database.read_in_thread(accounts)
