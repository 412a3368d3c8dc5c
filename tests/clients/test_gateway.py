"""A gateway in Java: a roster made of groups, arrays for everything, paths by hand (15.9, R32)."""

from __future__ import annotations

import json

import pytest

from clients.wire import POOL

ABOUT = '{"UserAgent":"gateway","EndpointId":"gw","Culture":"en-us"}'


class Gateway:
    """Casts what it finds to arrays and objects, as it expects them, and adds to what it knows."""

    def __init__(self, wire, token):
        self.wire = wire
        self.token = f"Authorization: Bearer {token}"
        self.app = self.ask("POST", "/ucwa/oauth/v1/applications", ABOUT)
        links = self.app["_embedded"]["people"]["_links"]
        self.links = {rel: link["href"] for rel, link in links.items()}

    def ask(self, method, href, body="", expected=(200, 201, 204)):
        kind = ["Content-Type: application/json"] if body else []
        answer = self.wire.ask(method, POOL + href, self.token, *kind, body=body)
        assert answer.status in expected, answer.body
        return json.loads(answer.body) if answer.content else None

    def array(self, tree, name):
        found = tree["_embedded"][name]
        assert isinstance(found, list)
        return found

    def roster(self):
        """Return who is in which group, with names and pictures: all of that must be there."""
        groups = self.ask("GET", self.links["myGroups"])
        default = groups["_embedded"]["defaultGroup"]
        found = {}
        for group in [*self.array(groups, "group"), default]:
            contacts = self.ask("GET", group["_links"]["groupContacts"]["href"])
            found[group["name"]] = [
                (contact["name"], contact["uri"], contact["_links"]["contactPhoto"]["href"])
                for contact in self.array(contacts, "contact")
            ]
        found["lists"] = [one["name"] for one in self.array(groups, "distributionGroup")]
        return found


@pytest.fixture
def gateway(server, wire, lene):
    return Gateway(wire, server.sign_in(lene))


def test_an_empty_roster_is_one(gateway):
    """R8.5: groups that are not there are empty arrays."""
    assert {"Other Contacts": [], "lists": []} == gateway.roster()


def test_contacts_come_and_go(gateway, sara):
    """R8.9: names and pictures come along; one contact is an array of one."""
    gateway.ask("POST", gateway.links["myGroups"], '{"displayName":"Work"}')
    groups = gateway.ask("GET", gateway.links["myGroups"])
    [work] = gateway.array(groups, "group")
    join = json.dumps({"contactUri": sara.uri, "groupId": work["id"]})
    joined = gateway.ask("POST", gateway.links["myGroupMemberships"], join)
    photo = f"{gateway.app['_links']['self']['href']}/photos/{sara.address}"
    assert [(sara.name, sara.uri, photo)] == gateway.roster()["Work"]

    gateway.ask("DELETE", joined["_links"]["self"]["href"])
    assert [(sara.name, sara.uri, photo)] == gateway.roster()["Other Contacts"]
    again = gateway.ask("GET", gateway.links["myGroupMemberships"])
    for membership in gateway.array(again, "myGroupMembership"):
        gateway.ask("DELETE", membership["_links"]["self"]["href"])
    assert {"Work": [], "Other Contacts": [], "lists": []} == gateway.roster()


@pytest.mark.parametrize("path", ["presence", "note", "location"])
def test_what_is_known_of_a_contact_is_behind_her_own_link(gateway, sara, path):
    """15.9: the rest of the path is added by hand, without any subscription."""
    gateway.ask("POST", gateway.links["myGroupMemberships"], json.dumps({"contactUri": sara.uri}))
    [contact] = gateway.array(gateway.ask("GET", gateway.links["myContacts"]), "contact")

    shown = gateway.ask("GET", f"{contact['_links']['self']['href']}/{path}")
    assert f"contact{path.title()}" == shown["rel"]


def test_a_contact_of_another_domain_has_a_name_and_a_picture_too(gateway):
    """R8.2, R8.4: also without a directory to ask."""
    body = json.dumps({"contactUri": "sip:Otto@Elsewhere.test"})
    gateway.ask("POST", gateway.links["myGroupMemberships"], body)
    [(name, uri, photo)] = gateway.roster()["Other Contacts"]

    assert ("otto@elsewhere.test", "sip:otto@elsewhere.test") == (name, uri)
    assert photo.endswith("/photos/otto@elsewhere.test")
