"""Clients in C#: strict enumerations, headers by case, subsets put, leftovers cleaned up (15.9)."""

from __future__ import annotations

import enum
import json

import pytest

from clients.wire import POOL, held

ABOUT = {
    "UserAgent": "net",
    "EndpointId": "1f9e",
    "Culture": "en-US",
    "DomainName": "contoso.test",
    "telemetryId": None,
}


class Availability(enum.Enum):
    """What may be read; anything else is an exception."""

    Online = "Online"
    Busy = "Busy"
    DoNotDisturb = "DoNotDisturb"
    IdleOnline = "IdleOnline"
    IdleBusy = "IdleBusy"
    BeRightBack = "BeRightBack"
    Away = "Away"
    Offline = "Offline"


class Client:
    """Reads Content-Length of each answer that has a body, and Location of each that created."""

    def __init__(self, wire, token):
        self.wire = wire
        self.token = f"Authorization: Bearer {token}"
        self.app = self.ask("POST", "/ucwa/oauth/v1/applications", ABOUT)
        self.self = self.app["_links"]["self"]["href"]
        self.events = self.app["_links"]["events"]["href"]

    def ask(self, method, href, body=None, *headers, status=None):
        kind = ["Content-Type: application/json; charset=utf-8"] if body is not None else []
        text = "" if body is None else json.dumps(body)
        answer = self.wire.ask(method, POOL + href, self.token, *kind, *headers, body=text)
        if answer.status != 204:
            assert len(answer.content) == int(answer.header("Content-Length"))
        if answer.status == 201:
            assert answer.header("Location").startswith("/ucwa/oauth/v1/applications/")
        assert answer.status == (status or answer.status)
        return json.loads(answer.content) if answer.content else None

    def link(self, part, rel):
        return self.app["_embedded"][part]["_links"][rel]["href"]

    def subscribe(self, *uris):
        path = self.link("people", "presenceSubscriptions")
        return self.ask("POST", path, {"duration": 10, "uris": uris}, status=201)

    def poll(self):
        """Follow ``resync`` or else ``next``; return type, link and collection of events."""
        package = self.ask("GET", self.events)
        links = package["_links"]
        self.events = (links.get("resync") or links["next"])["href"]
        return [
            (event["type"], event["link"], event.get("in"))
            for sender in package["sender"]
            for event in sender["events"]
        ]


@pytest.fixture
def client(server, wire, lene):
    made = Client(wire, server.sign_in(lene))
    made.ask("POST", made.link("me", "makeMeAvailable"), {"phoneNumber": ""}, status=204)
    return made


def test_availabilities_are_spelled_exactly(server, client):
    """R4.9, 15.9: of each state that the user goes through."""
    presence = f"{client.self}/me/presence"
    seen = []
    for wish in ("Busy", "doNotDisturb", "BERIGHTBACK", "Offwork", "Online"):
        client.ask("POST", presence, {"Availability": wish, "rel": "presence"}, status=204)
        seen.append(Availability(client.ask("GET", presence)["availability"]).name)
    server.advance("5m")
    seen.append(Availability(client.ask("GET", presence)["availability"]).name)

    assert ["Busy", "DoNotDisturb", "BeRightBack", "Away", "Online", "IdleOnline"] == seen


def test_leftovers_are_found_and_deleted_one_by_one(client, sara):
    """R7.39: the list embeds each subscription with its link."""
    client.subscribe(sara.uri)
    client.subscribe("sip:tonis@contoso.test")
    path = client.link("people", "presenceSubscriptions")

    found = client.ask("GET", path)["_embedded"]["presenceSubscription"]
    for each in found:
        client.ask("DELETE", each["_links"]["self"]["href"], status=204)
    assert 2 == len(found)
    assert [] == client.ask("GET", path)["_embedded"]["presenceSubscription"]


def test_what_a_deleted_event_links_to_is_fetched_all_the_same(server, client, sara):
    """R3.28: a contact is there, and what is gone is a clean 404."""
    made = client.subscribe(sara.uri)
    server.advance("5s")
    client.poll()
    client.ask("DELETE", made["_links"]["self"]["href"], status=204)
    server.advance("5s")

    (_, contact, inside), (kind, subscription, _) = client.poll()
    assert ("deleted", "subscribedContacts") == (kind, inside["rel"])
    assert "contact" == client.ask("GET", contact["href"], status=200)["rel"]
    gone = client.ask("GET", subscription["href"], status=404)
    assert ("NotFound", False) == (gone["code"], "subcode" in gone)


def test_a_subset_is_put_and_the_rest_stays(client):
    """R4.27, 16.13: only what changes, and the property with the GUID."""
    href = f"{client.self}/communication"
    before = client.ask("GET", href)
    [guid] = [name for name, value in before.items() if "please pass this" in str(value)]
    subset = {guid: "x", "conversationHistory": "Enabled", "phoneNumber": None}

    client.ask("PUT", href, subset, f'If-Match: "{before["etag"]}"', status=200)
    after = client.ask("GET", href)
    assert before.keys() == after.keys()
    assert {"conversationHistory", "etag"} == {key for key in after if after[key] != before[key]}


@pytest.mark.parametrize("match", ['"{}"', "{}", 'W/"{}"', "*"])
def test_etags_are_sent_back_in_all_ways(client, match):
    """R4.30"""
    href = f"{client.self}/communication"
    before = client.ask("GET", href)

    client.ask("PUT", href, before, f"If-Match: {match.format(before['etag'])}", status=200)


def test_a_constant_endpoint_opens_the_same_application(server, wire, lene, client):
    """15.9: 200 and 201 are alike to it; it makes itself available each time it starts (R2.15)."""
    client.ask("POST", f"{client.self}/me/reportMyActivity", status=204)
    again = Client(wire, server.sign_in(lene))

    again.ask("POST", again.link("me", "makeMeAvailable"), {}, status=204)
    assert client.self == again.self


def test_it_loops_without_a_pause_and_every_package_has_senders(server, client):
    """15.9: ``sender`` is never missing, be it news, nothing, or a number that is wrong."""
    server.advance("5s")
    assert "presence" in {link["rel"] for _, link, _ in client.poll()}
    assert [] == held(server, client.poll)
    client.events = f"{client.self}/events?ack=77"
    assert [] == client.poll()
    assert [] == held(server, client.poll)
