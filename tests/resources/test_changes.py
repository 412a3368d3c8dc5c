"""Changes of contact lists: who is told of them and when, and when none is made (R7.45, R8.9)."""

from __future__ import annotations

import asyncio

import pytest

from contact_pictures import Follower, Picture, embedded, name_delegate, own, shown, told
from openucwa.domain.contacts import Kind, system_group
from slow import slow_down
from world import DOMAIN, JSON, XML

GROUPS, MEMBERSHIPS = "people/groups", "people/groupMemberships"
WATCH, WATCHED = "people/presenceSubscriptions", "people/subscribedContacts"
EVERYWHERE = f"{MEMBERSHIPS}/removeContactFromAllGroups"
LENE, SARA, OTTO = (f"{user}@{DOMAIN}" for user in ("lenea", "sarad", "otto"))
ANN = "ann@elsewhere.test"


@pytest.fixture(autouse=True)
async def people(world):
    for user in ("lenea", "sarad", "otto"):
        await world.person(user)


@pytest.fixture
async def lene(world):
    """Lene's first application, which listens."""
    client = await world.client(LENE, endpointId="e1")
    await client.listen()
    return client


@pytest.fixture
async def other(world):
    """Lene's other application, which listens too."""
    client = await world.client(LENE, XML, endpointId="e2")
    await client.listen()
    return client


async def brief(client, wait=1.0):
    """Return the events of the next package as (type, rel, in)."""
    return [(one.type, one.rel, one.inside) for one in told(await client.package(wait))]


@pytest.mark.parametrize("accept", [JSON, XML])
async def test_nothing_is_changed_while_lists_are_moved(world_with, accept):
    """R8.9: 500 MigrationInProgress, whatever it would have been otherwise; reading goes on."""
    world = await world_with(contacts={"migration_in_progress": True})
    await world.distribution_group("Staff")
    client = await world.client(await world.person("wera"), accept)
    default = (await client.groups())["Other Contacts"]
    before = await Picture.fetch(client)
    staff = {"displayName": "All", "smtpAddress": f"staff@{DOMAIN}"}

    for reply in (
        await client.post(GROUPS, {"displayName": "Friends"}),
        await client.delete(f"{GROUPS}/{default}"),
        await client.join(OTTO),
        await client.join(OTTO, "unknown"),
        await client.delete(f"{MEMBERSHIPS}/{default},{OTTO}"),
        await client.post(EVERYWHERE, {"contactUri": OTTO}),
        await client.post(f"{GROUPS}/addToContactList", staff),
        await client.post(f"{GROUPS}/removeFromContactList", {"groupId": default}),
    ):
        assert (500, "ServiceFailure", "MigrationInProgress") == reply.reason
    assert before == await Picture.fetch(client)
    assert 201 == (await client.listen()).status


async def test_a_group_cannot_be_renamed_while_lists_are_moved(world, lene):
    """Nor is it in part: the setting is obeyed before anything is looked at."""
    href = f"{GROUPS}/{await lene.make_group('Friends')}"
    tree = await shown(lene, href)
    home = world.home(LENE).dispatcher
    rules = home.services.rules._replace(migration_in_progress=True)
    home.services = home.services._replace(rules=rules)
    reply = await lene.put(href, {**tree, "name": "Foes"}, {"If-Match": "*"})

    assert (500, "ServiceFailure", "MigrationInProgress") == reply.reason
    assert "Friends" in await lene.groups()


async def test_all_applications_that_listen_are_told(world, lene, other):
    """R7.45, R7.46: also the one that made the change, in either format; nobody else."""
    third = await world.client(LENE, endpointId="e3")
    sara = await world.client(SARA)
    await sara.listen()
    await other.join(OTTO)
    events = [("added", "contact", "myContacts"), ("added", "contact", "defaultGroup")]

    assert events == await brief(lene)
    assert events == await brief(other)
    assert [] == await brief(third, 26)
    assert [] == await brief(sara, 26)


