"""Migrations: they build what the code declares, and run only when they must."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from openucwa.adapters.sql import migrate, tables
from openucwa.adapters.sql.database import FILE, Database
from openucwa.adapters.sql.history import SqlHistory
from openucwa.adapters.sql.migrate import HEAD, DatabaseUnusable
from openucwa.adapters.sql.store import SqlStore
from openucwa.domain.seen import MissedSeen


def _config():
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
    return config


async def _open_and_close(path):
    await (await Database.open(path)).close()


async def test_migrations_build_the_tables_that_the_code_declares(tmp_path):
    def declared(name, kind, _parents):
        """Leave out the index of searches: SQLAlchemy knows no virtual tables."""
        return kind != "table" or not name.startswith("entry_words")

    def differences(connection):
        context = MigrationContext.configure(connection, opts={"include_name": declared})
        return compare_metadata(context, tables.metadata)

    database = await Database.open(tmp_path)
    async with database.read() as connection:
        assert await connection.run_sync(differences) == []
    await database.close()


async def test_who_was_there_before_searches_had_an_index_is_found(tmp_path):
    """By what others may see of her: of her own phones those that she shows."""
    engine, config = create_engine(f"sqlite:///{tmp_path / FILE}"), _config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        connection.exec_driver_sql(
            "INSERT INTO people VALUES ('l@x.test', 'sip:l@x.test', 'Lene Åling', '', '', '', '',"
            " '[\"la@x.test\"]', 'tel:+4511', '', '', '', 'aling')"
        )
        connection.exec_driver_sql(
            "INSERT INTO phones VALUES ('l@x.test', 'home', 'tel:+4522222', TRUE),"
            " ('l@x.test', 'other', 'tel:+4533333', FALSE)"
        )
    engine.dispose()

    database = await Database.open(tmp_path)
    store = SqlStore(database)
    hits = [len((await store.search(query, 5)).people) for query in ("alin", "la@", "+452", "+453")]
    await database.close()
    assert [1, 1, 1, 0] == hits


async def test_what_was_there_before_there_was_a_history_stays(tmp_path):
    engine, config = create_engine(f"sqlite:///{tmp_path / FILE}"), _config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
        connection.exec_driver_sql(
            "INSERT INTO people VALUES ('l@x.test', 'sip:l@x.test', 'Lene', '', '', '', '', '[]',"
            " '', '', '', '', '')"
        )
    engine.dispose()

    database = await Database.open(tmp_path)
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


async def test_a_database_of_a_newer_release_is_left_alone(tmp_path):
    await _open_and_close(tmp_path)
    connection = sqlite3.connect(tmp_path / FILE)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()

    with pytest.raises(DatabaseUnusable, match="use the newer release"):
        await Database.open(tmp_path)
