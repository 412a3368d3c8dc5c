"""The catalogue: one way in for each path, one way out for each rel, or no start at all."""

from __future__ import annotations

from types import ModuleType

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openucwa.app.paths import path_segments
from openucwa.hyper.catalogue import APPLICATIONS, Catalogue, CatalogueError, _escape, escape
from openucwa.hyper.declare import Embed, Event, Link, Representation, get, resource
from openucwa.resources import CHAPTERS


def a_resource(rel, at, *, links=(), waits=False, **more):
    """Return the class of a resource that can be read."""
    if waits:

        @get()
        async def show(call):
            """Show it."""
    else:

        @get()
        def show(call):
            """Show it."""

    namespace = {"links": links, "show": show, "__module__": "chapter"}
    cls = msgspec.defstruct(rel.title(), [], bases=(Representation,), namespace=namespace)
    return resource(rel, at=at, **more)(cls)


def a_chapter(*resources):
    module = ModuleType("chapter")
    vars(module).update({f"Class{number}": value for number, value in enumerate(resources)})
    return module


def a_catalogue(*resources):
    return Catalogue([a_chapter(*resources)])


CATALOGUE = a_catalogue(
    a_resource("root", "/", also=("/Autodiscover/Root",)),
    a_resource("application", ""),
    a_resource("me", "me"),
    a_resource("report", "me/reportMyActivity", also=("reportMyActivity",)),
    a_resource("people", "people"),
    a_resource("search", "people/search"),
    a_resource("person", "people/{person}"),
    a_resource("presence", "people/{person}/presence"),
)


def match(path, catalogue=CATALOGUE):
    found = catalogue.match(path_segments(path))
    return found and (found[0].rel, found[1])


APP = {"application": "17"}


@pytest.mark.parametrize(
    ("path", "rel", "params"),
    [
        ("/", "root", {}),
        ("/autodiscover/ROOT", "root", {}),
        ("/ucwa/oauth/v1/applications/17", "application", APP),
        ("/ucwa/oauth/v1/applications/17/", "application", APP),
        ("/ucwa/v1/applications/17/me", "me", APP),
        ("/UCWA/OAuth/V1/Applications/17/ME/reportmyactivity", "report", APP),
        ("/ucwa/oauth/v1/applications/17/ReportMyActivity", "report", APP),
        ("//ucwa//oauth/v1/applications/17/people", "people", APP),
        ("/ucwa/oauth/v1/applications/17/people/Search", "search", APP),
        ("/ucwa/oauth/v1/applications/17/people/A@b", "person", APP | {"person": "A@b"}),
        ("/ucwa/oauth/v1/applications/17/people/a%40b", "person", APP | {"person": "a@b"}),
        ("/ucwa/oauth/v1/applications/17/people/a%2Fb", "person", APP | {"person": "a/b"}),
        ("/ucwa/oauth/v1/applications/17/people/a@b/PRESENCE", "presence", APP | {"person": "a@b"}),
        ("/ucwa/oauth/v1/applications/17/people/%7B%7D", "person", APP | {"person": "{}"}),
        ("/ucwa/oauth/v1/applications/{}", "application", {"application": "{}"}),
    ],
)
def test_r1_14_paths_lead_to_a_resource_in_any_case_and_by_any_alias(path, rel, params):
    """Literals win over parameters, and parameters keep their spelling."""
    assert (rel, params) == match(path)


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/ucwa",
        "/ucwa/oauth/v1/applications",
        "/me",
        "/ucwa/oauth/v1/applications/17/me/",
        "/ucwa/oauth/v1/applications/17/people/search/presence",
        "/ucwa/oauth/v1/applications/17/people/a@b/presence/more",
        "/ucwa/oauth/v1/applications/17/people%2Fsearch",
        "/ucwa/oauth/v1/applications/17/%7B%7D",
    ],
)
def test_other_paths_lead_nowhere(path):
    expected = ("me", APP) if path.endswith("/me/") else None

    assert expected == match(path)


