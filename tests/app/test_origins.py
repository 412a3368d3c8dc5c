"""Which web pages may use the server (R1.22)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openucwa.app.origins import REFUSAL, allowed, canonical

OWN = "https://pool.contoso.test"
PATTERNS = ["https://apps.contoso.test", "https://*.fabrikam.test:8443", "http://localhost:3000"]


@pytest.mark.parametrize(
    ("origin", "welcome"),
    [
        (OWN, True),
        ("https://pool.contoso.test:443", True),
        ("HTTPS://Apps.Contoso.Test", True),
        ("https://apps.contoso.test/", True),
        (" https://apps.contoso.test ", True),
        ("http://apps.contoso.test", False),
        ("https://apps.contoso.test:444", False),
        ("https://apps.contoso.test.evil.test", False),
        ("https://evil.test/https://apps.contoso.test", False),
        ("https://evil.test#apps.contoso.test", False),
        ("https://evilapps.contoso.test", False),
        ("https://a.fabrikam.test:8443", True),
        ("https://a.b.fabrikam.test:8443", True),
        ("https://fabrikam.test:8443", False),
        ("https://a.fabrikam.test", False),
        ("https://evil.test?.fabrikam.test:8443", False),
        ("http://localhost:3000", True),
        ("http://localhost", False),
        ("null", False),
        ("", False),
        ("https://", False),
        ("file:///etc/passwd", False),
        ("https://*", False),
        ("https://pool.contoso.test:99999", False),
        ("https://[", False),
    ],
)
def test_an_origin_is_compared_by_scheme_host_and_port(origin, welcome):
    assert welcome is allowed(origin, PATTERNS, OWN)


def test_a_pattern_that_is_no_origin_allows_nobody():
    assert not allowed("https://evil.test", ["", "evil.test", "*"], "")


def test_everybody_has_to_be_said():
    assert allowed("https://any.test", ["https://*"], OWN)


@given(st.text())
def test_no_text_does_harm(text):
    assert not allowed(text, [], "https://pool.contoso.test")
    assert canonical(canonical(text)) == canonical(text)


def test_r1_20_the_refusal_says_what_is_shown_to_people():
    assert REFUSAL.split(b";")[2] == (
        b'reason="Service does not allow a cross domain request from this origin."'
    )
