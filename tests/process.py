"""A real server as a process of its own, and clients that reach it over real sockets."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from world import DOMAIN, PASSWORD, Reply, Waiting, World

COMMAND = (sys.executable, "-c", "from openucwa.cli.main import main; main()")
PEOPLE = ("lenea", "saradavis", "tonismith", "aiko", "april", "ben", "carla", "dan")
QUICK = """
[presence]
inactive_timeout = "2s"
away_timeout = "2s"
[events]
medium = "100ms"
low = "100ms"
"""
"""Fading takes seconds, so that a test can wait for it."""


def environment() -> dict[str, str]:
    """Return an environment with a wide terminal and no settings of whoever runs the tests."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("OPENUCWA_")}
    return own | {"COLUMNS": "160"}


def run(*words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        [*COMMAND, *words],
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
        env=environment(),
    )


@dataclass
class Running:
    """A server under way."""

    process: subprocess.Popen[str]
    url: str
    data: Path

    def raw(self, request: str, *, until: bytes = b"") -> bytes:
        """Send text on a socket of its own; return what comes until the server ends it."""
        where = urlsplit(self.url)
        answer = b""
        with socket.create_connection((where.hostname, where.port), timeout=10) as sock:
            sock.sendall(request.encode())
            while chunk := sock.recv(65536):
                answer += chunk
                if until and until in answer:
                    break
        return answer


@dataclass
class Folder:
    """Starts servers, each on a folder of its own unless told which."""

    root: Path
    people: Path
    started: list[Running] = field(default_factory=list)

    def start(
        self, *flags: str, config: str = "", people: bool = True, env: Mapping[str, str] = {}
    ) -> Running:
        """Start a server and wait until it listens."""
        data = self.root / f"data{len(self.started)}"
        if people:
            shutil.copytree(self.people, data)
        file = self.root / "openucwa.toml"
        file.write_text(config)
        words = ("serve", "--port", "0", "--data", str(data), "--config", str(file), *flags)
        with (self.root / "log").open("w") as log:
            process = subprocess.Popen(
                [*COMMAND, *words],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=environment() | dict(env),
            )
        running = Running(process, "", data)
        self.started.append(running)
        first = process.stdout.readline()
        assert first.startswith("listening on "), (self.root / "log").read_text()
        running.url = first.split()[-1]
        return running

    def stop(self) -> None:
        for running in self.started:
            running.process.terminate()
            running.process.wait(20)
            running.process.stdout.close()


@pytest.fixture(scope="session")
def people(tmp_path_factory):
    """A data folder with people, which no server has used yet."""
    folder = tmp_path_factory.mktemp("people")
    rows = (f"{user}@{DOMAIN},{user.title()},{PASSWORD}" for user in PEOPLE)
    (folder / "people.csv").write_text("\n".join(["address,name,password", *rows]))
    done = run("import", str(folder / "people.csv"), "--data", str(folder / "data"))
    assert done.returncode == 0, done.stderr
    return folder / "data"


@pytest.fixture
def servers(tmp_path, people):
    """Start servers that only this test uses."""
    folder = Folder(tmp_path, people)
    yield folder
    folder.stop()


@pytest.fixture(scope="session")
def company(tmp_path_factory, people):
    """A server with people that the tests share; they fade within seconds."""
    folder = Folder(tmp_path_factory.mktemp("company"), people)
    yield folder.start(config=QUICK)
    folder.stop()


class Network(World):
    """The clients of the other tests over real sockets, where time passes by itself."""

    def __init__(self, url: str, **options: Any) -> None:
        self.url = url
        limits = httpx2.Limits(max_connections=None, max_keepalive_connections=None)
        self.http = httpx2.AsyncClient(base_url=url, timeout=30, limits=limits, **options)

    async def begin(
        self,
        method: str,
        url: str,
        body: bytes | str = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Waiting:
        async def run() -> Reply:
            answer = await self.http.request(method, url, content=body, headers=headers)
            pairs = [(key.decode(), value.decode()) for key, value in answer.headers.raw]
            return Reply(answer.status_code, pairs, answer.content)

        return Waiting(asyncio.create_task(run()), asyncio.Event())

    async def advance(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def close(self) -> None:
        await self.http.aclose()


@pytest.fixture
async def network(company):
    """The way to the shared server."""
    made = Network(company.url)
    yield made
    await made.close()


@pytest.fixture
def openucwa():
    """The command, run to its end."""
    return run
