"""Standings in SQL, beyond the port: what many say at once is written at once."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import update

from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.store import SqlStore
from openucwa.adapters.sql.tables import standings
from openucwa.domain.people import Level, Person
from openucwa.domain.presence import Claim, Preferred, Standing

LENE, SARA = "lenea@contoso.test", "sarad@contoso.test"


@pytest.fixture
async def database(place):
    opened = await Database.open(place)
    yield opened
    await opened.close()


async def test_levels_are_written_together_with_what_else_is_said(database, monkeypatch):
    store = SqlStore(database)
    await store.add([(Person(LENE, f"sip:{LENE}", "Lene"), "")])
    transactions, write = [], database.write_in_thread

    async def counted(work):
        transactions.append(work)
        await write(work)

    monkeypatch.setattr(database, "write_in_thread", counted)
    others = [f"p{number}@contoso.test" for number in range(50)]
    await asyncio.gather(
        store.keep(LENE, {"location": "Oslo"}),
        *(store.set_level(LENE, other, Level.EXTERNAL) for other in others),
    )

    assert Standing(location="Oslo", levels=dict.fromkeys(others, Level.EXTERNAL)) == (
        await store.standing(LENE)
    )
    assert len(transactions) <= 2


async def test_of_a_level_given_twice_at_once_the_last_is_stored(database):
    store = SqlStore(database)
    await store.add([(Person(LENE, f"sip:{LENE}", "Lene"), "")])
    await asyncio.gather(
        *(store.set_level(LENE, SARA, level) for level in (Level.EXTERNAL, None, Level.BLOCKED))
    )

    assert {LENE: Level.BLOCKED} == await store.levels_towards(SARA)


async def test_what_a_server_of_the_release_before_stores_returns_to_nothing(database):
    """It knows neither the column nor that what is there is not true any more."""
    store = SqlStore(database)
    away = Claim(Preferred.AWAY, 1.0)
    await store.keep(LENE, {"manual": Claim(Preferred.BUSY, 2.0, 62.0, away)})
    theirs = {"manual": "Busy", "manual_since": 3.0, "manual_expires": 86403.0}
    async with database.write() as connection:
        await connection.execute(update(standings).values(theirs))

    assert Claim(Preferred.BUSY, 3.0, 86403.0) == (await store.standing(LENE)).manual
