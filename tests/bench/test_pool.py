"""What is measured of pools: where numbers come from, and what follows from them."""

from __future__ import annotations

import os

import pytest
from bench.figures import Figure, Result
from bench.nodes import Spent, told_by, used_by_family
from bench.pool import AIMS, FIGURES, SIZES, costed, named
from bench.simulation.costs import load

KNOWN = load()


def result(**values):
    """Return a result in which each figure is 1 but for some, which have a value for each size."""
    figures = [
        Figure(named(what, nodes), unit, [values.get(what.replace(" ", "_"), {}).get(nodes, 1.0)])
        for what, unit in FIGURES.items()
        for nodes in SIZES
    ]
    return Result("pool", figures, quick=False, machine="somewhere")


def test_what_was_used_is_the_difference_of_two_looks():
    before, after = Spent(*range(8)), Spent(*range(10, 18))

    assert Spent(*[10] * 8) == after.since(before)


def test_redis_tells_how_often_it_was_given_a_command(redis):
    before = told_by(redis)
    redis.ask("PUBLISH", "channel", "news")
    after = told_by(redis)

    assert before.get("publish", 0) + 1 == after["publish"]
    assert before["total_reads_processed"] < after["total_reads_processed"]
    assert after["used_memory"] > 0


def test_processor_time_of_a_family_grows():
    before = used_by_family(os.getpid())
    while used_by_family(os.getpid()) == before:
        pass


def test_costs_follow_from_what_was_measured():
    found = result(
        a_report_in_the_nodes={1: 40.0, 2: 85.0},
        messages_between_two={1: 2_000.0},
        commands_to_Redis_when_idle={1: 129.0, 3: 131.0},
        a_person_in_the_nodes={1: 2.5},
        a_command_in_Redis={1: 12.0},
    )
    costs = costed(KNOWN, found)

    assert costs.operations.report.cpu == 40
    assert costs.operations.message.cpu == 500
    assert costs.part("forward") == pytest.approx(90)  # one of two requests is passed on
    assert costs.part("beat") == 1
    assert costs.part("person") == 2560
    assert costs.part("append") == 12
    assert costs.operations.report.measured
    assert costs.operations.package == KNOWN.operations.package
    assert costs.machine == "somewhere"


def test_noise_makes_nothing_cost_less_than_nothing():
    found = result(a_report_in_the_nodes={1: 50.0, 2: 40.0})

    assert costed(KNOWN, found).part("forward") == 0


def test_each_aim_is_of_a_figure():
    assert AIMS.keys() <= FIGURES.keys()


@pytest.mark.parametrize(("nodes", "name"), [(1, "a report, 1 node"), (2, "a report, 2 nodes")])
def test_figures_are_named_after_the_pool(nodes, name):
    assert name == named("a report", nodes)
