"""Clients that cut addresses apart by position (R1.11, 15.9; CLIENT-RULES 1, R8, R9)."""

from __future__ import annotations

import json
import re

import pytest

from clients.wire import DOMAIN, EXTERNAL, POOL, TOKEN_PATH, USER_PATH

ABOUT = '{"userAgent":"slicer","endpointId":"1","culture":"en-US"}'


def applications(wire, token):
    user = wire.ask("GET", POOL + USER_PATH, f"Authorization: Bearer {token}")
    return json.loads(user.body)["_links"]["applications"]["href"]


@pytest.fixture
def signed_in(server, wire, lene):
    """A token, where applications are, and one of them."""
    token = server.sign_in(lene)
    url = applications(wire, token)
    created = wire.ask("POST", url, f"Authorization: Bearer {token}", body=ABOUT)
    return f"Authorization: Bearer {token}", url, json.loads(created.body)


def hrefs(tree):
    """Yield every href of a resource and what it embeds."""
    for key, value in tree.items():
        if key == "href":
            yield value
        elif isinstance(value, dict):
            yield from hrefs(value)


def test_twenty_seven_characters_are_cut_off(wire, signed_in):
    """R1.11: the address of applications, and of every link what stands behind character 27."""
    token, url, app = signed_in

    for href in hrefs(app):
        built = url + href[27:]
        assert built == POOL + href
    answer = wire.ask("GET", url + app["_links"]["self"]["href"][27:], token)
    assert app["id"] == json.loads(answer.body)["id"]


def test_the_host_is_cut_off_and_the_port_is_that_of_https(server, wire, lene):
    """CLIENT-RULES 1.2: links name the public address without a port, whoever was asked."""
    for name in (POOL, EXTERNAL):
        links = json.loads(wire.ask("GET", name).body)["_links"]
        assert {POOL} == {link["href"][: len(POOL)] for link in links.values()}
        assert {"/"} == {link["href"][len(POOL)] for link in links.values()}
    challenge = wire.ask("GET", EXTERNAL + USER_PATH).header("WWW-Authenticate")
    assert ":8" not in challenge

    scheme, _, host, *rest = applications(wire, server.sign_in(lene)).split("/")
    assert ("https:", POOL[8:], "ucwa/oauth/v1/applications") == (scheme, host, "/".join(rest))


def test_a_host_header_of_the_bare_domain_changes_no_link(wire):
    """CLIENT-RULES 1.2: one client sends its SIP domain as Host with everything."""
    answer = wire.send(f"GET / HTTP/1.1\r\nHost: {DOMAIN}\r\nConnection: close\r\n\r\n".encode())

    assert {POOL} == {
        link["href"][: len(POOL)] for link in json.loads(answer.body)["_links"].values()
    }


def test_a_slash_is_put_between_host_and_href(wire, signed_in):
    """R8: three clients build every address with ``//`` in it."""
    token, _, app = signed_in
    href = app["_embedded"]["me"]["_links"]["makeMeAvailable"]["href"]

    assert 204 == wire.ask("POST", f"{POOL}/{href}", token).status
    assert 200 == wire.ask("GET", f"{POOL}//{app['_links']['self']['href']}/", token).status


def test_location_is_appended_to_the_host(wire, signed_in, sara):
    """R14: a path, with nothing before it."""
    token, url, _ = signed_in
    again = wire.ask("POST", url, token, body=ABOUT.replace('"1"', '"2"'))
    app = again.header("Location")
    wish = json.dumps({"duration": 10, "uris": [sara.uri]})
    subscribed = wire.ask("POST", f"{POOL}{app}/people/presenceSubscriptions", token, body=wish)

    for made in (app, subscribed.header("Location")):
        assert re.match("/ucwa/oauth/v1/applications/[0-9]{12}", made)
        assert 200 == wire.ask("GET", POOL + made, token).status


def test_paths_are_built_in_any_case(wire, signed_in, sara):
    """R9, R1.14: IIS did not mind."""
    token, _, app = signed_in
    path = app["_links"]["self"]["href"]

    for built in (
        USER_PATH.lower(),
        USER_PATH.upper(),
        f"{path}/People/{sara.address.upper()}/Presence",
        f"{path}/ME".replace("ucwa", "UCWA"),
    ):
        assert 200 == wire.ask("GET", POOL + built, token).status


def test_the_user_path_is_glued_to_the_root(wire):
    """R1.6: ``/oauth/user`` is put behind the address of the root, which so has no query."""
    root = json.loads(wire.ask("GET", EXTERNAL).body)["_links"]["self"]["href"]

    assert 401 == wire.ask("GET", root + "/oauth/user").status


def test_the_path_of_the_reference_is_built_without_oauth(wire, signed_in):
    """R1.11: it is served as well, and what it links to has the usual one."""
    token, _, app = signed_in
    path = app["_links"]["self"]["href"].replace("/oauth", "")

    answer = wire.ask("GET", POOL + path, token)
    assert app["_links"]["self"] == json.loads(answer.body)["_links"]["self"]


def test_the_token_is_asked_for_at_a_fixed_place_of_any_host(wire, lene):
    """15.9: one client knows the path by heart; user names come with ``@`` as it is."""
    form = f"grant_type=password&username={lene.address}&password={lene.password}"
    answer = wire.ask("POST", EXTERNAL + TOKEN_PATH, body=form)

    assert 200 == answer.status
    assert applications(wire, json.loads(answer.body)["access_token"]).startswith(POOL)
