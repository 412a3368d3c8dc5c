"""Watching those in groups of all kinds, as they come and go (R7.31, R7.35, R7.36)."""

from __future__ import annotations

import asyncio

import pytest

from openucwa.adapters.sql.groups import SqlGroups
from openucwa.domain.contacts import Kind, system_group
from openucwa.domain.people import DistributionGroup, identifier_of
from slow import slow_down
from watched_groups import (
    BEGUN,
    ENDED,
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
from world import DOMAIN, JSON, XML

both = pytest.mark.parametrize("accept", [JSON, XML])


@pytest.fixture(autouse=True)
async def people(world):
    for name in ("lenea", "sarad", "johnd", "otto"):
        await world.person(name)


@pytest.fixture
async def client(world):
    """Sara's application, lurking: that is enough to watch (R7.42)."""
    return await world.client(SARA)


@pytest.fixture
async def friends(client):
    """The id of Sara's group, with Lene and John in it."""
    return await make_friends(client)


STRANGER = "x@elsewhere.test"


async def regroup(world, group, *members, hidden=False):
    """Change who is in a distribution group, as the command line does."""
    found = DistributionGroup(group, group.partition("@")[0].title(), hidden)
    await SqlGroups(world.server.database).keep({found: members})


# --- coming and going


async def test_who_joins_and_who_leaves(world, client, friends):
    """R7.31, R7.35: news of whoever joins, none of whoever left."""
    otto, lene = await world.available(OTTO), await world.available(LENE)
    await watch_group(client, friends)
    await client.news()
    await client.join(OTTO, friends)
    assert [JOINED, NEWS] == await client.news()
    await client.delete(f"people/groupMemberships/{friends},{LENE}")
    assert [LEFT] == await client.news()
    for one in (otto, lene):
        await one.post("me/presence", {"availability": "Busy"})

    assert [NEWS] == await client.news()
    assert [JOHN, OTTO] == await watched(client)


async def test_who_leaves_and_is_watched_otherwise_stays(client, friends):
    """R7.36"""
    await client.watch(LENE)
    await watch_group(client, friends)
    await client.news()
    await client.post("people/groupMemberships/removeContactFromAllGroups", {"contactUri": LENE})

    assert [] == await client.news()
    assert [JOHN, LENE] == await watched(client)


async def test_a_member_can_be_taken_out_until_the_group_is_watched_again(client, friends):
    """R7.38"""
    await watch_group(client, friends)
    await client.news()
    assert 204 == (await client.delete(f"{MEMBERS}/{friends},{LENE}")).status
    assert [LEFT] == await client.news()
    await watch_group(client, friends)

    assert [JOINED, NEWS] == await client.news()


async def test_all_of_ones_applications_go_along(world, client, friends):
    other = await world.client(SARA, endpointId="e2")
    for one in (client, other):
        await watch_group(one, friends)
        await one.news()
    await other.join(OTTO, friends)

    assert [JOINED, NEWS] == await client.news() == await other.news()


# --- groups of all kinds


async def test_groups_that_everybody_has(client):
    """R8.11: who joins another group leaves the default one, and comes back to it."""
    default, pinned = [system_group(SARA, kind) for kind in (Kind.DEFAULT, Kind.PINNED)]
    await client.join(OTTO)
    for group in (default, pinned):
        assert 201 == (await watch_group(client, group)).status
    assert [JOINED, BEGUN, NEWS, BEGUN] == await client.news()
    await client.join(OTTO, pinned)

    assert [] == await client.news()
    members = (await client.get(MEMBERS)).tree["_embedded"]["presenceSubscriptionMembership"]
    assert [f"{client.path}/{MEMBERS}/{pinned},{OTTO}"] == [
        one["_links"]["self"]["href"] for one in members
    ]


async def test_delegates_can_be_watched(client):
    delegates = system_group(SARA, Kind.DELEGATES)
    assert 404 == (await watch_group(client, delegates)).status, "there is none yet"
    await client.join(OTTO, delegates)
    await watch_group(client, delegates)
    assert [OTTO] == await watched(client)
    await client.news()
    await client.delete(f"people/groupMemberships/{delegates},{OTTO}")

    assert [LEFT, ENDED] == await client.news()


async def test_an_organization_can_be_watched(world):
    """One's manager, those who have the same one, and those whom one manages."""
    await world.person("boss")
    await world.person("wera", manager=f"boss@{DOMAIN}")
    await world.person("peer", manager=f"boss@{DOMAIN}")
    await world.person("aide", manager=f"wera@{DOMAIN}")
    client = await world.client(f"wera@{DOMAIN}")
    await watch_group(client, system_group(f"wera@{DOMAIN}", Kind.ORGANIZATION))

    assert [f"{name}@{DOMAIN}" for name in ("aide", "boss", "peer")] == await watched(client)


@both
@pytest.mark.parametrize("listed", [True, False])
async def test_distribution_groups_can_be_watched(world, accept, listed):
    """All within them, however deep, each once; on the contact list or not; circles end."""
    await world.distribution_group("Inner", JOHN, f"staff@{DOMAIN}", LENE)
    staff = await world.distribution_group("Staff", LENE, OTTO, f"inner@{DOMAIN}", STRANGER)
    client = await world.client(SARA, accept)
    if listed:
        body = {"displayName": "All", "smtpAddress": staff}
        assert 204 == (await client.post("people/groups/addToContactList", body)).status
    reply = await watch_group(client, identifier_of(staff))

    assert (201, identifier_of(staff)) == (reply.status, reply.property("id"))
    assert {"memberships"} == reply.links()
    assert [JOHN, LENE, OTTO] == await watched(client)


@both
async def test_nobody_watches_a_hidden_group(world, accept):
    """R8.12: who is in it is not told."""
    hidden = await world.distribution_group("Secret", LENE, hidden=True)
    client = await world.client(SARA, accept)

    assert (403, "Forbidden", None) == (await watch_group(client, identifier_of(hidden))).reason
    assert [] == await watched(client)


async def test_a_distribution_group_that_leaves_the_list_is_watched_no_more(world, client):
    staff = await world.distribution_group("Staff", LENE)
    listed = {"displayName": "All", "smtpAddress": staff}
    await client.post("people/groups/addToContactList", listed)
    await watch_group(client, identifier_of(staff))
    await client.news()
    await client.post("people/groups/removeFromContactList", {"groupId": identifier_of(staff)})

    assert [LEFT, ENDED] == await client.news()


async def test_watching_a_distribution_group_again_brings_it_up_to_date(world, client):
    """The directory changes from outside: who came is watched then, and who went is not."""
    staff = await world.distribution_group("Staff", LENE, JOHN)
    await watch_group(client, identifier_of(staff))
    await client.news()
    await regroup(world, staff, LENE, OTTO)
    await watch_group(client, identifier_of(staff))

    assert [JOINED, NEWS, LEFT] == await client.news()
    assert [LENE, OTTO] == await watched(client)
    await regroup(world, staff, hidden=True)
    assert 403 == (await watch_group(client, identifier_of(staff))).status


# --- nothing is lost


@pytest.mark.one_process
async def test_who_comes_while_a_group_begins_to_be_watched_is_seen(world, client, friends):
    """Between looking people up and watching them they may sign in: that is in the first news."""
    standings = slow_down(world)
    watching = asyncio.create_task(watch_group(client, friends))
    await asyncio.wait_for(standings.asked.wait(), 5)
    lene = await world.available(LENE, supportedModalities=["Messaging"])
    standings.ready.set()
    assert 201 == (await watching).status
    await lene.post("me/note", {"message": "hello"})

    told = await client.news()
    seen = await client.get(client.person(LENE, "presence"))
    assert "Online" == seen.property("availability")
    assert {"contactNote", "contactSupportedModalities"} <= {rel for _, _, rel, *_ in told}
    await lene.post("me/presence", {"availability": "Busy"})
    assert [NEWS] == await client.news()


@pytest.mark.one_process
async def test_who_comes_while_she_joins_a_group_is_seen(world, client, friends):
    """She was looked up, and storing the list takes its turn."""
    await watch_group(client, friends)
    await client.news()
    turn = world.server.dispatcher.services.contacts._turn
    async with turn:
        joining = asyncio.create_task(client.join(OTTO, friends))
        while not turn._waiters:  # noqa: ASYNC110  a lock tells nobody who waits for it
            await asyncio.sleep(0)
        otto = await world.available(OTTO, supportedModalities=["Messaging"])
        await otto.post("me/note", {"message": "hello"})
    assert 201 == (await joining).status

    facets = ("contactNote", "contactSupportedModalities")
    more = [("people", "updated", rel, "contact") for rel in facets]
    assert [JOINED, NEWS, *more] == await client.news()


@pytest.mark.parametrize("member", [LENE, JOHN])
async def test_who_does_something_at_any_time_is_seen(world, client, friends, member):
    """Whatever the order: what was told last is what there is."""
    his = await world.available(member)
    await asyncio.gather(
        watch_group(client, friends),
        his.post("me/presence", {"availability": "Busy"}),
        his.post("me/location", {"location": "Oslo"}),
    )
    told = (await client.news())[::-1]

    assert NEWS in told
    assert ("people", "updated", "contactLocation", "contact") in told
