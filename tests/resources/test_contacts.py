"""The contacts of a list, and of one group of it (R8.7, R8.8)."""

from __future__ import annotations

import pytest

from contact_pictures import embedded, name_delegate, own
from openucwa.domain.people import identifier_of
from world import DOMAIN, JSON, NAMESPACE, XML

HERE = "people/contacts"
LENE, SARA, OTTO = (f"{user}@{DOMAIN}" for user in ("lenea", "sarad", "otto"))
STRANGER = "ann@elsewhere.test"
GONE = (404, "NotFound", None)
BAD = (400, "BadRequest", "ParameterValidationFailure")


@pytest.fixture(params=[JSON, XML])
async def client(world, request):
    """Lene's application; her list is empty."""
    await world.person("sarad", "Sara Davis", title="Designer", manager=LENE)
    await world.person("otto")
    return await world.client(await world.person("lenea"), request.param)


async def names(client, url=HERE):
    """Return the names on the cards that a collection embeds, in the client's own format."""
    reply = await client.get(url)
    assert 200 == reply.status
    if client.accept == JSON:
        return [one["name"] for one in reply.tree["_embedded"]["contact"]]
    cards = reply.xml.findall(f"{NAMESPACE}resource[@rel='contact']")
    return [one.find(f"{NAMESPACE}property[@name='name']").text for one in cards]


async def test_an_empty_list_is_an_empty_array(client):
    """R8.8, R15.27: one client reads it unguarded."""
    tree = (await client.get(HERE, {"Accept": JSON})).tree

    assert [] == await names(client)
    assert ("myContacts", {"contact": []}) == (tree["rel"], tree["_embedded"])
    assert {"self": {"href": f"{client.path}/{HERE}"}} == tree["_links"]


async def test_whoever_is_on_the_list_is_shown_once(client):
    """R8.8: with the whole card, also of people of other domains."""
    friends = await client.make_group("Friends")
    for address in (SARA, STRANGER):
        await client.join(address, friends)
    await client.join(SARA, (await client.groups())["Pinned Contacts"])
    await client.join(OTTO)

    assert ["Otto", "Sara Davis", STRANGER] == sorted(await names(client))
    for card in await embedded(client, HERE, "contact"):
        assert card == (await client.get(own(card), {"Accept": JSON})).tree


async def test_the_contacts_of_a_group(client):
    """R8.7: self has the group's id as it is."""
    friends = await client.make_group("Friends")
    await client.join(SARA, friends)
    await client.join(OTTO)
    escaped = friends.replace("=", "%3d")
    tree = (await client.get(f"{HERE}?groupId={escaped}", {"Accept": JSON})).tree

    assert ["Sara Davis"] == await names(client, f"{HERE}?groupId={escaped}")
    assert ["Sara Davis"] == await names(client, f"{HERE}?GroupID={friends}")
    assert "groupContacts" == tree["rel"]
    assert f"{client.path}/{HERE}?groupId={friends}" == tree["_links"]["self"]["href"]


async def test_each_kind_of_group_shows_who_is_in_it(world, client):
    """R8.18: also those that others fill, whose people are no contacts."""
    await name_delegate(client, LENE, OTTO)
    await name_delegate(await world.client(OTTO), OTTO, LENE)
    await world.distribution_group("Sales", SARA)
    await world.distribution_group("Staff", f"sales@{DOMAIN}", OTTO)
    staff = {"displayName": "Staff", "smtpAddress": f"staff@{DOMAIN}"}
    await client.post("people/groups/addToContactList", staff)
    groups = await client.groups()

    assert {
        "Pinned Contacts": [],
        "Other Contacts": [],
        "Delegates": ["Otto"],
        "People I Am a Delegate For": ["Otto"],
        "My Organization": ["Sara Davis"],
        "Staff": ["Otto", "Sara Davis"],
    } == {
        name: sorted(await names(client, f"{HERE}?groupId={identifier}"))
        for name, identifier in groups.items()
    }
    assert [] == await names(client)


async def test_who_is_in_a_hidden_group_is_not_told(world, client):
    """R8.12"""
    await world.distribution_group("Staff", SARA, hidden=True)
    staff = {"displayName": "Staff", "smtpAddress": f"staff@{DOMAIN}"}
    await client.post("people/groups/addToContactList", staff)
    identifier = (await client.groups())["Staff"]

    assert (403, "Forbidden", None) == (await client.get(f"{HERE}?groupId={identifier}")).reason


async def test_there_may_be_links_only(client):
    """Where there may be several there is an array, also of none."""
    friends = await client.make_group("Friends")
    sara = f"{client.path}/people/{SARA}"
    for url in (HERE, f"{HERE}?groupId={friends}"):
        more = f"{url}{'&' if '?' in url else '?'}expand=false"
        assert [] == (await client.get(more, {"Accept": JSON})).tree["_links"]["contact"]
        await client.join(SARA, friends)
        links = (await client.get(more, {"Accept": JSON})).tree["_links"]
        assert [{"href": sara}] == links["contact"]
        reply = await client.get(more)
        assert ({"contact"}, False) == (reply.links(), b"Designer" in reply.body)
        await client.post(
            "people/groupMemberships/removeContactFromAllGroups", {"contactUri": SARA}
        )


async def test_what_is_asked_may_be_wrong(client):
    for query, bad in (
        ("expand=perhaps", "expand"),
        ("expand=", "expand"),
        (f"groupId={'a' * 257}", "groupId"),
    ):
        reply = await client.get(f"{HERE}?{query}")
        assert (BAD, [bad]) == (reply.reason, reply.bad)
    for identifier in ("unknown", "", "%00", "a/b", "%ff"):
        assert GONE == (await client.get(f"{HERE}?groupId={identifier}")).reason


async def test_the_paths_of_the_reference_are_served_too(client):
    """R16.23"""
    friends = await client.make_group("Friends")

    for path in ("contacts", "myContacts", f"contacts?groupId={friends}"):
        assert [] == await names(client, path)


@pytest.mark.parametrize("accept", [JSON, XML])
async def test_guests_have_no_contacts(world, accept):
    guest = await world.guest(accept)

    for query in ("", "?groupId=any", "?expand=false"):
        assert (403, "Forbidden", None) == (await guest.get(f"{HERE}{query}")).reason


@pytest.mark.parametrize("accept", [JSON, XML])
async def test_who_is_in_a_group_that_is_too_big_is_not_cut_off(world_with, accept):
    world = await world_with(contacts={"expand_limit": 1})
    client = await world.client(await world.person("lenea"), accept)
    for user in ("sarad", "otto"):
        await world.person(user)
    identifier = identifier_of(await world.distribution_group("Staff", SARA, OTTO))
    reply = await client.get(f"people/contacts?groupId={identifier}")

    assert (403, "Forbidden", "TooManyContacts") == reply.reason
