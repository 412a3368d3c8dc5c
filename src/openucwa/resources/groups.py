"""The groups of the user's contact list (R8.5-R8.7, R8.10, R8.18)."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from openucwa.domain.contacts import ContactList, Kind
from openucwa.domain.contacts import Group as Listed
from openucwa.domain.people import identifier_of
from openucwa.hyper.catalogue import escape_query
from openucwa.hyper.declare import (
    Embed,
    Event,
    Link,
    Priority,
    Representation,
    delete,
    get,
    post,
    put,
    resource,
)
from openucwa.resources.call import Call
from openucwa.resources.changes import change_list
from openucwa.resources.conditions import KNOWN_PERSON
from openucwa.resources.distribution import (
    GROUP,
    DistributionGroup,
    distribution_groups,
    group_in_directory,
)
from openucwa.resources.people import CONTACTS


def comes_and_goes(priority: Priority, *kinds: str) -> tuple[Event, ...]:
    """Return the events of a group among the user's groups."""
    return tuple(Event(kind, "people", priority, "myGroups") for kind in kinds)


class AnyGroup(Representation):
    """Base of the groups whose contacts can be listed; all of them are at the same place."""

    links = (
        Link("groupContacts", query="groupId={group_query}"),
        Link("subscribeToGroupPresence", query="groupId={group_query}"),
    )

    id: str
    name: str

    @staticmethod
    @get()
    async def show(call: Call) -> Representation:
        """Show the group in the path, whichever kind it is. Raises ``Refused``: NotFound."""
        identifier = call.params["group"]
        known = (await call.services.contacts.contacts(call.user.address)).groups.get(identifier)
        if known is not None:
            return shown(known)
        found = await group_in_directory(call, identifier)
        return (await distribution_groups(call, [found]))[0]


class RenameInput(Struct, rename="camel"):
    """What to call the group; nothing leaves its name (R4.27)."""

    name: Annotated[str, Meta(max_length=256)] | None = None
    id: str | None = None


@resource(
    "group",
    at=GROUP,
    also=("groups/{group}",),
    revision=2,
    scopes=CONTACTS,
    requires=(KNOWN_PERSON,),
    events=comes_and_goes(Priority.HIGH, "added", "updated", "deleted"),
    etag=True,
    guid=True,
)
class Group(AnyGroup):
    """A group that the user made."""

    @staticmethod
    @put()
    async def rename(call: Call, given: RenameInput) -> None:
        name = given.name
        if name is not None:
            await change_list(call, lambda known: known.rename(call.params["group"], name))

    @staticmethod
    @delete()
    async def remove(call: Call) -> None:
        await change_list(call, lambda known: known.delete(call.params["group"]))


@resource(
    "pinnedGroup",
    at=GROUP,
    answered_by="group",
    scopes=CONTACTS,
    requires=(KNOWN_PERSON,),
    etag=True,
)
class PinnedGroup(AnyGroup):
    """The contacts that matter most to the user."""


@resource(
    "defaultGroup",
    at=GROUP,
    answered_by="group",
    scopes=CONTACTS,
    requires=(KNOWN_PERSON,),
    etag=True,
)
class DefaultGroup(AnyGroup):
    """The contacts that are in no other group (R8.11)."""


@resource(
    "delegatesGroup",
    at=GROUP,
    answered_by="group",
    scopes=CONTACTS,
    requires=(KNOWN_PERSON,),
    events=comes_and_goes(Priority.HIGH, "added", "deleted"),
    etag=True,
)
class DelegatesGroup(AnyGroup):
    """The people who may act for the user."""


@resource(
    "delegatorsGroup",
    at=GROUP,
    answered_by="group",
    scopes=CONTACTS,
    requires=(KNOWN_PERSON,),
    events=comes_and_goes(Priority.HIGH, "added", "deleted"),
    etag=True,
)
class DelegatorsGroup(AnyGroup):
    """The people for whom the user may act."""


@resource(
    "myOrganizationGroup",
    at=GROUP,
    answered_by="group",
    scopes=CONTACTS,
    requires=(KNOWN_PERSON,),
    events=comes_and_goes(Priority.LOW, "added", "updated", "deleted"),
    etag=True,
)
class MyOrganizationGroup(AnyGroup):
    """The user's manager, those who have the same one, and those whose manager she is."""


KINDS: dict[Kind, type[AnyGroup]] = {
    Kind.PINNED: PinnedGroup,
    Kind.DEFAULT: DefaultGroup,
    Kind.USER: Group,
    Kind.DELEGATES: DelegatesGroup,
    Kind.DELEGATORS: DelegatorsGroup,
    Kind.ORGANIZATION: MyOrganizationGroup,
}
SINGLE = tuple(kind for kind in KINDS if kind is not Kind.USER)
"""Kinds of which everybody has at most one group."""


def shown(group: Listed) -> Representation:
    """Show a group of a contact list."""
    if group.kind is Kind.DISTRIBUTION:
        return DistributionGroup.of(group)
    at = {"group": group.id, "group_query": escape_query(group.id)}
    return KINDS[group.kind](id=group.id, name=group.name, _at=at)


class Expand(Struct, rename="camel"):
    """Whether to show what is in a collection, or only where it is."""

    expand: bool = True


class NewGroup(Struct, rename="camel"):
    """What to call a new group."""

    display_name: Annotated[str, Meta(max_length=256)]


@resource(
    "myGroups",
    at="people/groups",
    also=("groups", "myGroups"),
    revision=2,
    scopes=CONTACTS,
    requires=(KNOWN_PERSON,),
)
class MyGroups(Representation):
    """All groups of the user's contact list."""

    links = (
        *(Embed(kind) for kind in SINGLE),
        Embed("group", many=True),
        Embed("distributionGroup", many=True),
    )

    @staticmethod
    @get()
    async def show(call: Call, given: Expand) -> MyGroups:
        groups = in_order(await call.services.contacts.contacts(call.user.address))
        if given.expand:
            return MyGroups(
                _embedded={
                    rel: [shown(one) for one in found] if isinstance(found, list) else shown(found)
                    for rel, found in groups.items()
                }
            )
        return MyGroups(
            _linked={
                rel: [{"group": one.id} for one in found]
                if isinstance(found, list)
                else {"group": found.id}
                for rel, found in groups.items()
            }
        )

    @staticmethod
    @post()
    async def create(call: Call, given: NewGroup) -> None:
        identifier = identifier_of(call.services.identifier(32))
        limits = call.rules.list_limits
        await change_list(call, lambda known: known.create(identifier, given.display_name, limits))


def in_order(known: ContactList) -> dict[str, Listed | list[Listed]]:
    """Return groups by rel, empty arrays last: a client stops reading at them (R15.31)."""
    found: dict[str, Listed | list[Listed]] = {
        kind: group for kind in SINGLE for group in known.groups.values() if group.kind is kind
    }
    many = {
        kind: sorted(
            (group for group in known.groups.values() if group.kind is kind),
            key=lambda group: (group.name.casefold(), group.id),
        )
        for kind in (Kind.USER, Kind.DISTRIBUTION)
    }
    return found | dict(sorted(many.items(), key=lambda entry: not entry[1]))
