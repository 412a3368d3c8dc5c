"""A whole crowd goes idle in the same minute: how long the server's loop is held up.

Somebody asks for ``/healthz`` every 5 ms over one connection; the longest time from when a
request was due until its answer is the longest stall, seen from outside. The crowd is taken
over from a journal with its timers where they were, so it fades in one minute by itself. The
same is measured before that, while nothing happens: what this machine and the probe add.
"""

from __future__ import annotations

import gc
import shutil
import socket
import tempfile
import time
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from rich.progress import track

from bench.crowd import crowd
from bench.figures import Figure, Result
from bench.processes import CannotMeasure, Running, openucwa

EVERY = 0.005
IDLE = 90
"""Seconds without activity; the first fades a minute before they all have."""

CALM = 15
"""Seconds for which nothing happens yet, also if the server needs long to take over."""

_ASK = b"GET /healthz HTTP/1.1\r\nHost: bench\r\n\r\n"


def probe(url: str, seconds: float) -> list[float]:
    """Ask at fixed times; return how long after its time each request was answered."""
    where = urlsplit(url)
    late: list[float] = []
    with socket.create_connection((where.hostname, where.port), timeout=60) as connection:
        due = time.perf_counter()
        end = due + seconds
        while due < end:
            time.sleep(max(0.0, due - time.perf_counter()))
            connection.sendall(_ASK)
            connection.recv(4096)
            now = time.perf_counter()
            late.append(now - due)
            due = max(due + EVERY, now)
    return late


def lag(server: Running) -> float:
    """Return the bound of the histogram below which all timers ran (seconds)."""
    name = "openucwa_wheel_lag_seconds_bucket"
    bounds = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
    every = server.metric(f'{name}{{le="+Inf"}}')
    fitting = (bound for bound in bounds if server.metric(f'{name}{{le="{bound}"}}') == every)
    return next(fitting, 60.0)


class Found(NamedTuple):
    """The longest stall before and while people fade, the time of most answers, and the lag."""

    calm: float
    longest: float
    usual: float
    lag: float


def fade(folder: Path, count: int) -> Found:
    """Let a crowd fade; stalls are in ms, the lag in seconds."""
    with tempfile.TemporaryDirectory() as name:
        place = shutil.copytree(folder, Path(name) / "data")
        with openucwa(place) as server:
            before = server.metric("openucwa_transitions_total{")
            gc.disable()
            calm = probe(server.url, CALM)
            late = sorted(probe(server.url, IDLE - CALM + 5))
            gc.enable()
            faded = server.metric("openucwa_transitions_total{") - before
            if faded < count:
                raise CannotMeasure(f"only {faded:.0f} of {count} people went idle")
            usual = late[len(late) * 999 // 1000]
            return Found(max(calm) * 1000, late[-1] * 1000, usual * 1000, lag(server))


def measure(rounds: int, place: Path, *, quick: bool) -> Result:
    """Return stalls and lateness."""
    count = 10_000 if quick else 200_000
    folder = crowd(place, count, IDLE)
    found = [fade(folder, count) for _ in track(range(rounds), "idle")]
    calm, stalls, usual, lags = (list(runs) for runs in zip(*found, strict=True))
    figures = [
        Figure("longest stall before", "ms", calm),
        Figure("longest stall while people fade", "ms", stalls, at_most=50),
        Figure("99.9 % of answers within", "ms", usual),
        Figure("timers late by less than", "s", lags, at_most=1.0),
    ]
    return Result("idle", figures, quick)
