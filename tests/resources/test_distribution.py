"""Distribution groups: on the list and off it, and who is in them (R8.6, R8.12)."""

from __future__ import annotations

import pytest

from contact_pictures import Picture, embedded, own, told
from world import DOMAIN, JSON, NAMESPACE, XML

GROUPS = "people/groups"
ADD, REMOVE = f"{GROUPS}/addToContactList", f"{GROUPS}/removeFromContactList"
SARA, OTTO = (f"{user}@{DOMAIN}" for user in ("sarad", "otto"))
STAFF, SALES = (f"{group}@{DOMAIN}" for group in ("staff", "sales"))
BAD = (400, "BadRequest", "ParameterValidationFailure")
TAKEN = (409, "Conflict", "AlreadyExists")
GONE = (404, "NotFound", None)
FORBIDDEN = (403, "Forbidden", None)
WHILE_LISTED = {"expandDistributionGroup", "subscribeToGroupPresence", "removeFromContactList"}
WHILE_NOT = WHILE_LISTED - {"removeFromContactList"} | {"addToContactList"}


@pytest.fixture(params=[JSON, XML])
async def client(world, request):
    """Lene's application. Sara is in Staff, and so is Sales, in which Otto is, and Staff."""
    for user, name in (("sarad", "Sara Davis"), ("otto", "Otto")):
        await world.person(user, name)
    await world.distribution_group("Staff", SARA, SALES, "ann@elsewhere.test")
    await world.distribution_group("Sales", OTTO, STAFF)
    return await world.client(await world.person("lenea"), request.param)


async def put_on_list(client, name="All", address=STAFF):
    """Put a distribution group on the list, return its id."""
    reply = await client.post(ADD, {"displayName": name, "smtpAddress": address})
    assert (204, b"") == (reply.status, reply.body)
    return (await client.groups())[name]


def shown(reply):
    """Return the rel and the name of each resource that a reply embeds."""
    if "json" in reply.header("Content-Type"):
        return [(rel, one["name"]) for rel, all_ in reply.tree["_embedded"].items() for one in all_]
    name = f"{NAMESPACE}property[@name='name']"
    return [
        (one.get("rel"), one.find(name).text) for one in reply.xml.findall(f"{NAMESPACE}resource")
    ]


async def test_putting_a_group_on_the_list(client):
    """R8.12, R8.6: under a name of one's own; it has no groupContacts."""
    await client.listen()
    identifier = await put_on_list(client, " All of us ".strip())
    href = f"{client.path}/{GROUPS}/{identifier}"
    reply = await client.get(href)

    collection = ("myGroups", f"{client.path}/{GROUPS}")
    assert [("people", "added", "distributionGroup", href, *collection)] == told(
        await client.package(1)
    )
    assert ["All of us", STAFF, identifier] == [*map(reply.property, ("name", "uri", "id"))]
    assert WHILE_LISTED == reply.links()
    query = identifier.replace("=", "%3d")
    assert {
        "expandDistributionGroup": f"{href}/expandDistributionGroup",
        "subscribeToGroupPresence": f"{client.path}/people/presenceSubscriptions?groupId={query}",
        "removeFromContactList": f"{client.path}/{REMOVE}",
    } == reply.hrefs
    [found] = await embedded(client, GROUPS, "distributionGroup")
    assert (await client.get(href, {"Accept": JSON})).tree == found


async def test_taking_a_group_off_the_list(client):
    """R8.12: it is still there, under its own name."""
    identifier = await put_on_list(client)
    href = f"{client.path}/{GROUPS}/{identifier}"
    await client.listen()
    reply = await client.post(REMOVE, {"groupId": identifier})

    assert (204, b"") == (reply.status, reply.body)
    [event] = told(await client.package(1))
    assert ("people", "deleted", "distributionGroup", href, "myGroups") == event[:5]
    reply = await client.get(href)
    assert ("Staff", WHILE_NOT) == (reply.property("name"), reply.links())
    assert "All" not in await client.groups()
    assert GONE == (await client.post(REMOVE, {"groupId": identifier})).reason


@pytest.mark.parametrize(
    "address", ["mailto:Staff@Contoso.test", " STAFF@contoso.test ", "sip:staff@contoso.test"]
)
async def test_a_group_is_named_in_several_ways(client, address):
    """R4.17, R4.23"""
    reply = await client.post(f"{ADD}?DisplayName=All&smtpaddress={address.replace(' ', '%20')}")

    assert 204 == reply.status
    assert ["All"] == [one["name"] for one in await embedded(client, GROUPS, "distributionGroup")]
    identifier = (await client.groups())["All"]
    assert 204 == (await client.post(f"{REMOVE}?GroupId={identifier}")).status


async def test_what_cannot_be_put_on_the_list(client):
    before = await Picture.fetch(client)
    for body, bad in (
        ({}, ["displayName", "smtpAddress"]),
        ({"displayName": "All"}, ["smtpAddress"]),
        ({"smtpAddress": STAFF}, ["displayName"]),
        ({"displayName": "a" * 257, "smtpAddress": STAFF}, ["displayName"]),
        ({"displayName": " ", "smtpAddress": STAFF}, ["displayName"]),
        ({"displayName": "All", "smtpAddress": "staff"}, ["smtpAddress"]),
        ({"displayName": "All", "smtpAddress": f"{'a' * 999}@{DOMAIN}"}, ["smtpAddress"]),
    ):
        reply = await client.post(ADD, body)
        assert (BAD, bad) == (reply.reason, sorted(reply.bad))
    for address in (f"nobody@{DOMAIN}", SARA, "staff@elsewhere.test"):
        reply = await client.post(ADD, {"displayName": "All", "smtpAddress": address})
        assert GONE == reply.reason

    assert before == await Picture.fetch(client)


