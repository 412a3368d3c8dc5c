"""Who is in which group: putting people into groups, and taking them out (R8.9, R8.11)."""

from __future__ import annotations

import pytest

from contact_pictures import Picture, embedded, name_delegate, own, told
from openucwa.domain.contacts import Kind, system_group
from world import DOMAIN, JSON, NAMESPACE, XML

HERE = "people/groupMemberships"
EVERYWHERE = f"{HERE}/removeContactFromAllGroups"
LENE, SARA, OTTO = (f"{user}@{DOMAIN}" for user in ("lenea", "sarad", "otto"))
STRANGER = "ann@elsewhere.test"
DELEGATES = system_group(LENE, Kind.DELEGATES)
BAD = (400, "BadRequest", "ParameterValidationFailure")
TAKEN = (409, "Conflict", "AlreadyExists")
GONE = (404, "NotFound", None)
NOT_SUPPORTED = (403, "Forbidden", "OperationNotSupported")


@pytest.fixture(params=[JSON, XML])
async def client(world, request):
    """Lene's application, lurking; her list is empty."""
    await world.person("sarad", manager=LENE)
    await world.person("otto")
    return await world.client(await world.person("lenea"), request.param)


async def listed(client, query=""):
    """Return the memberships as pairs of a group's rel and an address, in the client's format."""
    reply = await client.get(f"{HERE}{query}")
    assert 200 == reply.status
    if client.accept == JSON:
        found = [one["_links"] for one in reply.tree["_embedded"]["myGroupMembership"]]
        links = [{rel: to["href"] for rel, to in one.items() if rel != "self"} for one in found]
    else:
        found = reply.xml.findall(f"{NAMESPACE}resource[@rel='myGroupMembership']")
        links = [
            {to.get("rel"): to.get("href") for to in one.findall(f"{NAMESPACE}link")}
            for one in found
        ]
    return sorted((*(one.keys() - {"contact"}), one["contact"].rpartition("/")[2]) for one in links)


# --- joining


async def test_nobody_is_anywhere_at_first(client):
    """R8.9: and the collection says how to take somebody off the list."""
    reply = await client.get(HERE)
    links = (await client.get(HERE, {"Accept": JSON})).tree["_links"]

    assert [] == await listed(client)
    assert {"removeContactFromAllGroups": f"{client.path}/{EVERYWHERE}"} == reply.hrefs
    assert "2" == links["removeContactFromAllGroups"]["revision"]
    assert f"{client.path}/{HERE}" == links["self"]["href"]


@pytest.mark.parametrize(
    ("kind", "name"),
    [("defaultGroup", "Other Contacts"), ("pinnedGroup", "Pinned Contacts"), ("group", "Friends")],
)
async def test_joining_a_group(client, kind, name):
    """R8.9: 201 with the membership; its id is the group's and the address."""
    await client.make_group("Friends")
    group = (await client.groups())[name]
    reply = await client.join(SARA, group)
    href = f"{client.path}/{HERE}/{group},{SARA}"

    assert (201, href) == (reply.status, reply.header("Location"))
    assert {
        "contact": f"{client.path}/people/{SARA}",
        kind: f"{client.path}/people/groups/{group}",
    } == reply.hrefs
    again = await client.get(href)
    assert (200, reply.body) == (again.status, again.body)
    assert [(kind, SARA)] == await listed(client)
    [membership] = await embedded(client, HERE, "myGroupMembership")
    assert (href, "myGroupMembership") == (own(membership), membership["rel"])


async def test_no_group_means_the_default_one(client):
    for address, body in (
        (SARA, {"contactUri": SARA}),
        (OTTO, {"contactUri": f"sip:{OTTO}", "groupId": None}),
        (STRANGER, {"contactUri": STRANGER, "groupId": ""}),
    ):
        assert 201 == (await client.post(HERE, body)).status
        assert ("defaultGroup", address) in await listed(client)


@pytest.mark.parametrize(
    "query",
    [
        f"contactUri=sip:{SARA}",
        f"ContactURI={SARA.upper()}",
        f"contactUri=SIP%3A{SARA};transport=tls",
        f"contactUri=%20{SARA}%20&junk=1",
    ],
)
async def test_people_are_named_in_several_ways(client, query):
    """R4.17, R4.20, R4.23, 15.8: clients append the parameters to the link."""
    assert 201 == (await client.post(f"{HERE}?{query}")).status
    assert [("defaultGroup", SARA)] == await listed(client)
    assert TAKEN == (await client.join(SARA)).reason


