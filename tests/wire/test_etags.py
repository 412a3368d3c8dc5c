"""Entity tags as clients send them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openucwa.wire.etags import digest, matches, quote


@pytest.mark.parametrize(
    "header",
    ['"42"', "42", 'W/"42"', "W/42", "*", ' "1", "42" ', "1,42", '"1",W/"42"', '"1", *'],
)
def test_matches(header):
    """Quoted, unquoted, weak, in a list, any (R4.30)."""
    assert matches(header, "42")


@pytest.mark.parametrize("header", ["", '""', '"4"', "421", '"*"', "W/", ",", '"1" "2"'])
def test_does_not_match(header):

    assert not matches(header, "42")


@given(st.binary())
def test_a_digest_is_digits_and_matches_itself_in_quotes(body):
    etag = digest(body)

    assert etag.isdecimal()
    assert matches(quote(etag), etag)
    assert not matches(quote(etag), digest(body + b"!"))


@given(st.text())
def test_no_header_breaks_it(header):

    assert matches(header, "42") in {True, False}
