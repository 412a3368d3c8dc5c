"""Plans: what files say, compared with who is there."""

from __future__ import annotations

import pytest

from openucwa.adapters.sql.intake import Known
from openucwa.cli.plan import Change, plan
from openucwa.cli.roster import Entry, Place
from openucwa.domain.people import Account, DistributionGroup, Person

LENE, SARA, SALES = "lenea@contoso.test", "sara@contoso.test", "sales@contoso.test"
LENES_CARD = Person(LENE, f"sip:{LENE}", "Lene", title="Engineer", emails=("Lene@mail.test",))
SALES_CARD = DistributionGroup(SALES, "Sales", hidden=True)


def entry(address, line=1, *, is_group=False, name="Name", card=(), **more):
    card = {"name": name, **dict(card)} | ({} if is_group else {"uri": f"sip:{address}"})
    place = Place("file", line)
    return Entry(place=place, address=address, card=card, is_group=is_group, **more)


def group(address, line=1, **more):
    return entry(address, line, is_group=True, **more)


def planned(*entries, people=(), groups=()):
    known = Known(
        {person.address: (person, Account(person.address, "")) for person in people},
        {one.address: (one, frozenset(members)) for one, members in groups},
        {},
    )
    return plan({one.address: one for one in entries}, known)


def test_who_is_not_there_is_added():
    found = planned(entry(LENE, card={"title": "Boss"}), group(SALES))

    assert [Person(LENE, f"sip:{LENE}", "Name", "Boss")] == found.intake.added
    assert {DistributionGroup(SALES, "Name"): []} == found.intake.groups
    assert [(LENE, "added")] == [change[:2] for change in found.people]
    assert [(SALES, "added")] == [change[:2] for change in found.groups]


def test_what_is_not_said_stays():
    found = planned(entry(LENE, name="Lene B"), people=[LENES_CARD])

    [after] = found.intake.changed
    assert ("Lene B", "Engineer", LENES_CARD.emails) == (after.name, after.title, after.emails)
    assert [Change(LENE, "changed", {"name": "'Lene' -> 'Lene B'"})] == found.people


def test_what_is_said_to_be_empty_is_emptied():
    found = planned(entry(LENE, name="Lene", card={"title": "", "emails": ()}), people=[LENES_CARD])

    assert {"title": "'Engineer' -> ''", "emails": "'Lene@mail.test' -> ''"} == (
        found.people[0].details
    )


def test_what_is_there_already_is_unchanged():
    found = planned(
        entry(LENE, name="Lene", groups=(SALES,)),
        group(SALES, name="Sales"),
        people=[LENES_CARD],
        groups=[(SALES_CARD, [LENE, SARA])],
    )

    assert ([], [], {}) == (found.intake.added, found.intake.changed, found.intake.groups)
    assert ["unchanged"] * 2 == [change.kind for change in (*found.people, *found.groups)]


def test_a_line_of_a_person_adds_to_groups():
    found = planned(entry(LENE, groups=(SALES,)), groups=[(SALES_CARD, [SARA])])

    assert {SALES_CARD: [LENE, SARA]} == found.intake.groups
    assert [Change(SALES, "changed", {"members": f"+{LENE}"})] == found.groups


def test_members_that_are_listed_are_all_that_there_are_beside_those_of_lines():
    found = planned(
        group(SALES, name="Sales", members=("new@contoso.test",)),
        entry("new@contoso.test"),
        entry(LENE, groups=(SALES,)),
        groups=[(SALES_CARD, [SARA])],
    )

    assert {SALES_CARD: [LENE, "new@contoso.test"]} == found.intake.groups
    assert {"added": 2, "removed": 1} == dict(found.memberships)


def test_groups_are_nested_in_groups_also_of_circles():
    found = planned(
        group(SALES, groups=("all@contoso.test",)), group("all@contoso.test", groups=(SALES,))
    )

    assert {SALES: ["all@contoso.test"], "all@contoso.test": [SALES]} == {
        one.address: members for one, members in found.intake.groups.items()
    }


def test_managers_and_members_may_be_named_by_mail_and_uid():
    found = planned(
        entry(SARA, uid="urn:uuid:1", card={"manager": "lene@mail.test"}),
        group(SALES, members=("urn:uuid:1", "lene@mail.test")),
        people=[LENES_CARD],
    )

    assert LENE == found.intake.added[0].manager
    assert [[LENE, SARA]] == list(found.intake.groups.values())
    assert set() == found.strangers


def test_strangers_may_be_managers_and_members():
    found = planned(
        entry(LENE, card={"manager": "boss@other.test"}), group(SALES, members=("x@other.test",))
    )

    assert {"boss@other.test", "x@other.test"} == found.strangers
    assert [] == found.problems


@pytest.mark.parametrize(
    ("entries", "fault"),
    [
        ([entry(LENE, groups=(SALES,))], f"there is no group {SALES}"),
        ([entry(LENE, groups=(SARA,)), entry(SARA)], f"there is no group {SARA}"),
        ([entry(LENE, card={"manager": LENE})], f"{LENE} cannot be the own manager"),
        ([group(SALES, members=("urn:uuid:7",))], "no card has the UID urn:uuid:7"),
        ([entry("all@contoso.test")], "all@contoso.test is a group's address already"),
        ([group("boss@contoso.test")], "boss@contoso.test is a person's address already"),
    ],
)
def test_what_cannot_be_is_a_problem(entries, fault):
    found = planned(
        *entries,
        people=[Person("boss@contoso.test", "sip:boss@contoso.test", "Boss")],
        groups=[(DistributionGroup("all@contoso.test", "All"), [])],
    )

    [(place, text)] = found.problems
    assert place == Place("file", 1)
    assert text.startswith(fault)
