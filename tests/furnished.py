"""Somebody who has everything that there is to read, for tests that go over all resources."""

from __future__ import annotations

from openucwa.domain.contacts import Kind, system_group
from openucwa.domain.people import identifier_of
from world import Client, World

STRANGER = "x@elsewhere.test"


async def furnish(world: World, client: Client, owner: str) -> dict[str, str]:
    """Give somebody whatever can be linked, return the parameters of paths that lead to it.

    She has groups of all kinds with somebody in them, watches one of them, and listens. As a
    subscription to a group has the group's id, the membership returned is one of both.
    """
    john = await world.person("johnd", "John Doe", manager=owner)
    nested = await world.distribution_group("Nested", john)
    staff = await world.distribution_group("Staff", john, nested)
    await client.listen()
    group = await client.make_group("R&D / æ?")
    own = [system_group(owner, kind) for kind in (Kind.PINNED, Kind.DELEGATES)]
    for identifier in (group, *own):
        await client.join(john, identifier)
    await client.join(STRANGER)
    listed = {"displayName": "Everybody", "smtpAddress": staff}
    await client.post("people/groups/addToContactList", listed)
    await client.post("people/presenceSubscriptions", {"duration": 30, "groupId": group})
    await client.watch(STRANGER)
    return {
        "application": client.path.rpartition("/")[2],
        "person": john,
        "photo": john,
        "kind": "mobile",
        "level": "Colleagues",
        "group": group,
        "distribution": identifier_of(staff),
        "subscription": group,
        "membership": f"{group},{john}",
    }
