"""Search: what is indexed and asked for. ``tests/ports/test_directory.py`` has the queries."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.dialects import postgresql, sqlite

from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.groups import SqlGroups
from openucwa.adapters.sql.search import found_by, ways_of, words_of
from openucwa.adapters.sql.store import SqlStore
from openucwa.domain.people import DistributionGroup, Person

LENE = Person("lenea@contoso.test", "sip:LeneA@contoso.test", "Lene Åling-Lund")
STAFF = DistributionGroup("staff@contoso.test", "All Staff")


@pytest.fixture
async def database(place):
    opened = await Database.open(place)
    yield opened
    await opened.close()


def test_people_are_found_by_name_addresses_and_phones_only():
    person = Person(
        LENE.address,
        LENE.uri,
        LENE.name,
        title="Engineer",
        emails=("LA@fabrikam.test", "LeneA@contoso.test"),
        work_phone="+1 (425) 555",
        home_phone="none",
        manager="boss@contoso.test",
    )

    assert words_of(person) == {
        "name": "lene aling lund",
        "mail": "@la@fabrikam.test @lenea@contoso.test",
        "phone": "+1425555 +425555",
    }


def test_groups_are_found_by_name_and_address():
    assert words_of(STAFF) == {"name": "all staff", "mail": f"@{STAFF.address}", "phone": ""}


@pytest.mark.parametrize(
    ("phone", "words"),
    [
        ("tel:+4917012345;ext=12", "+17012345 +4917012345"),
        ("TEL:+4917012345", "+17012345 +4917012345"),
        ("+390612345", "+0612345 +390612345"),
        ("+3", "+3"),
        ("0170 12345", "+017012345"),
        ("", ""),
    ],
)
def test_numbers_are_found_with_the_country_code_and_without(phone, words):
    assert words == words_of(Person("a@b", "sip:a@b", "A", other_phone=phone))["phone"]


@pytest.mark.parametrize("query", ["", " ", "%_*", "\ud800", "\0"])
def test_a_query_without_words_finds_nobody(query):
    assert [] == ways_of(query)


@pytest.mark.parametrize(
    ("query", "ways"),
    [
        ("Åling  lene", [["aling", "lene"]]),
        ("sip:Lene@Contoso.test", [["contoso", "lene", "sip", "test"], ["@lene@contoso.test"]]),
        ("0045 33", [["0045", "33"], ["+004533"], ["+4533"]]),
        ("12", [["12"], ["@12"]]),
    ],
)
def test_words_addresses_and_numbers_are_looked_for(query, ways):
    assert ways == ways_of(query)


def test_a_query_does_not_grow_without_end():
    words = " ".join(f"w{number}" for number in range(10_000))

    assert [] == ways_of(words)


@given(st.text(min_size=1, max_size=20))
@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()])
def test_what_a_client_typed_is_never_part_of_the_statement(dialect, query):
    statement = found_by(dialect, ways_of(f"lene {query}"), 10)

    assert "lene" not in str(statement.compile(dialect=dialect))


@given(names=st.lists(st.text(max_size=8), max_size=9), query=st.text(min_size=1, max_size=6))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_all_engines_find_the_same(database, names, query):
    """As whoever reads the words one by one would."""
    people = {
        f"p{number}@b.test": Person(
            f"p{number}@b.test", f"sip:p{number}@b.test", name, emails=(name,)
        )
        for number, name in enumerate([*names, query, f"{query}x", f"x {query}"])
    }
    await SqlStore(database).add([(person, "") for person in people.values()])
    found = {person.address for person in (await SqlStore(database).search(query, 100)).people}
    async with database.write() as connection:
        await connection.execute(text("DELETE FROM people"))

    def begins(person, start):
        return any(word.startswith(start) for word in " ".join(words_of(person).values()).split())

    assert found == {
        address
        for address, person in people.items()
        if any(all(begins(person, start) for start in way) for way in ways_of(query))
    }


async def test_words_longer_than_anybodys_are_found(database):
    """An engine may know no more of them than where they begin."""
    name = "\ufdfa" * 256
    await SqlStore(database).add([(replace(LENE, name=name), "")])

    assert [LENE.address] == [p.address for p in (await SqlStore(database).search(name, 5)).people]


async def test_nothing_is_left_of_who_is_deleted(database):
    """Whoever deletes them: the tables see to it themselves."""
    await SqlStore(database).add([(LENE, "")])
    await SqlGroups(database).keep({STAFF: [LENE.address]})

    async def left():
        async with database.read() as connection:
            names = {"entries"}
            if connection.dialect.name == "sqlite":
                names.add("entry_words")
            counts = [text(f"SELECT count(*) FROM {name}") for name in names]
            return {await connection.scalar(count) for count in counts}

    assert {2} == await left()
    async with database.write() as connection:
        await connection.execute(text("DELETE FROM people"))
        await connection.execute(text("DELETE FROM distribution_groups"))
    assert {0} == await left()
