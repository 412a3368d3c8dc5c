"""Applications: created, opened again, looked at, ended and forgotten (BEHAVIOUR 2)."""

from __future__ import annotations

import asyncio
import re

import pytest

from world import APPLICATIONS, JSON, NAMESPACE, XML, Client

both = pytest.mark.parametrize("accept", [JSON, XML])


@pytest.fixture
async def lene(world):
    return await world.person("lenea", "Lene Aaling", title="Designer", emails=("l@contoso.test",))


@both
async def test_an_application_is_created_with_everything_to_go_on_from(world, lene, accept):
    """R2.2, R2.6: 201, Location and ETag; the body has links and all four dashboards."""
    client = await world.client(lene, accept)
    reply = client.created

    assert 201 == reply.status
    assert re.fullmatch(rf"{APPLICATIONS}/[0-9]{{12}}", reply.header("Location"))
    assert f'"{reply.property("etag")}"' == reply.header("ETag")
    assert {"policies", "events"} <= reply.links()
    assert ["en-US", "test/1", "e1"] == [
        reply.property(name) for name in ("culture", "userAgent", "endpointId")
    ]
    assert reply.header("Location").endswith(reply.property("id"))


async def test_each_dashboard_is_complete(world, lene):
    """R2.6, R15.26: the library starts only from what is embedded here."""
    client = await world.client(lene)
    embedded = client.created.tree["_embedded"]

    assert ["me", "people", "onlineMeetings", "communication"] == list(embedded)
    for rel, dashboard in embedded.items():
        assert dashboard == (await client.get(dashboard["_links"]["self"]["href"])).tree
        assert rel == dashboard["rel"]


async def test_the_dashboards_in_xml(world, lene):
    client = await world.client(lene, XML)
    embedded = client.created.xml.findall(f"{NAMESPACE}resource")

    assert ["me", "people", "onlineMeetings", "communication"] == [e.get("rel") for e in embedded]


async def test_hrefs_are_relative_and_begin_with_27_known_characters(world, lene):
    """R1.11, R4.8; Location and self are the same text (R15.18)."""
    reply = (await world.client(lene)).created
    hrefs = re.findall(rb'"href":"([^"]*)"', reply.body)

    assert 27 == len(APPLICATIONS)
    assert [] == [href for href in hrefs if not href.startswith(APPLICATIONS.encode())]
    assert reply.header("Location") == reply.tree["_links"]["self"]["href"]


@pytest.mark.parametrize(
    "body",
    [
        {"UserAgent": "a", "EndpointId": "b", "Culture": "c"},
        {"userAgent": "a", "endpointId": "b", "culture": "c", "Self": None, "DomainName": "x"},
        {"userAgent": "a" * 100, "endpointId": "b", "culture": "c", "type": "browser"},
    ],
)
async def test_names_match_in_any_case_and_unknown_ones_are_ignored(world, lene, body):
    """R2.1, R4.20, R0.3"""
    client = Client(world, await world.token(lene))

    assert 201 == (await client.send("POST", APPLICATIONS, body)).status


@both
@pytest.mark.parametrize(
    ("body", "bad"),
    [
        ({}, ["culture", "endpointId", "userAgent"]),
        ({"culture": "en", "userAgent": None}, ["endpointId", "userAgent"]),
        ({"culture": "x" * 101, "endpointId": "1", "userAgent": "u"}, ["culture"]),
        ({"culture": "en", "endpointId": "1", "userAgent": "u", "type": "Toaster"}, ["type"]),
    ],
)
async def test_what_is_missing_or_wrong_is_named(world, lene, accept, body, bad):
    """R2.1, R4.4: all problems at once."""
    client = Client(world, await world.token(lene), accept)
    reply = await client.send("POST", APPLICATIONS, body)

    assert (400, "BadRequest", "ParameterValidationFailure") == reply.reason
    assert bad == sorted(reply.bad)


@pytest.mark.parametrize("path", [APPLICATIONS, "/ucwa/v1/applications", APPLICATIONS.upper()])
async def test_both_prefixes_serve_and_one_is_linked(world, lene, path):
    """R1.11, R1.14"""
    client = Client(world, await world.token(lene))
    body = {"culture": "en", "endpointId": "1", "userAgent": "u"}
    reply = await client.send("POST", path, body)

    assert 201 == reply.status
    assert reply.header("Location").startswith(APPLICATIONS)


# --- the same application again


async def test_the_same_key_opens_the_same_application_again(world, lene):
    """R2.3, CLIENT-RULES R16: 200, in its present state."""
    client = await world.available(lene)
    again = Client(world, client.token)
    reply = await again.create()

    assert (200, client.path) == (reply.status, again.path)
    assert "presence" in reply.tree["_embedded"]["me"]["_links"]


