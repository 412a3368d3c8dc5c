"""Batches of the browser library, and all that its parser cannot bear (R6, R15.21-R15.25)."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest

from clients.wire import POOL

ABOUT = '{"userAgent":"Samples","endpointId":"5b3f","culture":"en-US"}'


def write(boundary, requests):
    """Write a batch; what is posted goes into a header line, for parts have no body (R15.21)."""
    parts = []
    for method, href, data in requests:
        lines = [f"{method} {href} HTTP/1.1", "Host: pool.contoso.test", "Accept: application/json"]
        lines += [f"Data: {json.dumps(data)}"] if data else []
        kind = "Content-Type: application/http; msgtype=request"
        parts.append("\r\n".join([f"\r\n--{boundary}", kind, "", *lines, ""]))
    return "\r\n".join(parts) + f"\r\n\r\n--{boundary}--\r\n"


def read(answer):
    """Read an answer as the library does: parts by position, each line by what it contains."""
    boundary = answer.header("Content-Type").split("boundary=")[1].strip('"')
    assert "=" not in boundary
    assert ";" not in boundary
    before, *parts, after = answer.body.split(f"--{boundary}")
    assert ("", "--") == (before.strip(), after.strip())
    return [read_part(part) for part in parts]


def read_part(part):
    status = kind = body = None
    for line in part.split("\r\n"):
        if "HTTP/1.1" in line:
            status = line.split(" ")[1]
        elif kind is None and "Content-Type" in line:
            kind = None if "http; msgtype=response" in line else line
        elif kind and line:
            assert body is None, "a body of two lines"
            body = json.loads(line) if "json" in kind else line
    return status, body


class Library:
    """Has an application, and sends batches of what it is asked for."""

    def __init__(self, wire, token):
        self.wire = wire
        self.token = f"Authorization: Bearer {token}"
        created = wire.ask("POST", f"{POOL}/ucwa/oauth/v1/applications", self.token, body=ABOUT)
        self.main = json.loads(created.body)
        self.app = self.main["_links"]["self"]["href"]

    def send(self, *requests):
        boundary = uuid4()
        kind = f"Content-Type: multipart/batching;boundary={boundary}"
        href = POOL + self.main["_links"]["batch"]["href"]
        body = write(boundary, [(*request, None)[:3] for request in requests])
        return self.wire.ask(
            "POST", href, self.token, "Accept: multipart/batching", kind, body=body
        )

    def batch(self, *requests):
        answer = self.send(*requests)
        assert 200 == answer.status
        return read(answer)


@pytest.fixture
def library(server, wire, lene):
    return Library(wire, server.sign_in(lene))


def test_answers_come_in_the_order_of_the_requests(library):
    """R15.24, R15.25: as many parts as were sent, also for those that failed."""
    paths = ["/me", "/people", "/nothing", "/communication", "/me/presence"] * 4

    answers = library.batch(*(("GET", library.app + path) for path in paths))
    assert ["200", "200", "404", "200", "409"] * 4 == [status for status, _ in answers]
    rels = [body.get("rel", body.get("code")) for _, body in answers[:5]]
    assert ["me", "people", "NotFound", "communication", "Conflict"] == rels


def test_what_is_posted_stands_in_a_header_line(library):
    """R6.3: makeMeAvailable, a note with all kinds of signs, and the note as it is then."""
    note = {"message": 'at: "lunch", back/soon é 1:30'}
    library.batch(
        ("POST", f"{library.app}/me/makeMeAvailable", {"SupportedModalities": ["Messaging"]})
    )

    assert [("204", None)] == library.batch(("POST", f"{library.app}/me/note", note))
    [(status, shown)] = library.batch(("GET", f"{library.app}/me/note"))
    assert ("200", note["message"]) == (status, shown["message"])


def test_a_note_that_looks_like_http_harms_no_part(library):
    """R6.5: a line that contains ``HTTP/1.1`` would be taken for a status."""
    library.batch(("POST", f"{library.app}/me/makeMeAvailable"))
    library.batch(("POST", f"{library.app}/me/note", {"message": "HTTP/1.1 999 Content-Type"}))

    [(status, shown)] = library.batch(("GET", f"{library.app}/me/note"))
    assert ("200", "HTTP/1.1 999 Content-Type") == (status, shown["message"])


def test_a_subscription_is_made_and_extended(library, sara):
    """R15.33: as the presence samples do."""
    people = library.main["_embedded"]["people"]["_links"]["presenceSubscriptions"]["href"]
    [(made, body)] = library.batch(("POST", people, {"duration": 11, "uris": [sara.uri]}))
    href = body["_links"]["self"]["href"]

    [(extended, body)] = library.batch(("POST", f"{href}?duration=11"))
    assert ("201", "200", "presenceSubscription") == (made, extended, body["rel"])


@pytest.mark.parametrize("path", ["/events?ack=1", "/photos/lenea@contoso.test", "/batch"])
def test_what_is_not_allowed_inside_fails_alone(library, path):
    """R6.7"""
    answers = library.batch(("GET", library.app + path), ("GET", f"{library.app}/me"))

    assert ["400", "200"] == [status for status, _ in answers]


def test_too_many_are_refused_and_nothing_is_done(library):
    """R6.8"""
    library.batch(("POST", f"{library.app}/me/makeMeAvailable"))
    note = ("POST", f"{library.app}/me/note", {"message": "one of too many"})

    assert 429 == library.send(*[note] * 101).status
    [(_, shown)] = library.batch(("GET", f"{library.app}/me/note"))
    assert "message" not in shown


def groups_of(tree):
    """Walk what is embedded, in order, as a sample does: an empty array ends it (R15.31)."""
    found = []
    for shown in tree["_embedded"].values():
        if isinstance(shown, list) and not shown:
            return found
        found += shown if isinstance(shown, list) else [shown]
    return found


def test_every_group_is_watched(library, sara):
    """R15.33: the samples append the duration to the link, and send no body."""
    links = library.main["_embedded"]["people"]["_links"]
    groups, joining = links["myGroups"]["href"], links["myGroupMemberships"]["href"]
    library.batch(("POST", groups, {"displayName": "Friends"}))
    [(_, shown)] = library.batch(("GET", groups))
    walked = groups_of(shown)
    assert ["Pinned Contacts", "Other Contacts", "Friends"] == [one["name"] for one in walked]

    joined = {"contactUri": sara.uri, "groupId": walked[-1]["id"]}
    assert [("201", joined["groupId"])] == [
        (status, body["_links"]["group"]["href"].rpartition("/")[2])
        for status, body in library.batch(("POST", joining, joined))
    ]
    hrefs = [one["_links"]["subscribeToGroupPresence"]["href"] for one in walked]
    answers = library.batch(*(("POST", f"{href}&duration=11") for href in hrefs))
    assert [("201", one["id"]) for one in walked] == [(status, b["id"]) for status, b in answers]
    assert {"presenceSubscription"} == {body["rel"] for _, body in answers}


def test_contacts_are_matched_to_their_presence_by_prefix(library, sara):
    """R15.32: of the contact's own link and that of her presence, up to the last dot."""
    links = library.main["_embedded"]["people"]["_links"]
    spelling = sara.uri.upper().replace("SIP:", "sip:")
    library.batch(("POST", f"{links['myGroupMemberships']['href']}?contactUri={spelling}"))
    [(_, shown)] = library.batch(("GET", links["myContacts"]["href"]))
    [contact] = shown["_embedded"]["contact"]
    [(_, presence)] = library.batch(("GET", contact["_links"]["contactPresence"]["href"]))

    own, seen = (one["_links"]["self"]["href"].rpartition(".")[0] for one in (contact, presence))
    assert own == seen
