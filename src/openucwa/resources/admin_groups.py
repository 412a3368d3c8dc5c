"""Distribution groups as administrators look after them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from msgspec import UNSET, Struct

from openucwa.domain.cards import tidy
from openucwa.domain.people import DistributionGroup, address_of
from openucwa.domain.ports import Listed
from openucwa.domain.refusals import Refusal, Refused, bad_parameter
from openucwa.hyper.catalogue import escape, escape_query
from openucwa.hyper.declare import ADMIN, Embed, Link, Representation, delete, get, post, resource
from openucwa.resources.administration import (
    ONLY,
    Address,
    Addresses,
    ListInput,
    Name,
    acting,
    address_in_path,
)
from openucwa.resources.call import Call

GROUPS = f"{ADMIN}/groups"
ONE = f"{GROUPS}/{{group}}"
MEMBERS = f"{ONE}/members"


class NewGroupInput(Struct, rename="camel"):
    """A new group, and who is in it."""

    address: Address
    name: Name
    hidden: bool = False
    members: Addresses = []


@resource("adminGroups", at=GROUPS, requires=ONLY)
class AdminGroups(Representation):
    """Groups by address."""

    links = (
        Link("administration"),
        Link("next", to="adminGroups", query="{page}"),
        Embed("adminGroup", many=True),
    )

    more: bool

    @staticmethod
    @get()
    async def show(call: Call, given: ListInput) -> AdminGroups:
        """List groups."""
        hand = call.services.administration.look
        found = await hand.groups.page(given.after, given.limit + 1)
        page, more = found[: given.limit], len(found) > given.limit
        after = escape_query(page[-1][0].address) if page else ""
        return AdminGroups(
            more=more,
            _at={"page": f"limit={given.limit}&after={after}"},
            _embedded={"adminGroup": [AdminGroup.of(*one) for one in page]},
            _without=() if more else ("next",),
        )

    @staticmethod
    @post(201)
    async def create(call: Call, given: NewGroupInput) -> AdminGroup:
        """Add a group."""
        address = address_of(given.address)
        if address is None:
            raise bad_parameter("address", "Must be user@domain or sip:user@domain.")
        group = DistributionGroup(address, _name(given.name), given.hidden)
        members = await _known(call, "members", given.members)
        async with acting(call, "group.add", address) as hand:
            try:
                await hand.groups.add(group, members)
            except KeyError:
                text = "Somebody has this address, or a group."
                raise Refused(Refusal.ALREADY_EXISTS, text) from None
        return AdminGroup.of(group, len(members))


class GroupInput(Struct, rename="camel"):
    """What to change of a group; what is left out stays as it is.

    ``members`` replaces all, ``add`` and ``remove`` some.
    """

    name: Name | None = None
    hidden: bool | None = None
    members: Addresses | None = None
    add: Addresses = []
    remove: Addresses = []


@resource("adminGroup", at=ONE, requires=ONLY)
class AdminGroup(Representation):
    """A group; who is in a hidden one is not told to others."""

    links = (Link("adminGroups"), Link("adminMembers"))

    address: str
    name: str
    hidden: bool
    member_count: int

    @classmethod
    def of(cls, group: DistributionGroup, members: int) -> AdminGroup:
        """Show a group with so many members."""
        return cls(
            address=group.address,
            name=group.name,
            hidden=group.hidden,
            member_count=members,
            _at={"group": group.address},
        )

    @staticmethod
    @get()
    async def show(call: Call) -> AdminGroup:
        group = await _group(call)
        members = await call.services.administration.look.directory.members(group.address)
        return AdminGroup.of(group, len(members))

    @staticmethod
    @post(200)
    async def change(call: Call, given: GroupInput) -> AdminGroup:
        """Rename, hide or show a group, and change who is in it."""
        address = address_in_path(call, "group")
        name = None if given.name is None else _name(given.name)
        added = await _known(call, "add", given.add)
        others = None if given.members is None else await _known(call, "members", given.members)
        removed = {address_of(typed) for typed in given.remove}

        def changed(before: Listed) -> Listed:
            group, members = before
            kept = [one for one in (members if others is None else others) if one not in removed]
            shown = group.hidden if given.hidden is None else given.hidden
            return replace(group, name=name or group.name, hidden=shown), [*kept, *added]

        details = [
            text
            for text, said in (
                (f"name {name}", name is not None),
                ("hidden" if given.hidden else "shown", given.hidden is not None),
                (f"members {len(others or ())}", others is not None),
                (f"added {', '.join(added[:_FEW])}", added),
                (f"removed {', '.join(sorted(filter(None, removed))[:_FEW])}", removed),
            )
            if said
        ]
        async with acting(call, "group.change", address, *details) as hand:
            await hand.groups.change(address, changed)
        return await AdminGroup.show(call)

    @staticmethod
    @delete()
    async def remove(call: Call) -> None:
        """Delete a group; those who were in it stay."""
        address = address_in_path(call, "group")
        async with acting(call, "group.remove", address) as hand:
            await hand.groups.remove(address)


_FEW = 10
"""So many members are named in the audit log."""


@resource("adminMembers", at=MEMBERS, requires=ONLY)
class AdminMembers(Representation):
    """Who is directly in a group, by address."""

    links = (
        Link("adminGroup"),
        Link("next", to="adminMembers", query="{page}"),
        Embed("adminMember", many=True),
    )

    more: bool

    @staticmethod
    @get()
    async def show(call: Call, given: ListInput) -> AdminMembers:
        """List members."""
        group, directory = await _group(call), call.services.administration.look.directory
        after = [one for one in await directory.members(group.address) if one > given.after]
        page, more = after[: given.limit], len(after) > given.limit
        following = escape_query(page[-1]) if page else ""
        return AdminMembers(
            more=more,
            _at={"page": f"limit={given.limit}&after={following}"},
            _embedded={"adminMember": await _members(call, page)},
            _without=() if more else ("next",),
        )


@resource("adminMember", at=f"{MEMBERS}/{{member}}", requires=ONLY)
class AdminMember(Representation):
    """Somebody in a group: a ``Person``, a ``Group``, or a ``Stranger`` whom nobody knows."""

    links = (Link("adminPerson"),)

    address: str
    name: str
    kind: str

    @staticmethod
    @get()
    async def show(call: Call) -> AdminMember:
        address, directory = address_in_path(call, "member"), call.services.administration.look
        if address not in await directory.directory.members((await _group(call)).address):
            raise Refused(Refusal.NOT_FOUND)
        return (await _members(call, [address]))[0]


async def _members(call: Call, addresses: list[str]) -> list[AdminMember]:
    directory = call.services.administration.look.directory
    people, groups = await directory.people(addresses), await directory.groups(addresses)
    own = call.params["group"]
    shown = []
    for one in addresses:
        known = people.get(one) or groups.get(one)
        kind = "Person" if one in people else "Group" if one in groups else "Stranger"
        shown.append(
            AdminMember(
                address=one,
                name=known.name if known else "",
                kind=kind,
                _at={"group": own, "member": one, "person": one},
                _without=() if kind == "Person" else ("adminPerson",),
                _foreign={"adminGroup": ONE.format(group=escape(one))}
                if kind == "Group"
                else UNSET,
            )
        )
    return shown


def _name(typed: str) -> str:
    """Return a name with single spaces. Raises ``Refused`` for what nobody could read."""
    try:
        name = tidy("name", typed)
    except ValueError as error:
        raise bad_parameter("name", str(error)) from None
    if not name:
        raise bad_parameter("name", "A group has a name.")
    return name


async def _known(call: Call, parameter: str, typed: Iterable[str]) -> list[str]:
    """Return the addresses of people and groups. Raises ``Refused`` that names who is neither."""
    directory = call.services.administration.look.directory
    addresses = {one: address_of(one) for one in typed}
    wanted = list(dict.fromkeys(one for one in addresses.values() if one is not None))
    known = await directory.people(wanted) | await directory.groups(wanted)
    for one, address in addresses.items():
        if address not in known:
            raise bad_parameter(parameter, f"Nobody has the address {one}.")
    return wanted


async def _group(call: Call) -> DistributionGroup:
    address = address_in_path(call, "group")
    found = (await call.services.administration.look.directory.groups([address])).get(address)
    if found is None:
        raise Refused(Refusal.NOT_FOUND, "No group has this address.")
    return found
