"""The counts of the server."""

from __future__ import annotations

import pytest

from openucwa.app.meters import Histogram, Meters
from openucwa.domain.samples import BOUNDS


@pytest.mark.parametrize(
    ("value", "slot"), [(0, 0), (0.01, 0), (0.0101, 1), (1, 6), (30, 10), (31, 11), (1e9, 11)]
)
def test_a_value_is_counted_at_the_first_bound_that_holds_it(value, slot):
    histogram = Histogram()
    histogram.observe(value)

    assert slot == histogram.counts.index(1)
    assert (len(BOUNDS) + 1, value) == (len(histogram.counts), histogram.total)


def test_meters_begin_at_nothing_and_share_nothing():
    one, other = Meters(), Meters()
    one.requests["me", "GET", 200] += 1
    one.wheel_lag.observe(1)

    assert Meters() == other != one
