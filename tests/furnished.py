"""Somebody who has everything that there is to read, for tests that go over all resources."""

from __future__ import annotations

from openucwa.domain.contacts import Kind, system_group
from openucwa.domain.people import identifier_of
from world import JSON, Client, World

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
    talk = await converse(world, client, john)
    return (
        talk
        | await arrange(client)
        | {
            "application": client.path.rpartition("/")[2],
            "person": john,
            "photo": john,
            "kind": "mobile",
            "level": "Colleagues",
            "group": group,
            "distribution": identifier_of(staff),
            "subscription": group,
            "membership": f"{group},{john}",
            "participant": john,
        }
    )


async def arrange(client: Client) -> dict[str, str]:
    """Arrange a meeting with all that there is, return the parameters of paths that lead to it."""
    times = {"startTime": "2026-12-01T10:00:00Z", "endTime": "2026-12-01T11:00:00Z"}
    made = await client.post("onlineMeetings/myOnlineMeetings", times)
    if made.status == 403:  # her token has no scope for it
        return {"meeting": "x", "extension": "x", "region": "1"}
    meeting = (made.header("Location") or "").rpartition("/")[2]
    extensions = f"onlineMeetings/myOnlineMeetings/{meeting}/extensions"
    await client.post(extensions, {"id": "agenda", "Key": "value"})
    return {"meeting": meeting, "extension": "agenda", "region": "1"}


async def converse(world: World, client: Client, first: str) -> dict[str, str]:
    """Have somebody talk in a conference, return the parameters of paths that lead into it."""
    second = await world.person("annk", "Ann Keller")
    invitations = "communication/messagingInvitations"
    hers = await world.available(first, supportedModalities=["Messaging"])
    begun = await client.post(invitations, {"to": f"sip:{first}", "operationId": "begun"})
    if begun.status == 403:  # her token has no scope for it
        return dict.fromkeys(("conversation", "invitation", "one more", "message"), "x")
    invitation = (begun.header("Location") or "").rpartition("/")[2]
    await hers.post(f"{invitations}/{invitation}/accept")
    shown = await client.get(f"{invitations}/{invitation}", {"Accept": JSON})
    conversation = shown.tree["_links"]["conversation"]["href"].rpartition("/")[2]
    await world.available(second, supportedModalities=["Messaging"])
    one_more = {"to": f"sip:{second}", "conversation": conversation}
    added = await client.post("communication/participantInvitations", one_more)
    messages = f"communication/conversations/{conversation}/messaging/messages"
    said = await client.post(messages, "Hello", {"Content-Type": "text/plain"})
    message = (said.header("Location") or "").rpartition("/")[2]
    logs = await client.get("communication/conversationLogs", {"Accept": JSON})
    return {
        "conversation": conversation,
        "invitation": invitation,
        "one more": (added.header("Location") or "").rpartition("/")[2],
        "message": message,
        "log": logs.tree["_links"]["conversationLog"][0]["href"].rpartition("/")[2],
        "transcript": message,
    }
