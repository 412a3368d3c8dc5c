"""Who changes the same takes turns, through two databases that are one, as two servers do."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace

import pytest

from openucwa.adapters.sql.contacts import SqlContacts
from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.history import SqlHistory
from openucwa.adapters.sql.photos import SqlPhotos
from openucwa.adapters.sql.policies import SqlPolicies
from openucwa.adapters.sql.store import SqlStore
from openucwa.adapters.sql.telephony import SqlTelephony
from openucwa.domain.contacts import Kind, Limits
from openucwa.domain.history import Entry, Record
from openucwa.domain.parties import Attendance
from openucwa.domain.people import Level, Person
from openucwa.domain.phones import PhoneType
from openucwa.domain.photos import Photo
from openucwa.domain.ports import EVERYBODY
from openucwa.domain.refusals import Refused
from openucwa.domain.seen import Importance, MessageText

LENE = "lenea@contoso.test"
TIMES = range(8)


@pytest.fixture
async def both(place):
    """Two servers' databases."""
    opened = [await Database.open(place) for _ in range(2)]
    await SqlStore(opened[0]).add([(Person(LENE, f"sip:{LENE}", "Lene"), "")])
    yield opened
    for database in opened:
        await database.close()


def everywhere(both, work):
    """Do something several times at once on each."""
    return asyncio.gather(*(work(database, number) for number in TIMES for database in both))


async def test_no_contact_is_lost(both):
    async def add(database, number):
        address = f"p{number}-{both.index(database)}@contoso.test"
        await SqlContacts(database).change(LENE, lambda one: one.add(address, "", Limits()))

    await everywhere(both, add)

    for database in both:
        listed = (await SqlContacts(database).contacts(LENE)).only(Kind.DEFAULT).members
        assert 2 * len(TIMES) == len(listed)


async def test_no_change_of_call_forwarding_is_lost(both):
    def later(settings):
        return replace(settings, ring=replace(settings.ring, delay=settings.ring.delay + 1))

    await everywhere(both, lambda one, _: SqlTelephony(one).change_forwarding(LENE, later))

    assert 2 * len(TIMES) == (await SqlTelephony(both[0]).forwarding(LENE)).ring.delay


async def test_whoever_says_something_first_is_not_in_the_way_of_the_other(both):
    """Rows are made by several at once, and all get what they asked for."""

    async def say(database, number):
        policies, telephony, store = (
            SqlPolicies(database),
            SqlTelephony(database),
            SqlStore(database),
        )
        await asyncio.gather(
            policies.set(EVERYBODY, "photos", "Disabled"),
            policies.set(LENE, "photos", "Disabled"),
            telephony.keep_phone(LENE, PhoneType.HOME, {"number": "+4512345", "shown": True}),
            SqlPhotos(database).keep(LENE, Photo(b"jpeg", str(number))),
            store.keep(LENE, {"location": "Oslo"}),
            store.set_level(LENE, "x@contoso.test", Level.EXTERNAL),
            store.set_password(LENE, "hash"),
            store.secret(),
        )

    await everywhere(both, say)

    one, other = (SqlStore(database) for database in both)
    assert await one.standing(LENE) == await other.standing(LENE)
    assert await one.secret() == await other.secret()
    assert 2 * len(TIMES) == (await one.account(LENE)).generation
    assert [LENE] == [person.address for person in (await other.search("4512", 5)).people]


async def test_of_two_who_add_the_same_person_one_hears_that_she_is_there(both):
    sara = Person("sarad@contoso.test", "sip:sarad@contoso.test", "Sara")
    done = await asyncio.gather(
        *(SqlStore(one).add([(sara, "")]) for one in both), return_exceptions=True
    )

    assert {None, KeyError} == {outcome and type(outcome) for outcome in done}


async def test_a_server_sees_what_another_one_changed(both):
    """By numbers that it looks at now and then."""
    here, there = both
    seen = [(await SqlStore(here).revision(), await SqlPolicies(here).revision())]
    await SqlStore(there).set_disabled(LENE, disabled=True)
    await SqlPolicies(there).set(LENE, "photos", "Disabled")
    seen.append((await SqlStore(here).revision(), await SqlPolicies(here).revision()))

    assert all(before != after for before, after in zip(*seen, strict=True))


async def test_what_is_said_while_a_log_is_deleted_is_kept(both):
    """The log of those who stay, and what they said; whatever the order."""

    def record(number, owner=LENE):
        said = (Entry(number, LENE, float(number), MessageText("Hello")),)
        there = (Attendance(owner, number, float(number), incoming=True),)
        return Record("talk", "t", "", Importance.NORMAL, "", {}, number - 1, there, said)

    here, there = (SqlHistory(database) for database in both)
    for number in range(1, 9):
        await here.record([record(number)])
        old = await here.log(LENE, (await here.logs(LENE, 1))[0])
        await asyncio.gather(here.delete(old), there.record([record(number + 1)]))
        kept = [await here.log(LENE, one) for one in await here.logs(LENE, 9)]

        assert [number + 1] == [log.first for log in kept]
        assert "Hello" == kept[0].latest.text
        await here.delete(kept[0])


async def test_nobody_gets_an_error_while_people_come_and_go(both):
    """What cannot be done any more is refused."""
    person = Person("toni@contoso.test", "sip:toni@contoso.test", "Toni")

    async def live(database):
        for _ in range(15):
            for work in (
                SqlContacts(database).change(
                    person.address, lambda one: one.add(LENE, "", Limits())
                ),
                SqlTelephony(database).keep_phone(person.address, PhoneType.HOME, {"shown": True}),
                SqlStore(database).set_level(person.address, LENE, Level.EXTERNAL),
            ):
                with suppress(Refused):
                    await work

    async def come_and_go(database):
        for _ in range(15):
            await SqlStore(database).add([(person, "")])
            await SqlStore(database).remove(person.address)

    here, there = both
    await asyncio.gather(live(here), live(there), come_and_go(here))
