"""Servers pinned to one core, and wrk on another."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

SERVER_CORE, LOAD_CORE = 0, 1
CONNECTIONS = 32


class CannotMeasure(Exception):
    """Something that measuring needs is missing; the text says what to install."""


def require_wrk() -> str:
    """Return where wrk is."""
    found = shutil.which("wrk")
    if found is None:
        raise CannotMeasure("wrk is needed. On Debian: apt install wrk")
    if (os.cpu_count() or 1) < 2:
        raise CannotMeasure("Two cores are needed: one for the server, one for the load.")
    return found


@contextlib.contextmanager
def serving(command: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Run a server on its core; yield its URL and process id, and stop it afterwards."""
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, {SERVER_CORE}),
    )
    try:
        for line in process.stdout:
            if line.startswith("listening on "):
                yield line.split()[-1], process.pid
                return
        raise CannotMeasure(f"{command[0]} did not start")
    finally:
        process.terminate()
        process.wait(20)


def posts_per_second(url: str, seconds: float, headers: dict[str, str] | None = None) -> float:
    """Load a URL with empty POSTs; return answers per second. Anything but 2xx is an error."""
    script = Path(__file__).with_name("post.lua")
    given = [part for key, value in (headers or {}).items() for part in ("-H", f"{key}: {value}")]
    command = [
        require_wrk(),
        "-t1",
        f"-c{CONNECTIONS}",
        f"-d{seconds:g}s",
        "-s",
        script,
        *given,
        url,
    ]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=lambda: os.sched_setaffinity(0, {LOAD_CORE}),
    )
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise CannotMeasure(done.stdout)
    return float(re.search(r"Requests/sec:\s+([0-9.]+)", done.stdout)[1])
