"""Which web pages may use the server (R1.22)."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openucwa.app.origins import LOOPBACK, Origins, canonical, diagnostics
from openucwa.settings import Web

WELCOME = Origins(
    ["https://apps.contoso.test", "https://*.fabrikam.test:8443", "https://*.adatum.test"]
)


@pytest.mark.parametrize(
    ("origin", "welcome"),
    [
        ("https://apps.contoso.test", True),
        ("https://apps.contoso.test:443", True),
        ("HTTPS://Apps.Contoso.Test", True),
        ("https://apps.contoso.test/", True),
        (" https://apps.contoso.test ", True),
        ("http://apps.contoso.test", False),
        ("https://apps.contoso.test:444", False),
        ("https://apps.contoso.test.", False),
        ("https://apps.contoso.test.evil.test", False),
        ("https://apps.contoso.test@evil.test", False),
        ("https://evil.test/https://apps.contoso.test", False),
        ("https://evil.test#apps.contoso.test", False),
        ("https://evilapps.contoso.test", False),
        ("https://a.apps.contoso.test", False),
        ("https://a.fabrikam.test:8443", True),
        ("https://a.b.fabrikam.test:8443", True),
        ("https://fabrikam.test:8443", False),
        ("https://a.fabrikam.test", False),
        ("https://evil.test?.fabrikam.test:8443", False),
        ("https://evil.test/.fabrikam.test:8443", False),
        ("https://*.fabrikam.test:8443", False),
        ("https://.fabrikam.test:8443", False),
        ("null", False),
        ("", False),
        ("https://", False),
        ("file:///etc/passwd", False),
        ("https://*", False),
        ("https://[", False),
        ("https://apps.contoso.test\n", False),
        ("https://apps.contoso.test https://evil.test", False),
    ],
)
def test_an_origin_is_compared_by_scheme_host_and_port(origin, welcome):
    assert welcome is (origin in WELCOME)


@pytest.mark.parametrize(
    ("origin", "welcome"),
    [
        ("http://localhost", True),
        ("http://LOCALHOST:3000", True),
        ("https://localhost:8443", True),
        ("http://127.0.0.1:9", True),
        ("http://[::1]:3000", True),
        ("http://127.0.0.2", False),
        ("http://localhost.evil.test", False),
        ("http://localhost:*", False),
        ("http://localhost:80@evil.test", False),
        ("http://[::1].evil.test", False),
        ("ftp://localhost", False),
    ],
)
def test_a_port_may_be_left_open(origin, welcome):
    assert welcome is (origin in Origins(LOOPBACK))


@pytest.mark.parametrize("origin", ["null", "capacitor://localhost", "app://desk"])
def test_pages_without_a_web_origin_have_to_be_listed(origin):
    assert origin in Origins([origin])
    assert origin not in WELCOME
    assert origin not in Origins(LOOPBACK)


@pytest.mark.parametrize("patterns", [[], [""], ["evil.test", "*", "https://*"]])
def test_what_is_no_pattern_allows_nobody(patterns):
    assert "https://evil.test" not in Origins(patterns)
    assert "" not in Origins(patterns)


@given(st.text())
def test_no_text_does_harm(text):
    assert text not in Origins()
    assert canonical(canonical(text)) == canonical(text)


PIECES = st.sampled_from(
    ["https://", "http://", "evil", ".", "test", "adatum.test", "*", ":", "443", "80", "@", "/",
     "?", "#", "\\", "%2e", "\n", "\x00", "[", "]", "::1", "a", "-", " "]
)  # fmt: skip


@given(st.lists(PIECES, max_size=10).map("".join))
def test_a_wildcard_lets_in_only_hosts_below_it(origin):
    """Whatever is let in is no more than a scheme, a host below the pattern's, and its port."""
    for text in (origin, f"https://{origin}.adatum.test", f"https://{origin}adatum.test"):
        if text in WELCOME and "adatum" in text:
            parts = urlsplit(text.strip())
            assert ("https", None) == (parts.scheme, parts.username)
            assert re.fullmatch(r"([a-z0-9_-]+\.)+adatum\.test", parts.hostname)
            assert (parts.port or 443, parts.path.strip("/")) == (443, "")
            assert "" == parts.query == parts.fragment


def listed(pattern):
    try:
        return msgspec.convert({"allowed_origins": [pattern]}, Web, strict=False)
    except msgspec.ValidationError:
        return None


@pytest.mark.parametrize(
    "pattern",
    ["null", "https://a.test", "HTTPS://A.test:8443", "https://*.a.test", "http://localhost:*",
     "http://[::1]:3000", "capacitor://localhost"],
)  # fmt: skip
def test_what_the_setting_takes_is_a_pattern(pattern):
    assert listed(pattern)
    assert canonical(pattern)


@pytest.mark.parametrize(
    "pattern",
    ["*", "https://*", "a.test", "https://a.*.test", "https://a.test/app", "https://*a.test",
     "https://a@b.test", "https://a.test:", "https://a.test:x", "https://bücher.test", ""],
)  # fmt: skip
def test_what_could_never_match_is_refused_as_a_setting(pattern):
    assert listed(pattern) is None


def test_r1_20_the_refusal_says_what_is_shown_to_people():
    reason = b"Service does not allow a cross domain request from this origin."
    assert diagnostics("pool.test") == b'28019;source="pool.test";reason="%b"' % reason
