"""Contact lists: a person's contacts and the groups they are in (BEHAVIOUR 8).

A list is a value. Each change returns another list or raises ``Refused``; ``difference`` says
which events lead from one to the other, and nothing else makes such events.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple, Self

from openucwa.domain.notices import Audience, Notice
from openucwa.domain.people import DistributionGroup, identifier_of
from openucwa.domain.refusals import Refusal, Refused, bad_parameter

MOST_DELEGATES = 25
"""So many people may be named delegates (myGroupMemberships)."""

LONGEST_NAME = 256


class Kind(enum.StrEnum):
    """The kinds of groups; each is a resource of its own."""

    PINNED = "pinnedGroup"
    DEFAULT = "defaultGroup"
    USER = "group"
    DISTRIBUTION = "distributionGroup"
    DELEGATES = "delegatesGroup"
    DELEGATORS = "delegatorsGroup"
    ORGANIZATION = "myOrganizationGroup"


OF_THE_LIST = (Kind.PINNED, Kind.DEFAULT, Kind.USER)
"""Whoever is in a group of these kinds is a contact."""

ALWAYS = (Kind.PINNED, Kind.DEFAULT)
"""Everybody has these groups (R8.5); the others exist while there is something in them."""

NAMES = {
    Kind.PINNED: "Pinned Contacts",
    Kind.DEFAULT: "Other Contacts",
    Kind.DELEGATES: "Delegates",
    Kind.DELEGATORS: "People I Am a Delegate For",
    Kind.ORGANIZATION: "My Organization",
}


@dataclass(frozen=True, slots=True)
class Group:
    """A group as its owner sees it.

    ``members`` are sorted addresses; those of a distribution group, which has an ``address``,
    are for the directory to tell.
    """

    id: str
    kind: Kind
    name: str
    members: tuple[str, ...] = ()
    address: str = ""


class Limits(NamedTuple):
    """How long a contact list may get."""

    contacts: int = 250
    groups: int = 64


def system_group(owner: str, kind: Kind) -> str:
    """Return the id of a group that everybody may have one of."""
    return identifier_of(f"{owner}/{kind}")


@dataclass(frozen=True, slots=True)
class ContactList:
    """Everything that one person's groups show, by id: pinned and default come first."""

    owner: str
    groups: Mapping[str, Group]

    @classmethod
    def of(cls, owner: str, groups: Iterable[Group] = ()) -> Self:
        """Put a list together; those that everybody has are added."""
        found = {kind: Group(system_group(owner, kind), kind, NAMES[kind]) for kind in ALWAYS}
        own = {group.id: group for group in found.values()}
        return cls(owner, own | {group.id: group for group in groups})

    def __getitem__(self, identifier: str) -> Group:
        """Return a group. Raises ``Refused``: NotFound."""
        group = self.groups.get(identifier)
        if group is None:
            raise Refused(Refusal.NOT_FOUND, "There is no such group.")
        return group

    def only(self, kind: Kind) -> Group:
        """Return the group of a kind of which there is one, perhaps an empty one."""
        known = self.groups.get(system_group(self.owner, kind))
        return known or Group(system_group(self.owner, kind), kind, NAMES[kind])

    def contacts(self) -> dict[str, None]:
        """Return everybody who is a contact, once."""
        return {
            address: None
            for group in self.groups.values()
            if group.kind in OF_THE_LIST
            for address in group.members
        }

    def memberships(self) -> Iterator[tuple[Group, str]]:
        """Yield all pairs of group and member that are of the owner's own making."""
        for group in self.groups.values():
            if group.kind in (*OF_THE_LIST, Kind.DELEGATES):
                yield from ((group, address) for address in group.members)

    # Changes. Each keeps everybody in a group: in the default one if in no other (R8.11).

    def add(self, contact: str, identifier: str, limits: Limits) -> ContactList:
        """Put somebody into a group; no group means the default one (R8.9).

        Raises ``Refused``: NotFound, AlreadyExists, Forbidden for distribution groups and for
        oneself as a delegate,
        OperationNotSupported for others that are not the owner's to fill, Conflict for the
        default group of who is in another one, ListLimitExceeded, and LimitExceeded for delegates.
        """
        group = self._changeable(identifier or self.only(Kind.DEFAULT).id)
        known = self.contacts()
        if contact in group.members:
            raise Refused(Refusal.ALREADY_EXISTS, "This contact is in the group already.")
        if group.kind is Kind.DELEGATES:
            if contact == self.owner:
                raise Refused(Refusal.FORBIDDEN, "Nobody is her own delegate.")
            if len(group.members) >= MOST_DELEGATES:
                raise Refused(Refusal.LIMIT_EXCEEDED, "Nobody can have more delegates.")
            return self.having(_joined(group, contact))
        if contact not in known and len(known) >= limits.contacts:
            raise Refused(Refusal.LIST_LIMIT_EXCEEDED)
        if group.kind is not Kind.DEFAULT:
            return self.having(_joined(group, contact), _left(self.only(Kind.DEFAULT), contact))
        if contact in known:
            text = "This contact is in another group; who is in none is in this one."
            raise Refused(Refusal.CONFLICT, text)
        return self.having(_joined(group, contact))

    def remove(self, contact: str, identifier: str) -> ContactList:
        """Take somebody out of a group.

        Who is in no other then moves to the default one, and leaves the list from there. Raises
        ``Refused``: NotFound, Forbidden and OperationNotSupported.
        """
        group = self._changeable(identifier)
        if contact not in group.members:
            raise Refused(Refusal.NOT_FOUND, "This contact is not in the group.")
        after = self.having(_left(group, contact))
        return after if group.kind in (Kind.DEFAULT, Kind.DELEGATES) else _caught(after, [contact])

    def remove_everywhere(self, contact: str) -> ContactList:
        """Take somebody off the list; who is not on it stays off (R8.9)."""
        groups = [group for group in self.groups.values() if group.kind in OF_THE_LIST]
        return self.having(*(_left(group, contact) for group in groups))

    def create(self, identifier: str, name: str, limits: Limits) -> ContactList:
        """Make a group. Raises ``Refused``: a bad name, AlreadyExists, TooManyGroups."""
        return self._grown(
            Group(identifier, Kind.USER, self._new_name("displayName", name)), limits
        )

    def rename(self, identifier: str, name: str) -> ContactList:
        """Give a group another name. Raises ``Refused``: NotFound, Forbidden, AlreadyExists."""
        group = self._own(identifier)
        return self.having(replace(group, name=self._new_name("name", name, group)))

    def delete(self, identifier: str) -> ContactList:
        """Delete a group; its contacts stay on the list (R8.10). Raises ``Refused``."""
        group = self._own(identifier)
        groups = {known: one for known, one in self.groups.items() if known != identifier}
        return _caught(ContactList(self.owner, groups), group.members)

    def add_distribution(self, group: DistributionGroup, name: str, limits: Limits) -> ContactList:
        """Put a distribution group on the list. Raises ``Refused``."""
        if group.id in self.groups:
            raise Refused(Refusal.ALREADY_EXISTS, "This group is on the contact list already.")
        shown = _name("displayName", name)
        return self._grown(Group(group.id, Kind.DISTRIBUTION, shown, (), group.address), limits)

    def remove_distribution(self, identifier: str) -> ContactList:
        """Take a distribution group off the list. Raises ``Refused``: NotFound, Forbidden."""
        if self[identifier].kind is not Kind.DISTRIBUTION:
            raise Refused(Refusal.FORBIDDEN, "This is not a distribution group.")
        groups = {known: one for known, one in self.groups.items() if known != identifier}
        return ContactList(self.owner, groups)

    def _changeable(self, identifier: str) -> Group:
        """Return a group whose members the owner decides on."""
        delegates = self.only(Kind.DELEGATES)
        group = delegates if identifier == delegates.id else self[identifier]
        if group.kind is Kind.DISTRIBUTION:
            raise Refused(Refusal.FORBIDDEN, "The directory says who is in this group.")
        if group.kind in (Kind.DELEGATORS, Kind.ORGANIZATION):
            raise Refused(Refusal.OPERATION_NOT_SUPPORTED)
        return group

    def _own(self, identifier: str) -> Group:
        group = self[identifier]
        if group.kind is not Kind.USER:
            raise Refused(Refusal.FORBIDDEN, "Only groups that you made can be changed.")
        return group

    def _new_name(self, parameter: str, typed: str, besides: Group | None = None) -> str:
        name = _name(parameter, typed)
        taken = {group.name.casefold() for group in self.groups.values() if group is not besides}
        if name.casefold() in taken:
            raise Refused(Refusal.ALREADY_EXISTS, "There is a group of this name already.")
        return name

    def _grown(self, group: Group, limits: Limits) -> ContactList:
        counted = (Kind.USER, Kind.DISTRIBUTION)
        if sum(known.kind in counted for known in self.groups.values()) >= limits.groups:
            raise Refused(Refusal.TOO_MANY_GROUPS)
        return self.having(group)

    def having(self, *groups: Group) -> ContactList:
        """Return the list with some groups replaced; one of delegates ends with the last."""
        after = {**self.groups, **{group.id: group for group in groups}}
        for group in groups:
            if group.kind is Kind.DELEGATES and not group.members:
                after.pop(group.id)
        return ContactList(self.owner, after)


