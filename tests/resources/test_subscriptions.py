"""Presence subscriptions: leases on news about people (BEHAVIOUR 7.4)."""

from __future__ import annotations

from itertools import pairwise

import pytest

from world import JSON, NAMESPACE, XML

both = pytest.mark.parametrize("accept", [JSON, XML])
HERE = "people/presenceSubscriptions"
MEMBERS = "people/presenceSubscriptionMemberships"
ADDED = ("people", "added", "contact", "subscribedContacts")
REMOVED = ("people", "deleted", "contact", "subscribedContacts")
NEWS = ("people", "updated", "contactPresence", "contact")


@pytest.fixture
async def lene(world):
    return await world.person("lenea", "Lene Aaling")


@pytest.fixture
async def sara(world):
    return await world.person("sarad")


@pytest.fixture
async def client(world, sara):
    """Sara's application, lurking: that is enough to watch (R7.42)."""
    return await world.client(sara)


def embedded(reply, rel):
    """Return what a reply embeds of a rel, in either format, by self link."""
    if "json" in reply.header("Content-Type"):
        return [one["_links"]["self"]["href"] for one in reply.tree["_embedded"][rel]]
    return [one.get("href") for one in reply.xml.findall(f"{NAMESPACE}resource[@rel='{rel}']")]


async def events(client, wait=16.0):
    return (await client.package(wait)).events()


# --- made


@both
async def test_subscribing(world, lene, sara, accept):
    """R7.28, R14: 201 with Location; both links lead to the same place."""
    client = await world.client(sara, accept)
    reply = await client.watch(lene)
    own = reply.header("Location")
    memberships = f"{client.path}/{MEMBERS}?presenceSubscriptionId={reply.property('id')}"

    assert 201 == reply.status
    assert f"{client.path}/{HERE}/{reply.property('id')}" == own
    assert {"memberships": memberships, "addToPresenceSubscription": memberships} == reply.hrefs
    assert "presenceSubscription" == (await client.get(own, {"Accept": JSON})).property("rel")


@both
@pytest.mark.parametrize(
    ("body", "bad"),
    [
        ({}, ["duration"]),
        ({"groupId": "x"}, ["duration"]),
        ({"duration": 10}, ["uris"]),
        ({"duration": 10, "uris": []}, ["uris"]),
        ({"duration": 10, "uris": ["sip:nobody"]}, ["uris"]),
        ({"duration": 10, "uris": ["mailto:a b@c"]}, ["uris"]),
        ({"duration": "long", "uris": ["a@b.c"]}, ["duration"]),
        ({"duration": 0, "uris": ["a@b.c"]}, ["duration"]),
        ({"duration": -10, "uris": ["a@b.c"]}, ["duration"]),
    ],
)
async def test_what_is_missing_or_wrong_is_named(world, sara, accept, body, bad):
    """R7.28, R16.9"""
    client = await world.client(sara, accept)
    reply = await client.post(HERE, body)

    assert (400, "BadRequest", "ParameterValidationFailure") == reply.reason
    assert bad == sorted(reply.bad)


@pytest.mark.parametrize(
    "body",
    [
        {"Duration": "11", "Uris": "sip:LeneA@Contoso.Test"},
        {"duration": 11, "uris": ["lenea@contoso.test", "SIP:lenea@contoso.test"]},
        {"duration": 11.0, "uris": ["sip:lenea@contoso.test;transport=tls"], "junk": None},
    ],
)
async def test_people_are_named_in_several_ways(world, lene, client, body):
    """R4.19, R4.20, R4.23: each is watched once."""
    assert 201 == (await client.post(HERE, body)).status

    assert [ADDED, ("people", "added", "presenceSubscription"), NEWS] == await events(client)


async def test_all_that_is_known_is_told_at_the_start(world, lene, sara, client):
    """R7.31: one package in this order; the presence always, the rest if there is any."""
    hers = await world.available(lene, supportedModalities=["Messaging"])
    await hers.post("me/note", {"message": "hello"})
    await hers.post("me/location", {"location": "here"})
    await client.watch(lene, sara)

    assert [
        ADDED,
        ADDED,
        ("people", "added", "presenceSubscription"),
        NEWS,
        ("people", "updated", "contactNote", "contact"),
        ("people", "updated", "contactLocation", "contact"),
        ("people", "updated", "contactSupportedModalities", "contact"),
        NEWS,
    ] == await events(client)


async def test_strangers_can_be_watched(world, client):
    """R7.29: they need not be on any list, nor in the directory."""
    await client.watch("somebody@elsewhere.test")

    assert NEWS in await events(client)
    assert 200 == (await client.get("people/subscribedContacts")).status


