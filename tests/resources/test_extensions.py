"""Data that apps keep with meetings (R10.9)."""

from __future__ import annotations

import asyncio

import pytest

from openucwa.domain.meetings import EXTENSION_DATA, EXTENSIONS
from world import JSON, NAMESPACE, XML

both = pytest.mark.parametrize("accept", [JSON, XML])
GONE = (404, "NotFound", None)
INVALID = (400, "BadRequest", "ParameterValidationFailure")


@pytest.fixture(params=[JSON, XML])
async def client(world, request):
    return await world.client(await world.person("lenea"), request.param)


@pytest.fixture
async def here(client):
    """Where the extensions of a meeting are."""
    made = await client.post("onlineMeetings/myOnlineMeetings", {"subject": "Plans"})
    return made.href("onlineMeetingExtensions")


async def test_an_extension_has_properties_of_any_names(client, here):
    said = {"id": "Agenda", "type": "RoamedParticipantData", "Key": "value", "empty": "x", "É": "é"}
    made = await client.post(here, said)
    found = await client.get(f"{here}/Agenda")

    assert (201, f"{here}/Agenda") == (made.status, made.header("Location"))
    assert said == {name: found.property(name) for name in said}
    assert (made.body, made.header("ETag")) == (found.body, found.header("ETag"))


async def test_extensions_are_embedded_in_their_meeting(client, here):
    """Its own etag stays: only what is embedded has changed (R4.31)."""
    before = await client.get(here.removesuffix("/extensions"))
    await client.post(here, {"id": "a", "Key": "1"})
    await client.post(here, {"id": "b"})
    shown = await client.get(here.removesuffix("/extensions"), {"Accept": JSON})
    listed = await client.get(here, {"Accept": JSON})

    assert before.header("ETag") == shown.header("ETag")
    embedded = [reply.tree["_embedded"]["onlineMeetingExtension"] for reply in (shown, listed)]
    assert embedded[0] == embedded[1]
    assert [("a", "1"), ("b", None)] == [(one["id"], one.get("Key")) for one in embedded[0]]
    assert ["Undefined"] * 2 == [one["type"] for one in embedded[0]]


async def test_before_there_is_any_the_list_is_empty(client, here):
    reply = await client.get(here)

    assert 200 == reply.status
    if client.accept == JSON:
        assert {"onlineMeetingExtension": []} == reply.tree["_embedded"]
    else:
        assert [] == reply.xml.findall(f"{NAMESPACE}resource")


async def test_a_change_replaces_the_data_and_keeps_the_rest(client, here):
    made = await client.post(here, {"id": "a", "type": "RoamedOrganizerData", "x": "1", "y": "2"})
    href, guid = made.header("Location"), {made.guid: "please pass this in a PUT request"}
    first = {"If-Match": made.header("ETag")}

    assert 428 == (await client.put(href, guid)).status
    assert 400 == (await client.put(href, {"x": "3"}, first)).status
    changed = await client.put(href, guid | {"id": "other", "x": "3"}, first)
    assert (200, "a", "RoamedOrganizerData", "3", None) == (
        changed.status,
        *(changed.property(name) for name in ("id", "type", "x", "y")),
    )
    assert made.guid == changed.guid
    assert 412 == (await client.put(href, guid, first)).status


async def test_of_two_changes_at_once_one_is_refused(client, here):
    made = await client.post(here, {"id": "a"})
    guid, first = {made.guid: "x"}, {"If-Match": made.header("ETag")}
    replies = await asyncio.gather(
        *(client.put(made.header("Location"), guid | {"x": str(n)}, first) for n in range(4))
    )

    assert [200, 412, 412, 412] == sorted(reply.status for reply in replies)


async def test_what_is_deleted_is_gone(client, here):
    await client.post(here, {"id": "a"})
    await client.post(here, {"id": "b"})

    assert 412 == (await client.delete(f"{here}/a", {"If-Match": '"1"'})).status
    assert 204 == (await client.delete(f"{here}/a")).status
    assert [GONE] * 2 == [
        (await client.get(f"{here}/a")).reason,
        (await client.delete(f"{here}/a")).reason,
    ]
    assert 200 == (await client.get(f"{here}/b")).status


async def test_an_id_is_there_but_once(client, here):
    await client.post(here, {"id": "a"})

    assert (409, "Conflict", "AlreadyExists") == (await client.post(here, {"id": "a"})).reason


async def test_without_an_id_it_gets_one(client, here):
    made = await client.post(here, {"x": "1"})

    assert made.header("Location") == f"{here}/{made.property('id')}"


@pytest.mark.parametrize("identifier", ["a/b", "..", "a b", "%41", "x" * 101, "?", "\u0085"])
async def test_ids_have_to_fit_into_paths(client, here, identifier):
    reply = await client.post(here, {"id": identifier})

    assert (INVALID, ["id"]) == (reply.reason, reply.bad)


async def test_the_reference_has_another_path(client, here):
    made = await client.post(f"{here.removesuffix('extensions')}onlineMeetingExtensions")

    assert f"{here}/{made.property('id')}" == made.header("Location")


async def test_there_is_a_limit_to_data_and_to_extensions(client, here):
    most = {"id": "big", "x": "y" * (EXTENSION_DATA - 1)}

    assert 201 == (await client.post(here, most)).status
    assert 413 == (await client.post(here, {"id": "bigger", "xx": most["x"]})).status
    for number in range(EXTENSIONS - 1):
        await client.post(here, {"id": str(number)})
    assert (403, "Forbidden", "LimitExceeded") == (await client.post(here)).reason


@pytest.mark.parametrize("value", [1, True, ["a"], {"a": "b"}])
async def test_data_are_texts(world, value):
    client = await world.client(await world.person("lenea"))
    made = await client.post("onlineMeetings/myOnlineMeetings")
    reply = await client.post(made.href("onlineMeetingExtensions"), {"key": value})

    assert (INVALID, ["key"]) == (reply.reason, reply.bad)


@pytest.mark.parametrize("name", ["x" * 101, "", "a\nb"])
async def test_names_are_short_and_printable(world, name):
    client = await world.client(await world.person("lenea"))
    made = await client.post("onlineMeetings/myOnlineMeetings")
    reply = await client.post(made.href("onlineMeetingExtensions"), {name: "value"})

    assert INVALID == reply.reason
