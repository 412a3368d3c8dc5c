"""The browser library of old samples: its start-up, its frames and its events (BEHAVIOUR 15)."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

import pytest

from clients.wire import EXTERNAL, INTERNAL, POOL, held

ORIGIN = "https://apps.contoso.test"
FORM = "application/x-www-form-urlencoded;charset='utf-8'"
OPTIONS = "&low=5&medium=5&priority=0&timeout=180"


class Result:
    """What a callback gets: the body is parsed only if the parsed header says that it is JSON."""

    def __init__(self, answer):
        self.status = answer.status
        self.headers = {}
        for line in answer.head.split("\r\n")[1:]:
            name, _, value = line.partition(": ")
            self.headers.setdefault(name, []).append(read(value))
        kind = self.headers.get("Content-Type", [""])[0]
        parsed = isinstance(kind, str) and "application/json" in kind
        self.results = json.loads(answer.body) if parsed else None

    def link(self, rel):
        return self.results["_links"][rel]["href"]


def read(value):
    """Read a header's value; one with ``="`` becomes an object, whatever it is (R15.12)."""
    return dict(re.findall(r'(\w+)="([^"]*)"', value)) if '="' in value else value


class Library:
    """All that it asks goes through a frame of the origin that it saw last."""

    def __init__(self, wire):
        self.wire = wire
        self.token = ""
        self.frame = ""
        self.asked = []

    def inject(self, page):
        self.frame = page
        for _ in range(2):  # the frame loads, and then the library asks for it as well
            self.request("GET", page, accept="text/html")

    def request(self, method, href, data="", *, accept="application/json", kind="application/json"):
        url = href if "://" in href else re.match("https://[^/]+", self.frame)[0] + href
        headers = [f"Authorization: {self.token}"] if self.token else []
        if method != "DELETE":
            headers += [f"Accept: {accept}", "X-Requested-With: XMLHttpRequest"]
        if method in ("POST", "PUT"):
            headers += [f"Content-Type: {kind if data else ''}"]
        if isinstance(data, dict):
            headers += [f'If-Match: "{data["etag"]}"'] if "etag" in data else []
            data = json.dumps(data)
        headers += [f"X-Ms-Origin: {ORIGIN}", f"Referer: {self.frame}"]
        result = Result(self.wire.ask(method, url, *headers, body=data))
        self.asked.append((method, url, result.status))
        page = (result.results or {}).get("_links", {}).get("xframe")
        if page and page["href"] != self.frame:
            self.inject(page["href"])
        return result

    def discover(self, root=INTERNAL):
        self.inject(f"{root}/xframe")
        self.user = self.request("GET", root).link("user")

    def sign_in(self, person, password):
        challenges = self.request("GET", self.user).headers["WWW-Authenticate"]
        [ticket] = [each["href"] for each in challenges if "href" in each]
        form = f"grant_type=password&username={quote(person.address)}&password={quote(password)}"
        granted = self.request("POST", ticket, form, kind=FORM)
        if granted.status != 200:
            return granted.status
        self.token = f"{granted.results['token_type']} {granted.results['access_token']}"
        applications = self.request("GET", self.user).link("applications")
        about = {"userAgent": "Samples", "endpointId": "5b3f", "culture": "en-US"}
        me = self.request("POST", applications, about)
        available = me.results["_embedded"]["me"]["_links"]["makeMeAvailable"]["href"]
        made = self.request("POST", available, {"SupportedModalities": ["Messaging"]})
        assert (204, None) == (made.status, made.results)
        self.main = self.request("GET", me.link("self"))
        self.following = self.main.link("events")
        return self.main.status

    def part(self, name, rel):
        return self.main.results["_embedded"][name]["_links"][rel]["href"]

    def events(self):
        """Follow ``resync``, or else ``next``; options are appended to whatever it is."""
        package = self.request("GET", self.following + OPTIONS)
        links = package.results["_links"]
        self.following = links.get("resync", links.get("next"))["href"]
        found = []
        for event in [event for sender in package.results["sender"] for event in sender["events"]]:
            embedded = event.get("_embedded")
            if embedded is not None:
                embedded[event["link"]["rel"]].get("operationId")
            found.append((event["link"]["rel"], event["type"], event["link"]["href"]))
        return found


@pytest.fixture
def library(wire, lene):
    made = Library(wire)
    made.discover()
    assert made.sign_in(lene, lene.password) == 200
    return made


@pytest.mark.parametrize("root", [INTERNAL, EXTERNAL])
def test_it_starts_up_step_by_step(wire, lene, root):
    """15.1: every request and its status; the frame is injected twice and never again."""
    library = Library(wire)
    library.discover(root)
    library.sign_in(lene, lene.password)

    page = f"{POOL}/Autodiscover/XFrame/XFrame.html"
    app = POOL + library.main.link("self")
    assert library.asked == [
        *[("GET", f"{root}/xframe", 200)] * 2,
        ("GET", root, 200),
        *[("GET", page, 200)] * 2,
        ("GET", library.user, 401),
        ("POST", f"{POOL}/WebTicket/oauthtoken", 200),
        ("GET", library.user, 200),
        ("POST", f"{POOL}/ucwa/oauth/v1/applications", 201),
        ("POST", f"{app}/me/makeMeAvailable", 204),
        ("GET", app, 200),
    ]


