"""What people said of their phones and calls outlives everything."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from openucwa.adapters.sql import tables
from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.store import SqlStore
from openucwa.adapters.sql.telephony import SqlTelephony, forget_telephony
from openucwa.domain.forwarding import (
    ActivePeriod,
    CallForwardingState,
    Forwarding,
    Immediate,
    ImmediateTarget,
    Ring,
    RingTarget,
    Unanswered,
    UnansweredTarget,
)
from openucwa.domain.people import Person
from openucwa.domain.phones import OwnPhone, PhoneType
from openucwa.domain.refusals import Refusal, Refused

LENE, SARA = "lenea@contoso.test", "sarad@contoso.test"
FULL = Forwarding(
    state=CallForwardingState.SIMULTANEOUS_RING,
    period=ActivePeriod.WORKHOURS,
    immediate=Immediate(ImmediateTarget.CONTACT, SARA),
    ring=Ring(RingTarget.CONTACT, "tel:+4512345678", 15),
    chosen=Unanswered(UnansweredTarget.CONTACT, SARA, 30),
)


@pytest.fixture
async def database(place):
    database = await Database.open(place)
    people = [
        Person(LENE, f"sip:{LENE}", "Lene", work_phone="tel:+4511111111"),
        Person(SARA, f"sip:{SARA}", "Sara"),
    ]
    await SqlStore(database).add([(person, "") for person in people])
    yield database
    await database.close()


@pytest.fixture
def telephony(database):
    return SqlTelephony(database)


async def test_who_said_nothing_has_no_phones_of_her_own_and_the_defaults(telephony):
    assert {} == await telephony.phones([LENE, "unknown@contoso.test"])
    assert Forwarding() == await telephony.forwarding(LENE)


async def test_only_what_changed_is_stored(telephony):
    await telephony.keep_phone(LENE, PhoneType.HOME, {"number": "tel:+4522222222"})
    await telephony.keep_phone(LENE, PhoneType.HOME, {"shown": True})
    await telephony.keep_phone(LENE, PhoneType.OTHER, {"shown": True})
    await telephony.keep_phone(SARA, PhoneType.HOME, {"number": ""})

    assert {
        LENE: {
            PhoneType.HOME: OwnPhone("tel:+4522222222", shown=True),
            PhoneType.OTHER: OwnPhone(shown=True),
        },
        SARA: {PhoneType.HOME: OwnPhone()},
    } == await telephony.phones([LENE, SARA])


async def test_many_people_may_be_asked_for(telephony):
    await telephony.keep_phone(SARA, PhoneType.HOME, {"shown": True})
    others = [f"p{number}@contoso.test" for number in range(1200)]

    assert [SARA] == list(await telephony.phones([*others, SARA]))


async def test_a_search_finds_what_others_may_see(telephony, database):
    """And keeps what the directory says."""
    store = SqlStore(database)

    async def found(number):
        return [person.address for person in (await store.search(number, 5)).people]

    await telephony.keep_phone(LENE, PhoneType.HOME, {"number": "tel:+4522222222"})
    assert ([], [LENE]) == (await found("+4522222"), await found("+451111"))
    await telephony.keep_phone(LENE, PhoneType.HOME, {"shown": True})
    assert ([LENE], [LENE]) == (await found("+4522222"), await found("+451111"))
    await telephony.keep_phone(LENE, PhoneType.HOME, {"number": ""})
    assert ([], [LENE]) == (await found("+4522222"), await found("+451111"))


async def test_everything_may_be_forgotten(telephony, database):
    """As the test mode does when it starts anew."""
    changes = {"number": "tel:+4522222222", "shown": True}
    await telephony.keep_phone(LENE, PhoneType.HOME, changes)
    await telephony.change_forwarding(LENE, lambda _: FULL)
    async with database.write() as connection:
        await forget_telephony(connection)

    assert ({}, Forwarding()) == (await telephony.phones([LENE]), await telephony.forwarding(LENE))
    store = SqlStore(database)
    hits = [len((await store.search(number, 5)).people) for number in ("+45222", "+45111")]
    assert [0, 1] == hits


@pytest.mark.parametrize(
    "settings",
    [FULL, Forwarding(), replace(FULL, chosen=None)],
    ids=["all", "none", "default for unanswered"],
)
async def test_settings_come_back(telephony, settings):
    await telephony.change_forwarding(LENE, lambda _: FULL)
    await telephony.change_forwarding(LENE, lambda _: settings)

    assert settings == await telephony.forwarding(LENE)
    assert Forwarding() == await telephony.forwarding(SARA)


async def test_whether_there_is_voicemail_is_not_stored(telephony, database):
    await telephony.change_forwarding(LENE, lambda _: replace(FULL, voicemail=True))

    assert FULL == await telephony.forwarding(LENE)
    async with database.read() as connection:
        assert "voicemail" not in await connection.scalar(select(tables.forwarding.c.settings))


async def test_a_refused_change_stores_nothing(telephony):
    def refuse(settings):
        raise Refused(Refusal.FORBIDDEN)

    with pytest.raises(Refused):
        await telephony.change_forwarding(LENE, refuse)

    assert Forwarding() == await telephony.forwarding(LENE)


async def test_no_change_is_lost_among_many(telephony):
    def later(settings):
        return replace(settings, ring=replace(settings.ring, delay=settings.ring.delay + 1))

    await asyncio.gather(*(telephony.change_forwarding(LENE, later) for _ in range(10)))

    assert (await telephony.forwarding(LENE)).ring.delay == 10
