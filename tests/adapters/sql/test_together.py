"""Group commit: few transactions for many, and everybody knows how it went."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.tables import standings
from openucwa.adapters.sql.together import Together
from openucwa.domain.refusals import Refused


class Counting:
    """A database that counts transactions, and may be broken."""

    def __init__(self, database):
        self._database = database
        self.transactions = 0
        self.error = None

    async def write_in_thread(self, work):
        self.transactions += 1
        if self.error is not None:
            raise self.error
        await self._database.write_in_thread(work)


@pytest.fixture
async def database(place):
    opened = await Database.open(place)
    yield opened
    await opened.close()


@pytest.fixture
def counting(database):
    return Counting(database)


@pytest.fixture
def said(counting):
    return Together(counting, standings, standings.c.address)


async def notes(database):
    async with database.read() as connection:
        rows = await connection.execute(select(standings))
        return {row.address: (row.note, row.location) for row in rows}


async def test_what_comes_during_a_write_is_written_together(database, counting, said):
    await asyncio.gather(*(said.change(f"p{number}", {"note": "hi"}) for number in range(50)))
    assert 50 == len(await notes(database))
    assert counting.transactions <= 2


async def test_changes_of_one_row_add_up_in_their_order(database, said):
    await asyncio.gather(
        said.change("a", {"note": "first", "location": "here"}), said.change("a", {"note": "last"})
    )
    await said.change("a", {"location": "there"})
    assert {"a": ("last", "there")} == await notes(database)


async def test_each_who_waits_hears_that_it_failed_and_the_next_one_is_tried(
    database, counting, said
):
    counting.error = Refused("ServiceUnavailable")
    failed = await asyncio.gather(
        said.change("a", {"note": "x"}), said.change("b", {"note": "y"}), return_exceptions=True
    )
    assert [counting.error] * 2 == failed
    counting.error = None
    await said.change("a", {"note": "z"})
    assert {"a": ("z", None)} == await notes(database)


async def test_who_gives_up_waiting_does_not_spoil_it_for_others(database, said):
    impatient = asyncio.create_task(said.change("a", {"note": "x"}))
    patient = asyncio.create_task(said.change("b", {"note": "y"}))
    await asyncio.sleep(0)
    impatient.cancel()
    await patient
    assert {"a": ("x", None), "b": ("y", None)} == await notes(database)
