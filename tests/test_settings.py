"""Settings: every option can be written, read back and looked up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openucwa.settings import OPTIONS, document


@given(st.integers(min_value=1, max_value=366 * 86_400_000))
def test_a_duration_reads_back_as_it_is_shown(milliseconds):
    option = OPTIONS["tokens.lifetime"]
    seconds = milliseconds / 1000

    assert seconds == pytest.approx(option.read(option.spell(seconds), strict=True))


def test_every_option_is_documented():
    text = document()

    for option in OPTIONS.values():
        assert f"`{option.variable}`" in text
        assert option.meta.description
