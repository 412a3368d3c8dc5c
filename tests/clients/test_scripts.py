"""Scripts of administrators: paths in small letters, bodies of null, no Accept (15.9, R8, R9)."""

from __future__ import annotations

import json

import pytest

from clients.wire import POOL


class Script:
    """Knows the paths, writes them as it likes, and reads whatever comes as an object."""

    def __init__(self, wire, token):
        self.wire = wire
        self.token = f"Authorization: Bearer {token}"
        about = '{"UserAgent":"PowerShell","EndpointId":"ps","Culture":"en-US"}'
        self.app = self.rest("POST", "/ucwa/oauth/v1/applications", about)["_links"]["self"]["href"]

    def rest(self, method, path, body="", kind="application/json"):
        """Return the object of an answer, or its status if there is none."""
        headers = [self.token, "User-Agent: Mozilla/5.0 PowerShell"]
        headers += [f"Content-Type: {kind}"] if method == "POST" else []
        answer = self.wire.ask(method, POOL + path, *headers, body=body)
        return json.loads(answer.body) if answer.content else answer.status


@pytest.fixture
def script(server, wire, lene):
    return Script(wire, server.sign_in(lene))


@pytest.mark.parametrize(
    "path", ["/people/groupmemberships", "/People/GroupMemberships", "//people//groupmemberships/"]
)
def test_memberships_are_found_in_small_letters(script, sara, path):
    """R1.14: and their links lead on as they are."""
    body = json.dumps({"contactUri": sara.address})
    joined = script.rest("POST", script.app + path, body)
    [found] = script.rest("GET", script.app + path)["_embedded"]["myGroupMembership"]

    assert joined == found
    assert sara.name == script.rest("GET", found["_links"]["contact"]["href"])["name"]


def test_somebody_is_taken_off_the_list_with_a_body_of_null(script, sara):
    """15.9: the contact is appended to the link, which has no ? (15.8)."""
    memberships = f"{script.app}/people/groupmemberships"
    script.rest("POST", memberships, json.dumps({"contactUri": sara.address}))
    links = script.rest("GET", memberships)["_links"]
    href = links["removeContactFromAllGroups"]["href"]

    assert 204 == script.rest("POST", f"{href}?contactUri=sip:{sara.address}", "null")
    assert [] == script.rest("GET", f"{script.app}/people/contacts")["_embedded"]["contact"]


def test_an_id_can_be_copied_into_a_query_as_it_is(script, sara):
    """R1.15, R8.7: with the sign of equality that it ends with, or with that escaped."""
    script.rest("POST", f"{script.app}/people/groups", '{"displayName":"Work"}')
    [group] = script.rest("GET", f"{script.app}/people/groups")["_embedded"]["group"]
    body = json.dumps({"contactUri": sara.uri, "groupId": group["id"]})
    script.rest("POST", f"{script.app}/people/groupmemberships", body)

    for identifier in (group["id"], *(group["id"].replace("=", sign) for sign in ("%3d", "%3D"))):
        path = f"{script.app}/people/contacts?groupid={identifier}"
        [contact] = script.rest("GET", path)["_embedded"]["contact"]
        assert sara.name == contact["name"]


@pytest.mark.parametrize("kind", ["application/json", "", "text/plain", "application/json; x=y"])
def test_nobody_minds_what_kind_of_body_it_is(script, sara, kind):
    """R1.25"""
    body = json.dumps({"ContactUri": sara.uri, "rel": None})
    joined = script.rest("POST", f"{script.app}/people/groupmemberships", body, kind)

    assert "myGroupMembership" == joined["rel"]


def test_a_level_is_changed_by_sending_back_what_was_read(script, sara):
    """R4.27, R4.33: the whole object, with the etag in a header."""
    path = f"{script.app}/people/{sara.address}/privacyRelationship"
    shown = script.rest("GET", path)
    changed = json.dumps(shown | {"relationshipLevel": "Workgroup"})
    headers = [script.token, "Content-Type: application/json", f"If-Match: {shown['etag']}"]

    assert 200 == script.wire.ask("PUT", POOL + path, *headers, body=changed).status
    assert "Workgroup" == script.rest("GET", path)["relationshipLevel"]
