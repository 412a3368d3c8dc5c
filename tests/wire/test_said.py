"""What a body says, whatever its type claims."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openucwa.hyper.values import Words
from openucwa.wire.said import lifted, of, parameter, words

HELLO = Words("Hello")
URI = "data:text/plain;charset=utf-8,Hello"
IN_JSON = json.dumps({"message": "Hello"}).encode()
IN_A_LINK = json.dumps({"_links": {"message": {"href": URI}}}).encode()
IN_XML = b'<input><property name="message">Hello</property></input>'
IN_A_LINK_OF_XML = f'<input><link rel="message" href="{URI}"/></input>'.encode()


@pytest.mark.parametrize("body", [b"Hello", IN_JSON, IN_A_LINK, IN_XML, IN_A_LINK_OF_XML])
@pytest.mark.parametrize(
    "kind",
    [None, "", "application/json", "application/xml", "text/xml", "application/octet-stream", "?"],
)
def test_it_is_found_though_the_type_is_wrong_or_missing(kind, body):
    """R9.20, R9.21: many clients send whatever their library says."""
    assert HELLO == words(kind, body)


@pytest.mark.parametrize("kind", ["text/plain", "Text/Plain; charset=utf-8", " text/plain ;x"])
@pytest.mark.parametrize("body", [b"Hello", IN_JSON, IN_XML, b'""', b"{}", b"data:,Hello"])
def test_plain_text_is_as_it_is(kind, body):
    """Who says that it is text may write about JSON."""
    assert Words(body.decode()) == words(kind, body)


@pytest.mark.parametrize("kind", ["text/html", "TEXT/HTML;charset=utf-8"])
def test_html_is_cleaned(kind):
    assert Words("<b>Hello</b>", html=True) == words(kind, b"<b onclick=x()>Hello</b><script>")


@pytest.mark.parametrize(
    "body",
    [
        b'"Hello"',
        b"[1]",
        b"{}",
        b"null",
        b"{",
        b'{"text":"Hello"}',
        b'{"message":5}',
        b'{"message":null}',
        b'{"_links":5}',
        b'{"_links":{"message":5}}',
        b'{"_links":{"message":{"href":5}}}',
        b'{"_links":{"message":{"href":"http://contoso.test/"}}}',
        b"<input/>",
        b"<b>Hello</b>",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><input/>",
        b"1",
        b" ",
        b"",
    ],
)
def test_what_has_no_message_is_the_message(body):
    assert Words(body.decode()) == words("application/json", body)


@pytest.mark.parametrize("kind", ["text/plain", "application/json", None])
@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"\xef\xbb\xbfHello", "Hello"),
        (b"H\xe6llo", "H\ufffdllo"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        ("\U0001f600 æ".encode(), "\U0001f600 æ"),
        (b"one\r\ntwo ", "one\r\ntwo "),
    ],
)
def test_a_mark_at_the_beginning_is_dropped_and_what_is_not_utf_8_is_replaced(kind, body, text):
    assert Words(text) == words(kind, body)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"message": "Hello"}, HELLO),
        ({"Message": "Hello"}, HELLO),
        ({"message": URI}, HELLO),
        ({"MESSAGE": URI.replace("data:", "DATA:")}, HELLO),
        ({"message": "data: is a word"}, Words("data: is a word")),
        ({"message": "data:image/png,x"}, Words("data:image/png,x")),
        ({"message": "data:text/html,<i onclick=x>Hi"}, Words("<i>Hi</i>", html=True)),
        ({"message": "Hello", "_links": {"message": {"href": "data:,Other"}}}, HELLO),
        ({"message": None, "_links": {"message": {"href": URI}}}, HELLO),
        ({"message": ""}, Words("")),
        ({"message": ["Hello"]}, None),
        ({}, None),
    ],
)
def test_r4_18_the_message_among_parameters(given, said):
    assert said == parameter(given)


def test_r4_18_only_links_that_carry_something_are_parameters():
    given = {
        "subject": "Lunch",
        "_links": {
            "message": {"href": "data:,Hi"},
            "self": {"href": "/ucwa"},
            "many": [{"href": "data:,1"}],
            "odd": 5,
        },
    }

    assert {"subject": "Lunch", "message": "data:,Hi"} == {
        name: value for name, value in lifted(given).items() if name != "_links"
    }


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_text_that_is_no_data_uri_says_itself(text):
    if text[:5].lower() != "data:":
        assert Words(text) == of(text)
    assert words("text/plain", text.encode()).text == text.removeprefix("\ufeff")


@given(st.none() | st.text(), st.binary())
def test_any_body_says_something(kind, body):
    assert isinstance(words(kind, body), Words)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/plain", b"a\0b"),
        ("application/json", b'{"message": "a\\u0000b"}'),
        ("application/json", b'{"message": "data:text/plain,a%00b"}'),
    ],
)
def test_no_message_has_a_character_that_not_every_database_keeps(kind, body):
    assert Words("a\ufffdb") == words(kind, body)


def test_half_a_character_is_never_kept():
    found = words("application/json", b'{"message": "\\ud800"}')
    found.text.encode()
