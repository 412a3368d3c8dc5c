"""Hostile bodies: every decoder raises Malformed and nothing else."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openucwa.wire import forms, json, xml
from openucwa.wire.malformed import Malformed

LEVELS = 100_000
BOMB = (
    b'<!DOCTYPE input [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12))
    + b']><input><property name="x">&m;</property></input>'
)
FILE = b'"file:///etc/hostname"'


def name(body: bytes) -> str:
    return f"{body[:20]!r}+{len(body)}"


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"1",
        b'"text"',
        b"true",
        b"{",
        b'{"a":1}}',
        b'{"a":',
        b'{"a":"\xff"}',
        b'{"a":"\\ud800"}',
        b'{"a":NaN}',
        b'{"a":1e999}',
        b'{"a":' + b"9" * 5000 + b"}",
        b"{\0}",
        b"<input/>",
        b'{"a":' * LEVELS,
        b'{"a":' + b"[" * LEVELS + b"]" * LEVELS + b"}",
        "{}".encode("utf-16"),
    ],
    ids=name,
)
def test_json(body):
    with pytest.raises(Malformed):
        json.decode(body)


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"<input",
        b"<input>",
        b"<input></resource>",
        b"<output/>",
        b"<input>\0</input>",
        b"<input>&#xD800;</input>",
        b"<input>&unknown;</input>",
        b"<input>\xff</input>",
        b"<x:input/>",
        b'<?xml version="1.0" encoding="x-none"?><input/>',
        b"<input>" * LEVELS,
        b"<!DOCTYPE input><input/>",
        b"<!DOCTYPE input SYSTEM " + FILE + b"><input/>",
        b"<!DOCTYPE input [<!ENTITY % x SYSTEM " + FILE + b"> %x;]><input/>",
        b"<!DOCTYPE input [<!ENTITY x SYSTEM " + FILE + b">]><input>&x;</input>",
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE input><input/>'.encode("utf-16"),
        BOMB,
        BOMB.replace(b'"x"', b'"&m;"'),
    ],
    ids=name,
)
def test_xml(body):
    with pytest.raises(Malformed):
        xml.decode(body)


@given(st.binary() | st.text("<>{}[]\"'&;!/=x:%", max_size=40).map(str.encode))
def test_any_bytes(body):
    for decode in (json.decode, xml.decode):
        with suppress(Malformed):
            assert isinstance(decode(body), dict)
    for content_type in (None, "multipart/form-data; boundary=x"):
        with suppress(Malformed):
            forms.fields(content_type, body)
