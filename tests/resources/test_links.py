"""A link is there exactly when its use is allowed (R0.1, R13.2): walked from the application."""

from __future__ import annotations

import pytest

from furnished import furnish
from openucwa.domain.contacts import Kind
from openucwa.hyper.catalogue import Catalogue
from openucwa.hyper.declare import Link, Scope
from openucwa.resources import CHAPTERS
from world import APPLICATIONS, JSON, XML

CATALOGUE = Catalogue(CHAPTERS)
BY_RIGHTS = {
    *("Forbidden", "AnonymousNotAllowed", "MakeMeAvailableRequired", "AlreadyExists", "Conflict"),
    *("NoDelegatesConfigured", "NoTeamMembersConfigured"),
}
NOBODY = "x@elsewhere.test"
IN_PATHS = {
    **dict.fromkeys(("person", "photo", "participant"), NOBODY),
    **dict.fromkeys(("conversation", "invitation", "log", "transcript", "meeting"), "x"),
}
ENDING = {"stopMessaging", "eject", "cancel", "makeMeAvailable"}
ENDING |= {"joinOnlineMeeting", "startOnlineMeeting"}
"""They change the rest."""

BY_STATE = {
    *("addMessaging", "admit", "demote", "markAsRead", "nextConversationLogTranscripts"),
    *("promote", "reject"),
    *("addToPresenceSubscription", "addToContactList", "removeFromContactList"),
    *("invitationFile", "myAssignedOnlineMeeting", "onlineMeetingExtensions"),
    *("defaultGroup", "delegatesGroup", "group", "pinnedGroup"),
}
"""They say what a resource is; whether they may be used is another question."""

PLACES = {"presence", "note", "location", "reportMyActivity", "reportMyInactivity"}
ALWAYS = {"callForwardingSettings", "phones", "photo"}
WHO = ["lurker", "available", "guest", *(scope.name for scope in Scope), "two"]


async def make(world, who, accept=JSON):
    """Return an application in one of the states there are."""
    address = await world.person("lenea")
    if who == "guest":
        return await world.guest(accept)
    if who == "lurker":
        return await world.client(address, accept)
    if who == "available":
        return await world.available(address, accept)
    scopes = ["User.ReadWrite", "Contacts.ReadWrite"] if who == "two" else [Scope[who]]
    return await world.limited(address, *scopes, accept=accept)


async def refused(client, method, href):
    """Return what a call is refused with for a reason of state or rights, or None."""
    waiting = await client.world.begin(method, href, b"", client.headers)
    reply = waiting.reply
    if reply is None:
        await waiting.leave()
        return None
    _, code, subcode = reply.reason if reply.status >= 400 else (0, None, None)
    return {subcode or code} & BY_RIGHTS or None


def resources(tree):
    """Yield a resource and all that it embeds."""
    yield tree
    for found in tree.get("_embedded", {}).values():
        for one in found if isinstance(found, list) else [found]:
            yield from resources(one)


async def walk(client):
    """Yield every resource that can be reached by links, each once."""
    seen, waiting = set(), [client.path]
    while waiting:
        href = waiting.pop()
        if href in seen or "/events" in href:
            continue
        seen.add(href)
        reply = await client.get(href, {"Accept": JSON})
        if reply.status != 200 or "json" not in (reply.header("Content-Type") or ""):
            continue
        for tree in resources(reply.tree):
            yield tree
            for rel, found in tree["_links"].items():
                links = found if isinstance(found, list) else [found] if rel != "self" else []
                waiting += [to["href"] for to in links if to["href"].startswith(APPLICATIONS)]


def is_self_or_not(rel, link):
    """Tell whether a link says who somebody in a conversation is: the user herself or another."""
    about = {"me", "contact", "contactPhoto", "contactPresence"}
    return rel in {"participant", "conversationLogTranscript"} and link in about


