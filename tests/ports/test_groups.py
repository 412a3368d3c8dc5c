"""Groups: the administrator's hand on distribution groups."""

from __future__ import annotations

import pytest

from openucwa.domain.people import DistributionGroup, Person

LENE, SARA = (Person(f"{name}@contoso.test", f"sip:{name}@contoso.test", name) for name in "ls")
STAFF = DistributionGroup("staff@contoso.test", "Staff")
LAB = DistributionGroup("lab@contoso.test", "Lab", hidden=True)


async def test_groups_come_by_address_with_their_members(groups):
    await groups.keep({STAFF: ["s@contoso.test", "a@contoso.test", "s@contoso.test"], LAB: []})

    everything = await groups.everything()
    assert [(LAB, []), (STAFF, ["a@contoso.test", "s@contoso.test"])] == [*everything.items()]


async def test_a_group_that_is_kept_again_is_what_it_is_now(groups):
    await groups.keep({STAFF: [LENE.address], LAB: [STAFF.address]})
    renamed = DistributionGroup(STAFF.address, "All staff", hidden=True)
    await groups.keep({renamed: [SARA.address]})

    assert {renamed: [SARA.address], LAB: [STAFF.address]} == await groups.everything()


async def test_nothing_is_kept_if_one_is_a_person(store, groups):
    await store.add([(LENE, "")])
    revision = await store.revision()

    with pytest.raises(KeyError, match=LENE.address):
        await groups.keep({STAFF: [], DistributionGroup(LENE.address, "Lene"): []})

    assert {} == await groups.everything()
    assert [[LENE], []] == [[*found] for found in (await store.search("l", 5))[:2]]
    assert revision == await store.revision()


async def test_nobody_is_added_with_the_address_of_a_group(store, groups):
    await groups.keep({DistributionGroup(LENE.address, "Lene"): []})

    with pytest.raises(KeyError, match=LENE.address):
        await store.add([(LENE, "")])


async def test_a_removed_group_is_in_no_other(groups):
    await groups.keep({STAFF: [LAB.address, LENE.address], LAB: [STAFF.address]})
    await groups.remove(LAB.address)

    assert {STAFF: [LENE.address]} == await groups.everything()
    with pytest.raises(KeyError, match=LAB.address):
        await groups.remove(LAB.address)


async def test_each_change_makes_a_new_revision(store, groups):
    seen = [await store.revision()]
    for change in (
        groups.keep({STAFF: []}),
        groups.keep({STAFF: [LENE.address]}),
        groups.remove(STAFF.address),
        store.add([(LENE, "")]),
    ):
        await change
        seen.append(await store.revision())

    assert len(seen) == len(set(seen))


async def test_there_may_be_many(groups):
    many = {DistributionGroup(f"g{number:04}@contoso.test", "G"): [] for number in range(1200)}
    await groups.keep(many)

    assert many == await groups.everything()


async def test_keeping_none_is_fine(groups):
    await groups.keep({})

    assert {} == await groups.everything()


async def test_a_new_group_is_nobody_elses(store, groups):
    await store.add([(LENE, "")])
    await groups.add(STAFF, [LENE.address])

    for taken in (STAFF, DistributionGroup(LENE.address, "Lene")):
        with pytest.raises(KeyError, match=taken.address):
            await groups.add(taken, [])
    assert {STAFF: [LENE.address]} == await groups.everything()


async def test_a_group_is_changed_by_what_it_is(groups):
    await groups.keep({STAFF: ["b@contoso.test", "a@contoso.test"]})
    seen = []

    def change(listed):
        seen.append(listed)
        return DistributionGroup(STAFF.address, "All", hidden=True), listed[1][:1]

    await groups.change(STAFF.address, change)

    assert [(STAFF, ["a@contoso.test", "b@contoso.test"])] == seen
    changed = DistributionGroup(STAFF.address, "All", hidden=True)
    assert {changed: ["a@contoso.test"]} == await groups.everything()
    with pytest.raises(KeyError):
        await groups.change(LAB.address, change)


async def test_groups_come_in_pages_with_the_number_of_their_members(groups):
    await groups.keep({STAFF: [LENE.address, SARA.address], LAB: []})

    assert [(LAB, 0)] == list(await groups.page("", 1))
    assert [(STAFF, 2)] == list(await groups.page(LAB.address, 5))
    assert [] == list(await groups.page(STAFF.address, 5))
