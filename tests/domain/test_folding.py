"""Folding: what makes two spellings of a name the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openucwa.domain.folding import digits, fold


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Lene Aaling", ["lene", "aaling"]),
        ("  José   ÁLVAREZ ", ["jose", "alvarez"]),
        ("Jose\u0301", ["jose"]),
        ("Jean-Luc O'Brien", ["jean", "luc", "o", "brien"]),
        ("Søren Ægir Łukasz", ["soren", "aegir", "lukasz"]),
        ("STRASSE Straße", ["strasse", "strasse"]),
        ("İstanbul", ["istanbul"]),
        ("Ὀδυσσεύς", ["οδυσσευσ"]),
        ("山田 太郎", ["山田", "太郎"]),
        ("ﬁ Ⅳ", ["fi", "iv"]),
        ("100% _ \\ \ud800 \0", ["100"]),
        ("", []),
    ],
)
def test_words_lose_case_accents_and_punctuation(text, words):
    assert words == fold(text)


@given(st.text(st.characters(codec="ascii")))
def test_plain_letters_are_folded_as_beside_others(text):
    assert [*fold(text), "e"] == fold(f"{text} é")


@given(st.text())
def test_folding_twice_changes_nothing(text):
    words = fold(text)

    assert words == fold(" ".join(words))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("tel:+1 (425) 555-0100", "14255550100"),
        ("0049.30/1234", "0049301234"),
        ("room 101", ""),
        ("٣٤٥", ""),
        ("", ""),
    ],
)
def test_a_phone_number_is_its_digits(text, number):
    assert number == digits(text)
