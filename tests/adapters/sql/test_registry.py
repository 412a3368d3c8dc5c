"""People who are added and changed are found by what their cards say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.groups import SqlGroups
from openucwa.adapters.sql.store import SqlStore
from openucwa.adapters.sql.telephony import SqlTelephony
from openucwa.domain.people import DistributionGroup, Person
from openucwa.domain.phones import PhoneType

LENE = Person("lenea@contoso.test", "sip:lenea@contoso.test", "Lene Aaling", work_phone="1234567")


@pytest.fixture
async def database(place):
    database = await Database.open(place)
    await SqlStore(database).add([(LENE, "hash")])
    yield database
    await database.close()


async def finds(database, query):
    return [one.address for one in (await SqlStore(database).search(query, 5)).people]


async def test_who_is_changed_is_found_anew(database):
    changed = replace(LENE, name="Helena Berg", emails=("hb@mail.test",), work_phone="7654321")
    await SqlStore(database).change([changed])

    assert changed == await SqlStore(database).person(LENE.address)
    for query in ("helena", "hb@", "7654"):
        assert [LENE.address] == await finds(database, query)
    for query in ("aaling", "1234"):
        assert [] == await finds(database, query)


async def test_an_own_phone_is_found_after_a_change_of_the_card(database):
    said = {"number": "tel:+4533221100", "shown": True}
    await SqlTelephony(database).keep_phone(LENE.address, PhoneType.HOME, said)
    await SqlStore(database).change([replace(LENE, title="Boss")])

    assert [LENE.address] == await finds(database, "4533")


async def test_a_person_cannot_have_the_address_of_a_group(database):
    await SqlGroups(database).keep({DistributionGroup("sales@contoso.test", "Sales"): []})

    with pytest.raises(KeyError, match="sales"):
        await SqlStore(database).add([(Person("sales@contoso.test", "sip:x@y", "Sales"), "")])
