"""What was found: figures with their runs and aims, kept as JSON and drawn as SVG."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from tempfile import gettempdir

import msgspec
from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).with_name("results")


class Figure(msgspec.Struct):
    """Something measured in every run; the median counts. An aim is a bound on one side."""

    what: str
    unit: str
    runs: list[float]
    at_least: float | None = None
    at_most: float | None = None

    @property
    def median(self) -> float:
        """The figure."""
        return statistics.median(self.runs)

    @property
    def met(self) -> bool:
        """Whether it is as good as was aimed at."""
        low = self.at_least is None or self.median >= self.at_least
        return low and (self.at_most is None or self.median <= self.at_most)

    @property
    def aim(self) -> str:
        """The aim in words; empty if there is none."""
        if self.at_least is not None:
            return f"at least {number(self.at_least)}"
        return "" if self.at_most is None else f"at most {number(self.at_most)}"


def number(value: float) -> str:
    """Write a number with three digits that count, or all before the point."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def machine() -> str:
    """Describe this machine in a line."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((x.partition(":")[2].strip() for x in lines if x.startswith("model name")), "?")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    python = f"Python {platform.python_version()}"
    return f"{os.cpu_count()} cores of {model}, {memory:.0f} GB, {platform.system()}, {python}"


class Result(msgspec.Struct):
    """All figures of one measurement, where and when they were taken."""

    name: str
    figures: list[Figure]
    quick: bool
    machine: str = msgspec.field(default_factory=machine)

    @property
    def met(self) -> bool:
        """Whether all aims are met."""
        return all(figure.met for figure in self.figures)


def keep(result: Result) -> None:
    """Show a result, write and draw it; a quick one is kept apart."""
    table = Table("what", "median", "aim", "", title=result.name)
    for figure in result.figures:
        mark = (
            "" if not figure.aim else "[green]met[/green]" if figure.met else "[red]not met[/red]"
        )
        table.add_row(figure.what, f"{number(figure.median)} {figure.unit}", figure.aim, mark)
    Console().print(table)
    folder = Path(gettempdir(), "openucwa-bench-quick") if result.quick else RESULTS
    folder.mkdir(exist_ok=True)
    text = msgspec.json.format(msgspec.json.encode(result), indent=1)
    (folder / f"{result.name}.json").write_bytes(text + b"\n")
    draw(result.figures, folder / f"{result.name}.svg")


def kept(name: str) -> Result | None:
    """Return the result of an earlier measurement, if there is one."""
    path = RESULTS / f"{name}.json"
    return msgspec.json.decode(path.read_bytes(), type=Result) if path.exists() else None


def draw(figures: Sequence[Figure], path: Path) -> None:
    """Draw medians as bars, runs as ticks, aims as dashed lines; one panel for each unit."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = path.name
    from matplotlib import pyplot as plt

    panels = [(unit, list(group)) for unit, group in groupby(figures, key=lambda f: f.unit)]
    heights = [len(group) + 1 for _, group in panels]
    figure, axes = plt.subplots(
        len(panels), figsize=(8, 0.42 * sum(heights) + 0.3), height_ratios=heights, squeeze=False
    )
    for (unit, group), plot in zip(panels, axes[:, 0], strict=True):
        for row, one in enumerate(group):
            plot.barh(row, one.median, color="#4c72b0" if one.met else "#c44e52", alpha=0.7)
            plot.plot(one.runs, [row] * len(one.runs), "k|", markersize=12)
            for bound in (one.at_least, one.at_most):
                if bound is not None:
                    plot.plot([bound, bound], [row - 0.45, row + 0.45], "k--", linewidth=1.2)
        plot.set_yticks(range(len(group)), [one.what for one in group])
        plot.set_xlabel(unit)
        plot.invert_yaxis()
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
