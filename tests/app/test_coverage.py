from __future__ import annotations

import pytest

from openucwa.app.coverage import Row, markdown, rows
from openucwa.hyper.catalogue import Catalogue
from openucwa.resources import CHAPTERS

CATALOGUE = Catalogue(CHAPTERS)


def a_page(rel: str, *methods: str, revision: int = 1) -> dict:
    operations = [{"method": method} for method in methods]
    return {"rel": rel, "revision": revision, "area": "me", "operations": operations}


@pytest.mark.parametrize(
    ("name", "page", "through", "operations"),
    [
        ("note", a_page("note", "GET", "POST"), "note", {"GET": True, "POST": True}),
        ("note", a_page("note", "GET", "PUT"), "note", {"GET": True, "PUT": False}),
        ("fax", a_page("fax", "GET"), "", {"GET": False}),
        ("search", a_page("search", "GET"), "search", {"GET": True}),
        ("search2", a_page("search", "GET", revision=2), "search", {"GET": True}),
        ("note2", a_page("note", "GET", revision=2), "", {"GET": False}),
        ("note", a_page("note", "OPTIONS"), "note", {"OPTIONS": True}),
        ("fax", a_page("fax", "OPTIONS"), "", {"OPTIONS": False}),
        ("group2", a_page("group", "PUT", revision=2), "group", {"PUT": True}),
        ("pinnedGroup", a_page("pinnedGroup", "GET"), "pinnedGroup", {"GET": True}),
        ("pinnedGroup", a_page("pinnedGroup", "DELETE"), "pinnedGroup", {"DELETE": False}),
        (
            "addToPresenceSubscription",
            a_page("addToPresenceSubscription", "POST"),
            "presenceSubscriptionMemberships",
            {"POST": True},
        ),
    ],
)
def test_rows(name: str, page: dict, through: str, operations: dict[str, bool]):
    """A page is built if its rel is, in its revision or a later one, itself or by a link.

    What is answered at the place of another one counts by its own declaration.
    """
    assert [Row(name, "me", through, operations)] == rows(CATALOGUE, {"resources": {name: page}})


def test_markdown():
    """Totals come first, then what is built and what is missing, area by area."""
    table = [
        Row("note", "me", "note", {"GET": True, "PUT": False}),
        Row("phone", "me", "", {"GET": False}),
        Row("search2", "people", "search", {"GET": True}),
        Row("add", "people", "members", {"POST": True}),
        Row("invitation", "people", "", {}),
    ]

    assert """\
| area | pages built | operations built |
|---|---|---|
| me | 1 of 2 | 1 of 3 |
| people | 2 of 3 | 2 of 2 |
| **all** | 3 of 5 | 3 of 5 |

## me

| page | built | operations built | operations missing |
|---|---|---|---|
| note | yes | GET | PUT |
| phone | no |  | GET |

## people

| page | built | operations built | operations missing |
|---|---|---|---|
| search2 | yes | GET |  |
| add | yes, as members | POST |  |
| invitation | no |  |  |
""" == markdown(table)
