"""Reading paths, whoever made them up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openucwa.app.paths import application_in, path_segments
from openucwa.domain.refusals import Refusal, Refused


@pytest.mark.parametrize(
    ("path", "segments"),
    [
        ("/", []),
        ("", []),
        ("/me/note", ["me", "note"]),
        ("//me///note/", ["me", "note"]),
        ("/people/a%40b", ["people", "a@b"]),
        ("/people/a%2fb", ["people", "a/b"]),
        ("/people/%C3%A6", ["people", "æ"]),
        ("/people/100%", ["people", "100%"]),
        ("/people/%zz", ["people", "%zz"]),
        ("/people/a+b", ["people", "a+b"]),
        ("/../me", ["..", "me"]),
    ],
)
def test_a_path_is_split_first_and_decoded_then(path, segments):
    assert segments == path_segments(path)


@pytest.mark.parametrize(
    "path", ["/%00", "/a%0d%0ab", "/%ff", "/%c3", "/a\nb", "/%7f", "/%e2%80%ae"]
)
def test_what_cannot_be_part_of_a_path_is_not_found(path):
    with pytest.raises(Refused) as refused:
        path_segments(path)

    assert Refusal.NOT_FOUND is refused.value.refusal


@given(st.text())
def test_any_text_is_split_or_not_found(text):
    try:
        segments = path_segments(text)
    except Refused:
        return
    assert "" not in segments


@pytest.mark.parametrize(
    ("path", "identifier"),
    [
        ("/ucwa/oauth/v1/applications/17/nothing", "17"),
        ("/UCWA/v1/Applications/17", "17"),
        ("/ucwa/oauth/v1/applications", None),
        ("/ucwa/oauth/v1/17", None),
        ("/", None),
    ],
)
def test_r5_3_an_unknown_path_below_an_application_names_it(path, identifier):
    """So that a dead application is said to be one wherever clients look."""
    assert identifier == application_in(path_segments(path))
