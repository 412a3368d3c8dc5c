"""Registry: adding people, passwords and locks."""

from __future__ import annotations

from dataclasses import replace

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


async def test_cards_are_changed_all_or_none(store):
    one, two = a_person(1), a_person(2)
    await store.add([(one, "hash"), (two, "")])

    await store.change([replace(one, title="Boss", manager=two.address)])
    with pytest.raises(KeyError, match=r"p0003@contoso\.test"):
        await store.change([replace(two, title="Boss"), a_person(3)])

    assert [
        (replace(one, title="Boss", manager=two.address), Account(one.address, "hash")),
        (two, Account(two.address, "")),
    ] == list(await store.everyone())


async def test_who_is_removed_is_gone(store):
    one, two = a_person(1), a_person(2)
    await store.add([(one, ""), (two, "")])

    await store.remove(one.address)

    assert [two] == [person for person, _ in await store.everyone()]
    assert await store.account(one.address) is None
    with pytest.raises(KeyError, match=r"p0001@contoso\.test"):
        await store.remove(one.address)


@pytest.mark.parametrize("change", ["add", "change", "remove"])
async def test_every_change_is_another_revision(store, change):
    await store.add([(a_person(1), "")])
    before = await store.revision()

    given = {"add": [(a_person(2), "")], "change": [a_person(1)], "remove": a_person(1).address}
    await getattr(store, change)(given[change])

    assert before != await store.revision()


async def test_a_successor_has_a_generation_that_nobody_had(store):
    """Tokens of who had the address before are not good for who has it now."""
    await store.add([(a_person(1), "")])
    await store.set_password(a_person(1).address, "new")
    await store.remove(a_person(1).address)
    await store.add([(a_person(1), "")])

    assert (await store.account(a_person(1).address)).generation == 2


async def test_people_come_in_pages(store):
    await store.add([(a_person(number), "") for number in range(5)])
    found, after = [], ""
    while page := await store.page(after, 2):
        found += page
        after = page[-1][0].address

    assert list(await store.everyone()) == found


async def test_a_role_is_given_and_taken_away(store):
    """The generation stays, so nobody is signed out; but everybody looks again."""
    address = a_person(1).address
    await store.add([(a_person(1), "hash")])
    before = await store.revision()
    await store.set_admin(address, admin=True)

    assert Account(address, "hash", admin=True) == await store.account(address)
    assert before != (given := await store.revision())
    await store.set_admin(address, admin=False)
    assert Account(address, "hash") == await store.account(address)
    assert given != await store.revision()
    with pytest.raises(KeyError):
        await store.set_admin("nobody@contoso.test", admin=True)
