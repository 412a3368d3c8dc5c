"""The groups of the contact list (R8.5, R8.6, R8.10, R15.31)."""

from __future__ import annotations

import pytest

from contact_pictures import Picture, name_delegate, rename, told
from openucwa.app.render import GUID_VALUE
from openucwa.domain.contacts import NAMES, Kind
from world import APPLICATIONS, DOMAIN, JSON, NAMESPACE, XML

HERE = "people/groups"
LENE, SARA, OTTO = (f"{user}@{DOMAIN}" for user in ("lenea", "sarad", "otto"))
NO_ARRAYS = [Kind.PINNED, Kind.DEFAULT, Kind.DELEGATES, Kind.DELEGATORS, Kind.ORGANIZATION]
ONE_EACH = {**{NAMES[kind]: kind for kind in NO_ARRAYS}, "Friends": "group"}
BAD = (400, "BadRequest", "ParameterValidationFailure")
TAKEN = (409, "Conflict", "AlreadyExists")
GONE = (404, "NotFound", None)
FORBIDDEN = (403, "Forbidden", None)


@pytest.fixture
async def people(world):
    await world.person("sarad")
    await world.person("otto")
    await world.person("lenea", manager=SARA)


@pytest.fixture(params=[JSON, XML])
async def client(world, people, request):
    """Lene's application, lurking: that is enough for contact lists."""
    return await world.client(LENE, request.param)


@pytest.fixture
async def everything(world, client):
    """Let Lene have a group of each kind; return their ids by name."""
    await name_delegate(client, LENE, OTTO)
    await name_delegate(await world.client(SARA), SARA, LENE)
    await client.make_group("Friends")
    address = await world.distribution_group("Staff")
    body = {"displayName": "All staff", "smtpAddress": address}
    assert 204 == (await client.post(f"{HERE}/addToContactList", body)).status
    return await client.groups()


def rels(reply):
    """Return the rels of what a reply embeds; in JSON also those of empty arrays."""
    if "json" in reply.header("Content-Type"):
        return list(reply.tree["_embedded"])
    return [one.get("rel") for one in reply.xml.findall(f"{NAMESPACE}resource")]


# --- shown


@pytest.mark.parametrize("accept", [JSON, XML])
async def test_everybody_has_two_groups(world, accept):
    """R8.5: and the arrays are there, if only empty."""
    client = await world.client(await world.person("wera"), accept)
    reply = await client.get(HERE)

    assert 200 == reply.status
    assert "myGroups" == (await client.get(HERE, {"Accept": JSON})).tree["rel"]
    assert ["Pinned Contacts", "Other Contacts"] == [*await client.groups()]
    arrays = ["group", "distributionGroup"] if client.accept == JSON else []
    assert ["pinnedGroup", "defaultGroup", *arrays] == rels(reply)


async def test_groups_that_depend_on_others_are_shown_when_there_are_any(client, everything):
    """R8.5: the manager is in the organization, and so on."""
    assert [*NO_ARRAYS, "group", "distributionGroup"] == rels(await client.get(HERE))
    assert {*ONE_EACH, "All staff"} == {*everything}


async def test_empty_arrays_come_last(world):
    """R15.31: one client ends its walk at the first one."""
    client = await world.client(await world.person("wera"))
    staff = {"displayName": "All", "smtpAddress": await world.distribution_group("Staff")}

    await client.post(f"{HERE}/addToContactList", staff)
    tree = (await client.get(HERE)).tree["_embedded"]
    assert ["pinnedGroup", "defaultGroup", "distributionGroup", "group"] == [*tree]
    assert (1, []) == (len(tree["distributionGroup"]), tree["group"])
    await client.make_group("Friends")
    tree = (await client.get(HERE)).tree["_embedded"]
    assert ["pinnedGroup", "defaultGroup", "group", "distributionGroup"] == [*tree]