@pytest.mark.parametrize(
    "other",
    [{"endpointId": "e2"}, {"culture": "da-DK"}, {"userAgent": "test/2"}, {"type": "Browser"}],
)
async def test_any_other_key_is_another_application(world, lene, other):
    """R2.3"""
    client = await world.client(lene)
    second = await world.client(lene, **other)

    assert 201 == second.created.status
    assert client.path != second.path


async def test_endpoint_ids_of_different_people_do_not_meet(world, lene):
    """CLIENT-RULES 4: one client uses the same id for every user."""
    first = await world.client(lene)
    second = await world.client(await world.person("sarad"))

    assert first.path != second.path


async def test_two_creations_at_once_make_one_application(world, lene):
    """R2.3"""
    token = await world.token(lene)
    one, two = Client(world, token), Client(world, token)
    replies = await asyncio.gather(one.create(), two.create())

    assert [200, 201] == sorted(reply.status for reply in replies)
    assert one.path == two.path


async def test_a_client_that_starts_anew_makes_itself_available_again(world, lene):
    """R2.15: the link is shown again, its call succeeds and tells nobody anything new."""
    client = await world.available(lene)
    await client.package()
    await client.get("me")
    await Client(world, client.token).create()
    assert "makeMeAvailable" in (await client.get("me")).links()
    again = await client.post("me/makeMeAvailable", {})
    await world.advance(10)

    assert 204 == again.status
    assert "makeMeAvailable" not in (await client.get("me")).links()
    assert (await client.poll()).reply is None


async def test_a_client_that_only_looks_does_not_see_makemeavailable_again(world, lene):
    """CLIENT-RULES R16: one client recurses without end if it does."""
    client = await world.available(lene)
    reply = await client.create()

    assert 200 == reply.status
    assert "makeMeAvailable" not in reply.tree["_embedded"]["me"]["_links"]


# --- several instances of one application


async def test_a_new_instance_gets_a_channel_of_its_own(world, lene):
    """R2.3, R2.4, R2.25: 201, then 200; the same state, each event to each channel."""
    first = await world.client(lene, type="Browser", instanceId="a")
    second = Client(world, first.token)
    reply = await second.create(type="Browser", instanceId="b")
    again = await second.create(type="Browser", instanceId="b")
    await first.post("me/makeMeAvailable?instanceId=a", {})

    assert (201, 200, first.path) == (reply.status, again.status, second.path)
    assert f"{first.path}?instanceId=b" == reply.tree["_links"]["self"]["href"]
    assert ["b", "Browser"] == [reply.property("instanceId"), reply.property("type")]
    assert (await first.package()).events() == (await second.package()).events() != []


@pytest.mark.parametrize("instance", ["tab-1", "a b", "a&ack=9", "{7F}", "ü%#?"])
async def test_the_links_of_an_instance_lead_to_it_whatever_it_is_called(world, lene, instance):
    """R2.4, R3.1: events, next and self carry the instance's id."""
    client = await world.client(lene, instanceId=instance)
    own = client.created.tree["_links"]["self"]["href"]
    await client.post(f"{client.path}/me/makeMeAvailable?{own.partition('?')[2]}", {})
    await client.package()
    reply = await client.get(own)

    assert instance == reply.property("instanceId")
    assert (await client.poll()).reply is None


async def test_deleting_one_instance_leaves_the_others(world, lene):
    """R2.24; a poll of the one that goes is answered at once."""
    first = await world.client(lene, instanceId="a")
    second = Client(world, first.token)
    await second.create(instanceId="b")
    parked, other = await first.poll(), await second.poll()
    reply = await first.delete("?instanceId=a")

    assert 204 == reply.status
    assert (404, "NotFound", "ApplicationNotFound") == parked.reply.reason
    assert other.reply is None
    assert 200 == (await second.get("?instanceId=b")).status
    assert 404 == (await second.get("?instanceId=a")).status


# --- the end


@both
async def test_a_deleted_application_is_not_found(world, lene, accept):
    """R2.24, R2.23: on every URL below it; ApplicationNotFound means it, so one recreates."""
    client = await world.available(lene, accept)

    assert 204 == (await client.delete("")).status
    for path in ("", "me", "events?ack=1", "me/reportMyActivity", "people/a@b.c", "nothing"):
        reply = await client.get(path)
        assert (404, "NotFound", "ApplicationNotFound") == reply.reason, path


@both
@pytest.mark.parametrize("path", ["", "me", "events?ack=1", "me/presence", "nothing"])
async def test_other_peoples_applications_do_not_exist(world, lene, accept, path):
    """R5.3: the same answer as for an id that nobody has."""
    client = await world.available(lene)
    other = Client(world, await world.token(await world.person("sarad")), accept)
    theirs = await other.get(f"{client.path}/{path}".rstrip("/"))
    nobodys = await other.get(f"{APPLICATIONS}/999999999999/{path}".rstrip("/"))

    assert (404, "NotFound", "ApplicationNotFound") == theirs.reason == nobodys.reason
    assert theirs.body == nobodys.body
    assert 404 == (await other.delete(client.path)).status
    assert 200 == (await client.get("")).status


