"""Contact lists: every change and every refusal (R8.5-R8.12).

``test_contact_events.py`` has what is told of changes, and any sequence of them.
"""

from __future__ import annotations

import pytest

from openucwa.domain.contacts import (
    LONGEST_NAME,
    MOST_DELEGATES,
    NAMES,
    ContactList,
    Group,
    Kind,
    Limits,
    system_group,
)
from openucwa.domain.people import DistributionGroup
from openucwa.domain.refusals import Refusal, Refused

LENE = "lenea@contoso.test"
STAFF = DistributionGroup("staff@contoso.test", "All Staff")
ROOMY, TIGHT = Limits(), Limits(contacts=2, groups=2)
SYSTEM = {
    "pinned": Kind.PINNED,
    "default": Kind.DEFAULT,
    "delegates": Kind.DELEGATES,
    "delegators": Kind.DELEGATORS,
    "organization": Kind.ORGANIZATION,
}
IDS = {word: system_group(LENE, kind) for word, kind in SYSTEM.items()} | {"staff": STAFF.id}
WORDS = {identifier: word for word, identifier in IDS.items()}


def named(word):
    """Return the id of a group; those that Lene made are called by theirs."""
    return IDS.get(word, word)


def a_list(text=""):
    """Make a list: ``friends=anna,john work=`` are two groups, one of them empty."""
    groups = []
    for word, _, members in (item.partition("=") for item in text.split()):
        found = tuple(filter(None, members.split(",")))
        if word == "staff":
            groups.append(Group(STAFF.id, Kind.DISTRIBUTION, STAFF.name, (), STAFF.address))
        else:
            kind = SYSTEM.get(word, Kind.USER)
            groups.append(Group(named(word), kind, NAMES.get(kind, word.title()), found))
    return ContactList.of(LENE, groups)


def described(contact_list):
    """Return the groups of a list that are not empty, or that not everybody has."""
    return " ".join(
        f"{WORDS.get(identifier, identifier)}={','.join(group.members)}"
        for identifier, group in contact_list.groups.items()
        if group.members or group.kind not in (Kind.PINNED, Kind.DEFAULT)
    )


def refusal_of(change, *arguments):
    with pytest.raises(Refused) as refused:
        change(*arguments)
    return refused.value.refusal


# ---------------------------------------------------------------------- what there always is


def test_r8_5_everybody_has_a_pinned_and_a_default_group_and_they_come_first():
    made = a_list("friends=anna pinned=john")

    assert ["pinned", "default", "friends"] == [WORDS.get(one, one) for one in made.groups]
    assert ["Pinned Contacts", "Other Contacts"] == [
        group.name for group in a_list().groups.values()
    ]
    assert ("john",) == made[named("pinned")].members


def test_system_groups_of_two_people_are_two():
    assert len({system_group(owner, kind) for owner in (LENE, "sara") for kind in Kind}) == 2 * len(
        Kind
    )


def test_contacts_are_those_in_groups_of_the_list_once():
    made = a_list("pinned=john friends=anna,john delegates=kim delegators=max organization=sara")

    assert ["john", "anna"] == [*made.contacts()]


def test_r8_9_memberships_are_those_that_the_owner_decides_on():
    made = a_list("pinned=john friends=anna,john delegates=kim delegators=max organization=sara")

    assert [("pinned", "john"), ("friends", "anna"), ("friends", "john"), ("delegates", "kim")] == [
        (WORDS.get(group.id, group.id), member) for group, member in made.memberships()
    ]


def test_of_a_kind_that_is_not_there_the_only_group_is_empty():
    assert Group(named("delegates"), Kind.DELEGATES, "Delegates") == a_list().only(Kind.DELEGATES)
    assert ("kim",) == a_list("delegates=kim").only(Kind.DELEGATES).members


