"""A web page of today: it asks by CORS, and shows pictures as pages do (15.9, R1.26, R21)."""

from __future__ import annotations

import json
import re

import pytest

from clients.wire import POOL, TOKEN_PATH, USER_PATH, held
from pictures import opened, picture

ORIGIN = "https://apps.contoso.test"
SIMPLE = {"accept", "content-type", "origin", "referer"}
EXPOSED = {"cache-control", "content-type", "content-length", "expires", "pragma"}
ABOUT = '{"userAgent":"page","endpointId":"tab","culture":"en-US"}'


class Page:
    """Asks before it asks, and reads no header that it may not."""

    def __init__(self, wire, origin=ORIGIN):
        self.wire = wire
        self.origin = origin
        self.headers = {"X-Ms-Namespace": "internal", "X-MS-RequiresMinResourceVersion": "2"}

    def fetch(self, method, href, body="", **more):
        """Return status, readable headers and body, as a browser lets a script have them."""
        url = href if "://" in href else POOL + href
        headers = {**self.headers, **more}
        if method not in ("GET", "POST") or {name.lower() for name in headers} - SIMPLE:
            self.preflight(method, url, headers)
        lines = [f"{name}: {value}" for name, value in headers.items()]
        answer = self.wire.ask(method, url, f"Origin: {self.origin}", *lines, body=body)
        self.must_name_us(answer)
        exposed = {*answer.header("Access-Control-Expose-Headers").lower().split(", "), *EXPOSED}
        readable = re.findall("^([^:]*): (.*?)\r?$", answer.head, re.MULTILINE)
        seen = {name.lower(): value for name, value in readable if name.lower() in exposed}
        return answer.status, seen, answer.body

    def preflight(self, method, url, headers):
        wanted = ", ".join(sorted({name.lower() for name in headers} - SIMPLE))
        answer = self.wire.ask(
            "OPTIONS",
            url,
            f"Origin: {self.origin}",
            f"Access-Control-Request-Method: {method}",
            f"Access-Control-Request-Headers: {wanted}",
        )
        self.must_name_us(answer)
        allowed = answer.header("Access-Control-Allow-Headers").lower().split(", ")
        methods = answer.header("Access-Control-Allow-Methods").split(", ")
        if answer.status // 100 != 2 or method not in methods or {*wanted.split(", ")} - {*allowed}:
            raise PermissionError(f"{method} {wanted}")

    def must_name_us(self, answer):
        if answer.header("Access-Control-Allow-Origin") != self.origin:
            raise PermissionError(answer.head)

    def sign_in(self, person):
        status, seen, _ = self.fetch("GET", USER_PATH)
        assert status == 401
        assert f'href="{POOL}{TOKEN_PATH}"' in seen["www-authenticate"]
        form = f"grant_type=password&username={person.address}&password={person.password}"
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        granted = json.loads(self.fetch("POST", TOKEN_PATH, form, **kind)[2])
        self.headers["Authorization"] = f"Bearer {granted['access_token']}"
        status, seen, body = self.fetch(
            "POST", "/ucwa/oauth/v1/applications", ABOUT, **{"Content-Type": "application/json"}
        )
        assert status == 201
        self.app = seen["location"]
        return json.loads(body)


@pytest.fixture
def page(wire):
    return Page(wire)


def test_it_reads_the_challenge_and_where_its_application_is(page, lene):
    """R1.26: both are in headers, which a page sees only if it is told so."""
    app = page.sign_in(lene)

    assert page.app == app["_links"]["self"]["href"]


def test_every_verb_is_allowed_ahead(server, page, lene):
    """R1.26: PUT with If-Match, DELETE, and the requests that wait."""
    app = page.sign_in(lene)
    assert 204 == page.fetch("POST", f"{page.app}/me/makeMeAvailable", "{}")[0]
    mine = json.loads(page.fetch("GET", f"{page.app}/communication")[2])
    match = {"If-Match": f'"{mine["etag"]}"', "Content-Type": "application/json"}

    assert 200 == page.fetch("PUT", f"{page.app}/communication", json.dumps(mine), **match)[0]
    package = held(server, lambda: page.fetch("GET", app["_links"]["events"]["href"]))
    assert (200, 5) == (package[0], package[2].count('"type"'))
    assert 204 == page.fetch("DELETE", page.app)[0]


def test_refusals_can_be_read_as_well(page, lene):
    """R2.11: else a page sees a failed connection where it should make itself available."""
    page.sign_in(lene)
    status, _, body = page.fetch("POST", f"{page.app}/me/reportMyActivity")

    assert (409, "MakeMeAvailableRequired") == (status, json.loads(body)["subcode"])


def test_a_page_from_elsewhere_may_not_ask(wire, lene):
    with pytest.raises(PermissionError):
        Page(wire, "https://evil.example").sign_in(lene)


def test_a_picture_is_shown_by_an_element_that_has_only_the_cookie(wire, page, lene):
    """R1.36, R2.31, R15.36: it gets the size that is appended to the link."""
    app = page.sign_in(lene)
    photo = app["_embedded"]["me"]["_links"]["photo"]["href"]
    token = f"Authorization: {page.headers['Authorization']}"
    created = wire.ask("GET", POOL + page.app, token)
    cookie, path, *flags = created.header("Set-Cookie").split("; ")
    put = wire.ask(
        "PUT", f"{POOL}{page.app}/me/photo", token, "Content-Type: image/png", body=picture()
    )
    assert 204 == put.status

    shown = wire.ask("GET", f"{POOL}{photo}?size=HR96X96", f"Cookie: {cookie}", "Accept: image/*")
    assert (200, "image/jpeg") == (shown.status, shown.header("Content-Type"))
    assert (96, 96) == opened(shown.content).size
    assert photo.startswith(path.removeprefix("path="))
    assert {"Secure", "HttpOnly", "SameSite=None"} == {*flags}


def test_the_cookie_is_good_for_pictures_only(wire, page, lene):
    """R21: whoever has only it reads nothing else."""
    app = page.sign_in(lene)
    token = f"Authorization: {page.headers['Authorization']}"
    cookie = wire.ask("GET", POOL + page.app, token).header("Set-Cookie").partition(";")[0]

    assert 401 == wire.ask("GET", POOL + app["_links"]["self"]["href"], f"Cookie: {cookie}").status