async def test_without_a_poll_for_a_quarter_of_an_hour_it_ends(world, lene):
    """R2.18 a, R16.29: only polls count; an available one is Gone, and later forgotten."""
    client = await world.available(lene)
    await client.package()
    for _ in range(14):
        await world.advance(60)
        await client.report()
    assert 200 == (await client.get("")).status
    await world.advance(61)

    assert (410, "Gone", "InactiveApplicationExpired") == (await client.get("me")).reason
    await world.advance(1801)
    assert (404, "NotFound", "ApplicationNotFound") == (await client.get("me")).reason


async def test_one_that_was_never_available_is_simply_not_found(world, lene):
    """R2.18 a, R16.29"""
    client = await world.client(lene)
    await (await client.poll()).leave()
    await world.advance(901)

    assert (404, "NotFound", "ApplicationNotFound") == (await client.get("me")).reason


async def test_a_parked_poll_keeps_the_application_alive(world, lene):
    """R2.22, R16.30: the clock runs only while none is parked."""
    client = await world.client(lene)
    parked = await client.poll(more="&timeout=1800")
    await world.advance(1799)

    assert parked.reply is None
    await world.advance(2)
    assert 200 == parked.reply.status
    await world.advance(890)
    assert 200 == (await client.get("")).status


async def test_a_client_that_never_polls_has_an_hour_between_requests(world, lene):
    """R2.18 c, R2.21: any request counts, refused ones too."""
    client = await world.client(lene)
    for path in ("me", "me/presence", "nothing"):
        await world.advance(3500)
        await client.get(path)
    await world.advance(3500)
    assert 200 == (await client.get("")).status
    await world.advance(3602)

    assert (404, "NotFound", "ApplicationNotFound") == (await client.get("")).reason


async def test_without_reported_activity_an_available_application_ends(world_with):
    """R2.18 b and d: polls do not help; in lurker mode the rule does not apply."""
    world = await world_with(applications={"activity_grace": 1200})
    lene = await world.person("lenea")
    available, lurker = await world.available(lene), await world.client(lene, endpointId="e2")
    await available.package()
    for client in (available, lurker):
        await client.poll(more="&timeout=1800")
    await world.advance(1180)
    assert 200 == (await available.get("")).status
    await world.advance(21)

    assert (410, "Gone", "InactiveApplicationExpired") == (await available.get("")).reason
    assert 200 == (await lurker.get("")).status


@both
async def test_there_can_be_too_many_applications_of_one_person(world_with, accept):
    """R2.8: the new one is refused, nothing is evicted; room is made by ending one."""
    world = await world_with(applications={"per_user": 2})
    lene = await world.person("lenea")
    first = await world.client(lene)
    await world.client(lene, endpointId="e2")
    third = Client(world, first.token, accept)

    assert (410, "Gone", "TooManyApplications") == (await third.create(endpointId="e3")).reason
    assert 200 == (await first.create()).status
    await first.delete("")
    assert 201 == (await third.create(endpointId="e3")).status


async def test_expired_applications_make_room(world_with):
    """R2.8"""
    world = await world_with(applications={"per_user": 1})
    lene = await world.person("lenea")
    client = await world.client(lene)
    await world.advance(3602)

    assert 201 == (await client.create(endpointId="e2")).status


async def test_options_say_what_can_be_done(world):
    """R2.9, R16.15"""
    reply = await world.ask("OPTIONS", APPLICATIONS)

    assert (200, "POST, OPTIONS") == (reply.status, reply.header("Allow"))


async def test_the_photo_cookie_comes_with_the_application(world, lene):
    """R2.31, CLIENT-RULES R21"""
    client = await world.client(lene)
    cookies = [reply.header("Set-Cookie") for reply in (client.created, await client.get(""))]

    assert cookies[0] == cookies[1]
    assert re.fullmatch(
        rf"cwt_ucwa=[^;]+; path={client.path}/photos; Secure; HttpOnly; SameSite=None", cookies[0]
    )


async def test_the_events_link_names_the_first_unacknowledged_package(world, lene):
    """R3.1a, R15.14: a reloaded tab goes on from there; there is a ? to append to."""
    client = await world.available(lene)
    assert "?ack=1&" in client.next
    await client.package()
    assert "?ack=1&" in (await client.get("")).hrefs["events"]
    await client.poll()

    assert "?ack=2&" in (await client.get("")).hrefs["events"]


@both
async def test_an_application_that_has_not_changed_is_not_sent_again(world, lene, accept):
    """R4.32: 304 without a body, until something of its own changes."""
    client = await world.client(lene, accept)
    known = {"If-None-Match": (await client.get("")).header("ETag")}
    reply = await client.get("", known)

    assert (304, b"") == (reply.status, reply.body)
    assert 200 == (await client.get("", {"If-None-Match": '"1"'})).status
