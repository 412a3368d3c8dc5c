"""Several requests in one (BEHAVIOUR 6)."""

from __future__ import annotations

import json
import re
from typing import get_type_hints

import pytest
from lxml import etree

from openucwa.hyper.catalogue import Catalogue
from openucwa.resources import CHAPTERS
from openucwa.resources.events import Poll
from world import APPLICATIONS, JSON, XML

KIND = {"Content-Type": "multipart/batching; boundary=B"}
HEAD = "--B\r\nContent-Type: application/http; msgtype=request\r\n\r\n"
FORMATS = pytest.mark.parametrize("accept", [JSON, XML])


@pytest.fixture
async def lene(world):
    return await world.available(await world.person("lenea"))


def request(client, line, body="", headers=""):
    """Return a part; the path is below the application unless it is absolute."""
    method, _, path = line.partition(" ")
    path = path if path.startswith(("/", "http")) else f"{client.path}/{path}"
    lines = [f"{method} {path} HTTP/1.1", "Host: pool", f"Accept: {client.accept}", headers]
    return HEAD + "\r\n".join(filter(None, lines)) + f"\r\n\r\n{body}\r\n"


async def send(client, *parts):
    return await client.post("batch", "".join(parts) + "--B--\r\n", KIND)


def answers(reply):
    """Return status and body of each part."""
    assert reply.status == 200, reply.body
    kind, boundary = re.fullmatch(r'(\S+); boundary="(\S+)"', reply.header("Content-Type")).groups()
    assert kind == "multipart/batching"
    first, *parts, last = reply.body.decode().split(f"--{boundary}")
    assert (first, last) == ("", "--\r\n")
    found = []
    for part in parts:
        about, head, body = part.removesuffix("\r\n").split("\r\n\r\n")
        assert about == "\r\nContent-Type: application/http; msgtype=response"
        found.append((int(head.split(" ")[1]), body))
    return found


async def run(client, *lines):
    return answers(await send(client, *(request(client, line) for line in lines)))


@FORMATS
async def test_each_part_is_answered_as_if_it_had_come_alone(world, accept):
    client = await world.available(await world.person("lenea"), accept)
    alone = [await client.get(path) for path in ("me", "me/note", "nothing")]

    assert [(one.status, one.body.decode()) for one in alone] == await run(
        client, "GET me", "GET me/note", "GET nothing"
    )


@FORMATS
async def test_a_part_sees_what_an_earlier_one_has_changed(world, accept):
    client = await world.available(await world.person("lenea"), accept)
    await client.package()
    note = client.encode({"message": "in a batch"})
    kind = f"Content-Type: {accept}"
    parts = [request(client, "POST me/note", note, kind), request(client, "GET me/note")]
    (posted, _), (read, body) = answers(await send(client, *parts))

    assert (204, 200) == (posted, read)
    assert "in a batch" in body
    assert ("me", "updated", "note") in (await client.package()).events()


async def test_r6_3_the_body_may_be_a_header(lene):
    data = 'Data: {"message": "as the library sends it"}'
    (status, _), (_, body) = answers(
        await send(lene, request(lene, "POST me/note", "", data), request(lene, "GET me/note"))
    )

    assert (204, "as the library sends it") == (status, json.loads(body)["message"])


@FORMATS
async def test_if_match_is_the_part_s_own(world, accept):
    client = await world.available(await world.person("lenea"), accept)
    change = client.encode({"phoneNumber": "tel:+1"})
    kind = f"Content-Type: {accept}\r\n"
    none = request(client, "PUT communication", change, kind)
    stale = request(client, "PUT communication", change, f'{kind}If-Match: "1"')

    assert [428, 412] == [status for status, _ in answers(await send(client, none, stale))]


async def test_r6_7_what_may_not_be_in_a_batch_fails_alone(lene):
    parts = ["GET me", "POST batch", "GET events?ack=1", "GET photos/lenea@contoso.test", "GET me"]
    found = await run(lene, *parts)

    assert [200, 400, 400, 200] == [status for status, _ in (*found[:3], found[4])]
    assert "BadRequest" == json.loads(found[1][1])["code"]
    assert found[3][0] in (400, 404)


def test_nothing_that_waits_may_be_in_a_batch():
    catalogue = Catalogue(CHAPTERS)
    waiting = [
        spec.rel
        for spec in catalogue
        for operation in spec.operations.values()
        if get_type_hints(operation.call)["return"] is Poll
    ]

    assert ["events"] == waiting
    assert all(catalogue[rel].alone for rel in waiting)


@pytest.mark.parametrize(
    "path", ["/", "/xframe", "/metrics", "/WebTicket/oauthtoken", "https://other.test", "/ucwa"]
)
async def test_a_batch_does_not_reach_beyond_ucwa(lene, path):
    assert [404, 200] == [status for status, _ in await run(lene, f"GET {path}", "GET me")]


async def test_absolute_urls_lead_to_this_server(lene):
    found = await run(lene, f"GET https://pool.contoso.test:8443{lene.path}/me?x=y#z")

    assert 200 == found[0][0]


