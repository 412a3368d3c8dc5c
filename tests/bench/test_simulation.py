"""The model of a pool, and both simulations: they agree, nobody gets lost, more nodes help."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import msgspec
import numpy as np
import pytest
from bench.figures import Figure
from bench.pool import named
from bench.simulation import scaling
from bench.simulation.costs import FILE, load, record, write
from bench.simulation.day import Day, Record
from bench.simulation.demand import arrivals, spread
from bench.simulation.each import Each
from bench.simulation.habits import HOUR, Habits
from bench.simulation.hours import Hours
from bench.simulation.incidents import (
    NodeLost,
    RedisLost,
    RollingRestart,
    Storm,
)
from bench.simulation.model import BUSY, ask, need, sizes, stored, traffic
from bench.simulation.pool import Pool
from bench.simulation.queues import batches, waiting
from hypothesis import given, settings
from hypothesis import strategies as st

COSTS, HABITS = load(), Habits()
EVEN = Hours(even=True)


def watched(nodes, people):
    return ask(COSTS, HABITS, people, nodes)


def day(accounts=10_000, nodes=4, masters=1, incidents=(), hours=EVEN, **more):
    pool = {"nodes": nodes, "masters": masters, "hours": hours, "incidents": incidents}
    return Day(COSTS, HABITS, accounts, **pool, settled=True, **more)


# Costs


def test_costs_are_read_as_they_were_written(tmp_path):
    path = tmp_path / "costs.json"
    write(COSTS, path)

    assert COSTS == load(path)
    assert FILE.read_bytes() == path.read_bytes()


def test_a_cost_that_is_unknown_is_an_error(tmp_path):
    path = tmp_path / "costs.json"
    path.write_text(FILE.read_text().replace('"report"', '"raport"', 1))

    with pytest.raises(msgspec.ValidationError):
        load(path)


def test_what_was_measured_replaces_an_estimate():
    measured = msgspec.structs.replace(COSTS.operations.change, cpu=1.0, measured=True)
    part = msgspec.structs.replace(COSTS.parts.forward, value=2.0, measured=True)

    costs = record(COSTS, {"change": measured}, {"forward": part})

    assert (1.0, 2.0) == (costs.operations.change.cpu, costs.part("forward"))
    assert COSTS.operations.report == costs.operations.report


def test_every_cost_says_where_it_comes_from():
    named = [one for _, one in COSTS.operations.items()]
    named += [getattr(COSTS.parts, name) for name in COSTS.parts.__struct_fields__]

    assert all(one.source for one in named)


# The model


@given(st.floats(0.01, 1e5), st.floats(1e-4, 1e-2))
def test_a_log_gets_no_more_batches_than_commits_nor_than_round_trips(commits, trip):
    assert batches(commits, trip) <= min(commits, 1 / trip) * (1 + 1e-9)


def test_few_commits_have_a_batch_each():
    assert 1.0 == pytest.approx(batches(1.0, 1e-3), rel=1e-3)


@given(st.floats(0.01, 0.98), st.floats(0.01, 0.98))
def test_who_is_busier_lets_others_wait_longer(one, other):
    low, high = sorted((one, other))

    assert 0 <= waiting(low, 1e-3, 0.99) <= waiting(high, 1e-3, 0.99)


@given(st.integers(1, 256), st.integers(0, 1000))
def test_no_more_nodes_are_told_than_there_are_or_watchers(nodes, watchers):
    assert -1e-9 <= spread(nodes, watchers) <= min(nodes - 1, watchers) + 1e-9


def test_nobody_is_told_and_nothing_passed_on_in_a_pool_of_one():
    whole = watched(1, 1000)

    assert (0, 0, 0) == (whole.told, whole.forwarded, whole.spread_cpu)


def test_people_settle_where_as_many_come_as_go():
    crowd, habits = HABITS.settled(1000), HABITS

    assert 1000 == pytest.approx(sum(crowd))
    assert crowd.away * habits.back == pytest.approx(crowd.inactive * habits.leave)
    assert crowd.active * habits.meet == pytest.approx(crowd.busy * habits.over)


def test_polls_come_back_empty_when_nothing_happens():
    assert (0.0, 1 / 180) == HABITS.polls(0.0)
    packages, empty = HABITS.polls(1.0)
    assert (1 / 6, 0) == pytest.approx((packages, empty))


def test_a_longer_hold_means_fewer_packages():
    held = traffic(replace(HABITS, hold=15.0), 1000)

    assert held["package"] < traffic(HABITS, 1000)["package"]
    assert held["event"] == traffic(HABITS, 1000)["event"]


def test_twice_as_many_nodes_have_half_each_to_do():
    """What is passed on and told is a price of its own, which is paid with the second node."""
    one, two = (watched(nodes, 1e6) for nodes in (64, 128))

    assert one.cpu == two.cpu
    assert 1.1 > two.spread_cpu / one.spread_cpu >= 1


def test_more_accounts_need_no_less_of_anything():
    needs = [need(COSTS, HABITS, accounts) for accounts in (10**3, 10**4, 10**5, 10**6, 10**7)]
    for less, more in pairwise(needs):
        assert less.nodes <= more.nodes
        assert less.masters <= more.masters
        assert less.redis_memory < more.redis_memory


@given(st.integers(1_000, 10**8))
@settings(max_examples=30)
def test_a_pool_that_is_enough_stays_below_its_bounds(accounts):
    one = need(COSTS, HABITS, accounts)

    assert one.nodes in sizes()
    assert not one.enough or one.busy <= BUSY


# Everybody, one by one


@pytest.fixture(scope="module", params=[1, 8])
def seen(request):
    """A thousand people for half an hour, by the number of nodes."""
    return request.param, Each(COSTS, HABITS, 1000, request.param).run(1800)


def agree(expected, found, part=0.15):
    assert expected == pytest.approx(found, rel=part)


def test_a_thousand_people_do_what_the_model_says(seen):
    nodes, found = seen
    expected = traffic(HABITS, 1000)
    for name in ("report", "fade", "back", "change", "event", "package", "refresh", "message"):
        agree(expected[name], found.counts[name] / found.seconds)
    whole = watched(nodes, 1000)
    agree(whole.cpu + whole.spread_cpu, sum(found.cpu) / found.seconds)
    agree(whole.log, found.log / found.seconds)
    agree(whole.forwarded, found.forwarded / found.seconds)
    agree(whole.told, found.told / found.seconds)
    trip = COSTS.part("round_trip") / 1e3
    agree(256 * batches(whole.commits / 256, trip), found.batches / found.seconds)


def test_a_thousand_people_wait_as_long_as_the_model_says(seen):
    """The model may be too cautious by half, and too bold by a tenth."""
    nodes, found = seen
    whole, counts = watched(nodes, 1000), traffic(HABITS, 1000)
    busy = (whole.cpu + whole.spread_cpu) / nodes
    expected = arrivals(COSTS, counts, whole.cpu, whole.squares, nodes).within(busy, 0.99)
    p99 = sorted(found.waits)[len(found.waits) * 99 // 100]

    assert 0.9 <= expected / p99 <= 1.5


# The day of many


@pytest.mark.parametrize("nodes", [1, 16])
def test_a_day_of_a_thousand_agrees_with_the_model(nodes):
    one = day(1333, nodes)
    one.run(0, 100)
    one.record = Record()
    found = one.run(100, 500)
    whole = watched(nodes, 1000)
    agree(whole.cpu + whole.spread_cpu, np.mean(found.work))
    agree(whole.log, np.mean(found.redis_bytes))
    trip = COSTS.part("round_trip") / 1e3
    agree(256 * batches(whole.commits / 256, trip), np.mean(found.commands))


def test_nobody_gets_lost_on_a_working_day():
    one = Day(COSTS, HABITS, 10_000, nodes=4, masters=1, hours=Hours(), pace=120)
    for second in range(6 * 3600, 22 * 3600, 120):
        one.step(second)

        assert 7_500 == one.people.sum()
        assert (one.people >= 0).all()
        assert (one.cut >= 0).all()
        assert (one.cut <= one.people[1:].sum(axis=0)).all()
    assert 7_300 < max(one.record.signed_in)
    assert 10 > one.record.signed_in[-1]


def test_twice_as_many_nodes_are_half_as_busy():
    few, many = (day(1_000_000, nodes).run(0, 120) for nodes in (32, 64))
    agree(np.mean(few.middle[60:]) / 2, np.mean(many.middle[60:]), 0.1)


EVENTS = (NodeLost(5, 0.01), Storm(5, 20), RollingRestart(5, 0.01), RedisLost(5))


@pytest.mark.parametrize("incident", EVENTS, ids=lambda one: type(one).__name__)
def test_after_whatever_happens_everybody_is_served_again(incident):
    """And nobody is lost on the way, and nothing waits for less than no time."""
    one = day(20_000, 4, 2, [incident])
    for second in range(120):
        one.step(second)

        assert 15_000 == one.people.sum()
        assert (one.pool.backlog >= 0).all()
        assert (one.pool.held >= 0).all()
    assert 0 == one.record.unserved[-1]
    assert 150 > one.record.cut[-1]
    assert one.pool.alive[one.pool.owner].all()


def test_a_lost_node_is_missed_for_its_lease_and_the_reading():
    found = day(20_000, 4, incidents=[NodeLost(10, 0.5)]).run(0, 200)
    missing = [second for second, shards in enumerate(found.unserved) if shards]

    assert 10 == missing[0]
    assert 64 == found.unserved[12]
    assert 16 <= missing[-1] <= 60


def test_a_storm_that_clients_spread_is_milder():
    storms = [
        day(1_000_000, 32, incidents=[Storm(10, patience)]).run(0, 60) for patience in (3, 30)
    ]
    hard, mild = (max(one.p99) for one in storms)

    assert hard > 2 * mild


def test_a_stalled_log_lets_work_wait_which_is_done_later():
    one = day(100_000, 4, 4, [RedisLost(10, 12)])
    found = one.run(0, 120)

    assert 64 == max(found.unserved)
    assert max(found.p99) >= 12
    assert 0 == one.pool.held.sum()
    assert 1 > found.p99[-1]


def test_shards_go_to_those_who_have_fewest():
    pool = Pool(COSTS, 4, 1)
    pool.kill(0)
    pool.claim(0, np.nonzero(pool.ready == np.inf)[0], 0.1)

    assert [86, 85, 85] == [count for _, count in Counter(pool.owner.tolist()).most_common()]
    pool.join(0, 10, 0.1)
    assert {0: 64, 1: 64, 2: 64, 3: 64} == Counter(pool.owner.tolist())


def test_hours_are_those_of_an_office():
    night, morning = (Hours().moment(HABITS, hour * HOUR) for hour in (3, 8.5))

    assert night.come < 1e-9 < morning.come
    assert 0 == morning.go < Hours().moment(HABITS, 17.5 * HOUR).go
    assert HABITS == EVEN.moment(HABITS, 0).habits
    assert Hours().moment(HABITS, 10 * HOUR + 1).habits.meet > HABITS.meet


# The page


def test_tables_of_the_page_are_those_of_the_costs():
    """``python -m bench simulate`` writes them."""
    page = scaling.PAGE.read_text("utf-8")

    assert scaling.filled(page, COSTS) == page
    assert {*scaling.TABLES} == {name for name in scaling.TABLES if f"<!-- {name} -->" in page}


# What was measured


@pytest.mark.parametrize(
    ("what", "unit", "said"),
    [
        ("reports, 1 node", "per second", 1e6 / COSTS.operations.report.cpu),
        ("a report of 20,000", "µs of the node", COSTS.operations.report.cpu),
        ("a person of 20,000", "KB of Redis", stored(COSTS, 20_000) / 20_000 / 1024),
        ("a report of 20,000", "bytes to Redis", None),
        ("a message in Redis, 1 node", "µs of processor time", None),
    ],
)
def test_what_was_measured_is_compared_with_what_the_model_says(what, unit, said):
    assert scaling.modelled(COSTS, Figure(what, unit, [1.0])) == pytest.approx(said)


def test_more_nodes_do_less_for_a_second_of_processor_time():
    one, two, three = (
        scaling.modelled(COSTS, Figure(named("messages between two", nodes), "", [1.0]))
        for nodes in (1, 2, 3)
    )

    assert one > two > three
