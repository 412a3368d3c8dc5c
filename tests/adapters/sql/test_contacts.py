"""Contact lists in SQL, beyond the port: few statements, and only what differs is written."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, event

from contact_lists import LIMITS, SALES
from openucwa.adapters.sql.contacts import MOST_COLLEAGUES, SqlContacts
from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.store import SqlStore
from openucwa.domain.contacts import Kind
from openucwa.domain.people import Person

ANA, BEN, TOM, ZOE = (f"{name}@contoso.test" for name in ("ana", "ben", "tom", "zoe"))


@pytest.fixture
async def database(place):
    opened = await Database.open(place)
    await known(opened, [ANA, BEN, ZOE])
    yield opened
    await opened.close()


@pytest.fixture
def contacts(database):
    return SqlContacts(database)


@pytest.fixture
def statements(database):
    """What is executed, without its rows: how often, and what it begins with."""
    seen = []

    def see(*given):
        _, _, statement, rows, _, many = given
        seen.append((" ".join(statement.split()[:3]), len(rows) if many else 1))

    event.listen(Engine, "before_cursor_execute", see)
    yield seen
    event.remove(Engine, "before_cursor_execute", see)


async def known(database, addresses, manager=""):
    people = [Person(one, f"sip:{one}", one, manager=manager) for one in addresses]
    await SqlStore(database).add([(person, "") for person in people])


async def test_a_list_is_read_by_one_statement(contacts, statements):
    """Each costs more than what it reads."""
    await contacts.contacts(ANA)

    assert 1 == len(statements)


async def test_only_what_differs_is_written(contacts, statements):
    def fill(one):
        one = one.create("g", "Friends", LIMITS).add(BEN, "g", LIMITS).add(ZOE, "g", LIMITS)
        return one.add_distribution(SALES, "Sales", LIMITS).add(TOM, "", LIMITS)

    def change(one):
        return one.rename("g", "Family").remove(BEN, "g")

    async def written_by(make):
        statements.clear()
        await contacts.change(ANA, make)
        return [seen for seen in statements if not seen[0].startswith(("SELECT", "BEGIN"))]

    assert [("INSERT INTO contact_groups", 2), ("INSERT INTO memberships", 3)] == (
        await written_by(fill)
    )
    assert [
        ("DELETE FROM contact_groups", 1),
        ("INSERT INTO contact_groups", 1),
        ("DELETE FROM memberships", 1),
        ("INSERT INTO memberships", 1),
    ] == await written_by(change)
    assert [] == await written_by(lambda one: one)


async def test_lists_share_the_names_of_people(contacts):
    """Many lists name the same people, and all of them are kept in memory."""
    lists = []
    for owner in (ANA, BEN):
        await contacts.change(owner, lambda one: one.add(ZOE, "", LIMITS))
        lists.append((await contacts.contacts(owner)).only(Kind.DEFAULT).members)
    one, other = lists

    assert one == other == (ZOE,)
    assert one[0] is other[0]


async def test_an_organization_is_only_so_large(database, contacts):
    reports = sorted(f"r{number}@contoso.test" for number in range(MOST_COLLEAGUES + 5))
    await known(database, reports, manager=ANA)
    shown = (await contacts.contacts(ANA)).only(Kind.ORGANIZATION).members

    assert tuple(reports[:MOST_COLLEAGUES]) == shown
