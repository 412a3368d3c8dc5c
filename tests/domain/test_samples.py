"""Samples: one for each interval, what they say of the pace, and percentiles."""

from __future__ import annotations

import pytest

from openucwa.domain.administration import Figures, Sample
from openucwa.domain.samples import BOUNDS, EVERY, KEPT, Samples, percentile, together

NONE = (0,) * (len(BOUNDS) + 1)


def counts(**at):
    """Return counts of a histogram: ``b3=1`` is one value in bucket 3."""
    return tuple(at.get(f"b{number}", 0) for number in range(len(BOUNDS) + 1))


def test_the_pace_is_that_since_the_last_time():
    samples = Samples()
    samples.take(Figures(requests=10, deliveries=5), NONE, 1000.0)
    assert [] == samples.latest(KEPT)
    now = Figures(signed_in=3, available=2, parked=1, requests=30, deliveries=6, transitions=8)
    samples.take(now, counts(b2=1), 1008.0)

    assert [Sample(201, 3, 2, 1, 1.0, 0.125, 2.5, 0.0, counts(b2=1))] == samples.latest(KEPT)
    samples.take(now, counts(b2=3), 1010.0)
    assert (0.0, counts(b2=2)) == (samples.latest(1)[0].requests, samples.latest(1)[0].latencies)


def test_of_an_interval_there_is_one():
    """What comes between two of them is in the next one."""
    samples = Samples()
    for time, requests in ((1000.0, 0), (1005.0, 5), (1009.9, 50), (1010.0, 55)):
        samples.take(Figures(requests=requests), NONE, time)

    assert [(201, 1.0), (202, 10.0)] == [(one.interval, one.requests) for one in samples.latest(9)]


def test_a_clock_that_is_set_back_does_no_harm():
    samples = Samples()
    for time in (1000.0, 1005.0, 900.0, 1005.0, 1010.0):
        samples.take(Figures(), NONE, time)

    assert [201, 202] == [one.interval for one in samples.latest(9)]


def test_the_oldest_make_room():
    samples = Samples()
    for number in range(KEPT + 11):
        samples.take(Figures(signed_in=number), NONE, number * EVERY)
    found = samples.latest(KEPT + 50)

    assert (KEPT, 11, KEPT + 10) == (len(found), found[0].interval, found[-1].interval)
    assert found[-2:] == samples.latest(2)


def test_nodes_add_up_by_interval():
    one = Sample(7, 1, 2, 3, 0.5, 1.0, 2.0, 4.0, counts(b1=1))
    other = Sample(7, 10, 20, 30, 0.25, 1.0, 2.0, 4.0, counts(b1=2, b3=1))
    alone = Sample(8, 1, 1, 1, 1.0, 1.0, 1.0, 1.0, NONE)

    assert {
        7: Sample(7, 11, 22, 33, 0.75, 2.0, 4.0, 8.0, counts(b1=3, b3=1)),
        8: alone,
    } == together([[one], [other, alone], []])


@pytest.mark.parametrize(
    ("given", "part", "seconds"),
    [
        (NONE, 0.5, None),
        (counts(b0=1), 0.5, 0.005),
        (counts(b0=1), 1.0, 0.01),
        (counts(b0=50, b9=50), 0.5, 0.01),
        (counts(b0=50, b9=50), 0.99, 9.9),
        (counts(b11=5), 0.5, 30.0),
        (counts(b0=1, b11=99), 0.99, 30.0),
    ],
)
def test_percentiles(given, part, seconds):
    found = percentile(given, part)

    assert found == (seconds if seconds is None else pytest.approx(seconds))
