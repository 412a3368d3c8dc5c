"""The tables of docs/scaling.md, from the costs, the model and the last simulation.

The page is written by hand but for what is between ``<!-- NAME -->`` and ``<!-- end -->``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from bench.figures import Figure, Result, kept, number
from bench.simulation.costs import Costs, load
from bench.simulation.demand import demand
from bench.simulation.habits import Habits
from bench.simulation.model import Need, limits, need, stored, traffic

PAGE = Path(__file__).parent.parent.parent / "docs" / "scaling.md"
ACCOUNTS = (1_000, 10_000, 50_000, 100_000, 500_000, 1_000_000, 5_000_000, 10_000_000)
HELD = 30.0

_POOL = re.compile(r"(.+), (\d+) nodes?")
_CROWD = re.compile(r"a (?:report|person) of ([\d,]+)")
_PER_SECOND = {"reports": "report", "messages between two": "message"}
"""Figures of pools that are operations in a second of processor time."""

_BLOCK = re.compile(r"(<!-- (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def curves(costs: Costs) -> dict[str, list[Need]]:
    """Return what pools need, by how long events of presence are held."""
    grid = [round(10 ** (3 + step / 10)) for step in range(41)]
    return {
        f"held for {hold:g} s": [need(costs, replace(Habits(), hold=hold), one) for one in grid]
        for hold in (Habits().hold, HELD)
    }


def operations(costs: Costs) -> Iterator[str]:
    """Yield a table of what operations cost."""
    yield "| operation | µs of a core | requests | waits for the log | bytes of log | | from |"
    yield "|---|---|---|---|---|---|---|"
    for name, one in costs.operations.items():
        words = (
            name.replace("_", " "),
            *map(number, (one.cpu, one.requests, one.commits, one.log)),
        )
        yield f"| {' | '.join(words)} | {_known(one.measured)} | {one.source} |"


def parts(costs: Costs) -> Iterator[str]:
    """Yield a table of what operations have in common."""
    yield "| what | | | from |"
    yield "|---|---|---|---|"
    for name in costs.parts.__struct_fields__:
        one = getattr(costs.parts, name)
        words = (name.replace("_", " "), f"{number(one.value)} {one.unit}", _known(one.measured))
        yield f"| {' | '.join(words)} | {one.source} |"


def shares(costs: Costs) -> Iterator[str]:
    """Yield a table of where the processor time of somebody goes who is signed in."""
    habits, nodes = Habits(), 100
    counts = traffic(habits, 1.0)
    whole = demand(costs, counts, nodes, habits.contacts * habits.present, habits.contacts)
    rows = {
        name: counts[name] * one.cpu for name, one in costs.operations.items() if name in counts
    }
    rows["requests passed on"] = whole.forwarded * costs.part("forward")
    rows["other nodes told"] = whole.told * costs.part("tell")
    total = sum(rows.values())
    yield "| what | times an hour | µs of a core each second | share |"
    yield "|---|---|---|---|"
    hourly = counts | {"requests passed on": whole.forwarded, "other nodes told": whole.told}
    for name, cpu in sorted(rows.items(), key=lambda row: -row[1]):
        yield f"| {name} | {number(3600 * hourly[name])} | {cpu:.2f} | {100 * cpu / total:.1f} % |"
    yield f"| all | | {total:.2f} | 100 % |"


def needs(costs: Costs) -> Iterator[str]:
    """Yield a table of what pools of more and more accounts need."""
    yield (
        "| accounts | signed in | nodes | busiest core | after a loss | 99 % begins within "
        "| memory of a node | Redis masters | commands/s | to Redis | in Redis | between nodes |"
    )
    yield "|" + "---|" * 12
    rows = [(need(costs, Habits(), one), "") for one in ACCOUNTS]
    held = need(costs, replace(Habits(), hold=HELD), ACCOUNTS[-1])
    for one, mark in (*rows, (held, f", held for {HELD:g} s")):
        nodes = str(one.nodes) if one.enough else "**256 are too few**"
        after = "" if one.nodes == 1 else f"{100 * one.after:.0f} %"
        yield (
            f"| {one.accounts:,}{mark} | {one.people:,.0f} | {nodes} | {100 * one.busy:.0f} % "
            f"| {after} | {number(1e3 * one.p99)} ms | {number(one.memory / 1e6)} MB "
            f"| {one.masters} | {number(one.commands)} | {number(one.redis_bytes / 1e6)} MB/s "
            f"| {number(one.redis_memory / 1e9)} GB | {number(one.between / 1e6)} MB/s |"
        )


def breaks(costs: Costs) -> Iterator[str]:
    """Yield a table of up to how many accounts each part goes."""
    yield f"| up to | held for {Habits().hold:g} s | held for {HELD:g} s |"
    yield "|---|---|---|"
    held = limits(costs, replace(Habits(), hold=HELD))
    for name, accounts in limits(costs, Habits()).items():
        yield f"| {name} | {_rounded(accounts)} accounts | {_rounded(held[name])} accounts |"


def checked(costs: Costs) -> Iterator[str]:
    """Yield a table of what the model says of what was measured in pools of three sizes."""
    yield "| what | model | measured |"
    yield "|---|---|---|"
    for figure in (*_figures("pool"), *_figures("sizes")):
        said = modelled(costs, figure)
        if said is not None:
            measured = f"{number(figure.median)} {figure.unit}"
            yield f"| {figure.what} | {number(said)} | {measured} |"


def modelled(costs: Costs, figure: Figure) -> float | None:
    """Return what the model says of a figure, if it says anything."""
    found = _POOL.fullmatch(figure.what)
    if found and found[1] in _PER_SECOND:
        whole = demand(costs, {_PER_SECOND[found[1]]: 1}, int(found[2]), 0, 0)
        return float(1 / (whole.cpu + whole.spread_cpu))
    found = _CROWD.fullmatch(figure.what)
    if found and figure.unit == "µs of the node":
        return costs.operations.report.cpu
    if found and figure.unit == "KB of Redis":
        people = int(found[1].replace(",", ""))
        return stored(costs, people) / people / 1024
    return None


def _figures(name: str) -> list[Figure]:
    result = kept(name)
    return result.figures if result else []


def simulated(_: Costs) -> Iterator[str]:
    """Yield a table of what the last simulation found."""
    result: Result | None = kept("simulate")
    yield "| what | the worst second |"
    yield "|---|---|"
    for figure in result.figures if result else ():
        yield f"| {figure.what} | {number(figure.median)} {figure.unit} |"


TABLES: dict[str, Callable[[Costs], Iterator[str]]] = {
    table.__name__: table
    for table in (operations, parts, shares, needs, breaks, checked, simulated)
}


def filled(page: str, costs: Costs) -> str:
    """Return the page with its tables as they are now."""

    def table(found: re.Match[str]) -> str:
        return found[1] + "\n" + "\n".join(TABLES[found[2]](costs)) + "\n\n" + found[3]

    return _BLOCK.sub(table, page)


def write() -> None:
    """Write the tables into the page."""
    PAGE.write_text(filled(PAGE.read_text("utf-8"), load()), "utf-8")


def _known(measured: bool) -> str:
    return "measured" if measured else "estimated"


def _rounded(accounts: int) -> str:
    """Write two digits that count; the model knows no more."""
    return f"{float(f'{accounts:.2g}'):,.0f}"
