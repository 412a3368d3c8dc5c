"""A client that posts everything as query, in PascalCase, with keys repeated (R4.17-R4.20)."""

from __future__ import annotations

import json

import pytest

from clients.wire import POOL

CREATE = "/ucwa/oauth/v1/applications?UserAgent=asker&EndpointId=q1&Culture=en-US"


class Asker:
    """Sends no body, no types, and no escapes for ``@`` and ``:``."""

    def __init__(self, wire, token):
        self.wire = wire
        self.token = f"Authorization: Bearer {token}"
        self.app = self.ask("POST", CREATE).header("Location")

    def ask(self, method, href, body=""):
        return self.wire.ask(method, POOL + href, self.token, body=body)

    def post(self, path, body=""):
        return self.ask("POST", f"{self.app}/{path}", body).status

    def get(self, path):
        return json.loads(self.ask("GET", f"{self.app}/{path}").body)


@pytest.fixture
def asker(server, wire, lene):
    made = Asker(wire, server.sign_in(lene))
    assert made.post("me/makeMeAvailable?SupportedModalities=Messaging&SignInAs=busy") == 204
    return made


def test_an_application_is_made_and_made_available(asker):
    """R4.17, R4.20: names match in any case, and so do values of enumerations."""
    assert ("asker", "q1") == tuple(asker.get("")[key] for key in ("userAgent", "endpointId"))
    assert "Busy" == asker.get("me/presence")["availability"]


def test_keys_are_repeated_for_a_list(server, wire, sara):
    """R4.19"""
    asker = Asker(wire, server.sign_in(sara))
    asker.post("me/makeMeAvailable?SupportedModalities=Messaging&supportedModalities=PhoneAudio")

    assert ["Messaging", "PhoneAudio"] == asker.get("communication")["supportedModalities"]


def test_of_a_single_value_given_twice_the_last_one_counts(asker):
    """R3.4"""
    assert 204 == asker.post("me/presence?Availability=Away&Availability=DoNotDisturb")
    assert "DoNotDisturb" == asker.get("me/presence")["availability"]


@pytest.mark.parametrize(
    "query", ["?Message=at+lunch", "?MESSAGE=at%20lunch", "??message=at lunch"]
)
def test_a_note_is_a_query(asker, query):
    """R7.24, 15.8: a second question mark separates, too."""
    assert 204 == asker.post(f"me/note{query.replace(' ', '+')}")
    assert "at lunch" == asker.get("me/note")["message"]


def test_the_body_wins(asker):
    """R4.17"""
    assert 204 == asker.post("me/location?Location=home", '{"Location":"office"}')
    assert "office" == asker.get("me/location")["location"]


def test_contacts_are_subscribed_to_and_the_time_is_extended(asker, sara):
    """R7.28, R7.34: addresses stand in the query as they are."""
    uris = f"Uris={sara.uri}&uris=SIP:tonismith@contoso.test"
    path = f"{asker.app}/people/presenceSubscriptions?Duration=11&{uris}"
    made = asker.ask("POST", path)
    extended = asker.ask("POST", made.header("Location") + "?duration=11")

    assert (201, 200) == (made.status, extended.status)
    watched = asker.get("people/presenceSubscriptionMemberships")
    assert 2 == len(watched["_embedded"]["presenceSubscriptionMembership"])


def test_contacts_are_added_one_key_each(asker, sara):
    """R7.37, R4.19: the link has its query already, and more is appended."""
    path = f"{asker.app}/people/presenceSubscriptions?duration=10&uris=sip:aiko@contoso.test"
    made = json.loads(asker.ask("POST", path).body)
    add = made["_links"]["addToPresenceSubscription"]["href"]

    added = asker.ask("POST", f"{add}&ContactUris={sara.uri}&contactUris=sip:tonis@contoso.test")
    assert 201 == added.status
    assert 3 == len(asker.get(add.removeprefix(asker.app + "/"))["_embedded"].popitem()[1])


@pytest.mark.parametrize(
    "query", ["?Query=sara", "?QUERY=Sara&Limit=5&SessionContext=1", "??query=sar"]
)
def test_people_are_searched(asker, sara, query):
    """R10: unknown names are ignored."""
    [found] = asker.get(f"people/search{query}")["_embedded"]["contact"]

    assert sara.uri == found["uri"]


def test_bad_values_are_named(asker):
    """R4.4: nothing happens, and the parameter is named as the reference writes it."""
    path = f"{asker.app}/people/presenceSubscriptions?Duration=soon&Uris=sip:a@contoso.test"
    refused = asker.ask("POST", path)

    assert 400 == refused.status
    assert ["duration"] == [each["name"] for each in json.loads(refused.body)["parameters"]]


def test_whole_resources_with_nulls_are_posted_back(asker):
    """R11, R7.21: one client sends ``Self`` and ``PGuid``, nulls, and what cannot be set."""
    body = '{"Self":"/x","PGuid":null,"rel":null,"Activity":"on","Availability":"Busy","Links":{}}'

    assert 204 == asker.post("me/presence", body)
    assert "Busy" == asker.get("me/presence")["availability"]
