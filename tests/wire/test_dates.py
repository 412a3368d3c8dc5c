"""Moments in both notations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openucwa.hyper.values import Date
from openucwa.wire import dates

MOMENT = Date(1358827096)


@pytest.mark.parametrize(
    "text",
    [
        "/Date(1358827096000)/",
        "\\/Date(1358827096000)\\/",
        "/Date(1358827096000-0800)/",
        "2013-01-22T03:58:16Z",
        " 2013-01-22T03:58:16 ",
        "2013-01-22T03:58:16.0000000+00:00",
        "2013-01-21T19:58:16.000-08:00",
    ],
)
def test_input_may_be_ajax_or_iso(text):
    """With or without a zone and milliseconds, in both formats (R4.10)."""
    assert MOMENT == dates.parse(text)


@pytest.mark.parametrize("value", ["", "tomorrow", "/Date()/", "/Date(1e9)/", 1358827096, None, []])
def test_anything_else_is_refused(value):

    with pytest.raises(ValueError, match="Expected a date"):
        dates.parse(value)


def test_iso_is_utc_to_the_millisecond():

    assert "2016-09-26T23:20:23.993Z" == dates.iso(Date(1474932023.993))


def test_years_beyond_the_calendar_stop_at_its_ends():

    assert "9999-12-31T23:59:59.000Z" == dates.iso(dates.parse("/Date(999999999999999)/"))
    assert "0001-01-01T00:00:00.000Z" == dates.iso(dates.parse("0001-01-01T00:00:00+14:00"))


@given(st.integers(-62135596800000, 253402300799999))
def test_both_notations_come_back_unchanged(ms):
    date = dates.parse(f"/Date({ms})/")

    assert ms == dates.milliseconds(date)
    assert ms == dates.milliseconds(dates.parse(dates.iso(date)))


@given(st.text())
def test_hostile_text_is_refused_and_never_worse(text):
    try:
        dates.parse(text)
    except ValueError as error:
        assert "Expected a date" in str(error)  # noqa: PT017