async def test_own_groups_are_in_order_of_their_names(client):
    for name in ("work", "Friends", "family"):
        await client.make_group(name)

    assert ["family", "Friends", "work"] == [*await client.groups()][-3:]


async def test_groups_by_themselves(client, everything):
    """R8.6, R1.15: raw ``=`` in the path, and ``%3d`` behind the question mark."""
    every = (await client.get(HERE, {"Accept": JSON})).tree["_embedded"]
    for name, rel in ONE_EACH.items():
        identifier = everything[name]
        reply = await client.get(f"{HERE}/{identifier}")
        query = f"groupId={identifier.replace('=', '%3d')}"

        assert (200, name) == (reply.status, reply.property("name"))
        assert identifier == reply.property("id")
        assert {
            "groupContacts": f"{client.path}/people/contacts?{query}",
            "subscribeToGroupPresence": f"{client.path}/people/presenceSubscriptions?{query}",
        } == reply.hrefs
        alone = (await client.get(f"{HERE}/{identifier}", {"Accept": JSON})).tree
        assert f"{client.path}/{HERE}/{identifier}" == alone["_links"]["self"]["href"]
        assert (rel, every[rel]) == (alone["rel"], [alone] if rel == "group" else alone)


async def test_only_own_groups_can_be_put(client, everything):
    """R4.28, R12.3: they have the property that a PUT repeats, and their second revision."""
    for name, identifier in everything.items():
        tree = (await client.get(f"{HERE}/{identifier}", {"Accept": JSON})).tree
        assert (name == "Friends") is (GUID_VALUE in tree.values())
        assert (name == "Friends") is ("revision" in tree["_links"]["self"])
        assert "etag" in tree


async def test_groups_have_ids_with_an_equals_sign_in_either_spelling(client):
    """R1.15: accepted escaped and raw, in paths and in queries, whatever the case of the digits."""
    identifier = await client.make_group("Friends")
    assert identifier.endswith("=")

    for spelling in ("=", "%3d", "%3D"):
        spelt = identifier.replace("=", spelling)
        assert 200 == (await client.get(f"{HERE}/{spelt}")).status
        assert 200 == (await client.get(f"people/contacts?groupId={spelt}")).status
        assert 200 == (await client.get(f"people/groupMemberships?groupId={spelt}")).status
        there = f"people/presenceSubscriptions?groupId={spelt}&duration=11"
        assert (await client.post(there)).status in (200, 201)


async def test_the_paths_of_the_reference_are_served_too(client):
    """R16.23, R1.11, R1.14"""
    identifier = await client.make_group("Friends")
    number = client.path.removeprefix(APPLICATIONS)

    for path in ("groups", "myGroups", "people/Groups", f"groups/{identifier}"):
        assert 200 == (await client.get(path)).status
        assert 200 == (await client.get(f"/ucwa/v1/applications{number}/{path}")).status


async def test_without_expand_there_are_only_links(client, everything):
    """R8.5: where there may be several there is an array, also of none."""
    reply = await client.get(f"{HERE}?expand=false")
    links = (await client.get(f"{HERE}?Expand=False", {"Accept": JSON})).tree["_links"]
    found = {
        rel: [one["href"] for one in to] if isinstance(to, list) else to["href"]
        for rel, to in links.items()
    }

    def at(name):
        return f"{client.path}/{HERE}/{everything[name]}"

    assert {*NO_ARRAYS, "group", "distributionGroup"} == reply.links()
    assert b"_embedded" not in reply.body
    assert reply.body.count(b"<resource") == (client.accept == XML)
    assert {
        "self": f"{client.path}/{HERE}",
        **{kind: at(NAMES[kind]) for kind in NO_ARRAYS},
        "group": [at("Friends")],
        "distributionGroup": [at("All staff")],
    } == found


async def test_there_is_expand_or_not(client):
    reply = await client.get(f"{HERE}?expand=perhaps")

    assert (BAD, ["expand"]) == (reply.reason, reply.bad)
    assert (await client.get(HERE)).body == (await client.get(f"{HERE}?expand=true")).body