async def test_a_batch_cannot_use_somebody_else_s_application(world, lene):
    sara = await world.available(await world.person("sarad"))
    token = f"Authorization: Bearer {sara.token}"
    reply = await send(lene, request(lene, f"GET {sara.path}/me", "", token))
    ((status, body),) = answers(reply)

    assert (404, "ApplicationNotFound") == (status, json.loads(body)["subcode"])


async def test_an_application_can_be_created_and_ended_in_a_batch(lene):
    new = '{"culture": "en-US", "endpointId": "e2", "userAgent": "test/1"}'
    parts = [
        request(lene, f"POST {APPLICATIONS}", new),
        request(lene, f"DELETE {lene.path}"),
        request(lene, "GET me"),
    ]
    reply = await send(lene, *parts)

    assert [201, 204, 404] == [status for status, _ in answers(reply)]
    assert b"\r\nLocation: /ucwa/oauth/v1/applications/" in reply.body


async def test_r7_11_reading_in_a_batch_is_no_activity_and_writing_is(world, lene):
    await world.advance(200)
    await run(lene, "GET me", "GET me/presence")
    await world.advance(101)
    ((_, idle),) = await run(lene, "GET me/presence")
    (status, _), (_, active) = await run(lene, "POST me/reportMyActivity", "GET me/presence")

    assert "IdleOnline" == json.loads(idle)["availability"]
    assert (204, "Online") == (status, json.loads(active)["availability"])


async def test_a_bug_in_one_part_is_that_part_s_500(lene, monkeypatch):
    def broken(call, **_):
        raise ZeroDivisionError

    monkeypatch.setattr("openucwa.resources.call.Call.report_activity", broken)
    found = await run(lene, "GET me", "POST me/reportMyActivity", "GET me")

    assert [200, 500, 200] == [status for status, _ in found]


async def test_r6_8_a_batch_of_a_hundred_and_one_is_refused_as_a_whole(lene):
    one = request(lene, "POST me/note", "", 'Data: {"message": "not this"}')
    refused = await send(lene, *[one] * 101)
    note = await lene.get("me/note")

    assert (429, "TooManyRequests", None) == refused.reason
    assert "10" == refused.header("Retry-After")
    assert None is note.property("message")
    assert [200] * 100 == [status for status, _ in await run(lene, *["GET me/presence"] * 100)]


async def test_the_limit_is_a_setting(world_with):
    world = await world_with(limits={"batched_requests": 2})
    client = await world.client(await world.person("lenea"))

    assert 429 == (await send(client, *[request(client, "GET me")] * 3)).status


@FORMATS
@pytest.mark.parametrize(
    ("kind", "body", "reason"),
    [
        ("multipart/batching", "--B", (400, "BadRequest", "DeserializationFailure")),
        ("multipart/batching; boundary=C", "--B", (400, "BadRequest", "DeserializationFailure")),
        ("multipart/batching; boundary=B", "", (400, "BadRequest", "DeserializationFailure")),
        ("multipart/batching; boundary=B", "--B--", (400, "BadRequest", "DeserializationFailure")),
        ("application/json", "{}", (415, "UnsupportedMediaType", None)),
    ],
)
async def test_r6_9_what_is_wrong_with_the_whole_is_a_plain_refusal(
    world, accept, kind, body, reason
):
    client = await world.client(await world.person("lenea"), accept)
    reply = await client.post("batch", body, {"Content-Type": kind})

    assert reason == reply.reason


async def test_r6_9_a_batch_needs_a_token_and_an_application(world, lene):
    lost = await lene.post(f"{APPLICATIONS}/1/batch", request(lene, "GET me"), KIND)

    assert 401 == (await world.ask("POST", f"{lene.path}/batch", HEAD, KIND)).status
    assert (404, "NotFound", "ApplicationNotFound") == lost.reason


async def test_who_leaves_has_done_what_was_sent(world, lene):
    body = request(lene, "POST me/note", "", 'Data: {"message": "left"}') + "--B--"
    waiting = await world.begin("POST", f"{lene.path}/batch", body, lene.headers | KIND)
    await waiting.leave()

    assert "left" == (await lene.get("me/note")).property("message")


@pytest.mark.one_process
async def test_parts_are_counted_like_requests(world, lene):
    await run(lene, "POST me/reportMyActivity", "GET nothing", "GET /xframe")

    counted = world.server.meters.requests
    assert 1 == counted["reportMyActivity", "POST", 204]
    assert 1 == counted["-", "GET", 404]
    assert 1 == counted["xframe", "GET", 404]
    assert 1 == counted["batch", "POST", 200]


@FORMATS
async def test_the_application_links_to_its_batch(world, accept):
    client = await world.client(await world.person("lenea"), accept)

    assert f"{client.path}/batch" == (await client.get("")).href("batch")


async def test_every_part_may_have_its_own_format(lene):
    as_xml = request(lene, "GET me").replace(JSON, XML)
    (_, first), (_, second) = answers(await send(lene, as_xml, request(lene, "GET me")))

    assert "me" == etree.fromstring(first.encode()).get("rel") == json.loads(second)["rel"]