def test_r8_7_a_group_that_is_not_there():
    assert Refusal.NOT_FOUND is refusal_of(a_list().__getitem__, "friends")
    assert Refusal.NOT_FOUND is refusal_of(a_list().__getitem__, named("delegates"))


# ---------------------------------------------------------------------- people come and go


@pytest.mark.parametrize(
    ("before", "group", "after"),
    [
        ("", "", "default=anna"),
        ("", "default", "default=anna"),
        ("default=john", "default", "default=anna,john"),
        ("", "pinned", "pinned=anna"),
        ("friends=", "friends", "friends=anna"),
        ("default=anna,john friends=", "friends", "default=john friends=anna"),
        ("default=anna", "pinned", "pinned=anna"),
        ("friends=anna work=", "work", "friends=anna work=anna"),
        ("friends=anna", "pinned", "pinned=anna friends=anna"),
        ("", "delegates", "delegates=anna"),
        ("delegates=kim", "delegates", "delegates=anna,kim"),
        ("default=anna", "delegates", "default=anna delegates=anna"),
        ("delegates=anna", "default", "default=anna delegates=anna"),
        ("delegators=anna organization=anna", "", "default=anna delegators=anna organization=anna"),
    ],
)
def test_r8_9_r8_11_adding_somebody(before, group, after):
    """Whoever is put into a group leaves the default one; delegates need not be contacts."""
    assert a_list(after) == a_list(before).add("anna", named(group), ROOMY)


@pytest.mark.parametrize(
    ("before", "group", "refusal"),
    [
        ("", "friends", Refusal.NOT_FOUND),
        ("", "delegators", Refusal.NOT_FOUND),
        ("default=anna", "", Refusal.ALREADY_EXISTS),
        ("default=anna", "default", Refusal.ALREADY_EXISTS),
        ("pinned=anna", "pinned", Refusal.ALREADY_EXISTS),
        ("friends=anna", "friends", Refusal.ALREADY_EXISTS),
        ("delegates=anna", "delegates", Refusal.ALREADY_EXISTS),
        ("friends=anna", "default", Refusal.CONFLICT),
        ("pinned=anna", "", Refusal.CONFLICT),
        ("staff=", "staff", Refusal.FORBIDDEN),
        ("delegators=max", "delegators", Refusal.OPERATION_NOT_SUPPORTED),
        ("organization=max", "organization", Refusal.OPERATION_NOT_SUPPORTED),
        ("default=john,kim friends=", "", Refusal.LIST_LIMIT_EXCEEDED),
        ("default=john,kim friends=", "friends", Refusal.LIST_LIMIT_EXCEEDED),
        ("pinned=john friends=kim", "pinned", Refusal.LIST_LIMIT_EXCEEDED),
    ],
)
def test_r8_9_whom_a_list_does_not_take(before, group, refusal):
    assert refusal is refusal_of(a_list(before).add, "anna", named(group), TIGHT)


@pytest.mark.parametrize("group", ["friends", "pinned", "delegates"])
def test_a_full_list_takes_those_who_are_on_it_into_other_groups(group):
    before = a_list("default=anna,john friends=")

    assert "anna" in before.add("anna", named(group), TIGHT)[named(group)].members


def test_r8_9_there_are_25_delegates_at_most_and_they_are_no_contacts():
    made = a_list()
    for number in range(MOST_DELEGATES):
        made = made.add(f"delegate{number}", named("delegates"), TIGHT)

    assert 25 == len(made[named("delegates")].members)
    assert {} == made.contacts()
    assert Refusal.LIMIT_EXCEEDED is refusal_of(made.add, "anna", named("delegates"), TIGHT)
    assert Refusal.ALREADY_EXISTS is refusal_of(made.add, "delegate0", named("delegates"), TIGHT)


