"""The words of the console: the same ones in every language, each of them used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CONSOLE = Path(__file__).resolve().parents[2] / "src/openucwa/console"
LANGUAGES = sorted(path.stem for path in (CONSOLE / "words").glob("*.ftl"))
# Words whose ids are made of what the server or the engine says.
MADE = re.compile(
    r"(presence|activity|choose|error|reason|meeting-reason|notice|access|leads|group|phone|theme|density|order|section|figure|plot|as|is)-"
)


def words(language: str) -> dict[str, str]:
    """The patterns of a language by id."""
    text = (CONSOLE / "words" / f"{language}.ftl").read_text(encoding="utf-8")
    found = re.findall(r"^([\w-]+) =(.*(?:\n[ }].*)*)", text, re.MULTILINE)
    assert len(found) == len(dict(found)), "an id is there twice"
    return dict(found)


def views() -> str:
    """All of our scripts, in one text."""
    files = [path for path in CONSOLE.rglob("*.js") if "vendor" not in path.parts]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_words_about_the_same_things(language: str):
    def placed(patterns: dict[str, str]) -> dict[str, set[str]]:
        return {key: set(re.findall(r"\$(\w+)", text)) for key, text in patterns.items()}

    assert placed(words("en")) == placed(words(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_choice_of_plural_has_an_other(language: str):
    for key, text in words(language).items():
        assert text.count("->") == text.count("*["), key


def test_every_word_that_the_views_say_is_there():
    said = set(re.findall(r'\bt\(\s*"([\w-]+)"', views()))

    assert said <= set(words("en"))


def test_every_word_is_said():
    text = views()
    unsaid = {key for key in words("en") if f'"{key}"' not in text and not MADE.match(key)}

    assert not unsaid
