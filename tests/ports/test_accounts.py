"""Accounts: what signing in reads."""

from __future__ import annotations

from openucwa.domain.people import Account, Person

LENE = Person("lenea@contoso.test", "sip:lenea@contoso.test", "Lene Aaling")


async def test_an_account_has_the_hash_it_was_added_with(store):
    await store.add([(LENE, "a hash")])

    assert Account(LENE.address, "a hash") == await store.account(LENE.address)


async def test_who_was_not_added_has_no_account(store):
    assert await store.account(LENE.address) is None


async def test_accounts_of_many_are_read_at_once(store):
    people = [f"p{number}@contoso.test" for number in range(1100)]
    some = people[::100]
    await store.add([(Person(address, f"sip:{address}", address), "a hash") for address in some])

    assert {address: Account(address, "a hash") for address in some} == await store.accounts(people)
    assert {} == await store.accounts([])
