"""Phone numbers, however they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openucwa.adapters.numbers import tel_uri
from openucwa.domain.phones import is_number


@pytest.mark.parametrize(
    ("text", "region", "uri"),
    [
        ("+45 12 34 56 78", "", "tel:+4512345678"),
        ("tel:+4512345678", "", "tel:+4512345678"),
        ("(425) 555-1234 x54321", "US", "tel:+14255551234;ext=54321"),
        ("tel:+14255551234;ext=54321", "", "tel:+14255551234;ext=54321"),
        ("12345678", "DK", "tel:+4512345678"),
        ("+39 06 6982 1234", "US", "tel:+390669821234"),
    ],
)
def test_a_number_gets_one_spelling(text, region, uri):
    assert uri == tel_uri(text, region)


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("12345678", ""),
        ("12345678", "XX"),
        ("911", "US"),
        ("", "US"),
        ("lene", "US"),
        ("sip:lenea@contoso.test", "US"),
        ("+" * 80, "US"),
        ("+1234567890123456789", ""),
    ],
)
def test_what_cannot_be_a_number_is_none(text, region):
    assert tel_uri(text, region) is None


@given(st.text(max_size=80) | st.from_regex(r"[+0-9 ();ext=-]{1,30}", fullmatch=True))
def test_whatever_comes_out_is_canonical(text):
    uri = tel_uri(text, "US")

    assert uri is None or (is_number(uri) and tel_uri(uri, "") == uri)
