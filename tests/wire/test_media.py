"""Which format goes out and which came in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openucwa.wire.media import Format, Media, body_format, negotiate

JSON = Media(Format.JSON, "application/json; charset=utf-8")
XML = Media(Format.XML, "application/xml; charset=utf-8")


@pytest.mark.parametrize(
    "accept",
    [
        None,
        "",
        "*/*",
        "application/*",
        "image/png",
        "multipart/batching",
        "application/json, text/javascript, */*; q=0.01",
        "application/xml;q=0.5, application/json",
        "application/xml;q=0",
        "application/xml;q=high",
        ",;,",
    ],
)
def test_json_unless_something_else_is_wanted(accept):
    """Absent, unknown and any mean JSON (R4.1, CLIENT-RULES R12)."""
    assert JSON == negotiate(accept)


@pytest.mark.parametrize(
    "accept",
    [
        "application/xml",
        "text/xml",
        "Application/XML; charset=utf-8",
        "application/json;q=0.5,application/xml;level=1;q=0.9",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    ],
)
def test_xml_when_asked(accept):

    assert XML == negotiate(accept)


@pytest.mark.parametrize("space", ["com.ucwa", "ucwa"])
@pytest.mark.parametrize("format_", list(Format))
def test_vendor_types_come_back_as_asked(space, format_):
    """Also in the misspelling of one page (R4.1)."""
    name = f"application/vnd.microsoft.{space}+{format_.value}"

    assert Media(format_, f"{name}; charset=utf-8") == negotiate(f"{name}, */*")


@given(st.text())
def test_no_header_breaks_the_negotiation(accept):

    assert "charset=utf-8" in negotiate(accept).content_type


@pytest.mark.parametrize(
    ("expected", "content_type", "body"),
    [
        (Format.JSON, "application/json; charset=utf-8", b"<not json>"),
        (Format.JSON, "application/vnd.microsoft.com.ucwa+json", b"{}"),
        (Format.XML, "APPLICATION/XML", b"{"),
        (Format.XML, "text/xml;charset=utf-8", b"<input/>"),
        (Format.JSON, None, b' {"a":1}'),
        (Format.JSON, "", b'\xef\xbb\xbf\r\n{"a":1}'),
        (Format.JSON, None, b"rubbish"),
        (Format.XML, None, b"\n<input/>"),
        (Format.XML, "text/plain", b"<input/>"),
        (Format.JSON, "text/plain; charset=utf-8", b"{}"),
        (Format.JSON, "application/x-www-form-urlencoded", b"{}"),
        (None, "application/x-www-form-urlencoded", b"a=b"),
        (None, "text/plain", b"Hello"),
        (None, "image/png", b"{}"),
        (None, "*/*", b"{}"),
        (Format.JSON, "image/png", b" \r\n"),
        (Format.JSON, "application/xml", b""),
    ],
)
def test_a_body_is_what_its_type_says_or_looks_like(expected, content_type, body):
    """A missing or careless type leaves the decision to the body (R1.25, R4.3, R4.21)."""
    assert expected == body_format(content_type, body)
