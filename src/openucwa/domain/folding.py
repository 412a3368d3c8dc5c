"""Fold text so that a search finds people however their names are typed."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
_LETTERS = str.maketrans(
    {"æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i"}
)
"""Letters that people write without their stroke, but Unicode does not decompose."""


def fold(text: str) -> list[str]:
    """Return the words of a text without case, accents and punctuation (R8.14)."""
    if text.isascii():
        return _WORD.findall(text.lower())
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    text = "".join(char for char in text if not unicodedata.category(char).startswith("M"))
    return _WORD.findall(text.translate(_LETTERS))


def digits(text: str) -> str:
    """Return the digits of a phone number as people write them; empty if it is none."""
    number = re.sub(r"^tel:|[\s+()./-]", "", text.strip(), flags=re.IGNORECASE)
    return number if number.isascii() and number.isdigit() else ""