def test_a_path_is_made_of_a_rel_and_its_parameters():
    """Aliases are served but never made."""
    assert "me/reportMyActivity" == CATALOGUE.path("report", {})
    assert "people/lene%2fa@b/presence" == CATALOGUE.path("presence", {"person": "lene/a@b"})


def test_declarations_can_be_looked_up():
    assert "people/search" == CATALOGUE["search"].at
    assert "me" in CATALOGUE
    assert "you" not in CATALOGUE
    with pytest.raises(KeyError):
        CATALOGUE["you"]
    assert ["root", "application", "me"] == [spec.rel for spec in CATALOGUE][:3]


@pytest.mark.parametrize(
    ("resources", "why"),
    [
        ([("me", "me"), ("me", "myself")], "me is declared twice"),
        ([("me", "me"), ("you", "ME")], "ME leads to me and to you"),
        ([("me", "me"), ("you", "you", {"also": ("me",)})], "me leads to me and to you"),
        ([("a", "x/{one}"), ("b", "x/{two}/y")], "{two} is called {one} elsewhere"),
        ([("me", "me", {"links": (Link("you"),)})], "me links to you, which is not declared"),
        ([("me", "me", {"links": (Link("me", to="you"),)})], "links to you, which is not"),
        ([("me", "me", {"links": (Link("me", place="you"),)})], "links to you, which is not"),
        ([("me", "me", {"links": (Embed("you"),)})], "me links to you, which is not declared"),
        ([("me", "me", {"events": (Event("updated", "you"),)})], "an event of me names you"),
        (
            [("me", "me", {"events": (Event("updated", "me", inside="you"),)})],
            "an event of me names you",
        ),
        ([("me", "me", {"answered_by": "you"})], "you cannot answer for me at me"),
        (
            [("me", "me", {"answered_by": "you"}), ("you", "you")],
            "you cannot answer for me at me",
        ),
        (
            [("me", "me", {"answered_by": "you"}), ("you", "me", {"answered_by": "me"})],
            "you cannot answer for me at me",
        ),
        (
            [("me", "me", {"events": (Event("updated", "me", embed=True),), "waits": True})],
            "its GET may not wait",
        ),
    ],
)
def test_contradictions_are_found_when_the_server_starts(resources, why):
    made = [a_resource(rel, at, **(more[0] if more else {})) for rel, at, *more in resources]

    with pytest.raises(CatalogueError) as error:
        a_catalogue(*made)
    assert why in str(error.value)


def test_what_a_chapter_only_imports_is_not_declared_there():
    mine, theirs = a_resource("mine", "mine"), a_resource("theirs", "theirs")
    theirs.__module__ = "elsewhere"

    assert ["mine"] == [spec.rel for spec in a_catalogue(mine, theirs)]


@pytest.mark.parametrize("first", ["group", "pinned"])
def test_one_of_those_at_the_same_path_answers(first):
    """Whichever was declared first; the others can be linked all the same."""
    made = [
        a_resource("group", "groups/{group}", also=("g/{group}",)),
        a_resource("pinned", "groups/{group}", answered_by="group"),
    ]
    catalogue = a_catalogue(*(made if first == "group" else made[::-1]))
    path = f"{APPLICATIONS}/17/groups/x"

    assert ("group", APP | {"group": "x"}) == match(path, catalogue)
    assert "group" == catalogue.linked(path)[0].rel
    assert "groups/x" == catalogue.path("pinned", {"group": "x"})
    assert {"group", "pinned"} == {spec.rel for spec in catalogue}


def test_one_that_answers_at_a_plain_path_is_found_quickly_too():
    """The path without parameters leads to the one that answers, and never to the other."""
    made = [a_resource("group", "groups", answered_by="all"), a_resource("all", "groups")]

    assert "all" == a_catalogue(*made).linked(f"{APPLICATIONS}/17/groups")[0].rel


