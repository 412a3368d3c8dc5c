"""The simulation drawn: the day, what goes wrong, and what a pool needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.simulation.day import Record
from bench.simulation.model import Need

BLUE, RED, GREY = "#4c72b0", "#c44e52", "#888888"
MILLION = 1e6


def _panels(rows: int, columns: int, height: float, path: Path) -> tuple[Any, Any, Any]:
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = path.name
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(rows, columns, figsize=(8, height), squeeze=False)
    return plt, figure, axes


def _save(plt: Any, figure: Any, path: Path) -> None:
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def highest(values: Sequence[float], group: int) -> list[float]:
    """Return the highest of each so many values, so that a plot hides no peak."""
    return [max(values[start : start + group]) for start in range(0, len(values), group)]


def draw_day(record: Record, path: Path) -> None:
    """Draw a day; of each minute the worst."""
    plt, figure, axes = _panels(5, 1, 10, path)
    group = max(1, round(60 / (3600 * (record.at[1] - record.at[0]))))
    hours = record.at[::group]
    lines: list[tuple[str, float, list[tuple[str, Sequence[float], str]]]] = [
        (
            "million people",
            MILLION,
            [("signed in", record.signed_in, BLUE), ("active", record.active, GREY)],
        ),
        (
            "% busy",
            0.01,
            [
                ("the busiest node", record.busiest, RED),
                ("the node in the middle", record.middle, BLUE),
            ],
        ),
        (
            "ms until work begins",
            1e-3,
            [("99 %, worst node", record.p99, RED), ("half, middle node", record.p50, BLUE)],
        ),
        ("1,000 commands/s of the\nbusiest Redis master", 1e3, [("", record.commands, BLUE)]),
        (
            "MB/s",
            MILLION,
            [
                ("between nodes", record.between, GREY),
                ("to the busiest Redis master", record.redis_bytes, BLUE),
            ],
        ),
    ]
    for plot, (label, unit, curves) in zip(axes[:, 0], lines, strict=True):
        for name, values, colour in curves:
            peaks = [value / unit for value in highest(values, group)]
            plot.plot(hours, peaks, color=colour, label=name, linewidth=1)
        plot.set_ylabel(label)
        plot.set_xlim(hours[0], hours[-1])
        if curves[0][0]:
            plot.legend(frameon=False, fontsize=8)
    axes[2, 0].set_yscale("log")
    axes[2, 0].set_ylim(bottom=0.01)
    axes[-1, 0].set_xlabel("hour of the day")
    _save(plt, figure, path)


def draw_incidents(records: Mapping[str, Record], path: Path) -> None:
    """Draw incidents: how long work waits, and how many have no poll or nobody who serves."""
    plt, figure, axes = _panels(len(records), 2, 1.9 * len(records), path)
    for (name, record), (left, right) in zip(records.items(), axes, strict=True):
        seconds = [3600 * at for at in record.at]
        left.plot(seconds, record.p99, color=RED, linewidth=1, label="99 %, worst node")
        left.plot(seconds, record.p50, color=BLUE, linewidth=1, label="half, middle node")
        left.set_yscale("log")
        left.set_ylim(1e-5, 200)
        left.set_ylabel("s until work begins")
        left.set_title(name, fontsize=9, loc="left")
        cut = [100 * one / total for one, total in zip(record.cut, record.signed_in, strict=True)]
        right.plot(seconds, cut, color=BLUE, linewidth=1, label="% of people without a poll")
        shards = [100 * one / 256 for one in record.unserved]
        right.plot(seconds, shards, color=RED, linewidth=1, label="% of shards not served")
        right.set_ylim(0, max(1.0, *cut, *shards) * 1.1)
    axes[0, 0].legend(frameon=False, fontsize=8, loc="upper left")
    axes[0, 1].legend(frameon=False, fontsize=8)
    for plot in axes[-1]:
        plot.set_xlabel("seconds")
    _save(plt, figure, path)


def draw_needs(needs: Mapping[str, Sequence[Need]], path: Path) -> None:
    """Draw how many nodes and masters pools need."""
    plt, figure, axes = _panels(1, 2, 3.4, path)
    for (name, some), colour in zip(needs.items(), (BLUE, GREY), strict=False):
        accounts = [one.accounts for one in some]
        axes[0, 0].plot(accounts, [one.nodes for one in some], color=colour, label=name)
        axes[0, 1].plot(accounts, [one.redis_memory / 1e9 for one in some], color=colour)
    for plot, label in zip(axes[0], ("nodes of one core", "GB in all Redis masters"), strict=True):
        plot.set_xscale("log")
        plot.set_yscale("log")
        plot.set_xlabel("accounts")
        plot.set_ylabel(label)
    axes[0, 0].axhline(256, color=RED, linewidth=1, linestyle="--")
    axes[0, 0].legend(frameon=False, fontsize=8)
    _save(plt, figure, path)
