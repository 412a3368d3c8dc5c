"""What the client makes of answers, also of those that are none."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_ucwa import connected, links
from openucwa.client import Reason, Unreachable
from openucwa.client.resources import Resource, package_of

SHAPES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(["_links", "_embedded", "next", "href", "sender", "events", "link"]),
            inner,
        )
    ),
)


def test_links_are_one_or_many():
    tree = {"_links": {"one": {"href": "/1", "title": "One"}, "many": [{"href": "/2"}, {}]}}
    resource = Resource(tree)

    assert ("/1", "One", ["/2"]) == (
        resource.href("one"),
        resource.title("one"),
        resource.hrefs("many"),
    )
    assert (True, False) == (resource.has("one"), resource.has("none"))
    with pytest.raises(Unreachable, match="'none'"):
        resource.href("none")


def test_embedded_resources_are_one_or_many():
    resource = Resource({"_embedded": {"one": {"name": "1"}, "many": [{"name": "2"}] * 2}})

    assert "1" == resource.embedded("one").text("name")
    assert ["2", "2"] == [one.text("name") for one in resource.every("many")]
    assert "" == resource.embedded("none").text("name")


def test_a_package_is_read_into_events():
    tree = {**links(self="/1", next="/2"), "sender": [connected("/talk", status="Success")]}
    package = package_of(Resource(tree), tree)

    assert ("/1", "/2", False, 1) == (*package[:3], len(package.events))
    event = package.events[0]
    assert ("updated", "messaging", "/talk/messaging", "/talk") == (
        *event[:3],
        event.sender,
    )
    assert "Connected" == event.resource.text("state")


@pytest.mark.parametrize(
    ("ways", "expected"),
    [
        ({"self": "/1", "next": "/2"}, ("/1", "/2", False)),
        ({"self": "/1", "resync": "/3"}, ("", "/3", False)),
        ({"self": "/1", "resume": "/4", "next": "/4"}, ("/1", "/4", True)),
    ],
)
def test_a_package_says_where_the_next_is(ways, expected):
    tree = links(**ways)

    assert expected == package_of(Resource(tree), tree)[:3]


@given(SHAPES)
def test_other_shapes_are_refused_or_empty(tree):
    assert isinstance(Resource(tree).reason, Reason)
    with suppress(Unreachable):
        package_of(Resource(tree), tree)
