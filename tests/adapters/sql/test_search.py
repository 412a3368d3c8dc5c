"""Search: what is indexed and asked for. ``tests/ports/test_directory.py`` has the queries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.groups import SqlGroups
from openucwa.adapters.sql.search import expression, found_by, words_of
from openucwa.adapters.sql.store import SqlStore
from openucwa.domain.people import DistributionGroup, Person

LENE = Person("lenea@contoso.test", "sip:LeneA@contoso.test", "Lene Åling-Lund")
STAFF = DistributionGroup("staff@contoso.test", "All Staff")


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
    assert expression(query) == ""
    assert found_by(query, 10) is None


@given(st.text(min_size=1, max_size=20))
def test_what_a_client_typed_is_never_part_of_the_statement(query):
    assert "lene" not in str(found_by(f"lene {query}", 10))


@given(st.text())
def test_what_a_client_typed_stands_between_quotes(query):
    asked = expression(query).replace('""', "").split('"')[::2]

    assert {*"".join(asked)} <= {*"() AND OR *"}


def test_a_query_does_not_grow_without_end():
    words = " ".join(f"w{number}" for number in range(10_000))

    assert expression(words) == ""


async def test_nothing_is_left_of_who_is_deleted(tmp_path):
    """Whoever deletes them: the tables see to it themselves."""
    database = await Database.open(tmp_path)
    await SqlStore(database).add([(LENE, "")])
    await SqlGroups(database).keep({STAFF: [LENE.address]})

    async def left():
        async with database.read() as connection:
            counts = "SELECT (SELECT count(*) FROM entries), (SELECT count(*) FROM entry_words)"
            return tuple((await connection.execute(text(counts))).one())

    assert (2, 2) == await left()
    async with database.write() as connection:
        await connection.execute(text("DELETE FROM people"))
        await connection.execute(text("DELETE FROM distribution_groups"))
    assert (0, 0) == await left()
    await database.close()
