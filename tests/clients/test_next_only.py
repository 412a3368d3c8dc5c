"""A client that knows no link but ``next``, and only the first sender (CLIENT-RULES C2)."""

from __future__ import annotations

import json

import pytest

from clients.wire import POOL, held


class Puppet:
    """Follows ``next``, and believes that the first sender is the only one."""

    def __init__(self, wire, token):
        self.wire = wire
        self.token = f"Authorization: Bearer {token}"
        about = '{"UserAgent":"puppet","EndpointId":"0123456789abcdef","Culture":"en-US"}'
        self.app = self.post("/ucwa/oauth/v1/applications", about)
        self.events = self.app["_links"]["events"]["href"]

    def post(self, href, body):
        answer = self.wire.ask("POST", POOL + href, self.token, body=body)
        return json.loads(answer.body) if answer.status != 204 else None

    def poll(self):
        """Return the rels that the first sender tells of; without ``next`` this ends it all."""
        answer = self.wire.ask("GET", POOL + self.events, self.token)
        assert "application/json" in answer.header("Content-Type")
        package = json.loads(answer.body)
        self.events = package["_links"]["next"]["href"]
        if len(package["sender"]) == 0:
            return []
        return [event["link"]["rel"] for event in package["sender"][0]["events"]]

    def subscribe(self, *uris):
        path = self.app["_embedded"]["people"]["_links"]["presenceSubscriptions"]["href"]
        return self.post(path, json.dumps({"duration": 30, "uris": uris}))


@pytest.fixture
def puppet(server, wire, lene):
    return Puppet(wire, server.sign_in(lene))


def test_it_reads_the_id_of_its_application(puppet):
    """R17"""
    assert puppet.app["_links"]["self"]["href"].endswith(f"/{puppet.app['id']}")


def test_a_wait_in_vain_ends_with_an_empty_list_and_next(server, puppet):
    """R3.10: ``sender`` is there and empty, and so it goes on."""
    for _ in range(3):
        assert [] == held(server, puppet.poll)


def test_a_contact_alone_is_the_first_sender(server, puppet, sara):
    """R27: its state comes once, without a change."""
    puppet.subscribe(sara.uri)
    server.advance("5s")

    assert ["contact", "presenceSubscription", "contactPresence"] == puppet.poll()


def test_it_goes_on_after_it_missed_too_much(server, wire, puppet, sara):
    """R3.14: ``resume`` comes beside ``next``, so who does not know it is not lost."""
    puppet.subscribe(sara.uri, *(f"sip:guest{number}@elsewhere.test" for number in range(20)))
    server.advance("2m")
    other = Puppet(wire, server.sign_in(sara))
    other.post(other.app["_embedded"]["me"]["_links"]["makeMeAvailable"]["href"], "{}")

    assert [] == puppet.poll()
    puppet.subscribe(sara.uri)
    server.advance("5s")
    assert ["contact", "presenceSubscription", "contactPresence"] == puppet.poll()


def test_it_is_told_again_what_got_lost_on_the_way(server, puppet, sara):
    """R3.7: it asks for the same number until it has an answer."""
    puppet.subscribe(sara.uri)
    server.advance("5s")
    asked = puppet.events
    first = puppet.poll()
    puppet.events = asked

    assert first == puppet.poll()
    assert [] == held(server, puppet.poll)


def test_timeout_is_appended_as_two_bots_do(server, puppet):
    """R3.2, 15.8: ``&timeout=180`` goes behind a link that has its ``?``."""
    puppet.events += "&timeout=180"
    began = server.now()

    assert [] == held(server, puppet.poll)
    assert 180 <= (server.now() - began).total_seconds() < 185