async def test_a_contact_may_be_in_several_groups(client):
    friends, work = await client.make_group("Friends"), await client.make_group("Work")
    for group in (friends, work):
        await client.join(SARA, group)

    assert [("group", SARA), ("group", SARA)] == await listed(client)
    assert [("group", SARA)] == await listed(client, f"?groupId={friends}")
    one = await embedded(client, "people/contacts", "contact")
    assert [f"{client.path}/people/{SARA}"] == [own(card) for card in one]


async def test_who_joins_another_group_leaves_the_default_one(client):
    """R8.11: that is for those who are in no other."""
    friends = await client.make_group("Friends")
    await client.join(SARA)
    await client.join(SARA, friends)
    assert [("group", SARA)] == await listed(client)
    before = await Picture.fetch(client)

    assert (409, "Conflict", None) == (await client.join(SARA)).reason
    assert before == await Picture.fetch(client)


async def test_the_path_of_a_script_is_served_too(client):
    """CLIENT-RULES R9: paths match in any case."""
    for path in ("people/groupmemberships", "myGroupMemberships"):
        assert 200 == (await client.get(path)).status
    body = {"contactUri": SARA}
    assert 201 == (await client.post("people/groupmemberships", body)).status
    assert TAKEN == (await client.post("myGroupMemberships", body)).reason


# --- refused


async def test_parameters_that_are_missing_or_wrong(client):
    """R8.9: addresses of at most 250 characters."""
    long = f"{'a' * 100}@{'b' * 151}"
    bodies = [
        ({}, ["contactUri"]),
        ({"contactUri": ""}, ["contactUri"]),
        ({"contactUri": "sip:nobody"}, ["contactUri"]),
        ({"contactUri": "tel:+4511111111"}, ["contactUri"]),
        ({"contactUri": "a b@contoso.test"}, ["contactUri"]),
        ({"contactUri": long}, ["contactUri"]),
        ({"contactUri": SARA, "groupId": "a" * 257}, ["groupId"]),
        ({"groupId": "a" * 257}, ["contactUri", "groupId"]),
    ]
    if client.accept == JSON:
        bodies += [({"contactUri": 5}, ["contactUri"]), ({"contactUri": [SARA]}, ["contactUri"])]
        bodies += [({"contactUri": SARA, "groupId": {}}, ["groupId"])]
    before = await Picture.fetch(client)

    for body, bad in bodies:
        reply = await client.post(HERE, body)
        assert (BAD, bad) == (reply.reason, sorted(reply.bad))
    assert before == await Picture.fetch(client)
    assert 201 == (await client.join(long[:246])).status


async def test_who_or_what_is_unknown(client):
    """R8.4, R8.9: nobody of ours has the address; those of other domains are not ours to know."""
    before = await Picture.fetch(client)

    assert GONE == (await client.join(f"nobody@{DOMAIN}")).reason
    assert GONE == (await client.join(SARA, "unknown")).reason
    assert GONE == (await client.get(f"{HERE}?groupId=unknown")).reason
    assert GONE == (await client.get(f"{HERE}?groupId=")).reason
    long = await client.get(f"{HERE}?groupId={'a' * 257}")
    assert (BAD, ["groupId"]) == (long.reason, long.bad)
    assert before == await Picture.fetch(client)
    assert 201 == (await client.join(STRANGER)).status


async def test_nobody_joins_twice(client):
    """R8.9"""
    friends = await client.make_group("Friends")
    groups = [friends, (await client.groups())["Pinned Contacts"], DELEGATES]
    for group in groups:
        await client.join(SARA, group)
    before = await Picture.fetch(client)

    for group in groups:
        assert TAKEN == (await client.join(SARA, group)).reason
    assert before == await Picture.fetch(client)


