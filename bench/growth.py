"""What a report of activity costs while more and more people are signed in and available.

Reports go to a thousand people spread evenly over the crowd, so that only the crowd differs.
Two costs are told apart: a token is looked up in the database when it comes for the first time,
and is remembered until an account changes. Each round sends one report for each person first,
and then as many as the server takes.
"""

from __future__ import annotations

import contextlib
import shutil
import time
from pathlib import Path

from rich.progress import track

from bench.client import ask_all, request, run
from bench.crowd import crowd, members, write_targets
from bench.figures import Figure, Result
from bench.processes import openucwa, posts_per_second
from openucwa.app.auth import RECHECK

SAMPLE = 1000


def measure(rounds: int, place: Path, *, quick: bool) -> Result:
    """Return microseconds of processor time per report, by the size of the crowd."""
    sizes = (SAMPLE, 10_000) if quick else (SAMPLE, 10_000, 50_000, 200_000)
    seconds = 1 if quick else 3
    known: dict[int, list[float]] = {size: [] for size in sizes}
    checked: dict[int, list[float]] = {size: [] for size in sizes}
    with contextlib.ExitStack() as stack:
        servers, everyone = [], []
        for size in sizes:
            folder = shutil.copytree(crowd(place, size), place / f"growth-{size}")
            servers.append(stack.enter_context(openucwa(folder)))
            everyone.append(members(folder)[:: size // SAMPLE])
        forgotten = 0.0
        for _ in track(range(rounds), "growth"):
            time.sleep(max(0.0, forgotten - time.monotonic()))
            for size, server, some in zip(sizes, servers, everyone, strict=True):
                reports = [request("POST", f"{m.path}/me/reportMyActivity", m.token) for m in some]
                before = server.seconds()
                run(ask_all(server.url, reports))
                checked[size].append((server.seconds() - before) / len(some) * 1e6)
                targets = write_targets(place / "targets", some)
                before = server.seconds()
                count = posts_per_second(server.url, targets, seconds) * seconds
                known[size].append((server.seconds() - before) / count * 1e6)
            forgotten = time.monotonic() + RECHECK
    unit = "µs per report"
    first, last = known[sizes[0]], known[sizes[-1]]
    growth = [100 * (many / few - 1) for few, many in zip(first, last, strict=True)]
    figures = [
        *(Figure(f"{size:,} available", unit, runs) for size, runs in known.items()),
        *(Figure(f"{size:,}, token checked anew", unit, runs) for size, runs in checked.items()),
        Figure(f"growth from {sizes[0]:,} to {sizes[-1]:,}", "%", growth, at_most=10),
    ]
    return Result("growth", figures, quick)
