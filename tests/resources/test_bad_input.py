"""Hostile input: nothing that a client sends gets a 5xx, other people's data, or a hang."""

from __future__ import annotations

import asyncio
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import fields

from furnished import furnish
from openucwa.hyper.catalogue import Catalogue, escape
from openucwa.resources import CHAPTERS
from world import APPLICATIONS, JSON, XML, World

both = pytest.mark.parametrize("accept", [JSON, XML])
CATALOGUE = Catalogue(CHAPTERS)
BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><input><property name="location">&c;</property></input>"""
LEAK = b"""<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>
<input><property name="location">&f;</property></input>"""


@pytest.fixture
async def client(world):
    return await world.available(await world.person("lenea"))


ODD = [
    "%00",
    "%ff",
    "%c3%28",
    "%2e%2e",
    "..",
    "%2f",
    "%",
    "%zz",
    "\u00e6".encode().hex(),
    "a" * 5000,
]
UNREADABLE = [
    (JSON, b"rubbish"),
    (JSON, b'{"location":'),
    (JSON, b'{"location":"x"} trailing'),
    (JSON, b"[]"),
    (JSON, b"1"),
    (JSON, b'{"location":"\xff"}'),
    (JSON, b'{"location":"\\ud800"}'),
    (JSON, b'{"location":NaN}'),
    (JSON, b"\x00"),
    (JSON, b"[" * 100_000),
    (JSON, b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
    (XML, b"<input>"),
    (XML, b"<other/>"),
    (XML, b"rubbish"),
    (XML, b"<input>\xff</input>"),
    (XML, b"<a>" * 100_000),
    (XML, BOMB),
    (XML, LEAK),
]


@both
async def test_bodies_that_cannot_be_read(client, accept):
    """R4.4: 400 DeserializationFailure, and nothing has happened."""
    for kind, body in UNREADABLE:
        reply = await client.post("me/location", body, {"Content-Type": kind, "Accept": accept})

        assert (400, "BadRequest", "DeserializationFailure") == reply.reason, body[:50]
        assert b"root:" not in reply.body
    assert (await client.get("me/location")).property("location") is None


@both
@pytest.mark.parametrize("path", ["me/location", "me/reportMyActivity", APPLICATIONS, "nothing"])
async def test_bodies_that_are_too_long(client, accept, path):
    """R4.4: 413, whether anybody would read the body or not."""
    reply = await client.post(path, b"x" * 10_000_000, {"Accept": accept})

    assert (413, "EntityTooLarge", None) == reply.reason


@pytest.mark.parametrize("value", [1, 1.5, True, [], {}, ["a", "b"], [[1]], {"a": "b"}])
@pytest.mark.parametrize("path", ["me/location", "me/presence"])
async def test_values_of_another_type(client, path, value):
    """R4.4: 400 and the name, or taken as text."""
    name = {"me/location": "location", "me/presence": "availability"}[path]
    reply = await client.post(path, {name: value})

    assert reply.status in (204, 400)
    assert reply.status == 204 or reply.bad == [name]


@pytest.mark.parametrize(
    "place",
    [
        *("{}", "{}/me", "me/{}", "people/{}", "people/{}/presence", "people/{}/none"),
        *("people/groups/{}", "people/groups/{}/expandDistributionGroup", "groups/{}"),
        *("people/groupMemberships/{}", "people/groupMemberships/{},x@y.z"),
        *("people/privacyRelationships/{}", "people/presenceSubscriptions/{}"),
    ],
)
async def test_odd_paths(client, place):
    base = f"{APPLICATIONS}/" if place.startswith("{}") else ""
    for segment in ODD:
        reply = await client.get(base + place.format(segment))

        assert 404 == reply.status, segment


@pytest.mark.parametrize("query", ["&".join(["a=b"] * 500), "=&=&=", "%ff=%ff", "ack", "?" * 99])
async def test_odd_queries(client, query):
    assert (await client.get(f"me?{query}")).status in (200, 400)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Host", ""),
        ("Host", "evil.test/ucwa"),
        ("Host", 'x"y\r\nSet-Cookie: a=b'),
        ("Accept", "x" * 10_000),
        ("Content-Type", "application/json; charset=klingon"),
        ("If-None-Match", '"' * 1000),
        ("Authorization", "Bearer cwt=" + "A" * 10_000),
        ("Authorization", "Bearer cwt=eyJhbGciOiJub25lIn0.eyJzdWIiOiJsZW5lYSJ9."),
    ],
    ids=range(8),
)
async def test_odd_headers(client, name, value):
    reply = await client.get("me", {name: value})

    assert reply.status in (200, 400, 401)
    assert [] == [text for _, text in reply.headers if "\n" in text or "\r" in text]


async def test_two_reports_at_once(client):
    replies = await asyncio.gather(*(client.report() for _ in range(10)))

    assert {204} == {reply.status for reply in replies}


async def test_two_polls_at_once(world):
    """R3.11: one waits, the others are told so; none is forgotten."""
    client = await world.client(await world.person("lenea"))
    polls = await asyncio.gather(*(client.poll() for _ in range(5)))
    replies = [poll.reply for poll in polls]

    assert 1 == replies.count(None)
    assert {409} == {reply.status for reply in replies if reply}


async def test_a_person_who_is_removed_meanwhile(world, client):
    """The token is worth nothing any more within a minute; what waits is not stuck."""
    await client.package()
    parked = await client.poll()
    await world.server.store.set_disabled("lenea@contoso.test", disabled=True)
    await world.advance(61)

    assert 401 == (await client.get("me")).status
    assert 200 == parked.reply.status


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
NAMES = sorted(
    {
        field.name.replace("_", "")
        for spec in CATALOGUE
        for operation in spec.operations.values()
        if operation.given
        for field in fields(operation.given)
    }
)
WORDS = """me people events presence note reportMyActivity search communication policies
presenceSubscriptions presenceSubscriptionMemberships subscribedContacts lenea@contoso.test x@y.z
x,y@z makeMeAvailable onlineMeetings groups groupMemberships contacts privacyRelationships
contactsAndGroupsSubscription reportMyInactivity Blocked %00 %c3%a6"""
SEGMENTS = st.sampled_from(WORDS.split())
QUERIES = [
    *("", "?ack=1", "?duration=11", "?instanceId=x", "?query=a&limit=2", "?%00=%ff"),
    *("?groupId=%00", "?groupId=x&duration=10", "?contactUri=sip:x@y.z", "?displayName=x"),
]
REQUESTS = st.tuples(
    st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"]),
    st.lists(SEGMENTS, max_size=3).map("/".join)
    | st.sampled_from([s.at for s in CATALOGUE if not s.at.startswith("/")])
    | st.sampled_from([s.at for s in CATALOGUE if "{group}" in s.at or "{membership}" in s.at]),
    st.dictionaries(st.sampled_from(NAMES), JUNK, max_size=4).map(json.dumps)
    | st.text(max_size=30),
    st.sampled_from([JSON, XML, "", "text/plain", "image/png"]),
    st.sampled_from([JSON, XML]),
    st.sampled_from(QUERIES),
    st.sampled_from([{}, {"If-Match": "*"}, {"If-None-Match": "*"}]),
)


async def status_of(client, known, request):
    """Send a request; one that waits is left, and counts as 200."""
    method, path, body, kind, accept, query, more = request
    for name, value in known.items():
        path = path.replace(f"{{{name}}}", escape(value))
    headers = client.headers | {"Content-Type": kind, "Accept": accept} | more
    text = body.encode(errors="surrogatepass")
    url = f"{client.path}/{path}{query}" if path else f"{client.path}{query}"
    waiting = await client.world.begin(method, url, text, headers)
    if waiting.reply is None:
        await waiting.leave()
        return 200
    if method == "DELETE" and not path:
        await client.create()
    return waiting.reply.status


def test_no_request_is_answered_by_a_5xx(tmp_path):
    """Any method, path, query, body and type, one after the other against the same server."""
    with asyncio.Runner() as runner:
        world = runner.run(World.create(tmp_path))
        client = runner.run(world.available(runner.run(world.person("lenea"))))
        known = runner.run(furnish(world, client, "lenea@contoso.test"))

        @settings(max_examples=300)
        @given(REQUESTS)
        def check(request):
            assert runner.run(status_of(client, known, request)) < 500

        check()
        runner.run(world.close())
