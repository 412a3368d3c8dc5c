"""Texts in data URIs: what we write, and all the ways in which clients do."""

from __future__ import annotations

import base64
from urllib.parse import unquote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openucwa.hyper.values import Words
from openucwa.wire.datauris import decode, encode, escape

texts = st.text(st.characters(exclude_categories=["Cs"]))


@given(texts, st.booleans())
def test_what_is_written_reads_back(text, html):
    words = Words(text, html)

    assert words == decode(encode(words))


@given(texts)
def test_what_is_written_is_plain_ascii_and_needs_no_escape_anywhere(text):
    """Neither in JSON nor in XML; browsers' own functions read it (R4.25)."""
    written = escape(text)

    assert text == unquote_plus(written)
    assert written.isascii()
    assert not set("\"'\\<>& \n{}") & set(written)


@pytest.mark.parametrize(
    ("words", "written"),
    [
        (Words("Hello there"), "data:text/plain;charset=utf-8,Hello+there"),
        (Words("<b>1 + 1</b>", html=True), "data:text/html;charset=utf-8,%3cb%3e1+%2b+1%3c%2fb%3e"),
        (Words("100% æ, \r\n"), "data:text/plain;charset=utf-8,100%25+%c3%a6%2c+%0d%0a"),
        (Words("%2B"), "data:text/plain;charset=utf-8,%252B"),
        (Words(""), "data:text/plain;charset=utf-8,"),
    ],
)
def test_r4_25_spaces_are_plus_and_escapes_in_lower_case(words, written):
    assert written == encode(words)


@pytest.mark.parametrize(
    "start",
    [
        "data:text/plain;charset=utf-8,",
        "data:text/plain;charset=UTF-8,",
        'data:text/plain;charset="utf-8",',
        "data:text/plain; charset=utf-8,",
        "data:text/plain;charset=utf8;format=flowed,",
        "DATA:Text/Plain;Charset=utf-8,",
        "data:text/plain,",
        "data:;charset=utf-8,",
        "data:,",
        "  data: ,",
    ],
)
@pytest.mark.parametrize("text", ["Hello+there", "Hello%20there", "Hello there", "%48ello+%74here"])
def test_a_text_however_it_is_written(start, text):
    assert Words("Hello there") == decode(start + text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1%2B1", "1+1"),
        ("a,b;c:d", "a,b;c:d"),
        ("data:,x", "data:,x"),
        ("one\r\ntwo", "one\r\ntwo"),
        ("100%", "100%"),
        ("%zz%4", "%zz%4"),
        ("%C3%A6%c3%a6æ", "æææ"),
        ("%ff", "\ufffd"),
        ("%00", "\0"),
        ("", ""),
    ],
)
def test_what_stands_behind_the_first_comma(text, words):
    """What is not UTF-8, or no escape, does not make it unreadable."""
    assert Words(words) == decode(f"data:text/plain,{text}")


@given(texts)
@pytest.mark.parametrize("mark", [";base64", ";charset=utf-8;base64", ";BASE64"])
def test_base64(mark, text):
    written = base64.b64encode(text.encode()).decode()

    assert Words(text, html=True) == decode(f"data:text/html{mark},{written}")


def test_base64_may_be_escaped():
    assert Words("?>") == decode("data:;base64,Pz4%3D")


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "Hello",
        "data:Hello",
        "http://contoso.test/,",
        "data:image/png;base64,AAAA",
        "data:text/rtf,Hello",
        "data:;base64,A",
        "x data:,Hello",
    ],
)
def test_what_is_no_text(uri):
    assert decode(uri) is None


@given(st.text() | st.text().map("data:;base64,{}".format) | st.text().map("data:{}".format))
def test_whatever_it_is_it_is_read_or_not(uri):
    assert isinstance(decode(uri), Words | None)
