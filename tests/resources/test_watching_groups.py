"""Subscriptions to groups: how they begin, what is refused, and how they end (R7.30)."""

from __future__ import annotations

import pytest

from openucwa.domain.people import identifier_of
from watched_groups import (
    BEGUN,
    ENDED,
    HERE,
    JOHN,
    JOINED,
    LEFT,
    LENE,
    MEMBERS,
    NEWS,
    OTTO,
    SARA,
    make_friends,
    watch_group,
    watched,
)
from world import JSON, NAMESPACE, XML

both = pytest.mark.parametrize("accept", [JSON, XML])


@pytest.fixture(autouse=True)
async def people(world):
    for name in ("lenea", "sarad", "johnd", "otto"):
        await world.person(name, title=f"Title of {name}")


@pytest.fixture
async def client(world):
    """Sara's application, lurking: that is enough to watch (R7.42)."""
    return await world.client(SARA)


@pytest.fixture
async def friends(client):
    """The id of Sara's group, with Lene and John in it."""
    return await make_friends(client)


# --- begun


@both
async def test_watching_a_group(world, client, friends, accept):
    """R7.30: the id is the group's, and nobody can be added; the link has a ? already (15.8)."""
    sara = await world.client(SARA, accept, endpointId="e2")
    href = (await sara.get(f"people/groups/{friends}")).hrefs["subscribeToGroupPresence"]
    reply = await sara.post(f"{href}&duration=11")
    own, members = f"{sara.path}/{HERE}/{friends}", reply.hrefs["memberships"]

    assert (201, own, friends) == (reply.status, reply.header("Location"), reply.property("id"))
    assert {"memberships"} == reply.links() == (await sara.get(own)).links()
    assert b"presenceSubscription" in reply.body
    assert [JOHN, LENE] == await watched(sara)
    tree = (await sara.get(members, {"Accept": JSON})).tree["_embedded"]
    assert [f"{sara.path}/{MEMBERS}/{friends},{address}" for address in (JOHN, LENE)] == [
        one["_links"]["self"]["href"] for one in tree["presenceSubscriptionMembership"]
    ]


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("?groupId={}&duration=11", None),
        ("?groupId={}", {"duration": 11}),
        ("?GROUPID={}&Duration=11", {}),
        ("", {"GroupId": "{}", "duration": "11"}),
        ("", {"groupId": "{}", "duration": 11, "uris": None}),
    ],
)
async def test_r4_17_the_group_may_be_in_the_query_or_the_body(client, friends, query, body):
    body = body and {name: friends if value == "{}" else value for name, value in body.items()}
    reply = await client.post(HERE + query.format(friends.replace("=", "%3d")), body)

    assert (201, friends) == (reply.status, reply.property("id"))


async def test_r7_31_what_is_told_at_the_start(world, client, friends):
    """Who is in it, that it began, and what there is to see of each of them."""
    lene = await world.available(LENE, supportedModalities=["Messaging"])
    await lene.post("me/note", {"message": "hello"})
    await watch_group(client, friends)

    assert [
        JOINED,
        JOINED,
        BEGUN,
        NEWS,
        NEWS,
        ("people", "updated", "contactNote", "contact"),
        ("people", "updated", "contactSupportedModalities", "contact"),
    ] == await client.news()
    await lene.post("me/presence", {"availability": "Busy"})
    assert [NEWS] == await client.news()


async def test_cards_of_those_watched_are_whole(client, friends):
    """R7.39: with all that their level shows."""
    await watch_group(client, friends)
    cards = (await client.get("people/subscribedContacts")).tree["_embedded"]["contact"]
    alone = [(await client.get(card["_links"]["self"]["href"])).tree for card in cards]

    assert ["Title of johnd", "Title of lenea"] == [card["title"] for card in cards]
    assert alone == cards


async def test_nobody_may_be_in_it(client):
    """R7.31: it begins all the same, and who joins is watched."""
    empty = await client.make_group("Empty")
    assert 201 == (await watch_group(client, empty)).status
    assert [BEGUN] == await client.news()
    await client.join(OTTO, empty)

    assert [JOINED, NEWS] == await client.news()


async def test_r7_36_who_is_watched_already_is_told_of_once(world, client, friends):
    """Also after one of the subscriptions has ended."""
    lene = await world.available(LENE)
    alone = await client.watch(LENE)
    await client.news()
    await watch_group(client, friends)
    assert [JOINED, BEGUN, NEWS] == await client.news(), "of John only"
    await lene.post("me/presence", {"availability": "Busy"})
    assert [NEWS] == await client.news()
    await client.delete(alone.header("Location"))
    assert [ENDED] == await client.news()
    await client.delete(f"{HERE}/{friends}")

    assert [LEFT, LEFT, ENDED] == await client.news()


async def test_each_application_watches_for_itself(world, client, friends):
    other = await world.client(SARA, endpointId="e2")
    await watch_group(client, friends)
    await watch_group(other, friends)
    await other.delete(f"{HERE}/{friends}")

    assert ([], [JOHN, LENE]) == (await watched(other), await watched(client))


# --- refused


