"""``make run-pool``: a pool that can be used, loses a node, is stopped, and goes on later."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from daemons import free_port, program
from engines import needed
from process import Network, environment
from world import DOMAIN

ROOT = Path(__file__).resolve().parents[2]
LENE, SARA = f"lenea@{DOMAIN}", f"saradavis@{DOMAIN}"


@dataclass
class Pool:
    """A pool under way."""

    process: subprocess.Popen[str]
    url: str
    lines: Iterator[str]

    def until(self, pattern: str) -> re.Match[str]:
        """Read what it says until that is among it."""
        return next(found for line in self.lines if (found := re.search(pattern, line)))

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=60)


class Demo(Network):
    """Clients of people of the demonstration."""

    async def token(self, address: str, scope: str = "") -> str:
        user = address.partition("@")[0]
        form = {"grant_type": "password", "username": address, "password": f"{user}-demo"}
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        reply = await self.ask("POST", "/WebTicket/oauthtoken", urlencode(form), kind)
        return reply.tree["access_token"]


def start(data: Path, *words: str, **options) -> Pool:
    with needed():
        for name in ("postgres", "redis-server", "redis-cli", "nginx"):
            program(name)
    port = free_port()
    command = [sys.executable, str(ROOT / "tools" / "run_pool.py"), "--data", str(data)]
    process = subprocess.Popen(
        [*command, "--port", str(port), *words],
        text=True,
        env=environment(),
        **{"stdout": subprocess.PIPE} | options,
    )
    return Pool(process, f"http://127.0.0.1:{port}", iter(process.stdout or ()))


@pytest.fixture
def pool(tmp_path):
    """Start pools one after the other, on the same folder."""
    started = []

    def begin(*words: str) -> Pool:
        started.append(start(tmp_path / "pool", *words))
        started[-1].until("^listening on ")
        return started[-1]

    yield begin
    for one in started:
        one.stop()


@pytest.mark.long
async def test_nobody_notices_that_a_node_dies_or_that_all_were_stopped(pool):
    running = pool("--nodes", "2")
    network = Demo(running.url)
    lene = await network.available(LENE)
    sara = await network.client(SARA)
    assert (await sara.watch(LENE)).status == 201
    [victim] = running.until(r"^node-1 serves \(process (\d+)\)").groups()

    os.kill(int(victim), signal.SIGKILL)
    running.until("^node-1 has ended")
    busy = await lene.post("me/presence", {"availability": "Busy"})
    while busy.status == 503:  # until the other node has what the dead one had
        await network.advance(0.5)
        busy = await lene.post("me/presence", {"availability": "Busy"})
    assert busy.status == 204

    running.stop()
    assert running.process.returncode == 0
    await network.close()

    lene.world = sara.world = network = Demo(pool("--nodes", "2").url)
    seen = await sara.get(sara.person(LENE, "presence"))
    assert seen.property("availability") == "Busy"
    assert (await lene.report()).status == 204
    await network.close()


def test_a_node_is_killed_and_started_by_a_key(tmp_path):
    ours, theirs = pty.openpty()
    pool = start(tmp_path / "pool", "--nodes", "1", stdin=theirs, stdout=theirs)
    os.close(theirs)

    def until(what: str) -> None:
        said = ""
        while what not in said:
            said += os.read(ours, 4096).decode(errors="replace")

    until("serves")
    os.write(ours, b"1")
    until("has ended")
    os.write(ours, b"1")
    until("serves")

    pool.stop()
    os.close(ours)
    assert pool.process.returncode == 0


def test_a_folder_with_other_things_is_left_alone(tmp_path):
    (tmp_path / "letter").write_text("Dear Sara")

    pool = start(tmp_path, "--fresh", stderr=subprocess.PIPE)

    assert "has other things in it" in pool.process.communicate()[1]
    assert "Dear Sara" == (tmp_path / "letter").read_text()
