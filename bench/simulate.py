"""A pool of ten million people, on paper and simulated: a working day, and what goes wrong.

Nothing is measured here: what operations cost comes from ``bench/results/costs.json``, and what
people do from ``bench/simulation/habits.py``. Incidents happen at a busy hour. What is found goes
into docs/scaling.md, with the plots.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from rich.progress import track

from bench.figures import RESULTS, Figure, Result
from bench.simulation import plots, scaling
from bench.simulation.costs import Costs, load
from bench.simulation.day import Day, Record
from bench.simulation.habits import HOUR, Habits
from bench.simulation.hours import Hours
from bench.simulation.incidents import Incident, NodeLost, RedisLost, RollingRestart, Storm
from bench.simulation.model import Need, need

ACCOUNTS = 10_000_000

HELD = replace(Habits(), hold=30.0)
"""With ten million accounts 256 nodes are too few unless events of presence are held longer."""

BEGIN, END = 6.5, 19.5
"""The working day, in hours."""

AT, SHOWN = 60, 300
"""Seconds at which something happens, and for which it is shown."""


def incidents(reading: float) -> dict[str, Incident]:
    """Return what happens, each by itself; a shard's log is read in so many seconds."""
    return {
        "A node is lost": NodeLost(AT, reading),
        **{
            f"All connections break, most are back within {patience} s": Storm(AT, patience)
            for patience in (5, 30, 120)
        },
        "One node after the other restarts": RollingRestart(AT, reading),
        "A Redis master is lost for 12 s": RedisLost(AT),
    }


def pool(costs: Costs, one: Need, **more: Any) -> Day:
    """Return a pool that has what it needs."""
    return Day(costs, HELD, one.accounts, nodes=one.nodes, masters=one.masters, **more)


def befallen(costs: Costs, one: Need, incident: Incident) -> Record:
    """Simulate some minutes of a busy hour in which something happens."""
    day = pool(costs, one, hours=Hours(even=True), incidents=[incident], settled=True)
    day.run(-AT, 0)  # until as many events come as usually
    day.record = Record()
    return day.run(0, SHOWN)


def measure(_: int, *, quick: bool) -> Result:
    """Simulate everything, draw it, write the page; return the worst of each."""
    costs = load()
    one = need(costs, HELD, ACCOUNTS // 100 if quick else ACCOUNTS)
    folder = Path(gettempdir(), "openucwa-bench-quick") if quick else RESULTS
    folder.mkdir(exist_ok=True)
    working = pool(costs, one, hours=Hours(), pace=60 if quick else 5)
    day = working.run(BEGIN * HOUR, END * HOUR)
    happened = incidents(one.takeover).items()
    records = {name: befallen(costs, one, it) for name, it in track(happened, "simulate")}
    plots.draw_day(day, folder / "simulate-day.svg")
    plots.draw_incidents(records, folder / "simulate-incidents.svg")
    plots.draw_needs(scaling.curves(costs), folder / "simulate-needs.svg")
    figures = [
        Figure("the busiest node", "% busy", [100 * max(day.busiest)]),
        Figure("the node in the middle", "% busy", [100 * max(day.middle)]),
        Figure("99 % of work begins, all day", "s", [max(day.p99)]),
        *(
            Figure(f"{name}: 99 % of work begins", "s", [max(record.p99)])
            for name, record in records.items()
        ),
        Figure("the busiest Redis master", "commands a second", [max(day.commands)]),
    ]
    return Result("simulate", figures, quick)