@both
@pytest.mark.parametrize(
    ("body", "bad"),
    [
        ({"groupId": "{}"}, "duration"),
        ({"groupId": "{}", "duration": 0}, "duration"),
        ({"groupId": "{}", "duration": "long"}, "duration"),
        ({"groupId": "x" * 257, "duration": 10}, "groupId"),
        ({"groupId": ["x", "y"], "duration": 10}, "groupId"),
    ],
)
async def test_what_is_missing_or_wrong_is_named(world, friends, accept, body, bad):
    client = await world.client(SARA, accept)
    body = {name: friends if value == "{}" else value for name, value in body.items()}
    reply = await client.post(HERE, body)

    assert (400, "BadRequest", "ParameterValidationFailure") == reply.reason
    assert [bad] == reply.bad
    assert [] == await watched(client)


@both
@pytest.mark.parametrize("group", ["x", "%00", "a/b", identifier_of("nobody")])
async def test_there_is_no_such_group(world, accept, group):
    client = await world.client(SARA, accept)

    assert (404, "NotFound", None) == (await watch_group(client, group)).reason


async def test_groups_are_their_owners(world, friends):
    lene = await world.client(LENE)

    assert 404 == (await watch_group(lene, friends)).status


@both
async def test_r7_37_nobody_is_added_by_hand(world, client, friends, accept):
    client.accept = accept
    reply = await watch_group(client, friends)
    refused = await client.post(reply.hrefs["memberships"], {"contactUris": [OTTO]})

    assert (403, "Forbidden", None) == refused.reason
    assert [JOHN, LENE] == await watched(client)


@both
async def test_r7_40_there_are_limits(world_with, accept):
    """What is too much changes nothing: a group that is too large, and one group too many."""
    world = await world_with(subscriptions={"per_application": 2, "contacts": 2})
    client = await world.client(await world.person("wera"), accept)
    staff = await world.distribution_group("Staff", LENE, JOHN, OTTO)
    too_large = await watch_group(client, identifier_of(staff))
    for name in ("one", "two"):
        assert 201 == (await watch_group(client, await client.make_group(name))).status
    too_many = await watch_group(client, await client.make_group("three"))

    for reply in (too_large, too_many):
        assert (403, "Forbidden", "LimitExceeded") == reply.reason
    assert [] == await watched(client)
    assert 201 == (await watch_group(client, (await client.groups())["two"])).status


async def test_who_joins_a_group_that_is_full_is_not_watched(world_with):
    world = await world_with(subscriptions={"contacts": 2})
    client = await world.client(await world.person("wera"))
    group = await client.make_group("Friends")
    await watch_group(client, group)
    for number in range(3):
        assert 201 == (await client.join(f"x{number}@elsewhere.test", group)).status

    assert ["x0@elsewhere.test", "x1@elsewhere.test"] == await watched(client)


# --- extended, ended


@pytest.mark.parametrize(
    ("asked", "again", "minutes"),
    [(10, 0, 10), (99, 0, 30), (1, 1, 20), (10, 15, 25), (30, 30, 30)],
)
async def test_watching_again_extends(world, client, friends, asked, again, minutes):  # noqa: PLR0917
    """R7.30, R7.34: up to 30 minutes from now."""
    await watch_group(client, friends, asked)
    if again:
        assert 201 == (await watch_group(client, friends, again)).status
    assert 1 == len((await client.get(HERE)).tree["_embedded"]["presenceSubscription"])
    await world.advance(minutes * 60 - 1)
    assert [JOHN, LENE] == await watched(client)
    await world.advance(2)

    assert 404 == (await client.get(f"{HERE}/{friends}")).status
    assert [] == await watched(client)


async def test_nothing_is_told_of_its_being_extended(client, friends):
    await watch_group(client, friends)
    await client.news()
    await watch_group(client, friends)

    assert [] == await client.news()


async def test_it_can_be_extended_by_itself(client, friends):
    """R7.34: as every subscription."""
    await watch_group(client, friends, 10)
    reply = await client.post(f"{HERE}/{friends}?duration=11")

    assert (200, "presenceSubscription") == (reply.status, reply.property("rel"))
    assert "addToPresenceSubscription" not in reply.links()


async def test_a_group_that_is_deleted_is_watched_no_more(client, friends):
    """R7.35: who was in it is on the list all the same."""
    await watch_group(client, friends)
    await client.news()
    await client.delete(f"people/groups/{friends}")

    assert [LEFT, LEFT, ENDED] == await client.news()
    assert 404 == (await client.get(f"{HERE}/{friends}")).status


async def test_a_group_that_is_renamed_is_watched_on(client, friends):
    await watch_group(client, friends)
    await client.news()
    shown = (await client.get(f"people/groups/{friends}")).tree
    reply = await client.put(f"people/groups/{friends}", shown | {"name": "x"}, {"If-Match": "*"})

    assert (200, []) == (reply.status, await client.news())
    assert [JOHN, LENE] == await watched(client)


async def test_xml_names_the_subscription(world, friends):
    client = await world.client(SARA, XML)
    reply = await watch_group(client, friends)

    assert (f"{NAMESPACE}resource", "presenceSubscription", f"{client.path}/{HERE}/{friends}") == (
        reply.xml.tag,
        reply.xml.get("rel"),
        reply.xml.get("href"),
    )