@pytest.mark.parametrize(
    ("before", "group", "after"),
    [
        ("default=anna,john", "default", "default=john"),
        ("friends=anna,john", "friends", "default=anna friends=john"),
        ("pinned=anna", "pinned", "default=anna"),
        ("pinned=anna friends=anna", "pinned", "friends=anna"),
        ("friends=anna work=anna", "work", "friends=anna work="),
        ("delegates=anna,kim", "delegates", "delegates=kim"),
        ("delegates=anna", "delegates", ""),
        ("friends=anna delegates=anna", "delegates", "friends=anna"),
        ("friends=anna delegates=anna", "friends", "default=anna friends= delegates=anna"),
    ],
)
def test_r8_9_r8_11_removing_somebody(before, group, after):
    """Who is in no group any more is in the default one, and off the list from there."""
    assert described(a_list(after)) == described(a_list(before).remove("anna", named(group)))


@pytest.mark.parametrize(
    ("before", "group", "refusal"),
    [
        ("default=anna", "friends", Refusal.NOT_FOUND),
        ("default=anna", "", Refusal.NOT_FOUND),
        ("default=anna friends=john", "friends", Refusal.NOT_FOUND),
        ("friends=anna", "default", Refusal.NOT_FOUND),
        ("friends=anna", "delegates", Refusal.NOT_FOUND),
        ("friends=anna", "delegators", Refusal.NOT_FOUND),
        ("friends=anna staff=", "staff", Refusal.FORBIDDEN),
        ("delegators=anna", "delegators", Refusal.OPERATION_NOT_SUPPORTED),
        ("organization=anna", "organization", Refusal.OPERATION_NOT_SUPPORTED),
    ],
)
def test_r8_9_who_cannot_be_removed(before, group, refusal):
    assert refusal is refusal_of(a_list(before).remove, "anna", named(group))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("pinned=anna friends=anna,john work=anna", "friends=john work="),
        ("default=anna,john", "default=john"),
        ("default=john", "default=john"),
        ("delegates=anna delegators=anna", "delegates=anna delegators=anna"),
    ],
)
def test_r8_9_taking_somebody_off_the_list(before, after):
    """Who is a delegate stays one, and who is not on the list stays off."""
    assert a_list(after) == a_list(before).remove_everywhere("anna")


# ---------------------------------------------------------------------- groups come and go


@pytest.mark.parametrize("typed", ["Friends", " Friends\t", "F", "F" * LONGEST_NAME, "友だち"])
def test_r8_10_making_a_group(typed):
    made = a_list("default=anna").create("g1", typed, ROOMY)

    assert Group("g1", Kind.USER, typed.strip()) == made["g1"]
    assert ["anna"] == [*made.contacts()]


BAD_NAMES = ["", "  ", "\n", "F" * (LONGEST_NAME + 1)]
TAKEN = ["Friends", "friends", " FRIENDS ", "Pinned Contacts", "other contacts", "all staff"]


@pytest.mark.parametrize(
    ("parameter", "change"),
    [
        ("displayName", lambda made, name: made.create("g1", name, ROOMY)),
        ("name", lambda made, name: made.rename("friends", name)),
        ("displayName", lambda made, name: made.add_distribution(STAFF, name, ROOMY)),
    ],
    ids=["create", "rename", "add_distribution"],
)
@pytest.mark.parametrize("name", BAD_NAMES, ids=["none", "blank", "line", "long"])
def test_r8_10_a_group_needs_a_name_of_up_to_256_characters(parameter, change, name):
    with pytest.raises(Refused) as refused:
        change(a_list("friends="), name)

    assert Refusal.PARAMETER_VALIDATION_FAILURE is refused.value.refusal
    assert ((parameter, "a name of 1 to 256 characters"),) == refused.value.parameters


@pytest.mark.parametrize("name", TAKEN)
def test_r8_10_no_two_groups_have_one_name(name):
    made = a_list("friends= work= staff=")

    assert Refusal.ALREADY_EXISTS is refusal_of(made.create, "g1", name, ROOMY)
    assert Refusal.ALREADY_EXISTS is refusal_of(made.rename, "work", name)


