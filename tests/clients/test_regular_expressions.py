"""Clients in Java, Go, C#, Python and PowerShell that search the text for what they need."""

from __future__ import annotations

import gzip
import json
import re

import pytest

from clients.wire import EXTERNAL, POOL, TOKEN_PATH, USER_PATH

TICKET = POOL + TOKEN_PATH
ABOUT = '{"UserAgent":"agent","EndpointId":"123","Culture":"en-US"}'
APACHE = "User-Agent: Apache-HttpClient/4.5.2 (Java/1.8.0_91)"


def joined(head):
    """Join the challenges as libraries do that have one value for each name."""
    return ", ".join(re.findall("^WWW-Authenticate: (.*?)\r?$", head, re.MULTILINE))


def java(head):
    return re.search('href="(.*)",', joined(head)).group(1)


def go(head):
    href, grants = re.search('href=(.*),grant_type="(.*)"', head).groups()
    assert "password" in grants
    return href.strip('"')


def first_address(head):
    return re.search(r"https?://[^\s\"',]+", head).group(0)


def lazy(head):
    return re.findall('href="(.*?)"', head)[0]


def split_at_quotes(head):
    start = 'WWW-Authenticate: MsRtcOAuth href="'
    return next(line for line in head.split("\r\n") if line.startswith(start)).split('"')[1]


def split_at_commas(head):
    pairs = (part.strip().partition("=") for part in joined(head).split(","))
    return {name: value for name, _, value in pairs}["MsRtcOAuth href"].strip('"')


def by_scheme(head):
    """Read each pair up to its ``=``; an address that holds another one is lost."""
    _, ticket = joined(head).split("MsRtcOAuth ")
    (_, href), *_ = (pair.split("=") for pair in ticket.split(",", 1))
    return href.strip('"')


@pytest.mark.parametrize(
    "parser", [java, go, first_address, lazy, split_at_quotes, split_at_commas, by_scheme]
)
@pytest.mark.parametrize("name", [POOL, EXTERNAL])
def test_everybody_finds_the_token_endpoint(wire, parser, name):
    """R1.31, R1.32, R2"""
    assert TICKET == parser(wire.ask("GET", name + USER_PATH).head)


def test_java_takes_the_client_id(wire):
    """R1.34: it is in a line of its own, and first."""
    first, _ = re.findall("^WWW-Auth.*$", wire.ask("GET", POOL + USER_PATH).head, re.MULTILINE)

    assert re.search('client_id="([0-9a-f-]{36})"', first)


def test_a_host_without_its_name_is_none(wire):
    """R3: one tool looks for this header in the 401."""
    assert "pool.contoso.test" == wire.ask("GET", POOL + USER_PATH).header("X-MS-Server-Fqdn")


class Lines:
    """Asks as the clients in Java and PowerShell do, and reads line by line."""

    def __init__(self, wire, token):
        self.wire = wire
        self.headers = (f"Authorization: Bearer {token}", APACHE, "Accept-Encoding: gzip,deflate")
        user = self.ask("GET", USER_PATH)
        assert '"user"' not in user.body.replace('"rel":"user"', "")
        assert '"redirect"' not in user.body
        self.app = self.ask("POST", "/ucwa/oauth/v1/applications", ABOUT).header("Location")

    def ask(self, method, href, body="", *headers):
        return self.wire.ask(method, POOL + href, *self.headers, *headers, body=body)


@pytest.fixture
def lines(server, wire, lene):
    return Lines(wire, server.sign_in(lene))


def test_json_is_one_line_and_never_packed(lines):
    """C1, R15.23: this client says that it understands gzip, and does not."""
    answer = lines.ask("GET", lines.app)

    assert "Content-Encoding" not in answer.head
    assert ("{", "}", 1) == (answer.body[0], answer.body[-1], len(answer.body.splitlines()))


def test_python_reads_only_what_is_packed(server, wire, lene):
    """C1: this client unpacks what it gets, for it has asked for nothing else."""
    packed = (f"Authorization: Bearer {server.sign_in(lene)}", "Accept-Encoding: gzip, deflate")
    created = wire.ask("POST", f"{POOL}/ucwa/oauth/v1/applications", *packed, body=ABOUT)

    assert "gzip" == created.header("Content-Encoding")
    assert "123" == json.loads(gzip.decompress(created.content))["endpointId"]


def test_keys_are_sent_without_quotes(lines):
    """R16.41: one tool writes its JSON by hand, and posts nothing but this."""
    about = '{UserAgent:"tool", EndpointId:"44:D8:84", Culture:"en-US"}'
    kind = "Content-Type: application/json"

    created = lines.ask("POST", "/ucwa/oauth/v1/applications", about, kind)
    assert (201, "44:D8:84") == (created.status, json.loads(created.body)["endpointId"])


def test_presence_is_polled_at_an_address_that_was_built(lines, sara):
    """R7.8: without a subscription, and also of people whom nobody knows."""
    for address in (sara.address, "nobody@elsewhere.test"):
        shown = lines.ask("GET", f"{lines.app}/people/{address}/presence")
        assert "Offline" == re.search('"availability":"(.*?)"', shown.body).group(1)


def test_a_contact_has_a_name_and_notes_of_its_own(lines, sara):
    """R8.2: ``name`` is not looked for twice."""
    contact = lines.ask("GET", f"{lines.app}/people/{sara.address}")

    assert "Sara Davis" == re.search('"name":"(.*?)"', contact.body).group(1)
    assert 200 == lines.ask("GET", f"{lines.app}/people/{sara.address}/note").status


def test_its_own_contact_is_looked_at(lines, lene):
    """R8.4: one tool builds the address of its own note below people."""
    assert 200 == lines.ask("GET", f"{lines.app}/people/{lene.address}/note").status


def test_powershell_reads_the_refusal_of_a_lurker(lines):
    """R35: 409 with the subcode means that makeMeAvailable comes next."""
    lurking = lines.ask("GET", f"{lines.app}/me/presence")
    assert (409, "MakeMeAvailableRequired") == (lurking.status, json.loads(lurking.body)["subcode"])

    body = '{"supportedModalities":["Messaging"],"phoneNumber":"","signInAs":"Online"}'
    kind = "Content-Type: application/json; charset=utf-8"
    assert 204 == lines.ask("POST", f"{lines.app}/communication/makeMeAvailable", body, kind).status
    assert 200 == lines.ask("GET", f"{lines.app}/me/presence").status


def test_powershell_offers_a_presence_that_nobody_can_choose(lines):
    """R7.2"""
    lines.ask("POST", f"{lines.app}/me/makeMeAvailable")

    assert 400 == lines.ask("POST", f"{lines.app}/me/presence", '{"availability":"Offline"}').status


def test_headers_of_the_web_sdk_change_nothing(lines):
    """R15: they say what is needed at least, where it comes from, and how to find it in logs."""
    odd = ("X-MS-RequiresMinResourceVersion: 2", "X-Ms-Namespace: internal", "X-Ms-SDK-Instance: 1")

    assert 200 == lines.ask("GET", lines.app, "", *odd, "Client-Request-Id: 1", "DNT: 1").status
