"""The bytes of batches: whatever clients send comes in, and only what all of them read goes out."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from openucwa.wire import batching
from openucwa.wire.malformed import Malformed

KIND = "multipart/batching; boundary=B"
HEAD = b"Content-Type: application/http; msgtype=request\r\n\r\n"
GET = HEAD + b"GET /ucwa/me HTTP/1.1\r\nHost: h\r\n\r\n"
GUID = "4f0cbdbb-09b2-4ed5-9d2a-2b5e3d2ea5e3"


def batch(*parts, end=b"\r\n--B--\r\n"):
    return b"--B\r\n" + b"\r\n--B\r\n".join(parts) + end


def requests(kind, body):
    return batching.read(batching.split(kind, body), {})


def only(part):
    (request,) = requests(KIND, batch(part))
    return request


def parsed(content_type, body):
    """Read an answer as the Microsoft library does, rule by rule (R15.23)."""
    boundary = re.search(r"boundary=([^;]*)", content_type)[1].replace('"', "")
    assert not set("=;") & set(boundary)
    before, *parts, after = body.decode().split(f"--{boundary}")
    assert ("", "--\r\n") == (before, after), "anything else would be a result of its own"
    results = []
    for part in parts:
        kind = status = content = None
        for line in part.split("\r\n"):
            if kind is None and "Content-Type" in line and "http; msgtype=response" not in line:
                kind = "json" if "json" in line else line
            elif "HTTP/1.1" in line:
                status = line.split(" ")[1]
            elif kind is not None and line:
                assert content is None, "the body is one line"
                content = json.loads(line) if kind == "json" else line
        results.append((status, content))
    return results


def written(*answers):
    kind = f'multipart/batching; boundary="{GUID}"'
    return parsed(kind, batching.join(GUID, [batching.answer(*one) for one in answers]))


JSON = [(b"Content-Type", b"application/json; charset=utf-8")]


def test_r15_21_the_request_of_the_microsoft_library():
    body = (
        b"\r\n--6f3f7a3e-d9e5-4cd1\r\n"
        b"Content-Type: application/http; msgtype=request\r\n\r\n"
        b"GET /ucwa/oauth/v1/applications/103/me/note HTTP/1.1\r\n"
        b"Host: pool.contoso.test\r\nAccept: application/json\r\n"
        b"\r\n\r\n--6f3f7a3e-d9e5-4cd1\r\n"
        b"Content-Type: application/http; msgtype=request\r\n\r\n"
        b"POST /ucwa/oauth/v1/applications/103/me/note?x=1 HTTP/1.1\r\n"
        b"Host: pool.contoso.test\r\nAccept: application/json\r\n"
        b'Data: {"message":"a: b"}\r\n'
        b"\r\n\r\n--6f3f7a3e-d9e5-4cd1--\r\n"
    )
    first, second = requests("multipart/batching;boundary=6f3f7a3e-d9e5-4cd1", body)

    headers = {b"host": b"pool.contoso.test", b"accept": b"application/json"}
    path = "/ucwa/oauth/v1/applications/103/me/note"
    data = b'{"message":"a: b"}'
    assert ("GET", path, "", headers, b"") == first
    assert ("POST", path, "x=1", {**headers, b"data": data}, data) == second


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (KIND, batch(GET, GET)),
        ('Multipart/Batching; charset=utf-8; Boundary="B"', batch(GET, GET)),
        ("multipart/mixed;boundary=B;x=y", batch(GET, GET)),
        (KIND, batch(GET, GET).replace(b"\r\n", b"\n")),
        (KIND, batch(GET, GET).replace(b"http; msg", b"http;msg")),
        (KIND, batch(GET, GET).replace(b"http; msg", b"http;\r\n msg")),
        (KIND, b"\r\n" + batch(GET, GET)),
        (KIND, b"a preamble\r\n" + batch(GET, GET)),
        (KIND, batch(GET, GET, end=b"")),
        (KIND, batch(GET, GET, end=b"\r\n--B\r\n")),
        (KIND, batch(GET, GET, end=b"\r\n--B")),
        (KIND, batch(GET, GET) + b"junk\r\n--B\r\n" + GET),
        (KIND, batch(GET, GET).replace(b"--B\r\n", b"--B \t\r\n")),
        (KIND, batch(GET, b"Content-Length: 99\r\nContent-Transfer-Encoding: 8bit\r\n" + GET)),
        (KIND, batch(GET, GET.removeprefix(HEAD))),
        (KIND, batch(GET, GET.replace(b"Host", b"HOST"))),
        (KIND, batch(GET, GET.replace(b" /ucwa", b" https://elsewhere:8/ucwa"))),
        (KIND, batch(GET, GET.replace(b"GET", b"get"))),
        (KIND, batch(GET, GET.rstrip())),
    ],
)
def test_r6_1_clients_write_batches_in_many_ways(kind, body):
    assert [("GET", "/ucwa/me", "", {b"host": b"h"}, b"")] * 2 == requests(kind, body)


def test_a_body_is_what_stands_between_the_blank_line_and_the_boundary():
    part = HEAD + b"POST /ucwa/x HTTP/1.1\r\nContent-Length: 1\r\n\r\na\r\n\r\nb \r\n"

    assert b"a\r\n\r\nb \r\n" == only(part).body


@pytest.mark.parametrize("mark", [b"\r\n--b", b" --B", b"-- B"])
def test_what_only_looks_like_a_boundary_is_text(mark):
    body = b"one" + mark + b"\r\ntwo"

    assert body == only(HEAD + b"POST /ucwa/x HTTP/1.1\r\n\r\n" + body).body


def test_r6_3_a_body_wins_over_a_data_header():
    part = HEAD + b'POST /ucwa/x HTTP/1.1\r\nData: {"a":1}\r\n\r\n{"a":2}'

    assert b'{"a":2}' == only(part).body


@pytest.mark.parametrize("kind", ["multipart/batching", 'multipart/batching; boundary=""', ""])
def test_a_batch_needs_a_boundary(kind):
    with pytest.raises(Malformed):
        batching.split(kind, batch(GET))


@pytest.mark.parametrize(
    "body", [b"", b"\r\n", b"--B--", b"--B\r\n--B"[:3], b"--C\r\n" + GET, GET, b"x--B\r\n" + GET]
)
def test_a_batch_without_parts_is_malformed(body):
    with pytest.raises(Malformed):
        batching.split(KIND, body)


@pytest.mark.parametrize(
    "part",
    [
        b"",
        HEAD,
        b"hello",
        HEAD + b"GET /ucwa/me\r\n\r\n",
        HEAD + b"GET  HTTP/1.1\r\n\r\n",
        HEAD + b"GET ucwa/me HTTP/1.1\r\n\r\n",
        HEAD + b"GET /ucwa/me HTTP/2\r\n\r\n",
        HEAD + b"TRACE /ucwa/me HTTP/1.1\r\n\r\n",
        HEAD + b"FOO /x HTTP/1.1\r\n\r\nGET /ucwa/me HTTP/1.1\r\n\r\n",
    ],
)
def test_a_part_that_is_no_request_is_malformed(part):
    first, second = batching.read([part, GET], {})

    assert isinstance(first, Malformed)
    assert "/ucwa/me" == second.path


def test_a_status_line_in_a_body_is_no_second_answer():
    """R6.5: the text stays the same to whoever decodes it."""
    tree = {"message": "HTTP/1.1 404 Not Found"}
    xml = [(b"Content-Type", b"application/xml; charset=utf-8")]
    body = json.dumps(tree).encode()

    assert [("200", tree)] == written((200, JSON, body))
    assert [("200", "<a>HTTP&#47;1.1</a>")] == written((200, xml, b"<a>HTTP/1.1</a>"))


def test_r6_5_content_type_comes_last():
    headers = [*JSON, (b"ETag", b'"1"'), (b"Location", b"/ucwa/x")]
    lines = batching.answer(201, headers, b"{}").split(b"\r\n")

    assert b"HTTP/1.1 201 Created" == lines[0]
    assert [b"Content-Type: application/json; charset=utf-8", b"", b"{}"] == lines[-3:]
    assert [b'ETag: "1"', b"Location: /ucwa/x"] == lines[1:-3]


def test_r6_6_an_empty_answer_has_no_content_type():
    assert b"HTTP/1.1 204 No Content\r\n\r\n" == batching.answer(204, [], b"")


def test_a_header_cannot_begin_another_line():
    assert b"evil" not in batching.answer(200, [(b"X", b"a\r\nevil: 1"), *JSON], b"{}")


ANSWERS = st.tuples(
    st.sampled_from([200, 201, 400, 404, 429, 500]),
    st.just(JSON),
    st.dictionaries(st.text(), st.text() | st.just("\r\nHTTP/1.1 --" + GUID[:8])),
)


@given(st.lists(ANSWERS, min_size=1, max_size=5))
def test_the_library_reads_what_we_write(answers):
    encoded = [(s, h, json.dumps(t, ensure_ascii=False).encode()) for s, h, t in answers]

    assert [(str(status), tree) for status, _, tree in answers] == written(*encoded)


@st.composite
def mutated(draw):
    """Return a good batch with some bytes cut out, put in or doubled."""
    body = bytearray(batch(GET, HEAD + b"POST /ucwa/x HTTP/1.1\r\nData: {}\r\n\r\n", GET))
    for _ in range(draw(st.integers(1, 6))):
        at, length = draw(st.integers(0, len(body))), draw(st.integers(0, 20))
        new = st.binary(max_size=5) | st.sampled_from([b"--B", b"\r\n", b"\n\n", b":", b"HTTP/1.1"])
        body[at : at + length] = draw(new) * draw(st.integers(0, 3))
    return bytes(body)


@given(st.just(KIND) | st.text(), mutated() | st.binary())
@example("multipart/batching; boundary=\u0142", b"--B")
@example(KIND, b"--B\r\n" + b"a:\n" * 20_000)
@example(KIND, b"--B\r\n" + b"a:\n \n" * 20_000 + b"GET " + b" " * 20_000)
@example(KIND, b"--B\r\n" + b"\r\n" * 50_000)
@example(KIND, b"--B\r\nGET " + b"http://" * 20_000)
def test_no_bytes_are_a_bug(kind, body):
    try:
        parts = batching.split(kind, body)
    except Malformed:
        return

    assert {type(one) for one in batching.read(parts, {})} <= {batching.Part, Malformed}