@pytest.mark.parametrize("who", WHO)
async def test_what_is_linked_is_allowed_and_what_is_not_is_refused(world, who):
    """For each resource that can be reached and each link that it declares."""
    client = await make(world, who)
    known, wrong = IN_PATHS, []
    if who in ("lurker", "available", "two"):
        known = await furnish(world, client, "lenea@contoso.test")
    async for tree in walk(client):
        for link in CATALOGUE[tree["rel"]].links:
            if not isinstance(link, Link):
                continue
            target = CATALOGUE[link.to or link.rel]
            method = next(iter(target.operations))
            shown = tree["_links"].get(link.rel)
            own = tree["_links"]["self"]["href"]
            last = own.rpartition("/")[2]
            whose = {"person": own.split("/")[7]} if "/people/" in own and "@" in own else {}
            path = target.at.format_map(known | {"subscription": last, "kind": last} | whose)
            href = shown["href"] if shown and not link.many else f"{client.path}/{path}"
            if link.rel in ENDING | {"contact"}:
                continue  # a contact is there if known
            if shown is None and (link.rel in BY_STATE or is_self_or_not(tree["rel"], link.rel)):
                continue
            reason = await refused(client, method, href)
            if (shown is None) != (reason is not None):
                wrong.append((tree["rel"], link.rel, shown, reason))

    assert [] == wrong


@pytest.mark.parametrize("who", WHO)
async def test_every_application_has_its_four_dashboards(world, who):
    """R13.2: present, though perhaps empty of links."""
    client = await make(world, who)

    assert ["me", "people", "onlineMeetings", "communication"] == list(
        client.created.tree["_embedded"]
    )


@pytest.mark.parametrize("who", WHO)
async def test_both_formats_show_the_same_links(world, who):
    client = await make(world, who)
    for path in ("", "me", "people", "communication"):
        as_json = await client.get(path)
        as_xml = await client.get(path, {"Accept": XML})

        assert as_json.status == as_xml.status
        assert as_json.status != 200 or as_json.hrefs == as_xml.hrefs


@pytest.mark.parametrize(
    ("who", "links"),
    [
        ("lurker", {"makeMeAvailable", *ALWAYS}),
        ("available", {*PLACES, *ALWAYS}),
        ("guest", set()),
        ("USER", {"makeMeAvailable", *ALWAYS}),
        ("RECEIVE", {"makeMeAvailable"}),
        ("CONTACTS", set()),
    ],
)
async def test_the_links_of_me(world, who, links):
    """R2.11, R2.15, R2.26, R13.1"""
    client = await make(world, who)
    me = (await client.get("")).tree["_embedded"]["me"]["_links"]

    assert links == me.keys() - {"self"}


async def test_links_come_and_go_with_the_state(world):
    """R0.1: computed for each answer."""
    client = await make(world, "lurker")
    before = (await client.get("me")).links()
    await client.post("me/makeMeAvailable")
    after = (await client.get("me")).links()

    assert {"makeMeAvailable"} == before - after
    assert PLACES == after - before


@pytest.mark.parametrize(
    ("rel", "question_mark"),
    [
        ("events", True),
        ("subscribeToGroupPresence", True),
        ("search", False),
        ("presenceSubscriptions", False),
        ("myGroupMemberships", False),
        ("removeContactFromAllGroups", False),
        ("policies", False),
    ],
)
async def test_where_clients_append_to_hrefs(world, rel, question_mark):
    """15.8"""
    client = await make(world, "available")
    found = {}
    async for tree in walk(client):
        links = tree["_links"].items()
        found |= {name: to["href"] for name, to in links if not isinstance(to, list)}

    assert question_mark == ("?" in found[rel])


async def test_self_links_lead_to_the_same_resource(world):
    """R15.18: byte for byte."""
    client = await make(world, "available")
    await furnish(world, client, "lenea@contoso.test")
    seen = set()
    async for tree in walk(client):
        seen.add(tree["rel"])
        own = tree["_links"]["self"]["href"]
        again = await client.get(own)

        found = (again.status, again.tree["rel"], again.tree["_links"]["self"]["href"])
        assert (200, tree["rel"], own) == found
    assert {*Kind} - {Kind.DELEGATORS} <= seen
