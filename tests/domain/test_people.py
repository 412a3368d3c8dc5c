"""Addresses: many spellings of one person, and what is nobody's address (R4.23)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openucwa.domain.people import address_of


@pytest.mark.parametrize(
    "spelling",
    [
        "lenea@contoso.com",
        "sip:lenea@contoso.com",
        "SIP:LeneA@Contoso.COM",
        "  sip:lenea@contoso.com\n",
        "sip:lenea@contoso.com;transport=tls",
        "lenea@contoso.com;gruu;opaque=app:conf",
    ],
)
def test_all_spellings_are_one_address(spelling):
    assert "lenea@contoso.com" == address_of(spelling)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lenea",
        "@contoso.com",
        "lenea@",
        "a@b@c",
        "lene a@contoso.com",
        "sip:sip:lenea@contoso.com",
        "tel:+14255550100",
        "https://contoso.com/lenea@contoso.com",
        "lenea@contoso.com/../me",
        "lenea%40contoso.com",
        "lenea@contoso.com?x",
        "<lenea@contoso.com>",
        "a" * 129 + "@contoso.com",
        "a@" + "b" * 256,
    ],
)
def test_what_is_not_an_address(text):
    assert address_of(text) is None


@given(st.text())
def test_any_text_has_one_answer_and_it_is_final(text):
    address = address_of(text)

    assert address is None or address == address_of(address) == address_of(f"sip:{address}")
