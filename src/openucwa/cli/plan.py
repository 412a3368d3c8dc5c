"""What an import would change: files compared with the directory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, NamedTuple

from openucwa.adapters.sql.intake import Intake, Known
from openucwa.cli.roster import Entry, Problem
from openucwa.domain.people import DistributionGroup, Person


class Change(NamedTuple):
    """What happens to one address; ``details`` say which fields change, and how."""

    address: str
    kind: str
    details: Mapping[str, str] = {}


@dataclass(slots=True)
class Plan:
    """What is to be written, what to say about it, and what is in the way.

    ``strangers`` are managers and members that are neither in the files nor in the directory.
    """

    intake: Intake = field(default_factory=Intake)
    people: list[Change] = field(default_factory=list)
    groups: list[Change] = field(default_factory=list)
    memberships: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    strangers: set[str] = field(default_factory=set)


def plan(entries: Mapping[str, Entry], known: Known) -> Plan:
    """Compare what files say, by address, with everybody who is there."""
    return _Planner(entries, known).plan()


class _Planner:
    def __init__(self, entries: Mapping[str, Entry], known: Known) -> None:
        self.entries = entries
        self.known = known
        self.found = Plan()
        self.others = {entry.uid: entry.address for entry in entries.values() if entry.uid}
        for address, (person, _) in known.people.items():
            self.others |= {mail.lower(): address for mail in person.emails}
        for entry in entries.values():
            self.others |= {mail.lower(): entry.address for mail in entry.card.get("emails", ())}

    def plan(self) -> Plan:
        for entry in self.entries.values():
            if entry.address in (self.known.people if entry.is_group else self.known.groups):
                is_other = "a person's" if entry.is_group else "a group's"
                self.problem(entry, f"{entry.address} is {is_other} address already")
            elif not entry.is_group:
                self.compare_person(entry)
        members = self.members()
        for address, wanted in members.items():
            self.compare_group(address, wanted)
        return self.found

    def problem(self, entry: Entry, text: str) -> None:
        self.found.problems.append(Problem(entry.place, text))

    def address(self, entry: Entry, name: str) -> str:
        """Return the address of a manager or a member, who may be named otherwise."""
        for there in (self.entries, self.known.people, self.known.groups):
            if name in there:
                return name
        if name in self.others:
            return self.others[name]
        if name.startswith("urn:"):
            self.problem(entry, f"no card has the UID {name}")
        self.found.strangers.add(name)
        return name

    def compare_person(self, entry: Entry) -> None:
        card = dict(entry.card)
        if card.get("manager"):
            card["manager"] = self.address(entry, card["manager"])
        if card.get("manager") == entry.address:
            self.problem(entry, f"{entry.address} cannot be the own manager")
        before = self.known.people.get(entry.address)
        if before is None:
            self.found.intake.added.append(Person(entry.address, **card))
            self.found.people.append(Change(entry.address, "added"))
            return
        after = replace(before[0], **card)
        kind = "unchanged" if after == before[0] else "changed"
        if kind == "changed":
            self.found.intake.changed.append(after)
        self.found.people.append(Change(entry.address, kind, _differences(before[0], after)))

    def members(self) -> dict[str, set[str]]:
        """Return who is to be in each group that the files are about."""
        wanted: dict[str, set[str]] = {}
        for entry in self.entries.values():
            if not entry.is_group:
                continue
            _, there = self.known.groups.get(entry.address, (None, frozenset()))
            named = entry.members
            said = there if named is None else {self.address(entry, name) for name in named}
            wanted[entry.address] = set(said)
        for entry in self.entries.values():
            for parent in entry.groups:
                if parent in self.known.groups:
                    wanted.setdefault(parent, {*self.known.groups[parent][1]})
                if parent in wanted:
                    wanted[parent].add(entry.address)
                else:
                    self.problem(entry, f"there is no group {parent}: add a line of type group")
        return wanted

    def compare_group(self, address: str, wanted: Iterable[str]) -> None:
        entry = self.entries.get(address)
        card = entry.card if entry is not None and entry.is_group else {}
        there = self.known.groups.get(address)
        group = replace(there[0], **card) if there else DistributionGroup(address, **card)
        members = there[1] if there else frozenset[str]()
        come, gone = sorted({*wanted} - members), sorted(members - {*wanted})
        details = _differences(there[0], group) if there else {}
        if come or gone:
            signs = [f"+{one}" for one in come] + [f"-{one}" for one in gone]
            details = {**details, "members": " ".join(signs)}
        self.found.memberships.update(added=len(come), removed=len(gone))
        kind = "changed" if details else "unchanged"
        if details or not there:
            self.found.intake.groups[group] = sorted(wanted)
        self.found.groups.append(Change(address, kind if there else "added", details))


def _differences(before: Any, after: Any) -> dict[str, str]:
    """Say how the fields of two cards differ."""
    return {
        name: f"{_spelled(old)} -> {_spelled(new)}"
        for name in (one.name for one in fields(before))
        if (old := getattr(before, name)) != (new := getattr(after, name))
    }


def _spelled(value: Any) -> str:
    return repr("; ".join(value) if isinstance(value, tuple) else value)
