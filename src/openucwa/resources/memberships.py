"""Who is in which group of the user's contact list (R8.9)."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct

from openucwa.domain.contacts import Group, Kind
from openucwa.domain.people import address_of
from openucwa.domain.refusals import Refusal, Refused, bad_parameter
from openucwa.hyper.declare import (
    Capability,
    Embed,
    Link,
    Representation,
    delete,
    get,
    post,
    resource,
)
from openucwa.resources.call import Call
from openucwa.resources.changes import change_list
from openucwa.resources.conditions import ANY_SCOPE, KNOWN_PERSON
from openucwa.resources.distribution import GROUP
from openucwa.resources.people import CONTACTS, is_local

LINKED = (Kind.DEFAULT, Kind.DELEGATES, Kind.USER, Kind.PINNED)
"""The kinds of groups that memberships are of."""

ContactUri = Annotated[str, Meta(max_length=250)]
GroupId = Annotated[str, Meta(max_length=256)]


def contact_address(uri: str) -> str:
    """Return the address of a contact. Raises ``Refused`` for what is none."""
    address = address_of(uri)
    if address is None:
        raise bad_parameter("contactUri", "a SIP address like sip:user@domain")
    return address


def _require_own(group: Group) -> None:
    """Refuse groups of which others say who is in them."""
    if group.kind not in LINKED:
        raise Refused(Refusal.OPERATION_NOT_SUPPORTED)


class MembershipsQuery(Struct, rename="camel"):
    """Which group's memberships to show; none means all."""

    group_id: GroupId | None = None


class JoinInput(Struct, rename="camel"):
    """Whom to put into which group; no group means the default one."""

    contact_uri: ContactUri
    group_id: GroupId | None = None


@resource(
    "myGroupMemberships",
    at="people/groupMemberships",
    also=("myGroupMemberships",),
    revision=2,
    scopes=ANY_SCOPE,
    requires=(KNOWN_PERSON,),
)
class MyGroupMemberships(Representation):
    """All pairs of a contact and a group that she is in."""

    links = (Link("removeContactFromAllGroups"), Embed("myGroupMembership", many=True))

    @staticmethod
    @get()
    async def show(call: Call, given: MembershipsQuery) -> MyGroupMemberships:
        """Raises ``Refused``: NotFound, OperationNotSupported for what others fill."""
        return MyGroupMemberships(
            _query=UNSET if given.group_id is None else f"groupId={given.group_id}",
            _embedded={"myGroupMembership": await _memberships(call, given.group_id)},
        )

    @staticmethod
    @post(201)
    async def add(call: Call, given: JoinInput) -> MyGroupMembership:
        """Put somebody into a group; she must exist if she would be in our directory."""
        address = contact_address(given.contact_uri)
        if is_local(call, address) and await call.services.directory.person(address) is None:
            raise Refused(Refusal.NOT_FOUND, "Nobody here has this address.")
        limits = call.rules.list_limits
        after = await change_list(
            call, lambda known: known.add(address, given.group_id or "", limits), address
        )
        group = after.only(Kind.DEFAULT) if not given.group_id else after[given.group_id]
        return MyGroupMembership.of(group, address)


async def _memberships(call: Call, wanted: str | None) -> list[MyGroupMembership]:
    """Return the memberships of one group, or of all."""
    known = await call.services.contacts.contacts(call.user.address)
    if wanted not in (None, known.only(Kind.DELEGATES).id):
        _require_own(known[wanted])
    pairs = known.memberships()
    return [MyGroupMembership.of(group, one) for group, one in pairs if wanted in (None, group.id)]


@resource(
    "groupMemberships",
    at=f"{GROUP}/groupMemberships",
    also=("groups/{group}/groupMemberships",),
    scopes=CONTACTS,
    requires=(KNOWN_PERSON,),
)
class GroupMemberships(Representation):
    """The memberships of one group; nothing links to them."""

    links = (Embed("myGroupMembership", many=True),)

    @staticmethod
    @get()
    async def show(call: Call) -> GroupMemberships:
        """Raises ``Refused``: NotFound, OperationNotSupported for what others fill."""
        shown = await _memberships(call, call.params["group"])
        return GroupMemberships(_embedded={"myGroupMembership": shown})


@resource(
    "myGroupMembership",
    at="people/groupMemberships/{membership}",
    also=("myGroupMemberships/{membership}",),
    revision=2,
    scopes=CONTACTS,
    requires=(KNOWN_PERSON,),
)
class MyGroupMembership(Representation):
    """One contact in one group; its id is ``group,address``."""

    links = (Link("contact"), *(Link(kind) for kind in LINKED))

    @staticmethod
    def of(group: Group, address: str) -> MyGroupMembership:
        """Show a membership, with the link to its own kind of group only."""
        return MyGroupMembership(
            _at={"membership": f"{group.id},{address}", "person": address, "group": group.id},
            _without=_OTHERS[group.kind],
        )

    @staticmethod
    @get()
    async def show(call: Call) -> MyGroupMembership:
        identifier, address = MyGroupMembership.named(call)
        known = await call.services.contacts.contacts(call.user.address)
        _require_own(known[identifier])
        if address not in known[identifier].members:
            raise Refused(Refusal.NOT_FOUND, "This contact is not in the group.")
        return MyGroupMembership.of(known[identifier], address)

    @staticmethod
    @delete()
    async def leave(call: Call) -> None:
        identifier, address = MyGroupMembership.named(call)
        await change_list(call, lambda known: known.remove(address, identifier))

    @staticmethod
    def named(call: Call) -> tuple[str, str]:
        """Return the group's id and the address in the path. Raises ``Refused``: NotFound."""
        identifier, _, uri = call.params["membership"].partition(",")
        address = address_of(uri)
        if address is None:
            raise Refused(Refusal.NOT_FOUND)
        return identifier, address


_OTHERS = {kind: {*LINKED} - {kind} for kind in LINKED}


class RemoveContactInput(Struct, rename="camel"):
    """Whom to take off the list."""

    contact_uri: ContactUri


@resource(
    "removeContactFromAllGroups",
    at="people/groupMemberships/removeContactFromAllGroups",
    also=("myGroupMemberships/removeContactFromAllGroups",),
    revision=2,
    scopes=CONTACTS,
    requires=(KNOWN_PERSON,),
)
class RemoveContactFromAllGroups(Capability):
    """Takes somebody off the contact list."""

    @staticmethod
    @post()
    async def remove(call: Call, given: RemoveContactInput) -> None:
        address = contact_address(given.contact_uri)
        await change_list(call, lambda known: known.remove_everywhere(address))
