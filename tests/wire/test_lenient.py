"""JSON whose keys are not quoted."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openucwa.wire import json, lenient
from openucwa.wire.lenient import LONGEST
from openucwa.wire.malformed import Malformed

keys = st.from_regex(r"[A-Za-z_$][A-Za-z0-9_$]{0,9}", fullmatch=True)
scalars = st.text() | st.integers(-(2**53), 2**53) | st.booleans() | st.none()
trees = st.dictionaries(keys, st.recursive(scalars, lambda inner: st.lists(inner, max_size=3)))


@pytest.mark.parametrize(
    ("expected", "body"),
    [
        ({"userAgent": "x", "culture": "en-US"}, b'{userAgent:"x", culture : "en-US"}'),
        ({"a": {"b": [1, {"c": 2}]}}, b'{"a":{b:[1,{c:2}]}}'),
        ({"a": "{b:1,c:2}"}, b'{a:"{b:1,c:2}"}'),
        ({"a": 'x", b:', "c": "\\"}, rb'{a:"x\", b:",c:"\\"}'),
        ({"$id_1": "\u00e9"}, '\ufeff{\r\n\t$id_1\n:"\u00e9"}'.encode()),
        ({"true": True, "null": None}, b"{true:true,null:null}"),
    ],
    ids=["some", "nested", "within text", "escapes", "odd characters", "words"],
)
def test_r16_41_keys_need_no_quotes(expected, body):
    assert expected == lenient.decode(body)


@pytest.mark.parametrize("body", [b"", b" ", b'""', b"null", b"{}"])
def test_r4_21_nothing_is_still_nothing(body):
    assert {} == lenient.decode(body)


@pytest.mark.parametrize(
    "body",
    [
        b"{a}",
        b"{a:b}",
        b"{a:1",
        b'{a:"1}',
        b"{'a':1}",
        b"{1a:1}",
        b"{a-b:1}",
        b"{a:1,}",
        b"{/**/a:1}",
        b"a:1",
        b"[{a:1}]",
        b"{a:NaN}",
        b'{a:"\xff"}',
        b"{a:" * 5000,
    ],
)
def test_nothing_else_is_forgiven(body):
    with pytest.raises(Malformed):
        lenient.decode(body)


@given(trees)
def test_with_and_without_quotes_it_is_the_same(tree):
    written = [(key, json.encode(value)) for key, value in tree.items()]
    body = b",".join(b"%b:%b" % (key.encode(), value) for key, value in written)

    assert tree == lenient.decode(b"{%b}" % body)


@given(st.binary() | st.text('{}[],:"\\ ab1\n').map(str.encode))
def test_any_bytes_are_read_or_malformed(body):
    """And what is JSON is read as JSON."""
    with suppress(Malformed):
        strict = json.decode(body)
        assert strict == lenient.decode(body)
        return
    with suppress(Malformed):
        assert isinstance(lenient.decode(body), dict)


@pytest.mark.parametrize(
    "part", [b'{a:"\\', b'"', b'\\"', b"{ ", b",a", b",a ", b"{a:", b", "], ids=repr
)
def test_hostile_bodies_take_no_longer_than_their_length(part):
    """Five of the longest would take minutes if anything were tried twice."""
    body = b"{" + part * (LONGEST // len(part) - 1)
    for _ in range(5):
        with pytest.raises(Malformed):
            lenient.decode(body)


def test_long_bodies_are_not_tried_again():
    fits, longer = (b'{a:"%b"}' % (b"x" * (LONGEST - 6 + more)) for more in (0, 1))

    assert LONGEST - 6 == len(lenient.decode(fits)["a"])
    with pytest.raises(Malformed):
        lenient.decode(longer)
