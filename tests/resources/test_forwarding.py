"""The settings of call forwarding: what they show, and changing them by PUT (R8.17, R4.27)."""

from __future__ import annotations

import pytest

from openucwa.app.render import GUID_VALUE
from openucwa.domain.ports import EVERYBODY
from world import JSON, NAMESPACE, XML, Client

SETTINGS = "me/callForwardingSettings"
PARTS = ("immediateForwardSettings", "simultaneousRingSettings", "unansweredCallSettings")
IMMEDIATE, RING, UNANSWERED = (f"{SETTINGS}/{part}" for part in PARTS)


@pytest.fixture(params=[JSON, XML])
async def client(world, request):
    await world.person("sarad")
    return await world.client(await world.person("lenea"), request.param)


async def voicemail(world, value="Enabled"):
    """Give everybody voicemail."""
    for node in world.nodes:
        policies = node.dispatcher.services.policies
        await policies.set(EVERYBODY, "exchangeUnifiedMessaging", value)


async def put(client: Client, url: str, **body: object):
    """Read a resource, and send back its etag and GUID property with the changes."""
    reply = await client.get(url)
    if client.accept == JSON:
        names = [name for name, value in reply.tree.items() if value == GUID_VALUE]
    else:
        found = reply.xml.findall(f"{NAMESPACE}property")
        names = [one.get("name") for one in found if one.text == GUID_VALUE]
    [guid] = names
    return await client.put(url, {guid: "x", **body}, {"If-Match": reply.header("ETag")})


async def shown(client: Client) -> tuple[str, str, str]:
    reply = await client.get(SETTINGS)
    names = ("activePeriod", "activeSetting", "unansweredCallHandling")
    return tuple(map(reply.property, names))


async def target(client: Client, url: str) -> tuple[str, int]:
    reply = await client.get(url)
    return reply.property("target"), int(reply.property("ringDelay"))


async def test_nothing_is_forwarded_by_default(client):
    assert ("Always", "None", "Disabled") == await shown(client)
    assert ("None", 0) == await target(client, RING)
    assert ("None", 20) == await target(client, UNANSWERED)
    assert "None" == (await client.get(IMMEDIATE)).property("target")


async def test_the_parts_are_embedded(client):
    reply = await client.get(SETTINGS)

    if client.accept == JSON:
        assert list(PARTS) == list(reply.tree["_embedded"])
    else:
        found = reply.xml.findall(f"{NAMESPACE}resource")
        assert list(PARTS) == [one.get("rel") for one in found]


async def links(client: Client) -> set[str]:
    found = set()
    for url in (SETTINGS, IMMEDIATE, RING, UNANSWERED):
        found |= (await client.get(url)).links()
    return found


ALWAYS = {"immediateForwardToContact", "simultaneousRingToContact", "resetUnansweredCallSettings"}


async def test_links_show_what_can_be_done_now(world, client):
    assert ALWAYS | {"unansweredCallToContact"} == await links(client)

    await voicemail(world)
    to_voicemail = {"immediateForwardToVoicemail", "unansweredCallToVoicemail"}
    assert ALWAYS | to_voicemail | {"unansweredCallToContact"} == await links(client)

    await client.post(f"{IMMEDIATE}/immediateForwardToVoicemail")
    assert ALWAYS | {"immediateForwardToVoicemail", "turnOffCallForwarding"} == await links(client)


async def test_voicemail_takes_unanswered_calls_as_long_as_there_is_one(world, client):
    await voicemail(world)
    assert ("Always", "None", "Enabled") == await shown(client)
    assert ("Voicemail", 20) == await target(client, UNANSWERED)

    await client.post(f"{IMMEDIATE}/immediateForwardToVoicemail")
    assert ("Always", "ImmediateForward", "Disabled") == await shown(client)

    await voicemail(world, "Disabled")
    assert ("Always", "None", "Disabled") == await shown(client)
    assert "None" == (await client.get(IMMEDIATE)).property("target")


async def test_what_is_left_out_of_a_put_stays(client):
    await client.post(f"{RING}/simultaneousRingToContact", {"target": "tel:+4533333333"})
    reply = await put(client, SETTINGS, activePeriod="workhours")
    assert (200, b"") == (reply.status, reply.body)
    assert ("Workhours", "SimultaneousRing", "Disabled") == await shown(client)

    await put(client, RING, RingDelay=15)
    assert ("Contact", 15) == await target(client, RING)

    await put(client, SETTINGS, ActiveSetting="none")
    assert ("Workhours", "None", "Disabled") == await shown(client)
    assert ("Contact", 15) == await target(client, RING)

    await put(client, UNANSWERED, ringDelay=30)
    assert ("None", 30) == await target(client, UNANSWERED)


