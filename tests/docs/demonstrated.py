"""Pages whose commands are run on the demonstration, and whose outputs are looked for."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from docs.blocks import blocks
from process import COMMAND, environment

PLACE = "http://127.0.0.1:8080"


@contextmanager
def demonstration():
    """Run the demonstration on a free port; its events do not wait as long as they would."""
    process = subprocess.Popen(
        [*COMMAND, "demo", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment() | {"OPENUCWA_EVENTS_MEDIUM": "100ms"},
    )
    said = next(line for line in process.stdout if line.startswith("listening on "))
    yield said.split()[-1]
    process.terminate()
    process.communicate(timeout=20)


def forgiving(line: str) -> str:
    """Return a pattern for a line of output; the application's number is another one each time."""
    return re.sub(r"\d{12}", r"\\d{12}", re.escape(line))


def follow(page: Path, demo: str, folder: Path) -> None:
    """Run each ``sh`` block in one shell; each line of ``text`` is in the output, in this order."""
    script, expected = ["set -eu"], []
    for kind, text in blocks(page):
        if kind == "sh":
            script.append(text.replace(PLACE, demo))
        elif kind == "text":
            expected += [forgiving(line) for line in text.splitlines()]
    script = "\n".join(script).replace(".venv/bin/", f"{Path(sys.executable).parent}/")

    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=environment() | {"no_proxy": "127.0.0.1", "PATH": os.environ["PATH"]},
    )

    assert (0, "") == (done.returncode, done.stderr)
    assert re.search(".*?".join(expected), done.stdout, re.DOTALL), done.stdout
