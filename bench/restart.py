"""Killed while people report: how long until the same applications are served again.

The server is killed with SIGKILL while reports come in. The time runs from starting the new
process until it has answered a report of an application that was there before.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

from rich.progress import track

from bench.client import ask_all, request, run
from bench.crowd import Member, crowd, members, write_targets
from bench.figures import Figure, Result
from bench.processes import Running, openucwa, posts_per_second


def report(server: Running, some: list[Member]) -> None:
    """Report activity, once for each."""
    asks = (request("POST", f"{one.path}/me/reportMyActivity", one.token) for one in some)
    run(ask_all(server.url, asks))


def measure(rounds: int, place: Path, *, quick: bool) -> Result:
    """Return seconds until serving."""
    count = 10_000 if quick else 200_000
    origin = crowd(place, count)
    took: list[float] = []
    memory: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        folder = shutil.copytree(origin, Path(name) / "data")
        everyone = members(folder)
        some = everyone[:: len(everyone) // 1000]
        reports = write_targets(Path(name) / "targets", some)
        for number in track(range(rounds + 1), "restart"):
            begin = time.perf_counter()
            with openucwa(folder) as server:
                report(server, some[:1])
                if number:
                    took.append(time.perf_counter() - begin)
                    memory.append(server.memory() / 2**20)
                report(server, some)
                posts_per_second(server.url, reports, 3)
                server.process.kill()
    figures = [
        Figure(f"{count:,} applications served again", "s", took, at_most=10),
        Figure("memory after that", "MB", memory),
    ]
    return Result("restart", figures, quick)
