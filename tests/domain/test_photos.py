"""Which size of a picture is kept, and which is shown."""

from __future__ import annotations

import pytest

from openucwa.domain.photos import SIDES, side_kept, side_shown


@pytest.mark.parametrize(
    ("width", "height", "side"),
    [(4000, 3000, 648), (648, 648, 648), (700, 500, 500), (48, 2000, 48), (1, 1, 48)],
)
def test_the_largest_square_is_kept_up_to_the_largest_size(width, height, side):
    assert side == side_kept(width, height)


@pytest.mark.parametrize("kept", [648, 647, 500, 119, 48])
@pytest.mark.parametrize("asked", SIDES.values())
def test_the_size_asked_for_is_shown_or_the_next_smaller_one(asked, kept):
    """R2.32"""
    shown = side_shown(asked, kept)

    assert shown in SIDES.values()
    assert shown <= min(asked, kept)
    assert not any(shown < side <= min(asked, kept) for side in SIDES.values())
