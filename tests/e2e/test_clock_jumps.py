"""Somebody sets the machine's clock: people are not idle because of that, nor for ever active."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from process import Network
from world import DOMAIN

LENE, SARA = f"lenea@{DOMAIN}", f"saradavis@{DOMAIN}"
LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
HOUR = 3600
PROMPT = """
[presence]
inactive_timeout = "2s"
[events]
medium = "100ms"
low = "100ms"
"""


class WallClock:
    """The wall clock of a process, which is set by writing a file."""

    def __init__(self, folder):
        self._file = folder / "clock"
        self.set(0)

    def set(self, ahead):
        """Set it so many seconds ahead of the real time."""
        self._file.write_text(f"{ahead:+d}\n")

    @property
    def env(self):
        return {
            "LD_PRELOAD": str(LIBRARY),
            "DONT_FAKE_MONOTONIC": "1",  # nobody can set that one
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
        }


@pytest.fixture
def wall(tmp_path):
    if LIBRARY is None:
        missing = pytest.fail if "TEST_EVERYTHING" in os.environ else pytest.skip
        missing("this needs libfaketime. On Debian: apt install libfaketime")
    return WallClock(tmp_path)


@pytest.fixture
async def way(servers, wall):
    """The way to a server whose clock can be set."""
    made = Network(servers.start(config=PROMPT, env=wall.env).url)
    yield made
    await made.close()


async def shown(watcher, address):
    return (await watcher.get(watcher.person(address, "presence"))).property("availability")


def test_the_clock_of_a_process_can_be_set_at_all(wall):
    wall.set(HOUR)
    words = (sys.executable, "-c", "import time; print(time.time())")
    told = subprocess.run(
        words, env=os.environ | wall.env, capture_output=True, check=True, timeout=30
    )
    assert HOUR - 60 < float(told.stdout) - time.time() < HOUR + 60


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
async def test_people_fade_when_they_do_nothing_and_not_when_the_clock_is_set(way, wall, jump):
    lene, sara = await way.available(LENE), await way.available(SARA)
    await sara.watch(LENE)
    sara.follow(await (await sara.poll()).task)
    assert (await lene.report()).status == 204
    wall.set(jump)

    assert (await lene.report()).status == 204
    assert "Online" == await shown(sara, LENE)
    assert (await sara.get("me")).status == 200, "the token is as good as before"
    while await shown(sara, LENE) == "Online":
        sara.follow(await (await sara.poll()).task)
    assert "IdleOnline" == await shown(sara, LENE)