async def test_links_tell_the_revision(client):
    """R12.3"""
    links = (await client.get("people", {"Accept": JSON})).tree["_links"]

    assert {"myGroups", "myGroupMemberships", "search"} == {
        rel for rel, link in links.items() if link.get("revision") == "2"
    }


# --- made


async def test_making_a_group(client):
    """R8.10: 204, and the group comes by an event."""
    await client.listen()
    for name in ("Friends", "  Family ", "<&> \"æ'", "日本 🎉", "a" * 256, "0"):
        reply = await client.post(HERE, {"displayName": name})
        [event] = told(await client.package(1))
        identifier = (await client.groups())[name.strip()]

        assert (204, b"") == (reply.status, reply.body)
        assert ("people", "added", "group", "myGroups") == (*event[:3], event.inside)
        assert f"{client.path}/{HERE}/{identifier}" == event.href
        assert f"{client.path}/{HERE}" == event.where
        assert name.strip() == (await client.get(event.href)).property("name")


async def test_parameters_may_be_in_the_query(client):
    """R4.17, R4.20"""
    assert 204 == (await client.post(f"{HERE}?DisplayName=Old%20friends")).status
    assert "Old friends" in await client.groups()


async def test_odd_names_break_nothing(world, people):
    """What XML cannot carry is replaced there; NUL and lone surrogates are never kept."""
    client = await world.client(LENE)
    for name in ("\x01\x02", "a\0b", "\ud800", "\ufffe", "\u202egnp"):
        reply = await client.post(HERE, {"displayName": name})
        assert reply.status in (204, 400)
        kept = name.replace("\0", "\ufffd")
        assert (reply.status == 204) is (kept in await client.groups())
    shown = await client.get(HERE, {"Accept": XML})

    assert (200, 7) == (shown.status, len(rels(shown)))


async def test_a_group_needs_a_name(client):
    """R8.10: a text of at most 256 characters."""
    before = await Picture.fetch(client)
    names = ["", " \t ", "a" * 257, None]
    if client.accept == JSON:
        names += [5, True, ["Friends"], {"a": "b"}]

    for name in names:
        reply = await client.post(HERE, {"displayName": name})
        assert (BAD, ["displayName"]) == (reply.reason, reply.bad)
    assert before == await Picture.fetch(client)


async def test_a_name_is_taken_once(client, everything):
    """R8.10: in whatever case."""
    before = await Picture.fetch(client)

    for name in ("Friends", "FRIENDS", " friends ", "other contacts", "Delegates", "all staff"):
        assert TAKEN == (await client.post(HERE, {"displayName": name})).reason
    assert before == await Picture.fetch(client)


@pytest.mark.parametrize("accept", [JSON, XML])
async def test_there_is_a_limit_of_groups(world_with, accept):
    """R8.10: distribution groups count, and those that everybody has do not."""
    world = await world_with(contacts={"groups": 2})
    client = await world.client(await world.person("lenea"), accept)
    staff = {"displayName": "All", "smtpAddress": await world.distribution_group("Staff")}
    friends = await client.make_group("Friends")
    await client.post(f"{HERE}/addToContactList", staff)
    before = await Picture.fetch(client)
    full = (409, "Conflict", "TooManyGroups")

    assert full == (await client.post(HERE, {"displayName": "Work"})).reason
    assert before == await Picture.fetch(client)
    await client.delete(f"{HERE}/{friends}")
    await client.make_group("Work")
    await client.post(f"{HERE}/removeFromContactList", {"groupId": (await client.groups())["All"]})
    await client.make_group("Friends")
    assert full == (await client.post(f"{HERE}/addToContactList", staff)).reason


# --- renamed


