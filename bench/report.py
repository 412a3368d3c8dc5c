"""A report of activity against a bare ASGI callable on the same server.

Everything is on: authentication, timers, metrics, journal. Each round measures all servers one
after the other, with requests of the same length. What counts is how many are answered in a
second of processor time: on a machine that others use too, a second on the clock says little.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from rich.progress import track

from bench.client import run
from bench.crowd import Member, enrol, sign_in, write_targets
from bench.figures import Figure, Result
from bench.processes import openucwa, posts_per_second, running


def measure(rounds: int, *, quick: bool) -> Result:
    """Return requests per second of each server, and what part of the bare one we reach."""
    seconds = 1 if quick else 4
    bare, falcon, turns, ours = runs = [], [], [], []
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        (token,) = run(enrol(place, 1))
        with (
            running("bench.bare") as first,
            running("bench.bare", "falcon") as second,
            running("bench.bare", "turns") as third,
            openucwa(place) as fourth,
        ):
            (one,) = run(sign_in(fourth.url, [token]))
            reports = write_targets(place / "reports", [one])
            nothing = write_targets(place / "nothing", [Member("/empty", token, "")])
            nothing.write_text(f"/empty {token}\n")
            targets = (nothing, nothing, nothing, reports)
            servers = (first, second, third, fourth)
            for _ in track(range(rounds), "report"):
                for server, what, found in zip(servers, targets, runs, strict=True):
                    begin, used = time.perf_counter(), server.seconds()
                    rate = posts_per_second(server.url, what, seconds)
                    share = (server.seconds() - used) / (time.perf_counter() - begin)
                    found.append(rate / share)
    unit = "requests per second of processor time"
    ratio = [100 * report / empty for report, empty in zip(ours, bare, strict=True)]
    figures = [
        Figure("bare ASGI callable, empty 204", unit, bare),
        Figure("Falcon, empty 204", unit, falcon),
        Figure("the bare one in turns", unit, turns),
        Figure("reportMyActivity", unit, ours),
        Figure("reportMyActivity of the bare one", "%", ratio, at_least=60),
    ]
    return Result("report", figures, quick)
