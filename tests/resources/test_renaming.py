"""Groups are renamed by PUT, as everything is that has an ETag (R4.27-R4.31, R8.10)."""

from __future__ import annotations

import pytest

from contact_pictures import rename, told
from openucwa.app.render import GUID_VALUE
from world import DOMAIN, JSON, XML

HERE = "people/groups"
SARA = f"sarad@{DOMAIN}"
BAD = (400, "BadRequest", "ParameterValidationFailure")


@pytest.fixture(params=[JSON, XML])
async def client(world, request):
    await world.person("sarad")
    return await world.client(await world.person("lenea"), request.param)


async def test_renaming_a_group(client):
    """R8.10, R4.34: 200 without a body; there is an event, and another ETag."""
    identifier = await client.make_group("Friends")
    await client.join(SARA, identifier)
    await client.listen()
    old = (await client.get(f"{HERE}/{identifier}")).header("ETag")
    reply = await rename(client, identifier, " Old friends ")
    [event] = told(await client.package(1))

    assert (200, b"") == (reply.status, reply.body)
    assert ("people", "updated", "group", "myGroups") == (*event[:3], event.inside)
    assert "Old friends" == (await client.get(event.href)).property("name")
    assert old != (await client.get(event.href)).header("ETag")
    assert identifier == (await client.groups())["Old friends"]


async def test_the_etag_stays_when_others_join(client):
    """R4.31"""
    identifier = await client.make_group("Friends")
    before = (await client.get(f"{HERE}/{identifier}")).header("ETag")
    await client.join(SARA, identifier)
    after = await client.get(f"{HERE}/{identifier}")

    assert before == after.header("ETag")
    assert f'"{after.property("etag")}"' == before
    unchanged = await client.get(f"{HERE}/{identifier}", {"If-None-Match": before})
    assert (304, b"") == (unchanged.status, unchanged.body)


async def test_if_match_may_be_written_in_several_ways(client):
    """R4.30"""
    identifier = await client.make_group("Friends")
    for form in ('"{}"', "{}", 'W/"{}"', "*", '"0", "{}"'):
        etag = (await client.get(f"{HERE}/{identifier}")).property("etag")
        assert 200 == (await rename(client, identifier, form, form.format(etag))).status
        assert form in await client.groups()


async def test_a_put_needs_what_was_read(client):
    """R4.28, R4.30: nobody overwrites what she did not see."""
    identifier = await client.make_group("Friends")
    href = f"{HERE}/{identifier}"
    reply = await client.get(href)
    match = {"If-Match": reply.header("ETag")}
    body = {reply.guid: GUID_VALUE, "name": "Foes"}

    missing = await client.put(href, {"name": "Foes"}, match)
    assert (BAD, [reply.guid]) == (missing.reason, missing.bad)
    assert (428, "PreconditionRequired", None) == (await client.put(href, body)).reason
    other = await client.put(href, body, {"If-Match": '"1"'})
    assert (412, "PreconditionFailed", None) == other.reason
    assert "Friends" in await client.groups()
    assert 200 == (await client.put(href, body, match)).status
    assert 412 == (await client.put(href, {**body, "name": "Friends"}, match)).status
    assert "Foes" in await client.groups()


async def test_a_group_may_be_sent_back_whole(world):
    """R4.18, R4.27: with its links, and with names in any case; what is left out stays."""
    client = await world.client(await world.person("lenea"))
    href = f"{HERE}/{await client.make_group('Friends')}"
    reply = await client.get(href)
    match = {"If-Match": reply.header("ETag")}

    assert 200 == (await client.put(href, {reply.guid.upper(): None}, match)).status
    assert "Friends" in await client.groups()
    body = {**reply.tree, "name": None, "Name": "Foes", "id": "another"}
    del body["name"]
    assert 200 == (await client.put(href, body, match)).status
    assert "Foes" in await client.groups()
    again = await client.get(href, {"Accept": XML})
    body = again.body.replace(b"Foes", b"Friends").decode()
    sent = {"If-Match": again.header("ETag"), "Content-Type": XML}
    assert 200 == (await client.put(href, body, sent)).status
    assert "Friends" in await client.groups()


async def test_a_group_may_get_its_own_name_in_another_case(client):
    identifier = await client.make_group("Friends")
    await rename(client, identifier, "FRIENDS")

    assert identifier == (await client.groups())["FRIENDS"]
