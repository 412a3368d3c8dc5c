"""What a client may ask for and send: Accept, Content-Type, names, text (R4.1-R4.26)."""

from __future__ import annotations

import json

import pytest

from furnished import furnish
from openucwa.hyper.catalogue import Catalogue
from openucwa.resources import CHAPTERS
from world import JSON, NAMESPACE, XML

VENDOR = "application/vnd.microsoft.com.ucwa"
URL = "me/location"
CATALOGUE = Catalogue(CHAPTERS)


@pytest.fixture
async def client(world):
    return await world.available(await world.person("lenea"))


@pytest.fixture
async def known(world, client):
    return await furnish(world, client, "lenea@contoso.test")


@pytest.mark.parametrize(
    ("accept", "answer"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("text/html", JSON),
        ("image/*;q=1", JSON),
        (JSON, JSON),
        (XML, XML),
        ("Application/XML; charset=utf-8", XML),
        ("text/html, application/xml;q=0.9, */*;q=0.8", XML),
        ("application/json;q=0.5, application/xml", XML),
        (f"{VENDOR}+json", f"{VENDOR}+json"),
        (f"{VENDOR}+xml", f"{VENDOR}+xml"),
        ("application/vnd.microsoft.ucwa+xml", "application/vnd.microsoft.ucwa+xml"),
        (";;q=,,/\xff", JSON),
    ],
)
async def test_the_answer_has_the_type_that_was_asked_for(client, accept, answer):
    """R4.1, R4.2, R3.6, R1.17: resources, errors and packages; unquoted charset."""
    await client.world.advance(6)
    for path in ("me", "me/nothing", "events"):
        reply = await client.get(path, {"Accept": accept})

        assert f"{answer}; charset=utf-8" == reply.header("Content-Type")
        assert (reply.body[:1] == b"<") == answer.endswith("xml")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (JSON, b'{"location":"here"}'),
        ("application/json; charset=utf-8", b'\xef\xbb\xbf{"location":"here"}'),
        (f"{VENDOR}+json", b'{"Location":"here","telemetryId":null}'),
        ("", b'{"LOCATION":"here"}'),
        ("text/plain;charset=UTF-8", b' {"location":"here"}'),
        ("application/x-www-form-urlencoded", b'{"location":"here"}'),
        (XML, b"<input><property name='location'>here</property></input>"),
        (
            f"{VENDOR}+xml",
            (
                b'<?xml version="1.0"?>'
                b'<resource xmlns="http://schemas.microsoft.com/rtc/2012/03/ucwa"'
                b' rel="location" href="/x"><link rel="a" href="b"/><!-- c -->'
                b'<property name="Location">here</property>'
                b'<property name="x">y</property></resource>'
            ),
        ),
        ("", b"<input><property name='location'>here</property></input>"),
    ],
    ids=range(9),
)
async def test_types_that_are_read(client, kind, body):
    """R4.3, R4.16, R1.25: also missing and careless ones."""
    assert 204 == (await client.post(URL, body, {"Content-Type": kind})).status

    assert "here" == (await client.get(URL)).property("location")


@pytest.mark.parametrize("accept", [JSON, XML])
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("image/png", b"\x89PNG"),
        ("multipart/form-data; boundary=x", b"--x--"),
        ("text/html", b"<p>"),
        ("text/plain", b"here"),
        ("application/x-www-form-urlencoded", b"location=here"),
        ("application/pdf", b"{}"),
    ],
)
async def test_types_that_are_not(client, accept, kind, body):
    """R4.3: 415"""
    reply = await client.post(URL, body, {"Content-Type": kind, "Accept": accept})

    assert (415, "UnsupportedMediaType", None) == reply.reason


@pytest.mark.parametrize(
    "query", ["location=here", "LOCATION=there&Location=here", "x=1&location=here"]
)
async def test_the_query_is_input_too(client, query):
    """R4.17, R4.20, R3.4"""
    assert 204 == (await client.post(f"{URL}?{query}")).status

    assert "here" == (await client.get(URL)).property("location")


async def test_the_body_wins_over_the_query(client):
    """R4.17"""
    await client.post(f"{URL}?location=there", {"location": "here"})

    assert "here" == (await client.get(URL)).property("location")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Requested-With", "XMLHttpRequest"),
        ("X-Ms-Namespace", "internal"),
        ("X-Ms-SDK-Version", "1"),
        ("X-ExCompId", "x"),
        ("Client-Request-Id", "x"),
        ("DNT", "1"),
        ("Referer", "https://elsewhere.test/"),
        ("If-Match", '"1"'),
        ("Expect", "nothing"),
    ],
)
async def test_headers_without_meaning_here(client, name, value):
    """R1.24, R4.33"""
    assert 204 == (await client.post("me/reportMyActivity", b"", {name: value})).status


async def test_every_answer_carries_what_clients_look_for(client):
    """R1.17-R1.19, R13"""
    for reply in (
        await client.get("me"),
        await client.get("me/nothing"),
        await client.post("me/reportMyActivity"),
        await client.world.ask("GET", client.path),
    ):
        assert "no-cache" == reply.header("Cache-Control")
        assert "2.0" == reply.header("X-MS-UcwaVersion")
        assert "nosniff" == reply.header("X-Content-Type-Options")
        assert reply.header("X-MS-Server-Fqdn")
        assert reply.header("X-MS-Correlation-Id")
        assert reply.status == 204 or str(len(reply.body)) == reply.header("Content-Length")