async def test_each_change_of_what_is_seen_is_told(world, lene, client):
    """R7.32"""
    hers = await world.available(lene)
    await client.watch(lene)
    await client.package()
    await hers.post("me/note", {"message": "hello"})
    assert [("people", "updated", "contactNote", "contact")] == await events(client)
    await hers.post("me/note", {"message": "hello"})
    await hers.post("me/location", {"location": "here"})
    assert [("people", "updated", "contactLocation", "contact")] == await events(client)
    await hers.post("me/presence", {"availability": "Busy"})

    assert [NEWS] == await events(client)


async def test_who_is_watched_twice_is_told_of_once(world, lene, client):
    """R7.36: also when the second subscription begins or ends."""
    hers = await world.available(lene)
    await client.watch(lene)
    await client.package()
    second = await client.watch(lene)
    assert [("people", "added", "presenceSubscription")] == await events(client)
    await hers.post("me/presence", {"availability": "Busy"})
    assert [NEWS] == await events(client)
    await client.delete(second.header("Location"))

    assert [("people", "deleted", "presenceSubscription")] == await events(client)


async def test_a_subscription_belongs_to_one_application(world, lene, sara, client):
    """R7.41"""
    other = await world.client(sara, endpointId="e2")
    reply = await client.watch(lene)

    assert [] == embedded(await other.get(HERE), "presenceSubscription")
    identifier = reply.property("id")
    assert (404, "NotFound", None) == (await other.get(f"{HERE}/{identifier}")).reason


# --- extended, ended


@both
async def test_extending(world, lene, sara, accept):
    """R7.34, R16.3: 200 with the resource; by query without a body, or by body."""
    client = await world.client(sara, accept)
    own = (await client.watch(lene, duration=10)).header("Location")
    for reply in (
        await client.post(f"{own}?duration=11"),
        await client.post(own, {"duration": 10}),
    ):
        assert 200 == reply.status
        assert {"memberships", "addToPresenceSubscription"} == reply.links()


@pytest.mark.parametrize(
    ("asked", "extended", "minutes"),
    [(10, None, 10), (30, None, 30), (1, None, 10), (99, None, 30), (10, 15, 25), (30, 30, 30)],
)
async def test_how_long_it_lasts(world, lene, client, asked, extended, minutes):  # noqa: PLR0917
    """R7.29, R7.34, R16.9: 10 to 30 minutes; extending adds, up to 30 from now."""
    own = (await client.watch(lene, duration=asked)).header("Location")
    if extended:
        await client.post(own, {"duration": extended})
    await world.advance(minutes * 60 - 1)
    assert 200 == (await client.get(own)).status
    await world.advance(2)

    assert (404, "NotFound", None) == (await client.get(own)).reason


async def test_the_end_is_announced_and_told(world, lene, client):
    """R7.33, R7.35: embedded, two minutes before; then who is no longer watched."""
    own = (await client.watch(lene, duration=10)).header("Location")
    await client.package()
    await client.package(26)
    told = []
    for _ in range(40):
        moment, package = world.clock.time, await client.package(26)
        told += [(event, package) for event in package.events()]
    (warning, package), *end = told

    assert ("people", "updated", "presenceSubscription") == warning
    shown = package.tree["sender"][0]["events"][0]["_embedded"]["presenceSubscription"]
    assert own == shown["_links"]["self"]["href"]
    assert [REMOVED, ("people", "deleted", "presenceSubscription")] == [event for event, _ in end]
    assert moment > 0


async def test_an_extended_one_is_announced_again(world, lene, client):
    """R7.33"""
    own = (await client.watch(lene, duration=10)).header("Location")
    warnings = []
    for _ in range(60):
        if ("people", "updated", "presenceSubscription") in await events(client, 26):
            warnings.append(world.clock.time)
            await client.post(own, {"duration": 10})

    assert len(warnings) > 1
    assert {600} == {round(b - a, -1) for a, b in pairwise(warnings)}


@both
async def test_cancelling(world, lene, sara, accept):
    """R7.35: 204, then the events; no presence."""
    client = await world.client(sara, accept)
    own = (await client.watch(lene)).header("Location")
    await client.package()
    reply = await client.delete(own)

    assert (204, b"") == (reply.status, reply.body)
    package = await client.package()
    assert b"deleted" in package.body
    assert b"contactPresence" not in package.body
    for again in (await client.delete(own), await client.post(own, {"duration": 10})):
        assert (404, "NotFound", None) == again.reason


async def test_after_the_end_there_is_no_news(world, lene, client):
    """R7.35"""
    hers = await world.available(lene)
    await client.delete((await client.watch(lene)).header("Location"))
    await client.package()
    await hers.post("me/presence", {"availability": "Busy"})

    assert [] == await events(client, 26)


async def test_watching_again_tells_everything_again(world, lene, client):
    """R7.31: after each start, in the right order even if nobody listened in between."""
    for _ in range(2):
        own = (await client.watch(lene)).header("Location")
        await client.delete(own)
    await client.watch(lene)
    told = await events(client)

    assert NEWS in told[max(i for i, event in enumerate(told) if event == REMOVED) :]


