"""Compressed bodies: for whom, and of what."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openucwa.adapters.compression import compressed, reads_gzip
from openucwa.app.exchange import Request, Response
from world import JSON, XML, World

JSON_TYPE = "application/json; charset=utf-8"
LONG = b"x" * 1000
BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd"}


def asking(accept="gzip", agent="test/1"):
    return Request("GET", "/", headers={
        b"accept-encoding": accept.encode("latin-1"), b"user-agent": agent.encode("latin-1")
    })  # fmt: skip


async def sent(body=LONG, kind=JSON_TYPE, **more):
    """Return what a client that takes gzip gets."""
    headers = [(b"Content-Type", kind.encode())]
    headers += [(name.replace("_", "-").encode(), value.encode()) for name, value in more.items()]
    return await compressed(asking(), Response(200, headers, body))


def is_compressed(response):
    return (b"Content-Encoding", b"gzip") in response.headers


@pytest.mark.parametrize(
    ("accept", "reads"),
    [
        ("gzip", True),
        ("GZIP", True),
        ("x-gzip", True),
        ("deflate, gzip;q=1.0", True),
        ("gzip ; q=0.001", True),
        ("*", True),
        ("identity, *;q=0.5", True),
        ("gzip,deflate,sdch", True),
        ("", False),
        ("deflate, br", False),
        ("gzip;q=0", False),
        ("gzip; Q=0.000, *", False),
        ("*;q=0", False),
        ("gzip;q=1.1.1", False),
        ("gzip;q=", False),
        ("notgzip", False),
    ],
)
def test_only_who_says_so_reads_gzip(accept, reads):
    assert reads is reads_gzip(asking(accept))


def test_who_says_nothing_reads_no_gzip():
    assert not reads_gzip(Request("GET", "/"))


@pytest.mark.parametrize("agent", ["Apache-HttpClient/4.3.1 (java 1.5)", "x apache-httpclient"])
def test_c1_one_library_says_so_and_does_not(agent):
    assert not reads_gzip(asking(agent=agent))


@given(st.text(st.characters(max_codepoint=255)))
def test_no_text_does_harm(text):
    assert reads_gzip(asking(text)) in (True, False)


@pytest.mark.parametrize(
    ("kind", "suitable"),
    [
        (JSON_TYPE, True),
        ("application/xml; charset=utf-8", True),
        ("application/vnd.microsoft.com.ucwa+json; charset=utf-8", True),
        ("text/html; charset=utf-8", True),
        ("image/jpeg", False),
        ("text/plain; version=0.0.4", False),
        ("", False),
    ],
)
async def test_only_text_of_the_api_is_compressed(kind, suitable):
    assert suitable is is_compressed(await sent(kind=kind))


@pytest.mark.parametrize(("length", "suitable"), [(0, False), (1, True)])
async def test_c1_short_bodies_are_compressed_too(length, suitable):
    assert suitable is is_compressed(await sent(b"x" * length))


async def test_what_is_encoded_is_left_alone():
    assert LONG == (await sent(Content_Encoding="br")).body


@pytest.mark.parametrize("length", [1000, 70_000], ids=["here", "in a thread"])
async def test_it_is_the_same_body(length):
    body = bytes(i * i % 251 for i in range(length))
    response = await sent(body, ETag='"1"')

    assert body == gzip.decompress(response.body)
    assert (b"ETag", b'"1"') in response.headers


# ---------------------------------------------------------------------- on the wire


@pytest.fixture
async def world(tmp_path):
    made = await World.create(tmp_path)
    yield made
    await made.close()


@pytest.mark.parametrize("accept", [JSON, XML])
async def test_a_long_answer_comes_shorter_with_its_own_length(world, accept):
    client = await world.client(await world.person("lenea"), accept)
    plain = await client.get("")
    short = await client.get("", BROWSER)

    assert (None, "gzip") == tuple(reply.header("Content-Encoding") for reply in (plain, short))
    assert len(short.body) == int(short.header("Content-Length")) < len(plain.body)
    assert plain.body == zlib.decompress(short.body, 31)
    assert plain.header("ETag") == short.header("ETag")


async def test_a_compressed_answer_can_be_kept(world):
    client = await world.client(await world.person("lenea"))
    etag = (await client.get("communication", BROWSER)).header("ETag")
    again = await client.get("communication", BROWSER | {"If-None-Match": etag})

    assert (304, b"") == (again.status, again.body)


async def test_head_says_what_get_says(world):
    get, head = [await world.ask(verb, "/xframe", headers=BROWSER) for verb in ("GET", "HEAD")]

    assert "gzip" == head.header("Content-Encoding")
    assert get.header("Content-Length") == head.header("Content-Length")
