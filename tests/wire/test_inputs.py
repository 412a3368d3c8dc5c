"""From loose parameters to typed ones."""

from __future__ import annotations

import enum
from contextlib import suppress
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET, Meta, Struct, UnsetType

from openucwa.hyper.values import Date, External, Span, Words
from openucwa.wire.inputs import BadParameters, bind, query_source


class Modality(enum.StrEnum):
    MESSAGING = "Messaging"
    PHONE_AUDIO = "PhoneAudio"


class Input(Struct, rename="camel", kw_only=True):
    duration: Annotated[int, Meta(ge=10, le=30)] | UnsetType = UNSET
    supported_modalities: list[Modality] = []
    sign_in_as: Modality | None = None
    uris: Annotated[list[str], Meta(max_length=2)] | None = None
    away: bool = False
    expiration_time: Date | UnsetType = UNSET
    inactive_timeout: Span | None = None
    volume: float = 1.0
    priority: Annotated[int, Meta(description="Higher wins")] | None = None


class Spoken(Struct):
    message: External | None = None


class Strict(Struct, rename="camel"):
    contact_uri: str
    group_id: int


def problems(kind, *sources):
    with pytest.raises(BadParameters) as caught:
        bind(kind, *sources)
    return caught.value.parameters


def test_names_match_in_any_case_and_unknown_ones_are_ignored():
    """R4.20, R0.3."""
    assert Strict("sip:a", 1) == bind(Strict, {"CONTACTURI": "sip:a", "GroupId": 1, "Self": {}})


def test_earlier_sources_win_and_null_is_absent():
    """The body before the query (R4.17, R4.22)."""
    body, query = {"groupId": 1, "contactUri": None}, {"groupid": "2", "contactUri": "sip:b"}

    assert Strict("sip:b", 1) == bind(Strict, body, query)


def test_nothing_gives_the_defaults():

    assert Input() == bind(Input)


@pytest.mark.parametrize("value", [15, "15", 15.0, ("9", "15")], ids=repr)
def test_numbers_may_be_text(value):
    """XML and queries know only text; of a repeated query name the last counts (R3.4)."""
    assert 15 == bind(Input, {"duration": value}).duration


@pytest.mark.parametrize("value", [True, "true", "True", "TRUE"], ids=repr)
def test_booleans_in_any_spelling(value):
    """R4.14."""
    assert bind(Input, {"away": value}).away is True


@pytest.mark.parametrize(
    "value",
    [["phoneaudio"], "PHONEAUDIO", ("PhoneAudio",), ["PhoneAudio"]],
)
def test_enums_in_any_case_and_a_lone_value_for_a_list(value):
    """R4.19, R4.20."""
    assert [Modality.PHONE_AUDIO] == bind(
        Input, {"SupportedModalities": value}
    ).supported_modalities
    assert Modality.MESSAGING is bind(Input, {"signInAs": "messaging"}).sign_in_as


def test_lists_from_repeated_query_names():
    query = query_source("uris=sip:a&Uris=sip:b")

    assert ["sip:a", "sip:b"] == bind(Input, query).uris
    assert ["sip:a"] == bind(Input, query_source("uris=sip:a")).uris


@pytest.mark.parametrize("text", ["/Date(1358827096000)/", "2013-01-22T03:58:16Z"])
def test_dates(text):
    """R4.10."""
    assert Date(1358827096) == bind(Input, {"expirationTime": text}).expiration_time


@pytest.mark.parametrize("value", [5, "00:05:00", "PT5M"])
def test_spans(value):
    """R2.13."""
    assert Span(300) == bind(Input, {"inactiveTimeout": value}).inactive_timeout


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("Hello there", Words("Hello there")),
        ("data:text/plain;charset=utf-8,Hello+there", Words("Hello there")),
        ("DATA:,%3cb%3e", Words("<b>")),
        ("data:text/html,<b onclick=x>Hi</b>", Words("<b>Hi</b>", html=True)),
        ("data:image/png;base64,AAAA", Words("data:image/png;base64,AAAA")),
        ("", Words("")),
    ],
)
def test_texts_may_come_in_data_uris(value, words):
    """R4.18, R4.25."""
    assert External(words) == bind(Spoken, {"Message": value}).message


@pytest.mark.parametrize("value", [5, True, ["Hello"], {"href": "data:,Hello"}], ids=repr)
def test_what_is_no_text_says_nothing(value):
    assert (("message", "Expected a text or a data URI."),) == problems(Spoken, {"message": value})


def test_all_problems_are_named_at_once():
    """With wire names, and with what is allowed."""
    source = {
        "Duration": 5,
        "supportedModalities": ["Messaging", "Smoke"],
        "signInAs": 3,
        "uris": ["a", "b", "c"],
        "away": "perhaps",
        "expirationTime": "soon",
        "inactiveTimeout": -1,
        "volume": "nan",
        "priority": "",
    }

    assert (
        ("duration", "Expected int >= 10."),
        ("supportedModalities", "Must be one of Messaging, PhoneAudio."),
        ("signInAs", "Must be one of Messaging, PhoneAudio."),
        ("uris", "Expected array of length <= 2."),
        ("away", "Expected bool, got str."),
        (
            "expirationTime",
            "Expected a date such as /Date(1358827096000)/ or 2013-01-22T03:58:16Z.",
        ),
        (
            "inactiveTimeout",
            "Expected minutes such as 5, or a time span such as 00:05:00 or PT5M.",
        ),
        ("volume", "Expected a finite number."),
        ("priority", "Expected int | null, got str."),
    ) == problems(Input, source)


def test_what_is_required_must_be_there():

    assert (
        ("contactUri", "This parameter is required."),
        ("groupId", "Expected int, got array."),
    ) == problems(Strict, {"groupId": [1]})


def test_the_marks_of_a_resource_are_no_parameters():
    """No input declares them, so they are ignored like any unknown name (R4.18)."""
    assert Input() == bind(Input, {"rel": "x", "Rel": "x", "etag": "1", "_links": {}})


def test_a_field_of_a_type_no_client_can_send_is_a_bug():
    class Odd(Struct):
        value: object.__class__

    with pytest.raises(NotImplementedError, match="type is no parameter type"):
        bind(Odd, {"value": 1})


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([*Input.__struct_encode_fields__, "other"]), json))
def test_any_value_is_bound_or_refused(source):
    with suppress(BadParameters):
        assert isinstance(bind(Input, source), Input)


@pytest.mark.parametrize(
    ("expected", "query"),
    [
        ({}, ""),
        ({"Query": "a b@c", "x": ""}, "Query=a+b%40c&x="),
        ({"uri": "sip:a@b;gruu;opaque=app:conf"}, "uri=sip:a@b;gruu;opaque=app:conf"),
        ({"low": "5", "timeout": "180", "ack": "1"}, "?low=5?timeout=180&amp;ack=1"),
        ({"a": ("1", "2", "3")}, "a=1&A=2&a=3"),
        ({"a": "\ufffd"}, "a=%ff"),
        ({"a": "?", "flag": ""}, "a=\ud800&flag"),
        ({"a": "é"}, "a=%C3%A9"),
    ],
)
def test_queries_are_read_leniently(expected, query):
    """15.8, R3.5, R4.19."""
    assert expected == query_source(query)


def test_a_query_has_at_most_200_fields():

    assert 200 == len(query_source("&".join(f"a{n}" for n in range(200))))
    with pytest.raises(BadParameters):
        query_source("&" * 200)


@given(st.text(st.characters(codec=None)))
def test_no_query_gets_a_surrogate_through(query):
    with suppress(BadParameters):
        "".join(map(str, query_source(query).items())).encode()
