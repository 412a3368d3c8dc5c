"""Contacts: what owners make of their lists is stored, and what follows from other rows is seen."""

from __future__ import annotations

import asyncio
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contact_lists import CHANGES, LIMITS, SALES, attempted
from openucwa.adapters.remembered import RememberedContacts
from openucwa.adapters.sql.contacts import SqlContacts
from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.rows import card_of
from openucwa.adapters.sql.tables import people
from openucwa.domain.contacts import ContactList, Kind
from openucwa.domain.people import Person
from openucwa.domain.refusals import Refusal, Refused

ANA, BEN, EVA, TOM, ZOE = (f"{name}@contoso.test" for name in ("ana", "ben", "eva", "tom", "zoe"))
numbers = count()


@pytest.fixture
async def database(place):
    """Ben leads Ana and Tom, and Eva leads him and Zoe."""
    opened = await Database.open(place)
    await known(opened, {ANA: BEN, TOM: BEN, BEN: EVA, ZOE: EVA, EVA: ""})
    yield opened
    await opened.close()


@pytest.fixture(params=[lambda store: store, RememberedContacts], ids=["stored", "remembered"])
def contacts(request, database):
    return request.param(SqlContacts(database))


async def known(database, managers):
    """Add people with their managers."""
    cards = [
        card_of(Person(address, f"sip:{address}", address, manager=manager))
        for address, manager in managers.items()
    ]
    async with database.write() as connection:
        await connection.execute(people.insert(), cards)


def members(contacts, kind):
    return contacts.only(kind).members


async def test_everybody_has_a_list_with_the_groups_that_everybody_has(contacts):
    nobody = "nobody@contoso.test"
    assert ContactList.of(nobody) == await contacts.contacts(nobody)


async def test_what_is_changed_is_stored_and_returned_with_what_was(contacts):
    before = await contacts.contacts(ANA)
    wanted = before.create("g", "Friends", LIMITS).add(ZOE, "g", LIMITS).add(TOM, "", LIMITS)

    assert (before, wanted) == await contacts.change(ANA, lambda _: wanted)
    assert wanted == await contacts.contacts(ANA)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(CHANGES, max_size=12))
async def test_what_is_read_is_what_was_changed(database, contacts, changes):
    """Whatever was changed before, and whether a change was refused or not."""
    owner = f"owner{next(numbers)}@contoso.test"
    await known(database, {owner: ""})
    expected = ContactList.of(owner)
    for change in changes:
        before, expected = expected, attempted(expected, change)

        assert (before, expected) == await contacts.change(
            owner, lambda stored, one=change: attempted(stored, one)
        )
    assert expected == await SqlContacts(database).contacts(owner)
    assert expected == await contacts.contacts(owner)


async def test_text_that_no_engine_can_hold_does_no_harm(contacts):
    _, after = await contacts.change(ANA, lambda one: one.create("g", "a\0b\ud800é", LIMITS))

    assert "a\ufffdb\ufffdé" == after["g"].name
    assert after == await contacts.contacts(ANA)


async def test_a_change_that_is_refused_stores_nothing(contacts):
    before = await contacts.contacts(ANA)
    with pytest.raises(Refused) as refused:
        await contacts.change(ANA, lambda one: one.add(ZOE, "", LIMITS).add(ZOE, "", LIMITS))

    assert Refusal.ALREADY_EXISTS == refused.value.refusal
    assert before == await contacts.contacts(ANA)


async def test_groups_come_in_the_order_of_their_names_after_those_that_everybody_has(contacts):
    def change(one):
        for number, name in enumerate(["zebra", "Ápe", "ant", "Bee"]):
            one = one.create(str(number), name, LIMITS._replace(groups=9))
        return one.add_distribution(SALES, "Ant eaters", LIMITS._replace(groups=9)).add(
            ZOE, one.only(Kind.DELEGATES).id, LIMITS
        )

    _, after = await contacts.change(TOM, change)
    names = ["Pinned Contacts", "Other Contacts", "ant", "Ant eaters", "Bee", "zebra", "Ápe"]
    assert [*names, "Delegates", "My Organization"] == [one.name for one in after.groups.values()]
    assert list(after.groups) == list((await contacts.contacts(TOM)).groups)


@pytest.mark.parametrize(
    ("owner", "colleagues"),
    [(ANA, (BEN, TOM)), (BEN, (ANA, EVA, TOM, ZOE)), (EVA, (BEN, ZOE)), (ZOE, (BEN, EVA))],
)
async def test_an_organization_is_ones_manager_and_all_who_report_to_her_or_to_oneself(
    contacts, owner, colleagues
):
    assert colleagues == members(await contacts.contacts(owner), Kind.ORGANIZATION)


async def test_an_organization_has_nobody_who_is_unknown_nor_oneself(database, contacts):
    """Heads may be entered as their own managers."""
    head, lost = "head@contoso.test", "lost@contoso.test"
    await known(database, {head: head, lost: "who@contoso.test", "x@contoso.test": head})

    assert ("x@contoso.test",) == members(await contacts.contacts(head), Kind.ORGANIZATION)
    assert () == members(await contacts.contacts(lost), Kind.ORGANIZATION)


async def test_delegates_see_for_whom_they_are(contacts):
    def name_delegates(one):
        group = one.only(Kind.DELEGATES).id
        return one.add(ZOE, group, LIMITS).add(TOM, group, LIMITS)

    await contacts.change(ANA, name_delegates)
    await contacts.change(BEN, name_delegates)

    assert (ANA, BEN) == members(await contacts.contacts(ZOE), Kind.DELEGATORS)
    assert (TOM, ZOE) == members(await contacts.contacts(ANA), Kind.DELEGATES)
    assert () == members(await contacts.contacts(ZOE), Kind.DELEGATES)
    assert {} == (await contacts.contacts(ZOE)).contacts()


async def test_who_is_no_more_cannot_change_anything(contacts):
    with pytest.raises(Refused) as refused:
        await contacts.change("nobody@contoso.test", lambda one: one.add(ZOE, "", LIMITS))

    assert Refusal.APPLICATION_NOT_FOUND == refused.value.refusal


async def test_changes_at_the_same_time_are_all_made(contacts):
    others = [BEN, EVA, TOM, ZOE]
    done = await asyncio.gather(
        *(
            contacts.change(ANA, lambda one, other=other: one.add(other, "", LIMITS))
            for other in others
        )
    )

    assert (await contacts.contacts(ANA)).contacts().keys() == set(others)
    assert [0, 1, 2, 3] == sorted(len(before.contacts()) for before, _ in done)


async def test_what_others_changed_is_seen_when_a_list_is_read_again(contacts, database):
    elsewhere = SqlContacts(database)
    _, known_list = await contacts.change(ANA, lambda one: one.add(ZOE, "", LIMITS))
    await elsewhere.change(ANA, lambda one: one.add(TOM, "", LIMITS))

    before, after = await contacts.reread(ANA)
    assert before in (None, known_list)
    assert [TOM, ZOE] == list(after.contacts())
    assert after == await contacts.contacts(ANA)