async def test_groups_that_others_fill(world, client):
    """R8.9, R8.18: all that is done to them here is 403; distribution groups have no subcode."""
    await name_delegate(await world.client(OTTO), OTTO, LENE)
    await world.distribution_group("Staff", SARA)
    staff = {"displayName": "Staff", "smtpAddress": f"staff@{DOMAIN}"}
    await client.post("people/groups/addToContactList", staff)
    groups = await client.groups()
    before = await Picture.fetch(client)

    for name, member in (("People I Am a Delegate For", OTTO), ("My Organization", SARA)):
        there = f"{HERE}/{groups[name]},{member}"
        assert NOT_SUPPORTED == (await client.join(STRANGER, groups[name])).reason
        assert NOT_SUPPORTED == (await client.get(f"{HERE}?groupId={groups[name]}")).reason
        assert NOT_SUPPORTED == (await client.get(there)).reason
        assert NOT_SUPPORTED == (await client.delete(there)).reason
    there = f"{HERE}/{groups['Staff']},{SARA}"
    assert (403, "Forbidden", None) == (await client.join(SARA, groups["Staff"])).reason
    assert (403, "Forbidden", None) == (await client.delete(there)).reason
    assert NOT_SUPPORTED == (await client.get(f"{HERE}?groupId={groups['Staff']}")).reason
    assert NOT_SUPPORTED == (await client.get(there)).reason
    assert before == await Picture.fetch(client)


@pytest.mark.parametrize("accept", [JSON, XML])
async def test_a_list_gets_full(world_with, accept):
    """R8.9: 409 LimitExceeded; who is on it already may join other groups all the same."""
    world = await world_with(contacts={"per_user": 2})
    client = await world.client(await world.person("lenea"), accept)
    friends = await client.make_group("Friends")
    for name in ("a", "b"):
        await client.join(f"{name}@elsewhere.test")
    before = await Picture.fetch(client)

    for group in ("", friends, (await client.groups())["Pinned Contacts"]):
        reply = await client.join("c@elsewhere.test", group)
        assert (409, "Conflict", "LimitExceeded") == reply.reason
    assert before == await Picture.fetch(client)
    assert 201 == (await client.join("a@elsewhere.test", friends)).status
    assert 201 == (await client.join("c@elsewhere.test", DELEGATES)).status
    await client.post(EVERYWHERE, {"contactUri": "b@elsewhere.test"})
    assert 201 == (await client.join("c@elsewhere.test", friends)).status


async def test_there_are_at_most_25_delegates(client):
    """R8.9: 403 LimitExceeded, unlike a full list."""
    for number in range(25):
        assert 201 == (await client.join(f"d{number}@elsewhere.test", DELEGATES)).status
    before = await Picture.fetch(client)

    reply = await client.join("d25@elsewhere.test", DELEGATES)
    assert (403, "Forbidden", "LimitExceeded") == reply.reason
    assert before == await Picture.fetch(client)
    assert 204 == (await client.delete(f"{HERE}/{DELEGATES},d7@elsewhere.test")).status
    assert 201 == (await client.join("d25@elsewhere.test", DELEGATES)).status


# --- delegates


async def test_delegates_are_no_contacts(client):
    """R8.5: the group is there for as long as somebody is in it."""
    assert [] == await listed(client, f"?groupId={DELEGATES}")
    reply = await client.join(OTTO, DELEGATES)

    assert {"contact", "delegatesGroup"} == reply.links()
    assert 200 == (await client.get(reply.header("Location"))).status
    assert [("delegatesGroup", OTTO)] == await listed(client)
    assert [] == await embedded(client, "people/contacts", "contact")
    await client.join(OTTO)
    assert 204 == (await client.delete(f"{HERE}/{DELEGATES},{OTTO}")).status
    assert [("defaultGroup", OTTO)] == await listed(client)
    assert "Delegates" not in await client.groups()


# --- leaving


async def test_leaving_a_group(client):
    """R8.9, R8.11: whoever is in no other group goes to the default one, and then off the list."""
    friends, work = await client.make_group("Friends"), await client.make_group("Work")
    default = (await client.groups())["Other Contacts"]
    await client.join(SARA, friends)
    await client.join(SARA, work)

    reply = await client.delete(f"{HERE}/{friends},{SARA}")
    assert (204, b"") == (reply.status, reply.body)
    assert [("group", SARA)] == await listed(client)
    await client.delete(f"{HERE}/{work.replace('=', '%3d')}%2csip%3a{SARA.upper()}")
    assert [("defaultGroup", SARA)] == await listed(client)
    await client.delete(f"{HERE}/{default},{SARA}")
    assert [] == await listed(client)


