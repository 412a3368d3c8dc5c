"""The communication dashboard and its PUT (R4.27-R4.34, R9.47)."""

from __future__ import annotations

import re

import pytest

from world import JSON, XML

both = pytest.mark.parametrize("accept", [JSON, XML])
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TEXT = "please pass this in a PUT request"


@pytest.fixture
async def lene(world):
    return await world.person("lenea")


def guid(reply):
    """Return the name of the property that a PUT must repeat, as one client finds it."""
    return GUID.search(reply.body.decode().partition(TEXT)[0][-60:])[0]


async def put(client, **body):
    """GET, change, PUT back with everything that has to come along."""
    reply = await client.get("communication")
    match = {"If-Match": reply.header("ETag")}
    return await client.put("communication", {guid(reply): TEXT} | body, match)


@both
async def test_the_guid_is_the_second_property(world, lene, accept):
    """R4.28, R4.29, R4.15, R18: stable while the application lives."""
    client = await world.client(lene, accept)
    reply = await client.get("communication")

    if accept == JSON:
        names = list(reply.tree)
        assert ["conversationHistory", guid(reply)] == names[:2]
    assert (
        f'{guid(reply)}"'.encode() + (b">" if accept == XML else b':"') + TEXT.encode()
        in reply.body
    )
    assert guid(reply) == guid(await client.get("communication"))
    assert guid(reply) == guid(client.created)


async def test_each_application_has_its_own(world, lene):
    one, other = await world.client(lene), await world.client(lene, endpointId="e2")

    assert guid(one.created) != guid(other.created)


@both
async def test_a_change(world, lene, accept):
    """R4.34: 200; what is left out stays (R4.27); it is told with the new state (R9.47)."""
    client = await world.available(lene, accept, supportedModalities=["Messaging"])
    await client.package()
    before = await client.get("communication")
    reply = await put(client, ConversationHistory="enabled", unknown="x", rel="communication")
    after = await client.get("communication")

    assert 200 == reply.status
    assert ["Enabled", ["Messaging"]] == [
        after.property("conversationHistory"),
        after.property("supportedModalities"),
    ]
    assert before.header("ETag") != after.header("ETag")
    assert b"Enabled" in (await client.package()).body


async def test_the_whole_resource_may_come_back(world, lene):
    """R4.27, R15.9: with links, rel and etag, as the library sends it."""
    client = await world.client(lene)
    reply = await client.get("communication")
    body = reply.tree | {"audioPreference": "PhoneAudio"}
    answer = await client.put("communication", body, {"If-Match": f'"{reply.tree["etag"]}"'})

    assert 200 == answer.status
    assert "PhoneAudio" == (await client.get("communication")).property("audioPreference")


@both
async def test_without_if_match(world, lene, accept):
    """R4.30: 428"""
    client = await world.client(lene, accept)
    reply = await client.put("communication", {"audioPreference": "PhoneAudio"})

    assert (428, "PreconditionRequired", None) == reply.reason


@both
async def test_with_a_stale_if_match(world, lene, accept):
    """R4.30: 412"""
    client = await world.client(lene, accept)
    stale = await client.get("communication")
    await put(client, audioPreference="PhoneAudio")
    body = {guid(stale): TEXT, "audioPreference": "VoipAudio"}
    reply = await client.put("communication", body, {"If-Match": stale.header("ETag")})

    assert (412, "PreconditionFailed", None) == reply.reason
    assert "PhoneAudio" == (await client.get("communication")).property("audioPreference")


@pytest.mark.parametrize("spelling", ["{}", '"{}"', 'W/"{}"', "*", '"1", "{}"'])
async def test_spellings_of_if_match(world, lene, spelling):
    """R4.30"""
    client = await world.client(lene)
    reply = await client.get("communication")
    match = {"If-Match": spelling.format(reply.property("etag"))}

    assert 200 == (await client.put("communication", {guid(reply): TEXT}, match)).status


@both
async def test_without_the_guid(world, lene, accept):
    """R4.28: 400, and its name"""
    client = await world.client(lene, accept)
    reply = await client.get("communication")
    refused = await client.put("communication", {}, {"If-Match": reply.header("ETag")})

    assert (400, "BadRequest", "ParameterValidationFailure") == refused.reason
    assert [guid(reply)] == refused.bad


@pytest.mark.parametrize("text", ["please pass me", "", 1, True])
async def test_only_the_name_of_the_guid_counts(world, lene, text):
    """R4.28, R16.12"""
    client = await world.client(lene)
    reply = await client.get("communication")
    body = {guid(reply).upper(): text}

    assert 200 == (await client.put("communication", body, {"If-Match": "*"})).status


@both
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("audioPreference", "Loud"),
        ("conversationHistory", "Sometimes"),
        ("supportedModalities", ["Telepathy"]),
        ("supportedMessageFormats", ["Rtf"]),
    ],
)
async def test_wrong_values(world, lene, accept, name, value):
    client = await world.client(lene, accept)
    reply = await put(client, **{name: value})

    assert (400, "BadRequest", "ParameterValidationFailure") == reply.reason
    assert [name] == reply.bad


async def test_a_change_of_nothing_is_not_told(world, lene):
    client = await world.client(lene)
    await put(client, audioPreference="VoipAudio")

    assert [] == (await client.package(26)).events()


@both
async def test_it_takes_a_scope_of_conversations(world, lene, accept):
    """R13.1: either of the two."""
    for scope, status in (
        ("Conversations.Initiate", 200),
        ("Conversations.Receive", 200),
        ("User.ReadWrite", 403),
    ):
        client = await world.limited(lene, scope, accept=accept)
        assert status == (await client.get("communication")).status