async def test_json_is_written_in_the_order_clients_expect(client):
    """R4.5: properties, links, embedded, rel, etag; on one line (R15.23)."""
    tree = (await client.get("")).tree
    words = list(tree)

    assert ["_links", "_embedded", "rel", "etag"] == words[-4:]
    assert b"\n" not in (await client.get("")).body
    assert "null" not in json.dumps(tree)


@pytest.mark.parametrize("accept", [JSON, XML])
@pytest.mark.parametrize(
    "path",
    [
        *("", "communication", "people/lenea@contoso.test", "people/groups/{group}"),
        *("people/groups/{distribution}", "people/{person}/privacyRelationship"),
    ],
)
async def test_the_etag_in_the_body_is_that_of_the_header(client, known, accept, path):
    """R4.30, R4.35: digits, quoted in the header."""
    reply = await client.get(path.format_map(known), {"Accept": accept})

    assert reply.property("etag").isdigit()
    assert f'"{reply.property("etag")}"' == reply.header("ETag")


COLLECTIONS = """people/groups people/groups?expand=false people/contacts?expand=false
people/contacts people/contacts?groupId={group} people/groupMemberships people/search?query=john
people/privacyRelationships people/privacyRelationships/Blocked people/privacyRelationships/External
people/groups/{distribution}/expandDistributionGroup people/subscribedContacts
people/presenceSubscriptions people/presenceSubscriptionMemberships"""


@pytest.mark.parametrize("path", COLLECTIONS.split())
async def test_what_may_be_many_is_an_array_even_of_one(client, known, path):
    """R4.6, CLIENT-RULES R32: and what is one never is; XML repeats elements instead."""
    as_json = (await client.get(path.format_map(known))).tree
    as_xml = (await client.get(path.format_map(known), {"Accept": XML})).xml
    many = {link.rel: link.many for link in CATALOGUE[as_json["rel"]].links}
    found = {**as_json["_links"], **as_json.get("_embedded", {})}
    del found["self"]
    children = [child.get("rel") for child in as_xml if child.get("rel")]

    assert {rel: many[rel] for rel in found} == {
        rel: isinstance(to, list) for rel, to in found.items()
    }
    assert {rel: len(to) if many[rel] else 1 for rel, to in found.items()} == {
        rel: children.count(rel) for rel in found
    }


async def test_a_change_of_what_is_embedded_does_not_change_the_etag(client):
    """R4.31: only that of what has changed."""
    before = [(await client.get(path)).tree for path in ("", "communication")]
    body = before[1] | {"phoneNumber": "tel:+1"}
    await client.put("communication", body, {"If-Match": before[1]["etag"]})
    after = [(await client.get(path)).tree for path in ("", "communication")]

    assert before[0]["_embedded"] != after[0]["_embedded"]
    assert before[0]["etag"] == after[0]["etag"]
    assert before[1]["etag"] != after[1]["etag"]


async def test_dates(client):
    """R4.10: escaped slashes in JSON, ISO 8601 with an offset in XML."""
    path = client.person("lenea@contoso.test", "presence")
    as_json = await client.get(path)
    as_xml = await client.get(path, {"Accept": XML})

    assert b'"lastActive":"\\/Date(1790000000000)\\/"' in as_json.body
    assert as_xml.property("lastActive").startswith("2026-09-21T")


async def test_booleans_in_xml_begin_with_a_capital(client):
    """R4.14, R16.19"""
    reply = await client.get("people/search?query=lenea", {"Accept": XML})

    assert "False" == reply.property("moreResultsAvailable")


async def test_the_root_element_of_a_resource(client):
    """R4.13"""
    reply = await client.get("me", {"Accept": XML})

    assert reply.body.startswith(b'<?xml version="1.0" encoding="utf-8"?><resource')
    assert (f"{NAMESPACE}resource", "me", f"{client.path}/me") == (
        reply.xml.tag,
        reply.xml.get("rel"),
        reply.xml.get("href"),
    )


@pytest.mark.parametrize("text", ["<&>\"'", "æøå 😀", "a\tb", "]]>", "\\/Date(1)\\/", "\u2028"])
@pytest.mark.parametrize("accept", [JSON, XML])
async def test_text_comes_back_as_it_was_sent(client, accept, text):
    client.accept = accept
    await client.post("me/note", {"message": text})

    assert text == (await client.get("me/note")).property("message")


async def test_characters_that_xml_cannot_carry(client):
    """What one format lets in must not break the other."""
    await client.post("me/note", {"message": "a\x00b\x0bc\ufffe"})
    reply = await client.get("me/note", {"Accept": XML})

    assert "a\ufffdb\ufffdc\ufffd" == reply.property("message")


@pytest.mark.parametrize(
    "path",
    [
        "ME/Note",
        "/ucwa/v1/applications/{id}/me/note",
        "//ucwa//oauth/v1/applications/{id}//me/note/",
        "/UCWA/OAuth/V1/Applications/{id}/me/note",
    ],
)
async def test_paths_in_any_case_with_doubled_slashes(client, path):
    """R1.11, R1.14, CLIENT-RULES R8; links are canonical all the same."""
    reply = await client.get(path.format(id=client.created.property("id")))

    assert f"{client.path}/me/note" == reply.tree["_links"]["self"]["href"]
