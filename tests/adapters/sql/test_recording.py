"""What a search finds a text by; tests/ports/test_history.py has the writing itself."""

from __future__ import annotations

import pytest

from openucwa.adapters.sql.recording import plain, words_of
from openucwa.domain.modalities import MessageFormat
from openucwa.domain.seen import MessageText


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ([], ""),
        (["!?"], ""),
        (["Hello, World!"], " hello world"),
        (["Ångström", "x_y"], " angstrom x y"),
        (["50% of 'it'"], " 50 of it"),
    ],
)
def test_words_have_a_space_before_them(texts, words):
    assert words == words_of(texts)


def test_of_html_only_the_text_counts():
    html = MessageText("<p>One</p><p>&lt;two&gt;</p>", MessageFormat.HTML)

    assert ("One\n<two>", "<p>") == (plain(html), plain(MessageText("<p>")))