async def test_a_group_is_on_the_list_once(client):
    """R8.12: whatever it is called; only its own name is not taken by it."""
    await put_on_list(client)
    before = await Picture.fetch(client)
    reply = await client.post(ADD, {"displayName": "Everybody", "smtpAddress": STAFF})

    assert TAKEN == reply.reason
    assert before == await Picture.fetch(client)


async def test_what_cannot_be_taken_off_the_list(client):
    friends = await client.make_group("Friends")
    before = await Picture.fetch(client)
    for body in ({}, {"groupId": None}, {"groupId": "a" * 257}):
        reply = await client.post(REMOVE, body)
        assert (BAD, ["groupId"]) == (reply.reason, reply.bad)
    for name in ("Friends", "Pinned Contacts", "Other Contacts"):
        identifier = (await client.groups())[name]
        assert FORBIDDEN == (await client.post(REMOVE, {"groupId": identifier})).reason

    assert GONE == (await client.post(REMOVE, {"groupId": "unknown"})).reason
    assert before == await Picture.fetch(client)
    assert friends in before.members or (await client.groups())["Friends"] == friends


# --- who is in it


async def test_expanding_a_group(client):
    """R8.12: people and groups; those of other domains are not in the directory."""
    identifier = await put_on_list(client)
    reply = await client.get(f"{GROUPS}/{identifier}/expandDistributionGroup")
    tree = (
        await client.get(f"{GROUPS}/{identifier}/expandDistributionGroup", {"Accept": JSON})
    ).tree

    assert (200, "All", STAFF) == (reply.status, reply.property("name"), reply.property("uri"))
    assert [("contact", "Sara Davis"), ("distributionGroup", "Sales")] == shown(reply)
    assert ("distributionGroup", WHILE_LISTED) == (tree["rel"], reply.links())
    assert f"{client.path}/{GROUPS}/{identifier}" == own(tree)
    [sara] = tree["_embedded"]["contact"]
    assert sara == (await client.get(own(sara), {"Accept": JSON})).tree


async def test_groups_in_groups_are_expanded_in_their_turn(client):
    """R8.12: also in a circle, and whether they are on the list or not."""
    identifier = await put_on_list(client)
    href = f"{GROUPS}/{identifier}/expandDistributionGroup"
    [sales] = await embedded(client, href, "distributionGroup")
    assert WHILE_NOT == sales["_links"].keys() - {"self"}

    href = sales["_links"]["expandDistributionGroup"]["href"]
    assert [("contact", "Otto"), ("distributionGroup", "All")] == shown(await client.get(href))
    [staff] = await embedded(client, href, "distributionGroup")
    assert identifier == staff["id"]
    assert WHILE_LISTED == staff["_links"].keys() - {"self"}


async def test_a_group_may_be_empty(world, client):
    await world.distribution_group("Nobody")
    identifier = await put_on_list(client, "Empty", f"nobody@{DOMAIN}")
    tree = (await client.get(f"groups/{identifier}", {"Accept": JSON})).tree
    href = tree["_links"]["expandDistributionGroup"]["href"]

    assert [] == shown(await client.get(href))
    assert {"contact": [], "distributionGroup": []} == (
        await client.get(href, {"Accept": JSON})
    ).tree["_embedded"]


async def test_who_is_in_a_hidden_group_is_not_told(world, client):
    """R8.12: the group itself may be seen, and be on the list."""
    await world.distribution_group("Board", SARA, hidden=True)
    identifier = await put_on_list(client, "Them", f"board@{DOMAIN}")

    assert 200 == (await client.get(f"{GROUPS}/{identifier}")).status
    reply = await client.get(f"{GROUPS}/{identifier}/expandDistributionGroup")
    assert FORBIDDEN == reply.reason
    assert b"sarad" not in reply.body


@pytest.mark.parametrize("accept", [JSON, XML])
async def test_a_group_may_be_too_big_to_be_shown(world_with, accept):
    """R8.12: 403 TooManyContacts; groups in it count like people."""
    world = await world_with(contacts={"expand_limit": 2})
    await world.distribution_group("Sales", "a@contoso.test", STAFF)
    await world.distribution_group("Staff", "a@contoso.test", "b@contoso.test", SALES)
    client = await world.client(await world.person("lenea"), accept)
    for address, reason in ((SALES, None), (STAFF, (403, "Forbidden", "TooManyContacts"))):
        identifier = await put_on_list(client, address, address)
        reply = await client.get(f"{GROUPS}/{identifier}/expandDistributionGroup")
        assert reason == (reply.reason if reason else None)
        assert (reply.status == 200) is (reason is None)


async def test_only_distribution_groups_can_be_expanded(client):
    friends = await client.make_group("Friends")

    for identifier in (friends, (await client.groups())["Pinned Contacts"], "unknown"):
        reply = await client.get(f"{GROUPS}/{identifier}/expandDistributionGroup")
        assert GONE == reply.reason


@pytest.mark.parametrize("accept", [JSON, XML])
async def test_guests_see_no_distribution_groups(world, accept):
    guest = await world.guest(accept)
    staff = {"displayName": "All", "smtpAddress": STAFF}

    for reply in (
        await guest.post(ADD, staff),
        await guest.post(REMOVE, {"groupId": "any"}),
        await guest.get(f"{GROUPS}/any/expandDistributionGroup"),
    ):
        assert FORBIDDEN == reply.reason