async def test_only_members_can_leave(client):
    """R8.9: 404."""
    friends = await client.make_group("Friends")
    await client.join(SARA)
    before = await Picture.fetch(client)

    for membership in (
        f"{friends},{SARA}",
        f"{friends},{STRANGER}",
        f"{friends},nobody",
        friends,
        f"unknown,{SARA}",
        f",{SARA}",
        ",",
    ):
        assert GONE == (await client.get(f"{HERE}/{membership}")).reason
        assert GONE == (await client.delete(f"{HERE}/{membership}")).reason
    assert before == await Picture.fetch(client)


@pytest.mark.parametrize("way", ["query", "body"])
async def test_taking_somebody_off_the_list(client, way):
    """R8.9, 15.8: out of all groups with one call; who is not on the list stays off."""
    groups = [await client.make_group(name) for name in ("Friends", "Work")]
    for group in groups:
        await client.join(SARA, group)
        await client.join(OTTO, group)
    uri = f"sip:{SARA.upper()}"

    for _ in range(2):
        if way == "query":
            reply = await client.post(f"{EVERYWHERE}?contactUri={uri}")
        else:
            reply = await client.post(EVERYWHERE, {"ContactUri": uri})
        assert (204, b"") == (reply.status, reply.body)
        assert [("group", OTTO), ("group", OTTO)] == await listed(client)


async def test_whom_to_take_off_must_be_said(client):
    await client.join(SARA)
    before = await Picture.fetch(client)

    for body in ({}, {"contactUri": "nobody"}, {"contactUri": f"{'a' * 128}@{'b' * 128}"}):
        reply = await client.post(EVERYWHERE, body)
        assert (BAD, ["contactUri"]) == (reply.reason, reply.bad)
    assert 405 == (await client.get(EVERYWHERE)).status
    assert before == await Picture.fetch(client)


# --- told


async def test_each_event_has_its_group(client):
    """R3.27, R7.45: the group first, then the default one, and the list when it changes."""
    friends = await client.make_group("Friends")
    default = (await client.groups())["Other Contacts"]
    groups = f"{client.path}/people/groups"
    sara = ("contact", f"{client.path}/people/{SARA}")
    in_default = ("defaultGroup", f"{groups}/{default}")
    in_friends = ("group", f"{groups}/{friends}")
    in_list = ("myContacts", f"{client.path}/people/contacts")
    await client.listen()

    await client.join(SARA)
    assert [
        ("people", "added", *sara, *in_list),
        ("people", "added", *sara, *in_default),
    ] == told(await client.package(1))
    await client.join(SARA, friends)
    assert [
        ("people", "added", *sara, *in_friends),
        ("people", "deleted", *sara, *in_default),
    ] == told(await client.package(1))
    await client.post(EVERYWHERE, {"contactUri": SARA})
    assert [
        ("people", "deleted", *sara, *in_friends),
        ("people", "deleted", *sara, *in_list),
    ] == told(await client.package(1))


@pytest.mark.parametrize("accept", [JSON, XML])
async def test_guests_are_in_no_groups(world, accept):
    guest = await world.guest(accept)
    body = {"contactUri": "a@b.test"}

    for reply in (
        await guest.get(HERE),
        await guest.post(HERE, body),
        await guest.get(f"{HERE}/a,a@b.test"),
        await guest.delete(f"{HERE}/a,a@b.test"),
        await guest.post(EVERYWHERE, body),
        await guest.get("people/groups/a/groupMemberships"),
    ):
        assert (403, "Forbidden", None) == reply.reason


async def test_the_memberships_of_one_group_are_a_resource_too(client):
    """The reference has a page for it, though nothing links there."""
    friends = await client.make_group("Friends")
    await client.join(SARA, friends)
    await client.join(OTTO)
    there = f"people/groups/{friends}/groupMemberships"

    [shown] = await embedded(client, there, "myGroupMembership")
    assert f"{client.path}/{HERE}/{friends},{SARA}" == own(shown)
    assert 200 == (await client.get(there)).status
    assert GONE == (await client.get("people/groups/unknown/groupMemberships")).reason
    organization = (await client.groups())["My Organization"]
    there = f"groups/{organization}/groupMemberships"
    assert NOT_SUPPORTED == (await client.get(there)).reason
