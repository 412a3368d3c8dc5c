"""What the wire looks like, byte for byte; ``GOLDEN=write`` writes the samples anew.

Whatever is random is replaced: the application's id, the epoch, the GUID, ids and etags.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from world import JSON, XML

FOLDER = Path(__file__).parent / "golden"
RANDOM = (
    (r"/applications/[0-9]{12}", "/applications/103"),
    (r"epoch=[0-9a-f]{8}", "epoch=00000000"),
    (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "GUID"),
    (r"\b[0-9a-f]{32}\b", "ID32"),
    (r"[A-Za-z0-9_-]{43}(?==|%3d)", "ID43"),
    (r'("id":"|name="id">)[0-9]{12}', r"\g<1>103"),
    (
        r"(myOnlineMeetings/|focus:id:|/sarad/|\bonlineMeetingId\W+)[0-9A-Z]{8}\b",
        r"\g<1>ABCD1234",
    ),
    (r'("etag":"|name="etag">)[0-9]+', r"\g<1>1"),
)


def settled(body):
    """Return a body with what is random replaced, one element a line."""
    text = body.decode()
    for pattern, stand_in in RANDOM:
        text = re.sub(pattern, stand_in, text)
    return re.sub(r"(?<=[,>])(?=[\"<{])", "\n", text) + "\n"


@pytest.mark.parametrize("accept", [JSON, XML])
async def test_samples(world, accept):
    """R4.5, R4.13, R3.22, R3.30, R5.1, R5.2"""
    card = {"title": "Designer", "emails": ("lene@contoso.test",), "office": "23/2"}
    lene = await world.person("lenea", "Lene Aaling", **card)
    hers = await world.available(lene, accept, supportedModalities=["Messaging"])
    await hers.post("me/note", {"message": "<&> æ"})
    await hers.post("me/presence", {"availability": "DoNotDisturb"})
    client = await world.client(await world.person("sarad"), accept)
    contact = client.person(lene)
    replies = {
        "root": await client.get("/"),
        "application-lurker": client.created,
        "application": await hers.get(""),
        "presence": await hers.get("me/presence"),
        "note": await hers.get("me/note"),
        "policies": await client.get("policies"),
        "contact": await client.get(contact),
        "contactPresence": await client.get(f"{contact}/presence"),
        "contactSupportedModalities": await client.get(f"{contact}/supportedMedia"),
        "search": await client.get("people/search?query=lene"),
        "presenceSubscription": await client.watch(lene),
        "presenceSubscriptions": await client.get("people/presenceSubscriptions"),
        "memberships": await client.get("people/presenceSubscriptionMemberships"),
        "events-available": await hers.package(),
        "events-subscribed": await client.package(),
        "events-resync": (await client.poll(client.next.replace("ack=2", "ack=9"))).reply,
        "reason": await client.get("me/note"),
        "reason-parameters": await client.post("people/presenceSubscriptions", {}),
    }
    assert [] == different(replies, accept)


@pytest.mark.parametrize("accept", [JSON, XML])
async def test_samples_of_contact_lists(world, accept):
    """R8.5-R8.9, R8.12, R15.31"""
    lene = await world.person(
        "lenea", "Lene Aaling", title="Designer", manager="sarad@contoso.test"
    )
    await world.distribution_group("Sales")
    staff = await world.distribution_group("Staff", "lenea@contoso.test", "sales@contoso.test")
    client = await world.client(await world.person("sarad"), accept)
    group = await client.make_group("Friends")
    listening = await client.listen()
    joined = await client.join(lene, group)
    await client.join("ann@elsewhere.test")
    await client.post(
        "people/groups/addToContactList", {"displayName": "All", "smtpAddress": staff}
    )
    expand = f"people/groups/{(await client.groups())['All']}/expandDistributionGroup"
    replies = {
        "myGroups": await client.get("people/groups"),
        "myGroups-links": await client.get("people/groups?expand=false"),
        "group": await client.get(f"people/groups/{group}"),
        "myContacts": await client.get("people/contacts"),
        "groupContacts": await client.get(f"people/contacts?groupId={group}"),
        "groupContacts-links": await client.get(f"people/contacts?groupId={group}&expand=false"),
        "myGroupMemberships": await client.get("people/groupMemberships"),
        "myGroupMembership": joined,
        "expandDistributionGroup": await client.get(expand),
        "myContactsAndGroupsSubscription": listening,
        "events-contacts": await client.package(),
    }

    assert [] == different(replies, accept)


@pytest.mark.parametrize("accept", [JSON, XML])
async def test_samples_of_meetings(world, accept):
    """R10.4, R10.9"""
    client = await world.client(await world.person("sarad"), accept)
    said = {
        "subject": "<Plans>",
        "attendees": ["sip:lenea@contoso.test"],
        "startTime": "2026-12-01T10:00:00Z",
        "endTime": "2026-12-01T11:00:00Z",
    }
    made = await client.post("onlineMeetings/myOnlineMeetings", said)
    extension = await client.post(made.href("onlineMeetingExtensions"), {"id": "a", "Key": "b"})
    replies = {
        "myOnlineMeeting": made,
        "onlineMeetingExtension": extension,
        "myOnlineMeetings": await client.get("onlineMeetings/myOnlineMeetings"),
    }
    replies |= {
        name: await client.get(f"onlineMeetings/{name}")
        for name in ("defaultValues", "eligibleValues", "phoneDialInInformation")
    }

    assert [] == different(replies, accept)


def different(replies, accept):
    """Return which samples the replies are not the same as."""
    format_ = "json" if accept == JSON else "xml"
    found = []
    for name, reply in replies.items():
        path = FOLDER / f"{name}.{format_}"
        if os.environ.get("GOLDEN") == "write":
            path.write_text(settled(reply.body), encoding="utf-8")
        if path.read_text(encoding="utf-8") != settled(reply.body):
            found.append(path.name)
    return found
