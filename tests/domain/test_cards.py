"""Cards as they are typed; tests/cli/test_roster.py has more of it."""

from __future__ import annotations

import pytest

from openucwa.domain.cards import card_from, fields_from


def no_number(_text):
    return None


def test_only_what_is_typed_becomes_a_field():
    texts = {"title": " Head  of\tSupport ", "email": "a@b.test;; c@d.test", "manager": "SIP:X@y.z"}

    assert {
        "title": "Head of Support",
        "emails": ("a@b.test", "c@d.test"),
        "manager": "x@y.z",
    } == fields_from(texts, no_number)


def test_phones_become_numbers_if_they_can():
    texts = {"work_phone": "1", "home_phone": "2"}
    numbers = {"1": "tel:+1"}

    assert {"work_phone": "tel:+1", "home_phone": "2"} == fields_from(texts, numbers.get)


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({"address": "x", "name": "X"}, "'x' is not an address"),
        ({"address": "x@y.z", "name": " "}, "name is missing"),
        ({"address": "x@y.z"}, "name is missing"),
        ({"address": "x@y.z", "name": "X", "office": "x" * 257}, "office has more than 256"),
        ({"address": "x@y.z", "name": "X", "manager": "y"}, "'y' is not an address"),
    ],
)
def test_what_is_wrong_is_said(texts, said):
    with pytest.raises(ValueError, match=said):
        card_from(texts, no_number)