async def test_what_changes_nothing_is_not_told(lene):
    """Neither what is refused, nor what is as it was."""
    await lene.make_group("Friends")
    await lene.join(OTTO)
    await lene.package()

    assert 409 == (await lene.join(OTTO)).status
    assert 409 == (await lene.post(GROUPS, {"displayName": "friends"})).status
    assert 404 == (await lene.join(f"nobody@{DOMAIN}")).status
    assert 204 == (await lene.post(EVERYWHERE, {"contactUri": SARA})).status
    href = f"{GROUPS}/{(await lene.groups())['Friends']}"
    assert 200 == (await lene.put(href, await shown(lene, href), {"If-Match": "*"})).status
    assert [] == await brief(lene, 26)


async def test_urgent_changes_are_told_at_once(world, lene):
    """R3.17: contacts and groups are urgent."""
    for change in (
        lene.post(GROUPS, {"displayName": "Friends"}),
        lene.join(OTTO),
        lene.post(EVERYWHERE, {"contactUri": OTTO}),
    ):
        waiting = await lene.poll()
        assert waiting.reply is None
        await change
        await world.advance(0.05)
        lene.follow(waiting.reply)


async def test_delegates_are_not_urgent_but_the_group_of_them_is(world, lene):
    """R3.21: it comes with the first one, and goes with the last one."""
    await name_delegate(lene, LENE, OTTO)
    assert [("added", "delegatesGroup", "myGroups"), ("added", "contact", "delegatesGroup")] == (
        await brief(lene)
    )
    await name_delegate(lene, LENE, SARA)
    waiting = await lene.poll()
    await world.advance(14)
    assert waiting.reply is None
    await world.advance(1)
    assert [("added", "contact", "delegatesGroup")] == [
        (one.type, one.rel, one.inside) for one in told(waiting.reply)
    ]


async def test_delegates_are_told_whose_they_are(world, lene):
    """R8.18: one's delegatesGroup is the other's delegatorsGroup."""
    otto = await world.client(OTTO)
    await otto.listen()
    await name_delegate(lene, LENE, OTTO)

    added, joined = told(await otto.package(1))
    group = f"{otto.path}/{GROUPS}/{system_group(OTTO, Kind.DELEGATORS)}"
    collection = ("myGroups", f"{otto.path}/{GROUPS}")
    assert ("people", "added", "delegatorsGroup", group, *collection) == added
    contact = f"{otto.path}/people/{LENE}"
    assert ("people", "added", "contact", contact, "delegatorsGroup", group) == joined
    found = await shown(otto, group)
    [card] = (await shown(otto, found["_links"]["groupContacts"]["href"]))["_embedded"]["contact"]
    assert (contact, "delegatorsGroup") == (own(card), found["rel"])

    delegates = system_group(LENE, Kind.DELEGATES)
    await lene.delete(f"{MEMBERSHIPS}/{delegates},{OTTO}")
    gone = [("deleted", "contact", "delegatorsGroup"), ("deleted", "delegatorsGroup", "myGroups")]
    assert gone == await brief(otto)
    assert await shown(otto, group) is None


async def test_who_is_away_learns_it_later(world, lene):
    """Nobody has to be there to be named a delegate; nor in our directory."""
    assert 201 == (await name_delegate(lene, LENE, OTTO)).status
    assert 201 == (await name_delegate(lene, LENE, ANN)).status
    otto = await world.client(OTTO)

    assert "People I Am a Delegate For" in await otto.groups()


async def test_leaving_the_list_does_not_end_a_delegation(world, lene):
    otto = await world.client(OTTO)
    await lene.join(OTTO)
    await name_delegate(lene, LENE, OTTO)
    await otto.listen()
    await lene.post(EVERYWHERE, {"contactUri": OTTO})

    assert [] == await brief(otto, 26)
    assert "People I Am a Delegate For" in await otto.groups()


async def test_changes_at_the_same_time_all_happen(lene, other):
    """Each begins with what the one before it left; the events come in that order."""
    followers = [await Follower.start(one) for one in (lene, other)]
    addresses = [f"p{number}@elsewhere.test" for number in range(10)]
    replies = await asyncio.gather(
        *(one.join(address) for one in (lene, other) for address in addresses)
    )

    assert [201] * 10 + [409] * 10 == sorted(reply.status for reply in replies)
    for follower in followers:
        await follower.poll()
        assert 10 == len(follower.picture.contacts)
        assert await Picture.fetch(follower.client) == follower.picture