async def test_everything_may_be_sent_back_as_it_was_read(world):
    """R4.27"""
    client = await world.client(await world.person("lenea"))
    await voicemail(world)
    await client.post(f"{RING}/simultaneousRingToContact", {"target": "tel:+4533333333"})
    for url in (SETTINGS, RING, UNANSWERED):
        before = await client.get(url)
        reply = await client.put(url, before.tree, {"If-Match": before.header("ETag")})
        assert 200 == reply.status
        assert before.tree == (await client.get(url)).tree


@pytest.mark.parametrize(
    ("url", "body", "bad"),
    [
        (SETTINGS, {"activeSetting": "Sometimes"}, "activeSetting"),
        (SETTINGS, {"activeSetting": "ImmediateForward"}, "activeSetting"),
        (SETTINGS, {"activeSetting": "SimultaneousRing"}, "activeSetting"),
        (SETTINGS, {"activePeriod": "Weekends"}, "activePeriod"),
        (SETTINGS, {"unansweredCallHandling": "Enabled"}, "unansweredCallHandling"),
        (RING, {"ringDelay": 56}, "ringDelay"),
        (RING, {"ringDelay": -1}, "ringDelay"),
        (RING, {"target": "Voicemail"}, "target"),
        (RING, {"target": "Contact"}, "target"),
        (UNANSWERED, {"ringDelay": 4}, "ringDelay"),
        (UNANSWERED, {"ringDelay": 61}, "ringDelay"),
        (UNANSWERED, {"ringDelay": "soon"}, "ringDelay"),
        (UNANSWERED, {"target": "Team"}, "target"),
        (UNANSWERED, {"target": "Contact"}, "target"),
    ],
    ids=str,
)
async def test_bad_parameters_are_named_and_nothing_changes(client, url, body, bad):
    before = (await client.get(SETTINGS)).body
    reply = await put(client, url, **{"activePeriod": "Workhours", **body})

    assert (400, [bad]) == (reply.status, reply.bad)
    assert before == (await client.get(SETTINGS)).body


@pytest.mark.parametrize(
    ("url", "body", "subcode"),
    [
        (RING, {"target": "Delegates"}, "NoDelegatesConfigured"),
        (RING, {"target": "Team"}, "NoTeamMembersConfigured"),
        (UNANSWERED, {"target": "Voicemail"}, None),
    ],
    ids=str,
)
async def test_targets_that_do_not_exist_are_refused(client, url, body, subcode):
    assert (403, "Forbidden", subcode) == (await put(client, url, **body)).reason


async def test_unanswered_calls_cannot_be_set_while_all_are_forwarded(client):
    await client.post(f"{IMMEDIATE}/immediateForwardToContact", {"target": "tel:+4533333333"})

    assert (403, "Forbidden", None) == (await put(client, UNANSWERED, ringDelay=10)).reason


@pytest.mark.parametrize("url", [SETTINGS, RING, UNANSWERED])
async def test_a_put_needs_etag_and_guid(client, url):
    """R4.28, R4.30"""
    etag = (await client.get(url)).header("ETag")

    assert 428 == (await client.put(url, {})).status
    assert 412 == (await client.put(url, {}, {"If-Match": '"1"'})).status
    assert 400 == (await client.put(url, {}, {"If-Match": etag})).status


async def test_a_part_does_not_change_the_etag_of_the_whole(client):
    """R4.31"""
    whole, part = (
        (await client.get(SETTINGS)).header("ETag"),
        (await client.get(RING)).header("ETag"),
    )
    await put(client, RING, ringDelay=15)

    assert whole == (await client.get(SETTINGS)).header("ETag")
    assert part != (await client.get(RING)).header("ETag")
    assert 304 == (await client.get(SETTINGS, {"If-None-Match": whole})).status


@pytest.mark.parametrize("accept", [JSON, XML])
async def test_guests_have_no_calls(world, accept):
    guest = await world.guest(accept)

    for url in (SETTINGS, IMMEDIATE, RING, UNANSWERED):
        assert (403, "Forbidden", None) == (await guest.get(url)).reason
    assert "callForwardingSettings" not in (await guest.get("me")).links()


async def test_settings_need_the_scope_of_the_user(world):
    client = await world.limited(await world.person("lenea"), "Contacts.ReadWrite")

    assert (403, "Forbidden", None) == (await client.get(SETTINGS)).reason
