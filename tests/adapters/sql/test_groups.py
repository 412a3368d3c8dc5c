"""Groups in SQL: ``tests/ports/test_groups.py`` has what every store of them must do."""

from __future__ import annotations

from sqlalchemy import select

from openucwa.adapters.sql import tables
from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.groups import SqlGroups
from openucwa.adapters.sql.registry import SqlRegistry
from openucwa.domain.people import DistributionGroup, Person

LENE = Person("lenea@contoso.test", "sip:lenea@contoso.test", "Lene")
STAFF, LAB = (DistributionGroup(f"{name}@contoso.test", name) for name in ("staff", "lab"))


async def test_a_removed_group_is_on_no_contact_list(place):
    database = await Database.open(place)
    await SqlRegistry(database).add([(LENE, "")])
    groups, listed = SqlGroups(database), tables.contact_groups
    await groups.keep({STAFF: [LENE.address], LAB: []})
    rows = [
        {"owner": LENE.address, "id": name, "name": name, "address": address}
        for name, address in (("a", STAFF.address), ("b", LAB.address), ("c", ""))
    ]
    async with database.write() as connection:
        await connection.execute(listed.insert(), rows)
    await groups.remove(LAB.address)

    async with database.read() as connection:
        left = (await connection.scalars(select(listed.c.id).order_by(listed.c.id))).all()
    await database.close()
    assert ["a", "c"] == left
