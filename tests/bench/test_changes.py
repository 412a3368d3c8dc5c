"""What a change, an event and a package cost follows from three runs."""

from __future__ import annotations

import pytest
from bench.changes import BYTES, KINDS, MICROSECONDS, Row, costed, each
from bench.figures import Figure, Result
from bench.simulation.costs import load

from bench import sizes

KNOWN = load()
COUNTS = (1500, 0, 0), (200, 4000, 3900), (1500, 30_000, 400)


def test_what_each_takes_is_found_from_what_all_took():
    rows = [
        Row(counts, 500.0 * change + 20 * event + 400 * package, 300.0 * change + 50 * event)
        for counts in COUNTS
        for change, event, package in [counts]
    ]

    assert [pytest.approx(one, abs=1e-6) for one in [(500, 300), (20, 50), (400, 0)]] == each(rows)


def test_costs_follow():
    figures = [
        Figure(kind, unit, [float(number)])
        for unit in (MICROSECONDS, BYTES)
        for number, kind in enumerate(KINDS, start=1)
    ]
    found = costed(KNOWN, Result("changes", figures, quick=False)).operations

    assert [1, 2, 3] == [found.change.cpu, found.event.cpu, found.package.cpu]
    assert [1, 2, 3] == [found.change.log, found.event.log, found.package.log]
    assert found.package.measured
    assert found.message == KNOWN.operations.message


def test_what_noise_has_hidden_stays_as_it_was():
    figures = [
        Figure(kind, unit, [-1.0 if kind == "event" else 7.0])
        for unit in (MICROSECONDS, BYTES)
        for kind in KINDS
    ]
    found = costed(KNOWN, Result("changes", figures, quick=False)).operations

    assert found.event == KNOWN.operations.event
    assert 7 == found.package.cpu


def test_what_is_kept_of_a_person_is_that_of_the_largest_crowd():
    figures = [
        Figure(what, "KB of Redis", [value])
        for what, value in (("a person of 1,000", 3.0), ("a person of 20,000", 1.25))
    ]

    assert 1280 == sizes.costed(KNOWN, Result("sizes", figures, quick=False)).part("kept")