def test_long_paths_are_found_and_not_remembered():
    catalogue = a_catalogue(a_resource("group", "groups/{group}"))
    name = "x" * 1000
    remembered = _escape.cache_info().currsize

    assert catalogue.linked(f"{APPLICATIONS}/17/groups/{name}") is None, "takes a closer look"
    assert 0 == catalogue._below.cache_info().currsize
    assert f"groups/{name}" == catalogue.path("group", {"group": name})
    assert remembered == _escape.cache_info().currsize


def test_events_are_told_apart_by_type_and_collection():
    added = Event("added", "people", inside="people")
    elsewhere = Event("added", "people", inside="me")
    updated = Event("updated", "people")
    catalogue = a_catalogue(
        a_resource("people", "people"),
        a_resource("me", "me"),
        a_resource("person", "people/{person}", events=(added, elsewhere, updated)),
    )

    assert updated is catalogue.event("person", "updated")
    assert elsewhere is catalogue.event("person", "added", "me")
    for wrong in [("person", "deleted"), ("person", "added", "root"), ("me", "updated")]:
        with pytest.raises(KeyError):
            catalogue.event(*wrong)


def test_without_a_collection_the_first_event_of_a_type_is_meant():
    bare, inside = Event("added", "people"), Event("added", "me", inside="people")
    for events in [(bare, inside), (inside, bare)]:
        catalogue = a_catalogue(
            a_resource("people", "people"), a_resource("me", "me", events=events)
        )

        assert events[0] is catalogue.event("me", "added")
        assert inside is catalogue.event("me", "added", "people")


def test_in_the_real_catalogue_what_events_show_can_be_shown():
    """By whoever shows it: from what the event carries, or as it is now."""
    for spec in Catalogue(CHAPTERS):
        for event in spec.events:
            if event.embed:
                shows = spec.cls.as_seen.__func__ is not Representation.as_seen.__func__
                assert shows or "GET" in spec.operations, spec.rel


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("lenea@contoso.com", "lenea@contoso.com"),
        ("s1,sip:lenea@contoso.com", "s1,sip:lenea@contoso.com"),
        ("aGFzaA==", "aGFzaA=="),
        ("a/b?c#d%e f", "a%2fb%3fc%23d%25e%20f"),
        ("ærø", "%c3%a6r%c3%b8"),
        ('"<>{}', "%22%3c%3e%7b%7d"),
    ],
)
def test_r1_15_escapes_are_in_lower_case_and_signs_of_addresses_stay(text, escaped):
    assert escaped == escape(text)


@given(st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1))
def test_whatever_is_escaped_comes_back(text):
    """As one segment: nothing in a parameter can lead to another path."""
    assert [text] == path_segments(escape(text))


def test_the_real_catalogue_leads_every_path_it_makes_back_to_its_rel():
    catalogue = Catalogue(CHAPTERS)
    for spec in catalogue:
        names = [part[1:-1] for part in spec.at.split("/") if part.startswith("{")]
        params = {name: f"{name}/of %" for name in names}
        path = catalogue.path(spec.rel, params)
        if not path.startswith("/"):
            path = f"{APPLICATIONS}/17/{path}"
            params |= APP

        assert (spec.answered_by or spec.rel, params) == match(path, catalogue)


def test_in_the_real_catalogue_whoever_answers_can_do_what_the_others_declare():
    catalogue = Catalogue(CHAPTERS)
    shared = [spec for spec in catalogue if spec.answered_by]

    assert {"pinnedGroup", "groupContacts", "subscribeToGroupPresence"} <= {s.rel for s in shared}
    for spec in shared:
        assert spec.operations.keys() <= catalogue[spec.answered_by].operations.keys()


def test_r1_11_applications_live_where_clients_cut_paths_off():
    assert "/ucwa/oauth/v1/applications" == APPLICATIONS
    assert 27 == len(APPLICATIONS)
