"""Measure how fast a report of activity is (``make bench``).

Each round measures the bare handler and reportMyActivity one after the other on the same core;
the ratio of the medians is what counts, since machines differ and have moods.
"""

from __future__ import annotations

import json
import statistics
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.people import available
from bench.processes import CannotMeasure, posts_per_second, serving

ROUNDS = 5
SECONDS = 3
AIM = 0.45
RESULTS = Path(__file__).with_name("results")


def measure() -> dict[str, list[float]]:
    """Return requests per second of each, round by round."""
    found: dict[str, list[float]] = {"bare handler": [], "reportMyActivity": []}
    with (
        serving(["bench.bare"]) as (bare, _),
        serving(["openucwa", "demo", "--port", "0"]) as (ours, _),
    ):
        base, token = available(ours, "lenea")
        bearer = {"Authorization": f"Bearer {token}"}
        for _ in track(range(ROUNDS), "Measuring"):
            found["bare handler"].append(posts_per_second(bare, SECONDS))
            reports = posts_per_second(f"{base}/me/reportMyActivity", SECONDS, bearer)
            found["reportMyActivity"].append(reports)
    return found


def draw(found: dict[str, list[float]], ratio: float) -> Path:
    """Plot the rounds and the medians."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 2.6))
    for row, values in enumerate(found.values()):
        axes.barh(row, statistics.median(values), color="#4c72b0", alpha=0.7)
        axes.plot(values, [row] * len(values), "k|", markersize=16)
    axes.set_yticks(range(len(found)), list(found))
    axes.set_xlabel("requests per second on one core; bar: median, ticks: rounds")
    axes.set_title(f"A report of activity runs at {ratio:.0%} of an empty handler")
    figure.tight_layout()
    path = RESULTS / "report-my-activity.svg"
    figure.savefig(path)
    return path


def main() -> int:
    """Measure, show, keep the figures; fail if they are below the aim."""
    console = Console()
    try:
        found = measure()
    except CannotMeasure as error:
        console.print(f"[red]{error}[/red]")
        return 2
    medians = {name: statistics.median(values) for name, values in found.items()}
    ratio = medians["reportMyActivity"] / medians["bare handler"]
    table = Table("what", "requests/s (median)", "of the bare handler")
    for name, value in medians.items():
        table.add_row(name, f"{value:,.0f}", f"{value / medians['bare handler']:.0%}")
    console.print(table)
    RESULTS.mkdir(exist_ok=True)
    figures = {"rounds": found, "ratio": round(ratio, 3), "aim": AIM}
    (RESULTS / "report-my-activity.json").write_text(json.dumps(figures, indent=1) + "\n")
    console.print(f"drawn in {draw(found, ratio)}")
    return 0 if ratio >= AIM else 1


if __name__ == "__main__":
    sys.exit(main())
