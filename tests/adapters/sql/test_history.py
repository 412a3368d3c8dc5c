"""What is particular to SQL: nothing is left over; tests/ports has the rest."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from openucwa.adapters.sql import tables
from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.history import TOGETHER, SqlHistory
from openucwa.adapters.sql.store import SqlStore
from openucwa.domain.history import Entry, Record
from openucwa.domain.parties import Attendance
from openucwa.domain.people import Person
from openucwa.domain.seen import Importance, MessageText

LENE, SARA = "lenea@contoso.test", "sarad@contoso.test"


@pytest.fixture
async def history(place):
    database = await Database.open(place)
    await SqlStore(database).add([(Person(one, f"sip:{one}", one), "") for one in (LENE, SARA)])
    yield SqlHistory(database)
    await database.close()


def record(conversation, *owners, time=1.0):
    """Return two messages, of which each of the owners has one more than the one before."""
    said = tuple(Entry(number, LENE, time, MessageText("Hello")) for number in (1, 2))
    attendances = tuple(
        Attendance(owner, 1, time, incoming=True, last=number)
        for number, owner in enumerate(owners, 1)
    )
    about = (conversation, "t", "", Importance.NORMAL, "")
    return Record(*about, {LENE: "Lene", SARA: "Sara"}, 0, attendances, said)


async def sizes(history):
    """Return how many conversations, messages and logs there are."""
    async with history._database.read() as connection:
        return [
            await connection.scalar(select(func.count()).select_from(table))
            for table in (tables.talks, tables.messages, tables.logs)
        ]


async def test_what_nobody_keeps_is_deleted(history):
    await history.record([record("a", LENE, SARA), record("b", LENE)])
    assert [2, 4, 3] == await sizes(history)

    for owner, left in ((SARA, [2, 3, 2]), (LENE, [1, 1, 1]), (LENE, [0, 0, 0])):
        identifier = (await history.logs(owner, 1))[0]
        await history.delete(await history.log(owner, identifier))
        assert left[2] == (await sizes(history))[2]
    assert [0, 0, 0] == await sizes(history)


async def test_purging_leaves_nothing_over(history):
    await history.record([record("a", LENE, SARA), record("b", LENE), record("c", LENE, time=9.0)])

    assert [2, 3] == [await history.count_old(5.0, owner) for owner in (LENE, "")]
    assert 3 == await history.purge(5.0, 100)
    assert [1, 2, 1] == await sizes(history)


async def test_removing_a_person_leaves_nothing_over(history):
    await history.record([record("a", LENE, SARA), record("b", LENE)])
    await SqlStore(history._database).remove(LENE)

    assert [1, 2, 1] == await sizes(history)


async def test_many_are_written_in_several_transactions(history):
    many = 2 * TOGETHER + 1
    await history.record([record(str(number), LENE) for number in range(many)])

    assert [many, 2 * many, many] == await sizes(history)


async def test_any_text_can_be_kept(history):
    """What no database can hold becomes a sign that says so."""
    odd = record("a", LENE)
    said = Entry(1, LENE, 1.0, MessageText("a\0b\ud800 \U0001f600"))
    await history.record([odd._replace(entries=(said,), subject="\0")])

    log = await history.log(LENE, (await history.logs(LENE, 1))[0])
    assert ("a\ufffdb\ufffd \U0001f600", "\ufffd") == (log.latest.text, log.subject)
