"""The SQLite database: where it lies, what it survives, and who may write beside it."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
import sys

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.exc import OperationalError

from openucwa.adapters.sql import tables
from openucwa.adapters.sql.database import FILE, Database
from openucwa.adapters.sql.migrate import DatabaseUnusable
from openucwa.adapters.sql.store import SqlStore
from openucwa.domain.people import Person
from openucwa.domain.presence import Standing
from openucwa.domain.refusals import Refused

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
async def database(tmp_path):
    database = await Database.open(tmp_path)
    yield database
    await database.close()


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


async def refusal(where):
    with pytest.raises(DatabaseUnusable) as caught:
        await Database.open(where)
    return str(caught.value)


async def test_folder_and_file_are_for_the_owners_eyes_only(tmp_path):
    folder = tmp_path / "deep" / "data"

    database = await Database.open(folder)

    assert (0o700, 0o600) == (mode(folder), mode(folder / FILE))
    assert {0o600} == {mode(file) for file in folder.iterdir()}
    await database.close()


async def test_what_was_written_is_there_when_it_is_opened_again(tmp_path):
    for _ in range(2):
        database = await Database.open(str(tmp_path))
        store = SqlStore(database)
        if not await store.person(LENE.address):
            await store.add([(LENE, "hash")])
        secret = await store.secret()
        await database.close()

    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / FILE}")
    assert LENE == await SqlStore(database).person(LENE.address)
    assert secret == await SqlStore(database).secret()
    assert len(secret) == 32
    await database.close()


async def test_every_connection_is_durable_and_checks_references(database):
    async def pragma(connection, name):
        return (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar()

    async with database.read() as one, database.read() as two, database.write() as three:
        for connection in (one, two, three):
            assert await pragma(connection, "journal_mode") == "wal"
            assert await pragma(connection, "synchronous") == 2
            assert await pragma(connection, "foreign_keys") == 1
            assert await pragma(connection, "busy_timeout") == 10_000


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


async def test_several_processes_may_open_a_new_database_and_write_at_once(tmp_path):
    """'database is locked' never surfaces, neither while the schema is made nor after."""
    command = [sys.executable, "-c", WRITER, tmp_path]
    writers = [await asyncio.create_subprocess_exec(*command, name) for name in ("a", "b")]
    database = await Database.open(tmp_path)
    store = SqlStore(database)
    await asyncio.gather(*(store.keep(f"c{n}@a.test", {"location": "here"}) for n in range(25)))

    assert [0, 0] == [await writer.wait() for writer in writers]
    everybody = [f"{name}{number}@a.test" for name in "abc" for number in range(25)]
    assert {"here"} == {(await store.standing(address)).location for address in everybody}
    await database.close()


async def test_what_is_no_database_is_refused(tmp_path):
    (tmp_path / "plain").write_text("x")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / FILE).write_text("not a database, but long enough to look at" * 100)

    assert "File exists" in await refusal(tmp_path / "plain")
    assert "Not a directory" in await refusal(tmp_path / "plain" / "data")
    assert "not a database" in await refusal(tmp_path / "folder")
    assert "not a usable database URL" in await refusal("nothing+known://")
    assert "unable to open" in await refusal("sqlite+aiosqlite:////no/such/folder/file")


async def test_reading_in_a_thread_sees_what_is_written_and_waits_for_nobody(database):
    def accounts(connection):
        return connection.scalar(select(func.count()).select_from(tables.accounts))

    async with database.write() as connection:
        await connection.execute(delete(tables.accounts))
        assert 0 == await database.read_in_thread(accounts)
    await SqlStore(database).add([(LENE, "hash")])
    assert 1 == await database.read_in_thread(accounts)


async def test_a_database_that_does_not_answer_in_a_thread_is_unavailable(database):
    def fail(_):
        raise OperationalError("SELECT", {}, sqlite3.OperationalError("disk I/O error"))

    with pytest.raises(Refused, match="try again"):
        await database.read_in_thread(fail)