# --- members


@both
async def test_members_are_listed(world, lene, sara, accept):
    """R7.38, R7.39: of one subscription or of all; a comma joins the id and the address."""
    client = await world.client(sara, accept)
    reply = await client.watch(lene, sara)
    await client.watch(lene)
    mine = await client.get(reply.hrefs["memberships"])
    paths = embedded(mine, "presenceSubscriptionMembership")
    one = await client.get(paths[0])

    assert 2 == len(paths)
    assert 3 == len(embedded(await client.get(MEMBERS), "presenceSubscriptionMembership"))
    assert f"{client.path}/{MEMBERS}/{reply.property('id')},{lene}" == paths[0]
    assert reply.header("Location") == one.hrefs["presenceSubscription"]
    assert f"{client.path}/people/{lene}" == one.hrefs["contact"]


@both
async def test_members_are_added(world, lene, sara, accept):
    """R7.37: 201 and the same events as at the start, for the new ones."""
    client = await world.client(sara, accept)
    own = await client.watch(lene)
    await client.package()
    uris = [f"sip:{sara}", f"sip:{lene}"]
    reply = await client.post(own.hrefs["addToPresenceSubscription"], {"contactUris": uris})

    assert 201 == reply.status
    assert 2 == len(embedded(reply, "presenceSubscriptionMembership"))
    assert sara.encode() in (await client.package()).body


@both
@pytest.mark.parametrize(
    "path", [f"{MEMBERS}?presenceSubscriptionId=gone", f"{MEMBERS}/gone,a@b.c"]
)
async def test_members_of_what_has_ended_are_not_found(world, sara, accept, path):
    """R7.37, R16.14: no subcode, which would make clients recreate everything."""
    client = await world.client(sara, accept)

    assert (404, "NotFound", None) == (await client.get(path)).reason
    if "?" in path:
        reply = await client.post(path, {"contactUris": ["a@b.c"]})
        assert (404, "NotFound", None) == reply.reason


async def test_a_member_is_removed_and_the_subscription_stays(world, lene, sara, client):
    """R7.38: even when nobody is left in it."""
    own = await client.watch(lene, sara)
    paths = embedded(await client.get(own.hrefs["memberships"]), "presenceSubscriptionMembership")
    await client.package()
    for path in paths:
        assert 204 == (await client.delete(path)).status

    assert [REMOVED, REMOVED] == await events(client)
    assert 404 == (await client.delete(paths[0])).status
    assert [] == embedded(await client.get(MEMBERS), "presenceSubscriptionMembership")
    assert [own.header("Location")] == embedded(await client.get(HERE), "presenceSubscription")


@both
async def test_everyone_who_is_watched(world, lene, sara, accept):
    """R7.39: [] when there is nobody; each once."""
    client = await world.client(sara, accept)
    assert [] == embedded(await client.get("people/subscribedContacts"), "contact")
    await client.watch(lene, sara)
    await client.watch(lene, "somebody@elsewhere.test")
    paths = embedded(await client.get("people/subscribedContacts"), "contact")

    people = (lene, sara, "somebody@elsewhere.test")
    assert {f"{client.path}/people/{address}" for address in people} == set(paths)


# --- limits and permissions


@both
async def test_limits(world_with, accept):
    """R7.40: what is too much changes nothing."""
    world = await world_with(subscriptions={"per_application": 2, "contacts": 2})
    client = await world.client(await world.person("sarad"), accept)
    too_many = await client.watch("a@x.y", "b@x.y", "c@x.y")
    own = await client.watch("a@x.y", "b@x.y")
    add = await client.post(own.hrefs["memberships"], {"contactUris": ["c@x.y"]})
    await client.watch("a@x.y")
    third = await client.watch("a@x.y")

    for reply in (too_many, add, third):
        assert (403, "Forbidden", "LimitExceeded") == reply.reason
    assert 2 == len(embedded(await client.get(HERE), "presenceSubscription"))


@both
@pytest.mark.parametrize("path", [HERE, MEMBERS, "people/subscribedContacts", f"{HERE}/1"])
async def test_guests_watch_nobody(world, accept, path):
    """R7.42"""
    guest = await world.guest(accept)

    assert (403, "Forbidden", None) == (await guest.get(path)).reason
    if path == HERE:
        assert (403, "Forbidden", None) == (await guest.watch("a@b.c")).reason


async def test_subscriptions_end_with_the_application(world, lene, client):
    """R2.20, R7.41"""
    hers = await world.available(lene)
    await client.watch(lene)
    await client.delete("")
    await client.create()
    await hers.post("me/presence", {"availability": "Busy"})

    assert [] == embedded(await client.get(HERE), "presenceSubscription")
    assert [] == await events(client, 26)
