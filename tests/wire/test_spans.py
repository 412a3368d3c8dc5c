"""Lengths of time as clients write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openucwa.wire import spans


@pytest.mark.parametrize(
    "value",
    [5, 5.0, "5", " 5.0 ", "00:05:00", "00:05", "0.00:05:00.0000000", "PT5M", "pt300s"],
    ids=repr,
)
def test_five_minutes(value):
    """A bare number counts minutes; time spans and ISO 8601 are read too (R2.13)."""
    assert 300 == spans.seconds(value)


@pytest.mark.parametrize(
    ("expected", "value"),
    [(86700, "1.00:05:00"), (3630.5, "PT1H30.5S"), (86400, "P1D"), (0, 0), (90, "1.5")],
)
def test_other_lengths(expected, value):

    assert expected == spans.seconds(value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "P",
        "PT",
        "five",
        "-5",
        -1,
        "nan",
        "inf",
        1e300,
        10**400,
        "9999.00:00:00",
        True,
        [],
        None,
    ],
)
def test_anything_else_is_refused(value):

    with pytest.raises(ValueError, match="Expected minutes"):
        spans.seconds(value)


@given(st.text() | st.floats() | st.integers())
def test_hostile_values_are_refused_and_never_worse(value):
    try:
        length = spans.seconds(value)
    except ValueError as error:
        assert "Expected minutes" in str(error)  # noqa: PT017
    else:
        assert 0 <= length < 400 * 86400
