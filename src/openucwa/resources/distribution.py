"""Distribution groups: the directory's own, nested and shared by everybody (R8.6, R8.12)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

from openucwa.domain import people as domain
from openucwa.domain.contacts import Group, Kind
from openucwa.domain.people import address_of
from openucwa.domain.refusals import Refusal, Refused, bad_parameter
from openucwa.hyper.catalogue import escape_query
from openucwa.hyper.declare import (
    Capability,
    Embed,
    Event,
    Link,
    Priority,
    Representation,
    get,
    post,
    resource,
)
from openucwa.resources.call import Call
from openucwa.resources.changes import change_list
from openucwa.resources.conditions import KNOWN_PERSON
from openucwa.resources.people import CONTACTS, contacts_of

GROUP = "people/groups/{group}"


@resource(
    "distributionGroup",
    at=GROUP,
    answered_by="group",
    scopes=CONTACTS,
    requires=(KNOWN_PERSON,),
    events=(
        Event("added", "people", Priority.HIGH, "myGroups"),
        Event("updated", "people", Priority.HIGH, "myGroups"),
        Event("deleted", "people", Priority.HIGH, "myGroups"),
    ),
    etag=True,
)
class DistributionGroup(Representation):
    """A group of the directory, on the user's contact list or not."""

    links = (
        Link("expandDistributionGroup"),
        Link("subscribeToGroupPresence", query="groupId={group_query}"),
        Link("addToContactList"),
        Link("removeFromContactList"),
        Embed("contact", many=True),
        Embed("distributionGroup", many=True),
    )

    uri: str
    id: str
    name: str

    @staticmethod
    @get()
    async def show(call: Call) -> DistributionGroup:
        """Show a group of the directory. Raises ``Refused``: NotFound."""
        found = await group_in_directory(call, call.params["group"])
        return (await distribution_groups(call, [found]))[0]

    @staticmethod
    def of(group: Group, *, listed: bool = True) -> DistributionGroup:
        """Show a group as it is on a contact list, or would be."""
        return DistributionGroup(
            uri=group.address,
            id=group.id,
            name=group.name,
            _at={"group": group.id, "group_query": escape_query(group.id)},
            _without=("addToContactList",) if listed else ("removeFromContactList",),
        )


async def distribution_groups(
    call: Call, groups: Sequence[domain.DistributionGroup]
) -> list[DistributionGroup]:
    """Return groups of the directory as the caller sees them."""
    if not groups:
        return []
    listed = (await call.services.contacts.contacts(call.user.address)).groups
    return [
        DistributionGroup.of(
            listed.get(group.id)
            or Group(group.id, Kind.DISTRIBUTION, group.name, (), group.address),
            listed=group.id in listed,
        )
        for group in groups
    ]


async def group_in_directory(call: Call, identifier: str) -> domain.DistributionGroup:
    """Return a distribution group by its id. Raises ``Refused``: NotFound."""
    found = await call.services.directory.group_with_id(identifier)
    if found is None:
        raise Refused(Refusal.NOT_FOUND, "There is no such group.")
    return found


async def open_group(call: Call, identifier: str) -> domain.DistributionGroup:
    """Return a distribution group whose members may be seen. Raises ``Refused``: Forbidden."""
    group = await group_in_directory(call, identifier)
    if group.hidden:
        raise Refused(Refusal.FORBIDDEN, "Who is in this group is not told.")
    return group


@resource(
    "expandDistributionGroup",
    at=f"{GROUP}/expandDistributionGroup",
    also=("groups/{group}/expandDistributionGroup",),
    scopes=CONTACTS,
    requires=(KNOWN_PERSON,),
)
class ExpandDistributionGroup(Representation):
    """Who is in a distribution group: people, and groups to be expanded in their turn."""

    @staticmethod
    @get()
    async def show(call: Call) -> DistributionGroup:
        """Raises ``Refused``: NotFound, Forbidden if hidden, TooManyContacts."""
        group = await open_group(call, call.params["group"])
        directory = call.services.directory
        members = await directory.members(group.address)
        if len(members) > call.rules.expand_limit:
            raise Refused(Refusal.TOO_MANY_CONTACTS)
        people, groups = await directory.people(members), await directory.groups(members)
        (shown, *nested) = await distribution_groups(call, [group, *groups.values()])
        contacts = await contacts_of(call, people.values())
        return replace(shown, _embedded={"contact": contacts, "distributionGroup": nested})


class ListGroupInput(Struct, rename="camel"):
    """Which group, and what to call it."""

    display_name: Annotated[str, Meta(max_length=256)]
    smtp_address: str


@resource(
    "addToContactList",
    at="people/groups/addToContactList",
    also=("groups/addToContactList",),
    scopes=CONTACTS,
    requires=(KNOWN_PERSON,),
)
class AddToContactList(Capability):
    """Puts a distribution group on the user's contact list."""

    @staticmethod
    @post()
    async def add(call: Call, given: ListGroupInput) -> None:
        address = address_of(given.smtp_address.strip().lower().removeprefix("mailto:"))
        if address is None:
            raise bad_parameter("smtpAddress", "the mail address of a distribution group")
        group = (await call.services.directory.groups([address])).get(address)
        if group is None:
            raise Refused(Refusal.NOT_FOUND, "There is no distribution group with this address.")
        limits = call.rules.list_limits
        await change_list(
            call, lambda known: known.add_distribution(group, given.display_name, limits)
        )


class UnlistGroupInput(Struct, rename="camel"):
    """Which group."""

    group_id: Annotated[str, Meta(max_length=256)]


@resource(
    "removeFromContactList",
    at="people/groups/removeFromContactList",
    also=("groups/removeFromContactList",),
    scopes=CONTACTS,
    requires=(KNOWN_PERSON,),
)
class RemoveFromContactList(Capability):
    """Takes a distribution group off the user's contact list."""

    @staticmethod
    @post()
    async def remove(call: Call, given: UnlistGroupInput) -> None:
        await change_list(call, lambda known: known.remove_distribution(given.group_id))
