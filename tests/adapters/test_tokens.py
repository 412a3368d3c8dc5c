"""Signed tokens: ours come back as they were, all others are worth nothing."""

from __future__ import annotations

import base64
import json

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openucwa.adapters.tokens import SignedTokens
from openucwa.app.auth import Grant
from openucwa.domain.identity import Identity

NOW = 1_790_000_000.0
SECRET = b"s" * 32
TOKENS = SignedTokens(SECRET)
SCOPES = frozenset({"User.ReadWrite", "Contacts.ReadWrite"})
GRANT = Grant(Identity("lenea@contoso.test", SCOPES, NOW + 3600), 3)
CLAIMS = {
    "sub": "lenea@contoso.test",
    "iat": int(NOW),
    "exp": int(NOW) + 3600,
    "scp": "User.ReadWrite",
    "gen": 0,
    "anon": False,
}


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize("anonymous", [False, True])
@pytest.mark.parametrize("scopes", [frozenset(), SCOPES])
def test_a_token_says_what_it_was_made_of(anonymous, scopes):
    grant = Grant(Identity("lenea@contoso.test", scopes, NOW + 3600, anonymous), 3)

    assert grant == TOKENS.read(TOKENS.issue(grant), NOW)


def test_it_is_worth_nothing_from_the_second_at_which_it_expires():
    token = TOKENS.issue(GRANT)

    assert GRANT == TOKENS.read(token, NOW + 3599.999)
    assert TOKENS.read(token, NOW + 3600) is None


def test_only_our_own_clock_counts():
    """A token from a clock that is ahead of ours, or of long ago in real time, is valid."""
    assert GRANT == TOKENS.read(TOKENS.issue(GRANT), NOW)
    old = Grant(Identity("lenea@contoso.test", SCOPES, 2000.0))
    assert old == TOKENS.read(TOKENS.issue(old), 1000.0)


def test_it_survives_in_a_header_and_in_a_cookie():
    token = TOKENS.issue(GRANT)

    assert token.isascii()
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "a.b.c",
        "....",
        "é.é.é",
        "a" * 100_000,
        jwt.encode(CLAIMS, b"x" * 32, "HS256"),
        jwt.encode(CLAIMS, SECRET * 2, "HS512"),
        part({"alg": "none", "typ": "JWT"}) + "." + part(CLAIMS) + ".",
        part({"alg": "None"}) + "." + part(CLAIMS) + ".",
        part({"alg": "HS256"}) + "." + part(CLAIMS) + ".",
        *(
            jwt.encode({k: v for k, v in CLAIMS.items() if k != missing}, SECRET, "HS256")
            for missing in ("sub", "exp")
        ),
    ],
    ids=[
        "empty",
        "short",
        "three parts",
        "empty parts",
        "not ASCII",
        "huge",
        "another server's secret",
        "another algorithm",
        "alg none",
        "alg None",
        "no signature",
        "nobody",
        "for ever",
    ],
)
def test_what_is_not_ours_is_worth_nothing(token):
    assert TOKENS.read(token, NOW) is None


def test_a_token_cannot_be_changed():
    head, _, signature = TOKENS.issue(GRANT).split(".")

    assert (
        TOKENS.read(f"{head}.{part(CLAIMS | {'sub': 'boss@contoso.test'})}.{signature}", NOW)
        is None
    )


@given(st.text(max_size=200))
def test_no_text_does_harm(text):
    assert TOKENS.read(text, NOW) is None