@pytest.mark.parametrize("name", ["Friends", "FRIENDS", "Colleagues"])
def test_r8_10_renaming_a_group(name):
    """It may have the name that it has."""
    before = a_list("friends=anna work=")
    made = before.rename("friends", f" {name} ")

    assert Group("friends", Kind.USER, name, ("anna",)) == made["friends"]
    assert described(before) == described(made)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("friends=anna,john work=john", "default=anna work=john"),
        ("default=kim friends=anna,john", "default=anna,john,kim"),
        ("pinned=anna friends=anna", "pinned=anna"),
        ("friends=", ""),
        ("friends=anna delegates=anna", "default=anna delegates=anna"),
    ],
)
def test_r8_10_the_contacts_of_a_group_that_is_deleted_stay_on_the_list(before, after):
    assert a_list(after) == a_list(before).delete("friends")


@pytest.mark.parametrize(
    ("before", "group", "refusal"),
    [
        ("", "friends", Refusal.NOT_FOUND),
        ("", "", Refusal.NOT_FOUND),
        ("", "delegates", Refusal.NOT_FOUND),
        ("", "pinned", Refusal.FORBIDDEN),
        ("", "default", Refusal.FORBIDDEN),
        ("staff=", "staff", Refusal.FORBIDDEN),
        ("delegates=kim", "delegates", Refusal.FORBIDDEN),
        ("delegators=kim", "delegators", Refusal.FORBIDDEN),
        ("organization=kim", "organization", Refusal.FORBIDDEN),
    ],
)
def test_only_groups_that_the_owner_made_can_be_renamed_and_deleted(before, group, refusal):
    assert refusal is refusal_of(a_list(before).rename, named(group), "Mine")
    assert refusal is refusal_of(a_list(before).delete, named(group))


def test_r8_12_a_distribution_group_has_the_name_that_its_owner_gives_it():
    made = a_list("default=anna").add_distribution(STAFF, " Everybody ", ROOMY)

    assert Group(STAFF.id, Kind.DISTRIBUTION, "Everybody", (), STAFF.address) == made[STAFF.id]
    assert ["anna"] == [*made.contacts()]
    assert a_list("default=anna") == made.remove_distribution(STAFF.id)


def test_r8_12_a_distribution_group_is_on_the_list_once():
    made = a_list("staff=")

    assert Refusal.ALREADY_EXISTS is refusal_of(made.add_distribution, STAFF, "Again", ROOMY)


@pytest.mark.parametrize(
    ("before", "group", "refusal"),
    [
        ("", "staff", Refusal.NOT_FOUND),
        ("friends=", "friends", Refusal.FORBIDDEN),
        ("", "pinned", Refusal.FORBIDDEN),
        ("delegates=kim", "delegates", Refusal.FORBIDDEN),
    ],
)
def test_r8_12_only_distribution_groups_are_taken_off_like_them(before, group, refusal):
    assert refusal is refusal_of(a_list(before).remove_distribution, named(group))


@pytest.mark.parametrize("before", ["friends= work=", "friends= staff="])
def test_r8_10_groups_of_both_kinds_count(before):
    other = DistributionGroup("sales@contoso.test", "Sales")

    assert Refusal.TOO_MANY_GROUPS is refusal_of(a_list(before).create, "g1", "New", TIGHT)
    assert Refusal.TOO_MANY_GROUPS is refusal_of(
        a_list(before).add_distribution, other, "New", TIGHT
    )


def test_groups_that_come_by_themselves_do_not_count():
    before = a_list("delegates=kim delegators=kim organization=kim friends=")

    assert "g1" in before.create("g1", "New", TIGHT).groups


def test_nobody_is_her_own_delegate():
    known = a_list()
    delegates = known.only(Kind.DELEGATES).id

    assert Refusal.FORBIDDEN == refusal_of(known.add, known.owner, delegates, Limits())
