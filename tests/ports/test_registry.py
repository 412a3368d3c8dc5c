"""Registry: adding people, passwords and locks."""

from __future__ import annotations

import pytest

from openucwa.domain.people import Account, Person


def a_person(number):
    address = f"p{number:04}@contoso.test"
    return Person(address, f"sip:{address}", f"Person {number}")


async def test_everyone_comes_by_address(store):
    await store.add([(a_person(2), "two"), (a_person(1), "")])

    assert [
        (a_person(1), Account(a_person(1).address, "")),
        (a_person(2), Account(a_person(2).address, "two")),
    ] == list(await store.everyone())


async def test_nobody_is_added_if_one_exists_already(store):
    await store.add([(a_person(7), "first")])

    with pytest.raises(KeyError, match=r"p0007@contoso\.test"):
        await store.add([(a_person(number), "again") for number in (6, 7, 8)])

    assert [(a_person(7), Account(a_person(7).address, "first"))] == list(await store.everyone())


@pytest.mark.parametrize("distance", [1, 700])
async def test_nobody_is_added_if_one_comes_twice(store, distance):
    people = [(a_person(number), "") for number in (*range(distance), 0)]

    with pytest.raises(KeyError, match=r"p0000@contoso\.test"):
        await store.add(people)

    assert not await store.everyone()


async def test_adding_nobody_is_fine(store):
    await store.add([])

    assert not await store.everyone()


async def test_a_change_to_an_account_raises_its_generation(store):
    address = a_person(1).address
    await store.add([(a_person(1), "old"), (a_person(2), "old")])

    await store.set_password(address, "new")
    await store.set_disabled(address, disabled=True)

    assert Account(address, "new", disabled=True, generation=2) == await store.account(address)
    assert Account(a_person(2).address, "old") == await store.account(a_person(2).address)

    await store.set_disabled(address, disabled=False)

    assert Account(address, "new", disabled=False, generation=3) == await store.account(address)


async def test_who_is_unknown_cannot_be_changed(store):
    with pytest.raises(KeyError):
        await store.set_password("nobody@contoso.test", "hash")
    with pytest.raises(KeyError):
        await store.set_disabled("nobody@contoso.test", disabled=True)
