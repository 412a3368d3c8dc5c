"""Resources as JSON."""

from __future__ import annotations

import json as standard

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openucwa.hyper.values import Date
from openucwa.wire import json

scalars = st.text() | st.integers(-(2**63), 2**64 - 1) | st.booleans() | st.floats(-1e9, 1e9)
trees = st.dictionaries(st.text(), scalars | st.lists(scalars))


@given(trees)
def test_what_is_written_reads_back(tree):
    written = json.encode(tree)

    assert tree == json.decode(written)
    assert tree == standard.loads(written)
    assert b"\n" not in written


def test_order_is_kept():
    """Properties, links, embedded resources, rel, etag (R4.5)."""
    tree = {
        "name": "Lena",
        "on": True,
        "_links": {"self": {"href": "/me"}},
        "_embedded": {"note": {"rel": "note"}},
        "rel": "me",
        "etag": "1",
    }

    assert (
        b'{"name":"Lena","on":true,"_links":{"self":{"href":"/me"}},'
        b'"_embedded":{"note":{"rel":"note"}},"rel":"me","etag":"1"}'
    ) == json.encode(tree)


def test_dates_have_escaped_slashes():
    """Some clients look for them in the text (R4.10)."""
    written = json.encode({"at": [Date(1358827096)]})

    assert rb'{"at":["\/Date(1358827096000)\/"]}' == written
    assert {"at": ["/Date(1358827096000)/"]} == standard.loads(written)


def test_other_objects_are_a_bug():
    with pytest.raises(NotImplementedError, match="object is no property value"):
        json.encode({"a": object()})


@pytest.mark.parametrize("body", [b"", b" \r\n", b"{}", b'""', b"null", b"\xef\xbb\xbf", b"\t{}\n"])
def test_nothing_means_no_parameters(body):
    """R4.21."""
    assert {} == json.decode(body)


def test_a_byte_order_mark_is_tolerated():

    assert {"a": None} == json.decode(b'\xef\xbb\xbf{"a":null}')


@given(st.text())
def test_a_text_is_written_as_in_a_tree(text):
    """So that it can be put into one that is written already."""
    assert json.encode({"a": text}) == b'{"a":' + json.encode_text(text) + b"}"
