"""Clients that do not take no for an answer: they try again, start anew, or never move on."""

from __future__ import annotations

import json
import socket
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from urllib.parse import urlsplit

import pytest

from clients.wire import POOL, held

CREATE = '{"UserAgent":"stubborn","EndpointId":"123","Culture":"en-us"}'
PASSING = (408, 409, 410, 429, 500, 502, 503, 504)


class Stubborn:
    """Sends again whatever was refused in passing, up to eight times."""

    def __init__(self, wire, token):
        self.wire = wire
        self.token = f"Authorization: Bearer {token}"
        self.refused = Event()
        self.create()

    def create(self):
        created = self.once("POST", "/ucwa/oauth/v1/applications", CREATE)
        self.app = json.loads(created.body)
        self.self = self.app["_links"]["self"]["href"]
        return created.status

    def once(self, method, href, body=""):
        return self.wire.ask(method, POOL + href, self.token, body=body)

    def ask(self, method, href, body=""):
        for _ in range(8):
            answer = self.once(method, href, body)
            if answer.status not in PASSING:
                break
            self.refused.set()
        return answer

    def poll_the_first(self):
        return self.once("GET", f"{self.self}/events?ack=1")


@pytest.fixture
def client(server, wire, lene):
    return Stubborn(wire, server.sign_in(lene))


def me_links(client):
    client.create()
    return client.app["_embedded"]["me"]["_links"].keys()


def test_it_posts_applications_again_to_look_at_itself(client):
    """R16: the same application in its present state, or this client would never end."""
    before = client.self
    assert "makeMeAvailable" in me_links(client)
    client.once("POST", f"{client.self}/me/makeMeAvailable", "{}")

    for _ in range(3):
        links = me_links(client)
        assert {"presence", "note", "reportMyActivity"} <= links
        assert "makeMeAvailable" not in links
    assert before == client.self


def test_a_constant_endpoint_id_is_another_application_for_another_user(server, wire, client, sara):
    """CLIENT-RULES 4: one client is "123" for all its users."""
    assert client.self != Stubborn(wire, server.sign_in(sara)).self


@pytest.mark.parametrize("error", ["ServiceFailure", "ServiceUnavailable", "TooManyRequests"])
def test_it_tries_again_what_failed_in_passing(server, client, error):
    """R5.11: a refusal has done nothing, so that the next attempt is the first."""
    client.once("POST", f"{client.self}/me/makeMeAvailable")
    server.fail("note", error, count=3)

    assert 204 == client.ask("POST", f"{client.self}/me/note", '{"message":"again"}').status
    assert [] == server.faults()


def test_a_conflict_that_stays_ends_after_some_attempts(client):
    """R2.11: a lurker is told each time what is missing."""
    refused = client.ask("POST", f"{client.self}/me/reportMyActivity")

    assert 409 == refused.status
    assert "MakeMeAvailableRequired" == json.loads(refused.body)["subcode"]


def test_two_loops_that_take_turns_get_the_same_news(server, wire, lene, client):
    """R3.11, R3.7: each replaces the other and tries again at once; nobody loses anything."""
    other = Stubborn(wire, server.sign_in(lene))
    client.once("POST", f"{client.self}/me/makeMeAvailable")

    def loop(one):
        while (answer := one.poll_the_first()).status == 409:
            assert "PGetReplaced" == json.loads(answer.body)["subcode"]
            client.refused.set()
        return answer.body

    with ThreadPoolExecutor(2) as threads:
        waiting = [threads.submit(loop, one) for one in (client, other)]
        refused = client.refused.wait(10)
        server.advance("5s")
        first, second = (each.result() for each in waiting)
    assert refused
    assert first == second
    assert 5 == first.count('"type"')


def test_a_connection_that_broke_replaces_nobody(server, client):
    """R3.12: nobody is told of a conflict when it was only the network."""
    where = urlsplit(client.wire.server)
    asked = (
        f"GET {client.self}/events?ack=1&priority=9 HTTP/1.1\r\nHost: a\r\n{client.token}\r\n\r\n"
    )
    for _ in range(3):
        with socket.create_connection((where.hostname, where.port)) as connection:
            connection.sendall(asked.encode())
            server.now()
        server.now()

    assert 200 == held(server, client.poll_the_first).status


def test_it_asks_for_the_first_package_for_ever(server, client):
    """R3.7, R3.10: an empty one waits again, one with news is repeated until it is acknowledged."""
    for _ in range(3):
        assert [] == json.loads(held(server, client.poll_the_first).body)["sender"]
    client.once("POST", f"{client.self}/me/makeMeAvailable")
    server.advance("5s")

    told = {client.poll_the_first().body for _ in range(3)}
    assert 1 == len(told)
    assert '"rel":"presence"' in told.pop()


def test_it_starts_anew_when_its_application_is_gone(server, lene, client):
    """R2.19, R2.23: 404 with ApplicationNotFound on every address, also that of events."""
    before = client.self
    held(server, client.poll_the_first)
    server.advance("16m")
    client.token = f"Authorization: Bearer {server.sign_in(lene)}"

    for path in ("", "/me", "/events?ack=2", "/people/search?query=a", "/me/reportMyActivity"):
        gone = client.once("GET", client.self + path)
        assert (404, "ApplicationNotFound") == (gone.status, json.loads(gone.body)["subcode"])
    assert 201 == client.create()
    assert before != client.self
