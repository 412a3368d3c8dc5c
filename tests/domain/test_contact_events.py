"""Events of contact lists: who follows them has the list, whatever is done to it (R7.45)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from openucwa.domain.contacts import (
    NAMES,
    OF_THE_LIST,
    ContactList,
    Group,
    Kind,
    Limits,
    difference,
    system_group,
)
from openucwa.domain.notices import Audience, Notice
from openucwa.domain.people import DistributionGroup
from openucwa.domain.refusals import Refused

LENE = "lenea@contoso.test"
ONE_OF = {kind: system_group(LENE, kind) for kind in NAMES}
KINDS = {
    "pinned": Kind.PINNED,
    "default": Kind.DEFAULT,
    "staff": Kind.DISTRIBUTION,
    "delegates": Kind.DELEGATES,
    "delegators": Kind.DELEGATORS,
    "organization": Kind.ORGANIZATION,
}
LIMITS = Limits(contacts=3, groups=3)
PEOPLE = ["anna", "bob", "clara", "dan"]
GROUP_NAMES = ["Friends", "friends", "Work", "Team", "Other Contacts", " "]
DISTRIBUTION = [DistributionGroup(f"{name}@contoso.test", name) for name in ("Staff", "Sales")]


@dataclass
class Follower:
    """A client that started with a list, and from then on believes nothing but events."""

    groups: dict[str, Group]
    contacts: set[str]

    @classmethod
    def of(cls, known):
        return cls(dict(known.groups), set(known.contacts()))

    def follow(self, notices, present):
        """Do what each event says; the names of groups are read from how they are at present."""
        for notice in notices:
            assert Audience.LISTENING is notice.to
            if notice.rel != "contact":
                self.about_a_group(notice, present)
            elif notice.inside == "myContacts":
                self.come_or_go(notice, self.contacts)
            else:
                self.about_a_member(notice, present)

    def about_a_group(self, notice, present):
        assert "myGroups" == notice.inside
        [(_, group)] = notice.params
        assert (notice.type == "added") is (group not in self.groups)
        if notice.type == "deleted":
            gone = self.groups.pop(group)
            assert notice.rel == gone.kind
            assert not gone.members or gone.kind is Kind.ORGANIZATION
            return
        shown = present.groups[group]
        assert notice.rel == shown.kind
        assert shown != self.groups.get(group)
        known = self.groups.get(group) or replace(shown, members=())
        members = shown.members if shown.kind is Kind.ORGANIZATION else known.members
        self.groups[group] = replace(known, name=shown.name, members=members)

    def about_a_member(self, notice, present):
        """Who leaves a group and stays on the list is in another one by then."""
        group = self.groups[dict(notice.params)["group"]]
        assert notice.inside == group.kind
        members = set(group.members)
        person = self.come_or_go(notice, members)
        self.groups[group.id] = replace(group, members=tuple(sorted(members)))
        if notice.type == "deleted" and person in present.contacts():
            assert person in ContactList(LENE, self.groups).contacts()

    def come_or_go(self, notice, people):
        person = dict(notice.params)["person"]
        assert (notice.type == "added") is (person not in people)
        people.symmetric_difference_update({person})
        return person


def a_list(text):
    """Make a list: ``friends=anna,bob work=`` are two groups, one of them empty."""
    groups = []
    for word, _, members in (item.partition("=") for item in text.split()):
        kind = KINDS.get(word, Kind.USER)
        identifier = ONE_OF.get(kind, word)
        found = tuple(filter(None, members.split(",")))
        groups.append(Group(identifier, kind, NAMES.get(kind, word), found))
    return ContactList.of(LENE, groups)


@pytest.mark.parametrize(
    ("before", "after", "events"),
    [
        ("friends=anna", "friends=anna", []),
        ("", "default=anna", ["contact added myContacts anna", "contact added default anna"]),
        ("default=anna", "", ["contact deleted default anna", "contact deleted myContacts anna"]),
        (
            "default=anna friends=",
            "friends=anna",
            ["contact added friends anna", "contact deleted default anna"],
        ),
        ("", "staff=", ["distributionGroup added staff"]),
        ("staff=", "", ["distributionGroup deleted staff"]),
        ("", "delegates=bob", ["delegatesGroup added delegates", "contact added delegates bob"]),
        (
            "delegates=bob",
            "",
            ["contact deleted delegates bob", "delegatesGroup deleted delegates"],
        ),
        (
            "delegators=bob",
            "delegators=dan",
            ["contact added delegators dan", "contact deleted delegators bob"],
        ),
        ("", "organization=bob,dan", ["myOrganizationGroup added organization"]),
        ("organization=bob", "organization=dan", ["myOrganizationGroup updated organization"]),
        ("organization=bob", "", ["myOrganizationGroup deleted organization"]),
        (
            "friends=anna,bob work=bob",
            "default=anna work=bob",
            [
                "contact added default anna",
                "contact deleted friends anna",
                "contact deleted friends bob",
                "group deleted friends",
            ],
        ),
    ],
)
def test_r7_45_what_those_who_listen_are_told(before, after, events):
    """They are told in this order, and of nothing else."""
    words = {ONE_OF.get(kind): word for word, kind in KINDS.items()}
    told = []
    for notice in difference(a_list(before), a_list(after)):
        params = dict(notice.params)
        group = params.get("group", notice.inside)
        told.append([notice.rel, notice.type, words.get(group, group), params.get("person", "")])

    assert events == [" ".join(filter(None, words)) for words in told]


def test_r7_45_a_new_name_is_an_update_of_the_group():
    before = a_list("friends=anna")

    assert difference(before, before.rename("friends", "Colleagues")) == [
        Notice("group", "updated", (("group", "friends"),), Audience.LISTENING, "myGroups")
    ]


class AnySequence(RuleBasedStateMachine):
    """Lene does whatever she likes, and two clients follow.

    One hears of each change; the other one is told now and then what became of all of them.
    ``contacts`` is kept apart: who was added, and not taken off.
    """

    def __init__(self):
        super().__init__()
        self.list = self.told_last = ContactList.of(LENE)
        self.prompt, self.patient = Follower.of(self.list), Follower.of(self.list)
        self.contacts = set()
        self.made = 0

    def attempt(self, change, *arguments):
        """Try a change; tell whether it was not refused. Earlier lists stay as they were."""
        before, groups = self.list, dict(self.list.groups)
        try:
            self.list = change(*arguments)
        except Refused:
            return False
        finally:
            assert groups == before.groups
        self.prompt.follow(difference(before, self.list), self.list)
        return True

    def group(self, number):
        """Return the id of one of the groups, of one that may not exist, or of none."""
        known = [*self.list.groups, ONE_OF[Kind.DELEGATES], "", "unknown"]
        return known[number % len(known)]

    def own(self, number):
        """Return the id of one of those groups that may be renamed or removed, if there is one."""
        kinds = (Kind.USER, Kind.DISTRIBUTION)
        known = [one for one, group in self.list.groups.items() if group.kind in kinds]
        return known[number % len(known)] if known else ONE_OF[Kind.PINNED]

    people = st.sampled_from(PEOPLE)
    numbers = st.integers(0, 11)
    names = st.sampled_from(GROUP_NAMES)

    @rule(person=people, number=numbers)
    def add(self, person, number):
        group = self.group(number)
        if self.attempt(self.list.add, person, group, LIMITS) and group != ONE_OF[Kind.DELEGATES]:
            self.contacts.add(person)

    @rule(person=people, number=numbers)
    def remove(self, person, number):
        group = self.group(number)
        if self.attempt(self.list.remove, person, group) and group == ONE_OF[Kind.DEFAULT]:
            self.contacts.discard(person)

    @rule(person=people)
    def remove_everywhere(self, person):
        assert self.attempt(self.list.remove_everywhere, person)
        self.contacts.discard(person)

    @rule(name=names)
    def create(self, name):
        self.made += 1
        self.attempt(self.list.create, f"g{self.made}", name, LIMITS)

    @rule(number=numbers, name=names)
    def rename(self, number, name):
        self.attempt(self.list.rename, self.own(number), name)

    @rule(number=numbers)
    def delete(self, number):
        self.attempt(self.list.delete, self.own(number))

    @rule(group=st.sampled_from(DISTRIBUTION), name=names)
    def add_distribution(self, group, name):
        self.attempt(self.list.add_distribution, group, name, LIMITS)

    @rule(number=numbers)
    def remove_distribution(self, number):
        self.attempt(self.list.remove_distribution, self.own(number))

    @rule(
        kind=st.sampled_from([Kind.DELEGATORS, Kind.ORGANIZATION]),
        members=st.sets(people).map(sorted),
    )
    def others_decide(self, kind, members):
        """Who names her a delegate, or works for whom, is not Lene's to say."""
        groups = {one: group for one, group in self.list.groups.items() if group.kind is not kind}
        if members:
            groups[ONE_OF[kind]] = Group(ONE_OF[kind], kind, NAMES[kind], tuple(members))
        assert self.attempt(ContactList, LENE, groups)

    @rule()
    def catch_up(self):
        self.patient.follow(difference(self.told_last, self.list), self.list)
        self.told_last = self.list

        assert Follower.of(self.list) == self.patient

    @invariant()
    def the_events_lead_from_list_to_list(self):
        assert Follower.of(self.list) == self.prompt
        assert [] == difference(self.list, self.list)

    @invariant()
    def r8_11_each_contact_is_in_a_group_and_in_the_default_one_if_in_no_other(self):
        groups = [group for group in self.list.groups.values() if group.kind in OF_THE_LIST]
        default = set(self.list.only(Kind.DEFAULT).members)
        others = {
            who for group in groups if group.kind is not Kind.DEFAULT for who in group.members
        }

        assert self.contacts == set(self.list.contacts()) == default | others
        assert not default & others

    @invariant()
    def r8_5_one_group_is_pinned_and_one_is_the_default_one(self):
        kinds = [group.kind for group in self.list.groups.values()]

        assert [Kind.PINNED, Kind.DEFAULT] == kinds[:2]
        assert {Kind.PINNED, Kind.DEFAULT}.isdisjoint(kinds[2:])
        assert len(ONE_OF.keys() & set(kinds)) == sum(kind in ONE_OF for kind in kinds)

    @invariant()
    def limits_hold(self):
        counted = [
            group
            for group in self.list.groups.values()
            if group.kind in (Kind.USER, Kind.DISTRIBUTION)
        ]

        assert len(self.list.contacts()) <= LIMITS.contacts
        assert len(counted) <= LIMITS.groups

    @invariant()
    def groups_are_in_order(self):
        """Members are sorted and unique, and so are the names that Lene chose."""
        for identifier, group in self.list.groups.items():
            assert identifier == group.id
            assert sorted(set(group.members)) == list(group.members)
        own = [one.name.casefold() for one in self.list.groups.values() if one.kind is Kind.USER]
        assert len(own) == len({*own} - {"", "other contacts"})

    @invariant()
    def r8_5_there_is_somebody_in_those_that_come_and_go(self):
        for kind in (Kind.DELEGATES, Kind.DELEGATORS, Kind.ORGANIZATION):
            assert (ONE_OF[kind] in self.list.groups) is bool(self.list.only(kind).members)


TestAnySequence = AnySequence.TestCase
