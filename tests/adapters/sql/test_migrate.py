"""Migrations: they build what the code declares, and run only when they must."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, select

from openucwa.adapters.sql import migrate, tables
from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.history import SqlHistory
from openucwa.adapters.sql.migrate import HEAD, DatabaseUnusable
from openucwa.adapters.sql.postgresql import Postgresql, is_postgresql
from openucwa.adapters.sql.sqlite import Sqlite
from openucwa.adapters.sql.store import SqlStore
from openucwa.domain.seen import MissedSeen


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request, tmp_path):
    """Where a database is that has no schema yet."""
    return tmp_path if request.param == "sqlite" else request.getfixturevalue("postgres").database()


def _config():
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
    return config


async def _open_and_close(path):
    await (await Database.open(path)).close()


async def _run(place, *statements, revision=""):
    """Run statements, after migrating to a revision if there is one."""
    engine, config = Postgresql(place) if is_postgresql(place) else Sqlite(place), _config()

    def work(connection):
        if revision:
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
        for statement in statements:
            connection.exec_driver_sql(statement)

    async with engine.writing() as connection:
        await connection.run_sync(work)
    await engine.close()


async def test_migrations_build_the_tables_that_the_code_declares(place):
    def declared(name, kind, parents):
        """Leave out the indexes of searches: each engine has its own."""
        search = name in {"found", "ix_entries_found"} and parents["table_name"] == "entries"
        return not search and (kind != "table" or not name.startswith("entry_words"))

    def differences(connection):
        context = MigrationContext.configure(connection, opts={"include_name": declared})
        return compare_metadata(context, tables.metadata)

    database = await Database.open(place)
    async with database.read() as connection:
        assert await connection.run_sync(differences) == []
    await database.close()


async def test_who_was_there_before_searches_had_an_index_is_found(fresh):
    """By what others may see of her: of her own phones those that she shows."""
    await _run(
        fresh,
        "INSERT INTO people VALUES ('l@x.test', 'sip:l@x.test', 'Lene Åling', '', '', '', '',"
        " '[\"la@x.test\"]', 'tel:+4511', '', '', '', 'aling')",
        "INSERT INTO phones VALUES ('l@x.test', 'home', 'tel:+4522222', TRUE),"
        " ('l@x.test', 'other', 'tel:+4533333', FALSE)",
        revision="0002",
    )

    database = await Database.open(fresh)
    store = SqlStore(database)
    hits = [len((await store.search(query, 5)).people) for query in ("alin", "la@", "+452", "+453")]
    await database.close()
    assert [1, 1, 1, 0] == hits


async def test_what_was_there_before_there_was_a_history_stays(fresh):
    await _run(
        fresh,
        "INSERT INTO people VALUES ('l@x.test', 'sip:l@x.test', 'Lene', '', '', '', '', '[]',"
        " '', '', '', '', '')",
        revision="0003",
    )

    database = await Database.open(fresh)
    assert "Lene" == (await SqlStore(database).person("l@x.test")).name
    assert MissedSeen() == await SqlHistory(database).counts("l@x.test")
    await database.close()


def test_head_is_the_newest_migration():
    assert ScriptDirectory.from_config(_config()).get_current_head() == HEAD


def test_a_start_without_work_does_not_import_alembic(tmp_path):
    asyncio.run(_open_and_close(tmp_path))
    check = (
        "import asyncio, sys\nfrom openucwa.adapters.sql.database import Database\n"
        "async def go(): await (await Database.open(sys.argv[1])).close()\n"
        "asyncio.run(go()); sys.exit('alembic' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", check, tmp_path], check=False).returncode == 0


NEWER = "UPDATE alembic_version SET version_num = '9999'"
SERVED = "oldest schema served"


@pytest.mark.parametrize(
    "served",
    [
        f"UPDATE revisions SET number = {int(HEAD) + 1} WHERE name = '{SERVED}'",
        f"DELETE FROM revisions WHERE name = '{SERVED}'",
    ],
)
async def test_a_schema_that_this_release_cannot_use_is_left_alone(fresh, served):
    await _open_and_close(fresh)
    await _run(fresh, NEWER, served)

    with pytest.raises(DatabaseUnusable, match="use the newer release"):
        await Database.open(fresh)


async def test_a_newer_schema_that_serves_this_release_too_can_be_used(fresh):
    """So servers of both releases run side by side while they are replaced."""
    await _open_and_close(fresh)
    await _run(fresh, NEWER, f"UPDATE revisions SET number = {int(HEAD)} WHERE name = '{SERVED}'")

    database = await Database.open(fresh)
    assert None is await SqlStore(database).person("l@x.test")
    await database.close()


VALUES = {str: "1", int: 1, float: 1.0, bool: True, bytes: b"1", dict: {}, object: "1"}
"""What is written into columns, by how Python has their values; an object is words to find."""


async def test_the_release_before_goes_on_beside_a_new_server(fresh):
    """One step of replacing servers: those of before know the tables as they were."""
    scripts = ScriptDirectory.from_config(_config())
    await _run(fresh, revision=scripts.get_revision(HEAD).down_revision)
    before, known = Postgresql(fresh) if is_postgresql(fresh) else Sqlite(fresh), MetaData()

    def look(connection):
        known.reflect(connection)
        return {table: connection.execute(select(table)).all() for table in _plain(known)}

    def add(connection):
        for table, rows in found.items():
            row = {column.name: VALUES[column.type.python_type] for column in table.columns}
            connection.execute(table.insert().values(row))
            assert len(rows) + 1 == len(connection.execute(select(table)).all())

    async with before.reading() as connection:
        found = await connection.run_sync(look)
    await _open_and_close(fresh)
    async with before.writing() as connection:
        await connection.run_sync(add)
    await before.close()

    assert {"people", "accounts", "messages"} <= {table.name for table in found}
    assert None is not await _person(fresh, "1")


def test_each_new_schema_serves_the_release_before():
    """Each release has one migration at least, so that is no later than the one before."""
    scripts = ScriptDirectory.from_config(_config())
    later = [one for one in scripts.walk_revisions() if one.revision > "0004"]

    assert [] == [one for one in later if not one.module.SERVES < int(one.revision)]


def _plain(known):
    """Return tables of which servers write rows, those first that others refer to."""
    own = {"alembic_version", "revisions"}
    return [
        table
        for table in known.sorted_tables
        if table.name not in own and not table.name.startswith("entry_words")
    ]


async def _person(place, address):
    database = await Database.open(place)
    found = await SqlStore(database).person(address)
    await database.close()
    return found
