"""Servers pinned to one core; what they use of it and of memory; wrk on another core."""

from __future__ import annotations

import contextlib
import os
import re
import resource
import shutil
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

SERVER_CORE, LOAD_CORE = 0, 1
CONNECTIONS = 32
START_WITHIN = 120
"""Seconds a server gets until it listens."""


class CannotMeasure(Exception):
    """Something that measuring needs is missing or went wrong; the text says what to do."""


class Running(NamedTuple):
    """A server that listens at ``url``."""

    url: str
    process: subprocess.Popen[str]

    def memory(self) -> int:
        """Return the bytes of memory that are resident."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * resource.getpagesize()

    def seconds(self) -> float:
        """Return the seconds of processor time used so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def metric(self, name: str) -> float:
        """Return the sum of a metric's samples whose line begins with ``name``."""
        with urllib.request.urlopen(f"{self.url}/metrics", timeout=30) as page:
            lines = page.read().decode().splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith(name))


def prepare() -> None:
    """Move this process to the core of the load, and allow as many sockets as we may."""
    if shutil.which("wrk") is None:
        raise CannotMeasure("wrk is needed. On Debian: apt install wrk")
    if not {SERVER_CORE, LOAD_CORE} <= os.sched_getaffinity(0):
        raise CannotMeasure("Two cores are needed: one for the server, one for the load.")
    os.sched_setaffinity(0, {LOAD_CORE})
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def require_sockets(count: int) -> None:
    """Raise ``CannotMeasure`` unless so many connections can be open at once."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if limit < count + 200:
        raise CannotMeasure(
            f"{count} connections need {count + 200} open files, but at most {limit} are allowed. "
            f"As root: ulimit -Hn {count + 200}; or raise nofile in /etc/security/limits.conf."
        )


@contextlib.contextmanager
def running(module: str, *arguments: str, env: dict[str, str] | None = None) -> Iterator[Running]:
    """Run a Python module that says when it listens; stop it afterwards."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, **(env or {})},
        preexec_fn=lambda: os.sched_setaffinity(0, {SERVER_CORE}),
    )
    deadline = threading.Timer(START_WITHIN, process.kill)
    deadline.start()
    try:
        for line in process.stdout or ():
            if line.startswith("listening on "):
                deadline.cancel()
                yield Running(line.split()[-1], process)
                return
        raise CannotMeasure(f"{module} {' '.join(arguments)} did not start")
    finally:
        deadline.cancel()
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def openucwa(folder: Path, **options: str) -> contextlib.AbstractContextManager[Running]:
    """Run the server as users do; ``events_medium="50ms"`` and the like change settings."""
    env = {f"OPENUCWA_{name.upper()}": value for name, value in options.items()}
    return running("openucwa", "serve", "--port", "0", "--data", str(folder), env=env)


def posts_per_second(url: str, targets: Path, seconds: float) -> float:
    """Send empty POSTs to each target in turn; return answers per second.

    ``targets`` has lines of path and token. Anything but a 2xx raises ``CannotMeasure``.
    """
    script = Path(__file__).with_name("post.lua")
    command: Sequence[str] = [
        *("wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:g}s", "-s", str(script)),
        *(url, "--", str(targets)),
    ]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=seconds + 30
    )
    found = re.search(r"Requests/sec:\s+([0-9.]+)", done.stdout)
    if found is None or "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise CannotMeasure(done.stdout + done.stderr)
    return float(found[1])
