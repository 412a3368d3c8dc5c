"""``openucwa history``: what is kept, from the command line."""

from __future__ import annotations

import asyncio
import time

import pytest
from click.testing import CliRunner

from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.history import SqlHistory
from openucwa.adapters.sql.store import SqlStore
from openucwa.cli.main import main
from openucwa.domain.history import Entry, Record
from openucwa.domain.parties import Attendance
from openucwa.domain.people import Person
from openucwa.domain.seen import Importance, MessageText

LENE, SARA = "lenea@contoso.test", "sarad@contoso.test"
DAY = 86_400


@pytest.fixture
def run(tmp_path):
    """Lene and Sara talked 500, 50 and 5 days ago."""

    async def add():
        database = await Database.open(tmp_path / "data")
        await SqlStore(database).add([(Person(one, f"sip:{one}", one), "") for one in (LENE, SARA)])
        await SqlHistory(database).record([_talk(days) for days in (500, 50, 5)])
        await database.close()

    asyncio.run(add())
    data = ["--data", str(tmp_path / "data")]
    return lambda *words: CliRunner().invoke(main, ["history", *words, *data])


@pytest.fixture
def purge(run):
    return lambda *words: run("purge", *words)


def _talk(days):
    then = time.time() - days * DAY
    attendances = tuple(Attendance(one, 1, then, incoming=True) for one in (LENE, SARA))
    said = (Entry(1, LENE, then, MessageText("Hello")),)
    about = (str(days), "t", f"Lunch\t\x1b{days}\n", Importance.NORMAL, "")
    return Record(*about, {LENE: "", SARA: ""}, 0, attendances, said)


def left(tmp_path):
    async def look():
        database = await Database.open(tmp_path / "data")
        found = [len(await SqlHistory(database).logs(one, 10)) for one in (LENE, SARA)]
        await database.close()
        return found

    return asyncio.run(look())


@pytest.mark.parametrize(
    ("words", "text", "logs"),
    [
        ((), "deleted 2 logs of conversations", [2, 2]),
        (("--days", "10"), "deleted 4 logs of conversations", [1, 1]),
        (("--days", "0"), "deleted 6 logs of conversations", [0, 0]),
        (("--days", "1000"), "deleted 0 logs of conversations", [3, 3]),
        (("--person", f"sip:{LENE.upper()}"), "deleted 1 log of conversations", [2, 3]),
        (("--person", LENE, "--days", "10"), "deleted 2 logs of conversations", [1, 3]),
    ],
)
def test_what_is_old_is_deleted(purge, tmp_path, words, text, logs):
    done = purge(*words)

    assert (0, f"{text}\n", logs) == (done.exit_code, done.output, left(tmp_path))


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (("--days", "-1"), 2, "not in the range"),
        (("--person", "lene"), 2, "is not an address"),
        (("--person", "nobody@contoso.test"), 1, "nobody has the address nobody@contoso.test"),
    ],
)
def test_what_is_typed_wrongly_is_said(purge, tmp_path, words, code, text):
    done = purge(*words)

    assert (code, [3, 3]) == (done.exit_code, left(tmp_path))
    assert text in done.output


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ((), ["Lunch 5", "Lunch 50", "Lunch 500"]),
        (("--limit", "1"), ["Lunch 5"]),
        (("HELLO",), ["Lunch 5", "Lunch 50", "Lunch 500"]),
        (("lunch", "50"), ["Lunch 50", "Lunch 500"]),
        (("dinner",), []),
        (("!",), []),
    ],
)
def test_what_somebody_keeps_is_listed(run, words, found):
    done = run("list", LENE, *words)

    rows = [line.split("\t") for line in done.output.splitlines()]
    assert (0, found) == (done.exit_code, [row[3] for row in rows])
    assert all(["kept", SARA] == row[1:3] for row in rows)


def test_of_who_is_unknown_nothing_is_listed(run):
    done = run("list", "nobody@contoso.test")

    assert 1 == done.exit_code
    assert "nobody has the address nobody@contoso.test" in done.output