def test_a_wrong_password_ends_the_sign_in(wire, lene):
    """R15.3: 401 there would send it to the grant of Windows, 400 fails cleanly."""
    library = Library(wire)
    library.discover()

    assert library.sign_in(lene, "wrong") == 400


def test_a_page_loaded_again_gets_through(wire, lene, library):
    """R2.15: it needs the link, and a refusal of makeMeAvailable would be tried eight times."""
    again = Library(wire)
    again.discover()

    assert 200 == again.sign_in(lene, lene.password)
    assert again.main.link("self") == library.main.link("self")


def test_its_options_are_appended_to_every_link(server, library):
    """R15.14, R3.4: the server does not say them again, or they would grow without end."""
    server.advance("5s")
    library.events()
    began = server.now()

    assert [] == held(server, library.events)
    assert 180 <= (server.now() - began).total_seconds() < 185
    assert "timeout" not in library.following


def test_it_starts_its_events_again_from_the_link_that_it_kept(server, library):
    """R15.19, R3.9: ``resync`` leads back to what was not acknowledged."""
    server.advance("5s")
    library.events()
    library.request("POST", library.part("me", "note"), {"message": "back soon"})
    server.advance("5s")
    told = library.events()
    library.following = library.main.link("events")

    assert [] == library.events()
    assert [("note", "updated", library.part("me", "note"))] == library.events() == told


@pytest.mark.parametrize("shown", ["Busy", "DoNotDisturb", "BeRightBack", "Away"])
def test_presence_is_set_told_and_reset(server, library, shown):
    """R15.35: 204, then the event, then what the event links to; a reset has an empty type."""
    presence = library.part("me", "presence")
    server.advance("5s")
    library.events()

    for data, reads in (({"availability": shown}, shown), ("", "Online")):
        assert 204 == library.request("POST", presence, data).status
        server.advance("5s")
        assert [("presence", "updated", presence)] == library.events()
        assert reads == library.request("GET", presence).results["availability"]


def test_if_match_on_a_post_is_ignored(library):
    """R4.33: it sends it whenever what it posts has an etag."""
    note = {"message": "at lunch", "etag": "1234567890"}

    assert 204 == library.request("POST", library.part("me", "note"), note).status


def test_it_puts_back_what_it_received(library):
    """R15.9: links, rel, etag and the GUID property come back as they are."""
    communication = library.main.results["_embedded"]["communication"]
    changed = communication | {"audioPreference": "PhoneAudio"}

    href = communication["_links"]["self"]["href"]
    assert 200 == library.request("PUT", href, changed).status
    assert 412 == library.request("PUT", href, changed).status
    assert "PhoneAudio" == library.request("GET", href).results["audioPreference"]


def test_contacts_are_matched_by_the_beginning_of_their_links(server, library, sara):
    """R15.32, R15.33: search, subscribe, and find the contact of an event by comparing strings."""
    query = f"?query={quote('Sara Davis')}&limit=10"
    found = library.request("GET", library.part("people", "search") + query).results
    [contact] = found["_embedded"]["contact"]
    assert sara.address == contact["emailAddresses"][0]
    wish = {"duration": 11, "Uris": [contact["uri"].upper()]}
    made = library.request("POST", library.part("people", "presenceSubscriptions"), wish)
    extended = library.request("POST", made.link("self") + "?duration=11")

    server.advance("5s")
    [href] = [href for rel, _, href in library.events() if rel == "contactPresence"]
    assert (200, "presenceSubscription") == (extended.status, extended.results["rel"])
    self = contact["_links"]["self"]["href"]
    assert self[: self.rindex(".")] == href[: href.rindex(".")]
    assert "Offline" == library.request("GET", href).results["availability"]


def test_a_search_without_hits_embeds_nothing(library):
    """R15.27: the sample takes whatever is embedded for a hit."""
    found = library.request("GET", library.part("people", "search") + "?query=nobody&limit=10")

    assert "_embedded" not in found.results


def test_it_leaves_with_nothing_but_its_token(library):
    """R2.24: the library's DELETE has no Accept."""
    app = library.main.link("self")

    assert 204 == library.request("DELETE", app).status
    assert "ApplicationNotFound" == library.request("GET", app).results["subcode"]


def test_a_page_of_a_foreign_origin_is_shown_why_not(wire):
    """R1.20, R15.10: the alert shows the reason of a header that is compared by case."""
    answer = wire.ask("GET", POOL, "X-Ms-Origin: https://evil.example")

    diagnostics = answer.header("X-Ms-diagnostics")
    assert 403 == answer.status
    assert re.fullmatch(r'\d+;source="[^"]+";reason="[^"]+"', diagnostics)
