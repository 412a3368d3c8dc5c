"""PostgreSQL: how it is reached, and what happens when it is not."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress

import pytest
from sqlalchemy import text

from daemons import Postgres, _certify
from openucwa.adapters.sql import postgresql as module
from openucwa.adapters.sql import tables
from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.migrate import DatabaseUnusable
from openucwa.adapters.sql.postgresql import CONNECTIONS, Postgresql, is_postgresql
from openucwa.adapters.sql.store import SqlStore
from openucwa.domain.presence import Standing
from openucwa.domain.refusals import Refusal, Refused

LENE = "lenea@contoso.test"


@pytest.fixture
async def database(postgresql):
    opened = await Database.open(postgresql)
    yield opened
    await opened.close()


async def refusal(where):
    with pytest.raises(DatabaseUnusable) as caught:
        await Database.open(where)
    return str(caught.value)


async def refused(work):
    with pytest.raises(Refused) as caught:
        await work
    return caught.value.refusal


def send(number, processes):
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, number)


def keep(database, **said):
    return SqlStore(database).keep(LENE, said)


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("postgresql://h/d", True),
        ("postgres://h/d", True),
        ("postgresql+asyncpg://h/d", True),
        ("/var/lib/postgresql", False),
        ("sqlite+aiosqlite:///file", False),
    ],
)
def test_a_database_is_reached_by_its_url(where, expected):
    assert expected is is_postgresql(where)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (
            "postgres://u:s:e@c@h,i:5433/d?sslmode=require",
            "postgresql://u:***@h,i:5433/d?sslmode=require",
        ),
        (
            "postgresql://h/d?user=u&password=secret&port=1",
            "postgresql://h/d?user=u&password=***&port=1",
        ),
        ("postgresql://u@h/d", "postgresql://u@h/d"),
    ],
)
async def test_passwords_are_not_shown(url, shown):
    assert shown == str(Postgresql(url))


async def test_what_cannot_be_used_is_refused_with_the_reason(engine, postgres):
    guarded = engine(Postgres, password="secret")
    latin = postgres.database()
    name = latin.rpartition("/")[2]
    postgres.ask(f"DROP DATABASE {name}")
    postgres.ask(f"CREATE DATABASE {name} ENCODING 'LATIN1' TEMPLATE template0")

    wrong = await refusal(guarded.url.replace("secret", "wrong"))
    assert "password authentication failed" in wrong
    assert ":wrong@" not in wrong
    assert "does not exist" in await refusal(postgres.address("nowhere"))
    assert "encoding is LATIN1" in await refusal(latin)
    assert "Connect call failed" in await refusal("postgresql://u:p@127.0.0.1:1/d")
    assert "cannot use" in await refusal("postgresql://u:p@127.0.0.1:port/d")


def test_a_missing_driver_is_named(tmp_path):
    code = (
        "import sys, asyncio; sys.modules['asyncpg'] = None\n"
        "from openucwa.adapters.sql.database import Database\n"
        "asyncio.run(Database.open('postgresql://h/d'))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert "pip install 'openucwa[postgres]'" in done.stderr


async def test_several_servers_that_start_at_once_migrate_once(postgres):
    url = postgres.database()
    opened = await asyncio.gather(*(Database.open(url) for _ in range(4)))
    assert {32} == {len(await SqlStore(one).secret()) for one in opened}
    assert 1 == len({await SqlStore(one).secret() for one in opened})
    for one in opened:
        await one.close()


async def test_a_migration_does_not_stand_in_the_way_for_long(postgres, monkeypatch):
    """It gives up if somebody uses a table all the time; the next start tries again."""
    monkeypatch.setattr(module, "BLOCKING", 1)
    url = postgres.database()
    postgres.ask("CREATE TABLE people (address text); CREATE TABLE alembic_version (v text)", url)
    busy = Postgresql(url)
    async with busy.writing() as connection:
        await connection.execute(text("LOCK TABLE alembic_version"))
        assert "lock timeout" in await refusal(url)
    await busy.close()


async def test_a_server_that_was_away_is_used_again(engine):
    """Whoever asks meanwhile is refused, at once; nothing has to be started anew."""
    server = engine(Postgres)
    database = await Database.open(server.database())
    await keep(database, location="Oslo")
    await asyncio.gather(*(database.answers() for _ in range(CONNECTIONS)))

    for stop in (server.stop, server.kill):
        await asyncio.to_thread(stop)
        assert Refusal.SERVICE_UNAVAILABLE is await refused(keep(database, location="Rome"))
        assert Refusal.SERVICE_UNAVAILABLE is await refused(SqlStore(database).standing(LENE))
        assert not await database.answers()
        await asyncio.to_thread(server.start)
        assert [True] * CONNECTIONS == await asyncio.gather(
            *(database.answers() for _ in range(CONNECTIONS))
        )
        assert Standing(location="Oslo") == await SqlStore(database).standing(LENE)
    await keep(database, location="Rome")
    await database.close()


async def test_a_server_that_hangs_keeps_nobody_waiting_for_long(engine, monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 0.5)
    monkeypatch.setattr(module, "CONNECTING", 0.5)
    server = engine(Postgres)
    database = await Database.open(server.database())
    await keep(database, location="Oslo")
    backends = [int(pid) for pid in server.ask("SELECT pid FROM pg_stat_activity").split()]
    everything = [server.process.pid, *backends]

    began = time.monotonic()
    send(signal.SIGSTOP, everything)
    try:
        waiting = [keep(database, location="Rome"), SqlStore(database).standing(LENE)]
        answers = await asyncio.gather(*map(refused, waiting))
    finally:
        send(signal.SIGCONT, everything)
    assert [Refusal.SERVICE_UNAVAILABLE] * 2 == answers
    assert 5 > time.monotonic() - began
    await keep(database, location="Rome")
    await database.close()


async def test_a_server_that_became_a_standby_is_left(database):
    """After a switch the other one has the same name, so new connections lead there."""
    await keep(database, location="Oslo")
    async with database.read() as connection:
        await connection.execute(text("SET default_transaction_read_only = on"))

    assert Refusal.SERVICE_UNAVAILABLE is await refused(keep(database, location="Rome"))
    await keep(database, location="Rome")
    assert Standing(location="Rome") == await SqlStore(database).standing(LENE)


async def test_a_server_goes_on_while_another_one_changes_the_schema(postgres):
    """Statements that it has prepared are prepared anew."""
    url = postgres.database()
    database = await Database.open(url)
    for kind in ("text", "varchar"):
        await keep(database, location="Oslo")
        await SqlStore(database).standing(LENE)
        postgres.ask(f"ALTER TABLE standings ALTER location TYPE {kind}", url)
        await keep(database, location="Rome")
        assert Standing(location="Rome") == await SqlStore(database).standing(LENE)
    await database.close()


async def test_more_ask_than_there_are_connections(database):
    assert {True} == set(await asyncio.gather(*(database.answers() for _ in range(100))))


async def test_who_asks_again_and_again_does_not_go_before_those_who_wait(database):
    answered = dict.fromkeys(range(4 * CONNECTIONS), 0)

    async def ask(number):
        while sum(answered.values()) < 1000:
            async with database.read() as connection:
                await connection.execute(text("SELECT 1"))
            answered[number] += 1

    await asyncio.gather(*map(ask, answered))
    assert 5 >= max(answered.values()) - min(answered.values())


async def test_who_waits_for_others_for_too_long_is_refused(postgresql, monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 0.5)
    one, other = await Database.open(postgresql), await Database.open(postgresql)
    await keep(one, location="Oslo")
    async with one.write() as connection:
        await connection.execute(tables.standings.update().values(location="Rome"))
        assert Refusal.SERVICE_UNAVAILABLE is await refused(keep(other, location="Bern"))
    await keep(other, location="Bern")
    await one.close()
    await other.close()


async def test_two_who_wait_for_each_other_both_get_what_they_want(postgresql):
    """PostgreSQL ends one of them, which is done anew then."""
    one, other = await Database.open(postgresql), await Database.open(postgresql)
    await asyncio.gather(*(SqlStore(one).keep(name, {"location": "x"}) for name in "ab"))

    def both(names):
        def work(connection):
            for name in names:
                own = tables.standings.update().where(tables.standings.c.address == name)
                connection.execute(own.values(location=names))
                connection.execute(text("SELECT pg_sleep(0.2)"))

        return work

    await asyncio.gather(one.write_in_thread(both("ab")), other.write_in_thread(both("ba")))
    places = {(await SqlStore(one).standing(name)).location for name in "ab"}
    assert 1 == len(places)
    await one.close()
    await other.close()


async def test_connections_are_encrypted_if_the_url_says_so(engine, tmp_path):
    server = engine(Postgres)
    url = server.database()
    assert "rejected SSL" in await refusal(f"{url}?sslmode=require")

    _certify(tmp_path)
    for name, made in (("server.crt", "cert.pem"), ("server.key", "key.pem")):
        shutil.copy(tmp_path / made, server.data / name)
        (server.data / name).chmod(0o600)
        if server.user:
            shutil.chown(server.data / name, server.user)
    server.ask("ALTER SYSTEM SET ssl = on")
    server.stop()
    server.start()
    for mode in ("require", f"verify-full&sslrootcert={tmp_path}/cert.pem"):
        database = await Database.open(f"{url}?sslmode={mode}")
        own = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        async with database.read() as connection:
            assert await connection.scalar(text(own))
        await database.close()
    (tmp_path / "other").mkdir()
    _certify(tmp_path / "other")
    stranger = f"{url}?sslmode=verify-full&sslrootcert={tmp_path}/other/cert.pem"
    assert "CERTIFICATE_VERIFY_FAILED" in await refusal(stranger)


async def test_of_several_servers_the_one_that_takes_changes_is_used(postgresql):
    host = postgresql.partition("@")[2].partition("/")[0]
    several = postgresql.replace(host, f"127.0.0.1:1,{host}") + "?target_session_attrs=primary"
    database = await Database.open(several)
    assert await database.answers()
    await database.close()
