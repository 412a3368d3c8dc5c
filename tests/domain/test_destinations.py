"""Where the server may connect to on its own."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openucwa.domain.destinations import Destinations, is_outside

INSIDE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::1",
    "2002:a00:1::1",
    "2001::1",
]
OUTSIDE = ["93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", INSIDE)
def test_the_inside_needs_a_network_that_says_so(address):
    assert not is_outside(ip_address(address))
    assert not Destinations().permits("bot.example.com", ip_address(address))
    assert not Destinations(["bot.example.com"]).permits("bot.example.com", ip_address(address))


@pytest.mark.parametrize("address", OUTSIDE)
def test_the_outside_is_allowed_if_nothing_is_said(address):
    assert Destinations().permits("bot.example.com", ip_address(address))


@given(st.ip_addresses(v=4, network="10.0.0.0/8"))
def test_whatever_is_private_is_refused_in_any_disguise(address):
    mapped = ip_address(f"::ffff:{address}")

    assert not Destinations(["*.example.com"]).permits("a.example.com", mapped)


@pytest.mark.parametrize(
    ("allowed", "host", "address", "permitted"),
    [
        (["bot.example.com"], "BOT.example.com.", "8.8.8.8", True),
        (["bot.example.com"], "bot.example.org", "8.8.8.8", False),
        (["*.example.com"], "a.b.example.com", "8.8.8.8", True),
        (["*.example.com"], "example.com", "8.8.8.8", False),
        (["*.example.com"], "badexample.com", "8.8.8.8", False),
        (["*.Example.com"], "a.example.com", "8.8.8.8", True),
        (["10.1.0.0/16"], "anything.test", "10.1.9.9", True),
        (["10.1.0.0/16"], "anything.test", "10.2.0.1", False),
        (["10.1.0.0/16"], "anything.test", "8.8.8.8", False),
        (["10.1.0.7/16"], "anything.test", "10.1.9.9", True),
        (["127.0.0.1"], "127.0.0.1", "127.0.0.1", True),
        (["127.0.0.1"], "127.0.0.2", "127.0.0.2", False),
        (["::1"], "::1", "::1", True),
        (["a.test", "10.0.0.0/8"], "b.test", "8.8.8.8", False),
    ],
)
def test_what_is_said_is_all_that_is_allowed(allowed, host, address, permitted):
    assert permitted is Destinations(allowed).permits(host, ip_address(address))


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://bot.example.com/", "begins with https://"),
        ("ftp://bot.example.com/", "begins with https://"),
        ("bot.example.com", "begins with https://"),
        ("https://me:secret@bot.example.com/", "name and password"),
        ("https://me@bot.example.com/", "name and password"),
        ("https://bot.example.com/#part", "fragment"),
        ("https:///path", "names a host"),
        ("https://bot.example.com:0/", "names a host"),
        ("https://bot.example.com:99999/", "Port"),
        ("https://bot.example.com/a b", "visible ASCII"),
        ("https://bot.example.com/\r\nX: y", "visible ASCII"),
        ("https://b\u00f6t.example.com/", "visible ASCII"),
        ("https://bot.example.com/" + "x" * 2000, "at most 2000"),
        ("https://127.0.0.1/", "webhooks.allowed"),
        ("https://[::1]/", "webhooks.allowed"),
        ("https://169.254.169.254/latest", "webhooks.allowed"),
    ],
)
def test_urls_to_which_nothing_is_ever_sent(url, why):
    with pytest.raises(ValueError, match=why):
        Destinations().check(url)


def test_a_host_that_no_entry_names_is_refused_before_anything_is_looked_up():
    with pytest.raises(ValueError, match=r"other\.test is not among webhooks\.allowed"):
        Destinations(["bot.test"]).check("https://other.test/")


@pytest.mark.parametrize(
    ("allowed", "url"),
    [
        ([], "https://bot.example.com/path?a=b"),
        ([], "https://bot.example.com:8443/"),
        ([], "HTTPS://8.8.8.8/"),
        (["bot.test"], "https://BOT.test/"),
        (["10.0.0.0/8"], "https://bot.test/"),
        (["10.0.0.0/8"], "https://10.1.1.1/"),
    ],
)
def test_urls_that_are_fine(allowed, url):
    Destinations(allowed).check(url)


def test_plain_http_has_to_be_allowed():
    Destinations(insecure=True).check("http://bot.example.com/")


@given(st.text())
def test_no_text_does_anything_but_be_refused(text):
    for url in (text, f"https://{text}"):
        try:
            Destinations().check(url)
        except ValueError:
            continue
        assert url.lower().startswith("https://")
