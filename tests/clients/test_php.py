"""A client in PHP with curl: HEAD, multipart forms, and 30 seconds for everything (R2-R6)."""

from __future__ import annotations

import json
import re
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from clients.wire import EXTERNAL, POOL, TOKEN_PATH, USER_PATH, held

BOUNDARY = "------------------------d74496d66958873e"
AGENT = "User-Agent: PHP/7"


def form(**fields):
    """Return what curl makes of an array of fields."""
    parts = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    return "".join(parts) + f"--{BOUNDARY}--\r\n"


def login(wire, person, *headers):
    fields = form(grant_type="password", username=person.address, password=person.password)
    kind = f"Content-Type: multipart/form-data; boundary={BOUNDARY}"
    return wire.ask("POST", POOL + TOKEN_PATH, kind, *headers, body=fields)


@pytest.fixture
def token(wire, lene):
    granted = json.loads(login(wire, lene).body)
    return f"Authorization: {granted['token_type']} {granted['access_token']}"


@pytest.fixture
def app(wire, token):
    about = '{"culture":"en-us","endpointId":"php","userAgent":"php"}'
    kind = "Content-Type: application/json"
    created = wire.ask("POST", f"{POOL}/ucwa/oauth/v1/applications", token, kind, body=about)
    assert created.status == 201
    return json.loads(created.body)


def test_the_challenge_is_asked_for_by_head(wire):
    """R3: HEAD with a ``?`` at the end is answered like GET, without the body."""
    user = json.loads(wire.ask("GET", EXTERNAL).body)["_links"]["user"]["href"]
    asked = wire.ask("HEAD", f"{user}?", AGENT)

    assert (401, "") == (asked.status, asked.body)
    assert POOL + TOKEN_PATH == re.search('MsRtcOAuth href="(.*?)"', asked.head).group(1)


def test_every_address_has_a_head(wire, token, app):
    """R3: with the length of what GET would send."""
    for url in (EXTERNAL, f"{POOL}{USER_PATH}?", POOL + app["_links"]["self"]["href"]):
        asked, got = (wire.ask(verb, url, token) for verb in ("HEAD", "GET"))
        assert (200, "", len(got.body)) == (
            asked.status,
            asked.body,
            int(asked.header("Content-Length")),
        )


def test_the_connection_is_used_again_after_a_head(wire):
    """R13: the length is that of a body which does not come."""
    where = urlsplit(wire.server)
    connection = HTTPConnection(where.hostname, where.port, timeout=10)

    for method, expected in (("HEAD", 0), ("GET", 40), ("HEAD", 0)):
        connection.request(method, f"{USER_PATH}?")
        answer = connection.getresponse()
        assert (401, expected) == (answer.status, len(answer.read()))
    connection.close()


def test_the_form_is_multipart(wire, lene):
    """R6"""
    granted = login(wire, lene)

    assert 200 == granted.status
    assert isinstance(json.loads(granted.body)["expires_in"], int)


def test_curl_wants_to_be_told_to_go_on(wire, lene):
    """It waits for 100 before it sends a form, and finds the answer behind a second blank line."""
    granted = login(wire, lene, "Expect: 100-continue")

    assert 100 == granted.status
    head, _, body = granted.body.partition("\r\n\r\n")
    assert head.startswith("HTTP/1.1 200 OK\r\n")
    assert "access_token" in json.loads(body)


def test_a_wrong_password_is_a_bad_request(wire, lene):
    """R6: two tools test for exactly this."""
    fields = form(grant_type="password", username=lene.address, password="wrong")
    kind = f"Content-Type: multipart/form-data; boundary={BOUNDARY}"
    refused = wire.ask("POST", POOL + TOKEN_PATH, kind, body=fields)

    assert (400, "invalid_grant") == (refused.status, json.loads(refused.body)["error"])


def test_the_first_key_of_communication_is_a_name(app):
    """R18, R4.29: it serves as operationId; the GUID is the second, where another tool reads it."""
    first, second, *_ = app["_embedded"]["communication"].items()

    assert isinstance(first[1], str)
    assert "please pass this in a PUT request" == second[1]


def test_making_available_is_exactly_204(wire, token, app):
    """R19: the body is an empty object, or an empty list where PHP means that."""
    href = app["_embedded"]["me"]["_links"]["makeMeAvailable"]["href"]

    assert 204 == wire.ask("POST", POOL + href, token, body="{}").status


def test_a_poll_ends_before_curl_gives_up(server, wire, token, app):
    """R22: curl waits for 30 seconds."""
    began = server.now()
    href = app["_links"]["events"]["href"]

    package = held(server, lambda: wire.ask("GET", POOL + href, token))
    assert (server.now() - began).total_seconds() < 30
    assert [] == json.loads(package.body)["sender"]
    assert "next" in json.loads(package.body)["_links"]


def test_an_empty_token_is_none(wire):
    """R5"""
    asked = wire.ask("GET", POOL + USER_PATH, "Authorization: Bearer ")

    assert 401 == asked.status
    assert "MsRtcOAuth" in asked.head
