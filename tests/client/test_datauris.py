"""Text in links, as servers of all kinds write it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openucwa.client.datauris import link_of, text_of


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_text_comes_back_as_it_went(text):
    assert text == text_of(link_of(text))


@pytest.mark.parametrize(
    ("link", "text"),
    [
        ("data:text/plain;charset=utf-8,Hello+there%2b%0A", "Hello there+\n"),
        ("data:text/plain;charset=utf8,caf%c3%a9", "café"),
        ('data:text/plain;charset="iso-8859-1",caf%e9', "café"),
        ("data:text/plain;base64,SGVsbG8=", "Hello"),
        ("DATA:text/plain;charset=utf-8;BASE64,SGVsbG8%3D", "Hello"),
        ("data:text/plain;base64,!", ""),
        ("data:text/plain;charset=klingon,a", "a"),
        ("data:,%ff", "\ufffd"),
        ("https://pool.test/message", ""),
        ("", ""),
    ],
)
def test_what_links_say(link, text):
    assert text == text_of(link)