async def test_names_that_a_group_cannot_get(client, everything):
    before = await Picture.fetch(client)

    for name in ("", " ", "a" * 257):
        reply = await rename(client, everything["Friends"], name)
        assert (BAD, ["name"]) == (reply.reason, reply.bad)
    for name in ("All STAFF", "Pinned contacts"):
        assert TAKEN == (await rename(client, everything["Friends"], name)).reason
    assert before == await Picture.fetch(client)


async def test_only_own_groups_can_be_renamed_or_deleted(client, everything):
    """R8.18"""
    before = await Picture.fetch(client)
    body = {(await client.get(f"{HERE}/{everything['Friends']}")).guid: "", "name": "Mine"}

    for name, identifier in everything.items():
        if name != "Friends":
            href = f"{HERE}/{identifier}"
            assert FORBIDDEN == (await client.put(href, body, {"If-Match": "*"})).reason
            assert FORBIDDEN == (await client.delete(href)).reason
    assert before == await Picture.fetch(client)


# --- deleted


async def test_deleting_a_group(client):
    """R8.10, R8.11: those who are in no other group stay on the list, in the default one."""
    friends, work = await client.make_group("Friends"), await client.make_group("Work")
    await client.join(SARA, friends)
    await client.join(OTTO, friends)
    await client.join(OTTO, work)
    default = (await client.groups())["Other Contacts"]
    await client.listen()
    reply = await client.delete(f"{HERE}/{friends}")
    events = told(await client.package(1))

    assert (204, b"") == (reply.status, reply.body)
    groups = f"{client.path}/{HERE}"
    sara, otto = (f"{client.path}/people/{one}" for one in (SARA, OTTO))
    assert [
        ("people", "added", "contact", sara, "defaultGroup", f"{groups}/{default}"),
        ("people", "deleted", "contact", otto, "group", f"{groups}/{friends}"),
        ("people", "deleted", "contact", sara, "group", f"{groups}/{friends}"),
        ("people", "deleted", "group", f"{groups}/{friends}", "myGroups", groups),
    ] == events
    assert {sara, otto} == (await Picture.fetch(client)).contacts
    assert GONE == (await client.get(f"{HERE}/{friends}")).reason
    assert GONE == (await client.delete(f"{HERE}/{friends}")).reason
    assert GONE == (await client.get(f"people/contacts?groupId={friends}")).reason


async def test_a_delete_may_say_what_it_is_about(client):
    """R4.33: If-Match is honoured, and not required."""
    href = f"{HERE}/{await client.make_group('Friends')}"
    etag = (await client.get(href)).header("ETag")

    assert 412 == (await client.delete(href, {"If-Match": '"1"'})).status
    assert 204 == (await client.delete(href, {"If-Match": etag})).status


# --- nobody's


async def test_there_is_no_such_group(client):
    for identifier in ("unknown", "%20", "a,b", "=", "%e6%97%a5", "a" * 2000):
        href = f"{HERE}/{identifier}"

        assert GONE == (await client.get(href)).reason
        assert GONE == (await client.put(href, {"name": "Mine"}, {"If-Match": "*"})).reason
        assert GONE == (await client.delete(href)).reason


async def test_groups_are_their_owners(world, client, everything):
    """Those of others do not exist, except for distribution groups."""
    other = await world.client(SARA)
    await other.make_group("Mine")
    theirs = await other.groups()

    for name, identifier in everything.items():
        status = (await other.get(f"{HERE}/{identifier}")).status
        assert (200 if name == "All staff" else 404) == status
        assert 404 == (await other.delete(f"{HERE}/{identifier}")).status
    assert theirs == await other.groups()
    assert everything == await client.groups()


@pytest.mark.parametrize("accept", [JSON, XML])
async def test_guests_have_no_groups(world, accept):
    guest = await world.guest(accept)
    href = f"{HERE}/any"

    for reply in (
        await guest.get(HERE),
        await guest.post(HERE, {"displayName": "Friends"}),
        await guest.get(href),
        await guest.put(href, {"name": "Mine"}, {"If-Match": "*"}),
        await guest.delete(href),
    ):
        assert FORBIDDEN == reply.reason
