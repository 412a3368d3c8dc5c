"""Directory: cards by address, and search by name, address and phone."""

from __future__ import annotations

import pytest

from openucwa.domain.people import Person


def a_person(address, name, **card):
    return Person(address, f"sip:{address}", name, **card)


LENE = Person(
    "lenea@contoso.test",
    "sip:LeneA@contoso.test",
    "Lene Aaling",
    title="Engineer",
    department="Research",
    company="Contoso",
    office="1/23",
    emails=("Lene.Aaling@contoso.test", "la@fabrikam.test"),
    work_phone="tel:+1 (425) 555-0100",
    mobile_phone="+4917055501",
    home_phone="555-0199",
    other_phone="x",
)
JOSE = a_person("josea@contoso.test", "José Álvarez-Luna")
SOREN = a_person("sorenl@contoso.test", "Søren Lund")
ODD = a_person("odd_1%@contoso.test", "100% O'Brien \\ _\"")


@pytest.fixture
async def directory(store):
    await store.add([(person, "") for person in (SOREN, LENE, ODD, JOSE)])
    return store


async def test_a_card_comes_back_as_it_was_stored(directory):
    assert LENE == await directory.person(LENE.address)
    assert await directory.person("nobody@contoso.test") is None


async def test_cards_of_those_that_are_known(directory):
    people = await directory.people([JOSE.address, "nobody@contoso.test", LENE.address])

    assert {JOSE.address: JOSE, LENE.address: LENE} == people
    assert await directory.people([]) == {}


async def test_more_cards_than_one_statement_can_ask_for(directory):
    many = [f"x{number}@contoso.test" for number in range(1200)]

    assert {LENE.address: LENE} == await directory.people([*many, LENE.address])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("lene", [LENE]),
        ("LENE AAL", [LENE]),
        ("aal lene", [LENE]),
        ("l", [JOSE, LENE, SOREN]),
        ("jose alvarez", [JOSE]),
        ("ALVÁREZ-LU", [JOSE]),
        ("soren", [SOREN]),
        ("lene lund", []),
        ("ene", []),
        ("lenea@contoso", [LENE]),
        ("sip:LeneA@contoso.test", [LENE]),
        (" la@fabrikam.test ", [LENE]),
        ("lene.aaling@", [LENE]),
        ("contoso", []),
        ("+1 425 555", [LENE]),
        ("tel:+4917", [LENE]),
        ("555", [LENE]),
        ("42", []),
        ("100", [ODD]),
        ("o'b", [ODD]),
        ("research", []),
    ],
)
async def test_search_matches_beginnings(directory, query, found):
    assert found == list(await directory.search(query, 50))


@pytest.mark.parametrize(
    "query",
    ["", "  ", "%", "_", "'", '"; DROP TABLE people; --', "\\", "\0", "\ud800", "*", "l%", "l\0"],
)
async def test_no_character_of_a_query_is_special(directory, query):
    found = await directory.search(query, 50)

    assert [JOSE, LENE, SOREN] == found if query[:1] == "l" else not found


async def test_a_query_may_be_longer_than_any_name(directory):
    words = " ".join(f"w{number}" for number in range(5000))

    assert not await directory.search(words, 50)


async def test_people_come_by_name_and_no_more_than_asked_for(directory):
    assert [JOSE, LENE] == list(await directory.search("l", 2))
    assert not await directory.search("l", 0)


async def test_addresses_that_no_engine_can_hold_are_unknown(directory):
    assert await directory.person("\ud800@\0") is None
