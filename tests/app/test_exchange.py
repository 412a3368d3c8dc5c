"""Requests and responses as plain data."""

from __future__ import annotations

from openucwa.app.exchange import Request, Response


def test_a_header_is_text_whatever_its_bytes_are():
    request = Request("GET", "/", headers={b"accept": b"text/html", b"x-odd": b"\xff"})

    assert "text/html" == request.header(b"accept")
    assert "\xff" == request.header(b"x-odd")
    assert request.header(b"host") is None


def test_a_response_is_to_be_counted_unless_it_says_otherwise():
    assert not Response(204, []).counted
