"""SQLite: where the file lies, what it survives, and what is none."""

from __future__ import annotations

import sqlite3
import stat

import pytest
from sqlalchemy.exc import OperationalError

from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.migrate import DatabaseUnusable
from openucwa.adapters.sql.sqlite import FILE
from openucwa.adapters.sql.store import SqlStore
from openucwa.domain.refusals import Refused


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


async def test_a_file_can_be_named_by_a_url(tmp_path):
    database = await Database.open(str(tmp_path))
    secret = await SqlStore(database).secret()
    await database.close()

    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / FILE}")
    assert secret == await SqlStore(database).secret()
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


async def test_what_is_no_database_is_refused(tmp_path):
    (tmp_path / "plain").write_text("x")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / FILE).write_text("not a database, but long enough to look at" * 100)

    assert "File exists" in await refusal(tmp_path / "plain")
    assert "Not a directory" in await refusal(tmp_path / "plain" / "data")
    assert "not a database" in await refusal(tmp_path / "folder")
    assert "not a usable database URL" in await refusal("nothing+known://")
    assert "unable to open" in await refusal("sqlite+aiosqlite:////no/such/folder/file")


async def test_a_database_that_does_not_answer_in_a_thread_is_unavailable(database):
    def fail(_):
        raise OperationalError("SELECT", {}, sqlite3.OperationalError("disk I/O error"))

    with pytest.raises(Refused, match="try again"):
        await database.read_in_thread(fail)