def _caught(known: ContactList, contacts: Iterable[str]) -> ContactList:
    """Return a list with those in the default group who are in no other."""
    lost = {*contacts} - known.contacts().keys()
    return known.having(_joined(known.only(Kind.DEFAULT), *lost)) if lost else known


def _joined(group: Group, *contacts: str) -> Group:
    return replace(group, members=tuple(sorted({*group.members, *contacts})))


def _left(group: Group, contact: str) -> Group:
    return replace(group, members=tuple(one for one in group.members if one != contact))


def _name(parameter: str, typed: str) -> str:
    name = typed.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise bad_parameter(parameter, f"a name of 1 to {LONGEST_NAME} characters")
    return name


def difference(before: ContactList, after: ContactList) -> list[Notice]:
    """Return the events that lead from one list to another, in an order that can be followed.

    Groups come before those in them, and go after them.
    """
    old, new = before.groups, after.groups
    events = [_about(group, "added") for group in new.values() if group.id not in old]
    were, are = before.contacts(), after.contacts()
    events += [_moved(one, "added", "myContacts") for one in are if one not in were]
    for kind in ("added", "deleted"):
        for group in ({**new, **old} if kind == "deleted" else new).values():
            past, present = _members(old, group), _members(new, group)
            gone = present - past if kind == "added" else past - present
            events += [_moved(one, kind, group.kind, group.id) for one in sorted(gone)]
    events += [_moved(one, "deleted", "myContacts") for one in were if one not in are]
    events += [
        _about(group, "updated")
        for group in new.values()
        if group.id in old and _changed(old[group.id], group)
    ]
    return events + [_about(group, "deleted") for group in old.values() if group.id not in new]


def _members(groups: Mapping[str, Group], group: Group) -> set[str]:
    """Return those whose coming and going is told of one by one."""
    known = groups.get(group.id)
    return set(known.members) if known and known.kind is not Kind.ORGANIZATION else set()


def _changed(before: Group, after: Group) -> bool:
    whole = after.kind is Kind.ORGANIZATION and before.members != after.members
    return whole or before.name != after.name


def _about(group: Group, kind: str) -> Notice:
    params = (("group", group.id),)
    return Notice(group.kind, kind, params, Audience.LISTENING, "myGroups")


def _moved(contact: str, kind: str, inside: str, group: str = "") -> Notice:
    params = (("person", contact), *((("group", group),) if group else ()))
    return Notice("contact", kind, params, Audience.LISTENING, inside)