async def test_limits_hold_for_changes_at_the_same_time(world_with):
    world = await world_with(contacts={"per_user": 3, "groups": 3})
    one, two = [await world.client(LENE, endpointId=endpoint) for endpoint in ("e1", "e2")]
    replies = await asyncio.gather(
        *(client.join(f"p{number}@elsewhere.test") for number in range(3) for client in (one, two)),
        *(one.post(GROUPS, {"displayName": f"Group {number}"}) for number in range(5)),
        *(two.join(f"q{number}@elsewhere.test") for number in range(3)),
    )

    assert 2 + 3 == len(await one.groups())
    assert 3 == len((await Picture.fetch(one)).contacts)
    assert {201, 204, 409} == {reply.status for reply in replies}


@pytest.fixture
def slow(world):
    return slow_down(world)


@pytest.mark.one_process
async def test_events_come_in_the_order_of_the_changes(lene, other, slow):
    """Also if the earlier one takes longer, as somebody has to be looked up who is now watched."""
    follower = await Follower.start(other)
    slow.ready.set()
    friends = await lene.make_group("Friends")
    assert 201 == (await lene.post(f"{WATCH}?groupId={friends}&duration=30")).status
    slow.ready.clear()
    slow.asked.clear()
    joining = asyncio.create_task(lene.join(ANN, friends))
    await asyncio.wait_for(slow.asked.wait(), 5)
    await other.post(EVERYWHERE, {"contactUri": ANN})
    slow.ready.set()
    assert 201 == (await joining).status

    await follower.poll()
    assert await Picture.fetch(other) == follower.picture
    assert [ANN] == [one["name"] for one in await embedded(lene, "people/contacts", "contact")]
    assert [ANN] == [one["name"] for one in await embedded(lene, WATCHED, "contact")]


@pytest.mark.one_process
async def test_who_joins_while_a_group_begins_to_be_watched_is_watched(lene, other, slow):
    """R7.30: and who leaves is not; looking up those who were there takes its time."""
    friends = await lene.make_group("Friends")
    await lene.join(ANN, friends)
    watching = asyncio.create_task(lene.post(f"{WATCH}?groupId={friends}&duration=30"))
    await asyncio.wait_for(slow.asked.wait(), 5)
    await other.join(OTTO, friends)
    await other.post(EVERYWHERE, {"contactUri": ANN})
    slow.ready.set()
    assert 201 == (await watching).status

    watched = await embedded(lene, WATCHED, "contact")
    assert [f"{lene.path}/people/{OTTO}"] == [own(one) for one in watched]
    assert ("updated", "contactPresence", "contact") in await brief(lene, 6)


async def test_who_goes_from_one_watched_group_to_another_is_watched_all_the_time(lene):
    """R7.36: nothing is told of that but the change of the list."""
    friends = await lene.make_group("Friends")
    await lene.join(OTTO, friends)
    for group in (await lene.groups()).values():
        assert 201 == (await lene.post(f"{WATCH}?groupId={group}&duration=30")).status
    await lene.package()
    await lene.delete(f"{MEMBERSHIPS}/{friends},{OTTO}")

    moved = [("added", "contact", "defaultGroup"), ("deleted", "contact", "group")]
    assert moved == await brief(lene, 26)
    assert [] == await brief(lene, 26)


async def test_who_watches_those_for_whom_she_may_act_goes_on_as_they_change(world, lene):
    """R7.30: others say who they are."""
    otto = await world.client(OTTO)
    await name_delegate(await world.client(SARA), SARA, OTTO)
    await otto.listen()
    delegators = system_group(OTTO, Kind.DELEGATORS)
    assert 201 == (await otto.post(f"{WATCH}?groupId={delegators}&duration=30")).status
    await otto.package()
    await name_delegate(lene, LENE, OTTO)

    assert [
        ("added", "contact", "delegatorsGroup"),
        ("added", "contact", "subscribedContacts"),
        ("updated", "contactPresence", "contact"),
    ] == await brief(otto, 6)
    await lene.delete(f"{MEMBERSHIPS}/{system_group(LENE, Kind.DELEGATES)},{OTTO}")
    assert [
        ("deleted", "contact", "delegatorsGroup"),
        ("deleted", "contact", "subscribedContacts"),
    ] == await brief(otto, 6)
