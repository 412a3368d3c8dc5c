"""Imports are written in one transaction."""

from __future__ import annotations

import pytest

from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.intake import Intake, known, take
from openucwa.adapters.sql.photos import SqlPhotos
from openucwa.adapters.sql.store import SqlStore
from openucwa.domain.people import Account, DistributionGroup, Person
from openucwa.domain.photos import Photo

SALES = DistributionGroup("sales@contoso.test", "Sales")


def a_person(number, name="Name"):
    return Person(f"p{number}@contoso.test", f"sip:p{number}@contoso.test", name)


@pytest.fixture
async def database(place):
    database = await Database.open(place)
    await SqlStore(database).add([(a_person(1), "one"), (a_person(2), "two")])
    yield database
    await database.close()


async def test_all_of_it_is_written_and_told_of(database):
    intake = Intake(
        added=[a_person(3)],
        changed=[a_person(2, "Other")],
        hashes={a_person(1).address: "new", a_person(3).address: "three"},
        groups={SALES: [a_person(3).address]},
    )
    photos = [(a_person(1).address, Photo(b"1", "x")), (a_person(3).address, Photo(b"3", "y"))]
    done = []

    await take(database, intake, photos, done.append)
    await take(database, Intake(), [(a_person(1).address, Photo(b"2", "z"))], done.append)

    found = await known(database)
    assert [a_person(1), a_person(2, "Other"), a_person(3)] == [
        person for person, _ in found.people.values()
    ]
    assert [
        Account(a_person(1).address, "new", generation=1),
        Account(a_person(2).address, "two"),
        Account(a_person(3).address, "three"),
    ] == [account for _, account in found.people.values()]
    assert {SALES.address: (SALES, frozenset([a_person(3).address]))} == found.groups
    assert {a_person(1).address: "z", a_person(3).address: "y"} == found.pictures
    assert Photo(b"2", "z") == await SqlPhotos(database).photo(a_person(1).address)
    assert [1, 1, 1, 2, 0, 1] == done


@pytest.mark.parametrize(
    "intake",
    [
        Intake(added=[a_person(3), a_person(1)]),
        Intake(added=[a_person(3)], changed=[a_person(4)]),
        Intake(added=[a_person(3)], groups={DistributionGroup(a_person(1).address, "x"): []}),
    ],
)
async def test_nothing_is_written_if_somebody_came_or_went(database, intake):
    before = await known(database)

    with pytest.raises(KeyError):
        await take(database, intake, [], lambda done: None)
    with pytest.raises(KeyError, match="p9"):
        await take(database, Intake(), [("p9", Photo(b"9", "x"))], lambda done: None)

    assert before == await known(database)


async def test_servers_notice(database):
    before = await SqlStore(database).revision()

    await take(database, Intake(changed=[a_person(1, "New")]), [], lambda done: None)

    assert before != await SqlStore(database).revision()
