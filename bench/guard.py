"""How many instructions the hot paths take, beside what they took before.

``python -m bench.guard`` compares with the baseline that is kept, and fails if a path has become
more than 3 % dearer; with ``--keep`` it writes a new baseline. The server runs in one process with
those who use it, under callgrind, without sockets and with a clock that stands; so it hardly
matters how busy the machine is. What it takes to send and to read answers is in all of it, and is
little. Counts of another kind of machine, or another Python, cannot be compared.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import itertools
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from bench.batch import batch
from bench.client import Connection, request, run
from bench.crowd import APPLICATIONS, CREATE, Member, address, enrol, member
from bench.messages import TALKERS, Talker, introduce
from bench.processes import CannotMeasure
from bench.wire import Inside, build

BASELINE = Path(__file__).with_name("results") / "guard.json"
DEARER = 0.03
WATCHERS, PAIRS, COME = 50, 10, 10
CROWD = 1 + WATCHERS + 2 * PAIRS
TIMES = 3
"""Each path is counted so often; the least counts, since now and then a timer comes between."""


class Baseline(msgspec.Struct):
    """Instructions by path, and where they were counted."""

    where: str
    paths: dict[str, float]


def where() -> str:
    """Return what counts depend on."""
    return f"Python {platform.python_version()} on {platform.machine()}"


class Counter:
    """callgrind, which counts in a process that it runs, when that process says so."""

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        self.file, self._names = folder / "callgrind.out", names
        self._dumps = itertools.count(1)
        self.found: dict[str, list[float]] = {}

    def run(self) -> None:
        """Run this module under callgrind; do what it says in its lines."""
        command = ["valgrind", "--tool=callgrind", "--instr-atstart=no", "--quiet",
                   f"--callgrind-out-file={self.file}", sys.executable, "-m", "bench.guard",
                   "--folder", str(self.file.parent), *self._names]  # fmt: skip
        env = {**os.environ, "PYTHONHASHSEED": "0"}
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env
        ) as process:
            for line in process.stdout:
                self._obey(process.pid, *line.split())
                process.stdin.write("\n")
                process.stdin.flush()
        if process.returncode:
            raise CannotMeasure("the server under callgrind failed")

    def _obey(self, process: int, word: str, name: str = "", times: str = "1") -> None:
        told = {"begin": ["instrumentation", "on"], "zero": ["zero"], "count": ["dump"]}[word]
        command = ["vgdb", f"--pid={process}", *told]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        if word == "count":
            text = Path(f"{self.file}.{next(self._dumps)}").read_text()
            taken = int(re.search(r"^(?:totals|summary): (\d+)", text, re.MULTILINE)[1])
            self.found.setdefault(name, []).append(taken / int(times))


def say(*words: object) -> None:
    """Have the counter do something, and wait until it has."""
    print(*words, flush=True)
    sys.stdin.readline()


class Paths:
    """The hot paths, of people who are signed in."""

    def __init__(
        self, inside: Inside, people: list[Member], opened: list[Connection], tokens: list[str]
    ) -> None:
        self._inside, self.people, self._tokens = inside, people, iter(tokens)
        self.one, *self.polls = opened
        talkers = map(Talker, people[-2 * PAIRS :], opened[-2 * PAIRS :])
        self._pairs = list(zip(talkers, talkers, strict=True))
        self._talks: list[str] = []
        self._acks = dict.fromkeys(range(len(people)), 1)
        self._states = itertools.cycle((b"Busy", b"Online"))
        self._waiting: list[asyncio.Task[bytes]] = []

    def post(self, number: int, path: str, body: bytes = b"") -> bytes:
        """Return a request of somebody."""
        one = self.people[number]
        return request("POST", f"{one.path}/{path}", one.token, body)

    def poll(self, number: int) -> bytes:
        """Return somebody's next request for events."""
        one, ack = self.people[number], self._acks[number]
        self._acks[number] += 1
        path = one.events.replace("ack=1&", f"ack={ack}&") + "&timeout=1200"
        return request("GET", path, one.token)

    async def prepare(self) -> None:
        """Let everybody watch the first, and be told what there is."""
        body = f'{{"duration":30,"uris":["sip:{address(0)}"]}}'.encode()
        for one in range(1, WATCHERS + 1):
            await self.one.ask(self.post(one, "people/presenceSubscriptions", body))
            await self.polls[one - 1].ask(self.poll(one))
        passing = asyncio.create_task(self._let_time_pass())
        for number, pair in enumerate(self._pairs):
            other = WATCHERS + 2 * number + 2
            talk = await introduce(*pair, other, self.one)
            self._talks.append(f"communication/conversations/{talk}/messaging/messages")
        passing.cancel()

    async def _let_time_pass(self) -> None:
        while True:
            self._inside.pass_time(0.05)
            await asyncio.sleep(0.01)  # or an invitation would ring for too long

    async def report(self) -> int:
        """Report activity, which changes nothing."""
        for _ in range(100):
            await self.one.ask(self.post(1, "me/reportMyActivity"))
        return 100

    async def park(self) -> int:
        """Ask for events when there are none."""
        for one in range(1, WATCHERS + 1):
            what = self.polls[one - 1].ask(self.poll(one))
            self._waiting.append(asyncio.create_task(what))
            await asyncio.sleep(0)
        await self.one.ask(self.post(1, "me/reportMyActivity"))
        return WATCHERS

    async def deliver(self) -> int:
        """Change, which all who wait are told."""
        body = b'{"availability":"%b"}' % next(self._states)
        await self.one.ask(self.post(0, "me/presence", body))
        await asyncio.gather(*self._waiting)
        self._waiting.clear()
        return WATCHERS

    async def batch(self) -> int:
        """Read twenty things of others in a batch."""
        one = self.people[1]
        paths = [f"{one.path}/people/{address(number)}/presence" for number in range(20)]
        for _ in range(5):
            await self.one.ask(batch(f"{one.path}/batch", one.token, paths))
        return 100

    async def say(self) -> int:
        """Say something, which the other is told, and then that she has it."""
        for _ in range(10):
            told = [asyncio.create_task(one.package()) for pair in self._pairs for one in pair]
            await asyncio.gather(
                *(
                    post.ask(pair[0].post(path, b"and so on and so forth", "text/plain"))
                    for pair, path, post in zip(self._pairs, self._talks, self.polls, strict=False)
                )
            )
            for half in (told[1::2], told[::2]):
                self._inside.pass_time(0.2)
                await asyncio.gather(*half)
        return 10 * PAIRS

    async def arrive(self) -> int:
        """Sign in and become available, each time as somebody else."""
        for _ in range(COME):
            await sign_in(self.one, next(self._tokens))
        return COME


NAMES = ("report", "park", "deliver", "batch", "say", "arrive")


async def sign_in(connection: Connection, token: str, wish: bytes = b"{}") -> Member:
    """Create an application and make it available."""
    one = member(token, await connection.ask(request("POST", APPLICATIONS, token, CREATE)))
    await connection.ask(request("POST", f"{one.path}/me/makeMeAvailable", token, wish))
    return one


async def use(folder: Path, names: Sequence[str]) -> None:
    """Go paths, and have them counted."""
    tokens = await enrol(folder / "data", CROWD + COME * (TIMES + 1))
    inside = await build(folder / "data", events={"medium": 0, "low": 0})
    opened = [inside.connect() for _ in range(CROWD)]
    here, come = tokens[:CROWD], tokens[CROWD:]
    paths = Paths(inside, [await sign_in(opened[0], one, TALKERS) for one in here], opened, come)
    await paths.prepare()
    verbs: list[Callable[[], Awaitable[int]]] = [getattr(paths, name) for name in names]
    for verb in verbs:  # what is made once is not counted
        await verb()
    gc.collect()
    gc.disable()
    say("begin")
    for _, verb in itertools.product(range(TIMES), verbs):
        say("zero")
        say("count", verb.__name__, await verb())
    await inside.server.close()


def measure(names: Sequence[str]) -> dict[str, float]:
    """Return the instructions of paths."""
    if shutil.which("vgdb") is None:
        raise CannotMeasure("valgrind is needed. On Debian: apt install valgrind")
    with tempfile.TemporaryDirectory() as name:
        counter = Counter(Path(name), names)
        counter.run()
    return {name: min(counts) for name, counts in counter.found.items()}


def main() -> int:
    """Count, compare, and tell whether nothing has become dearer."""
    parser = argparse.ArgumentParser(prog="python -m bench.guard", description=__doc__)
    parser.add_argument("paths", nargs="*", metavar="PATH", help=f"some of {', '.join(NAMES)}")
    parser.add_argument("--keep", action="store_true", help="write the baseline")
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    names = given.paths or NAMES
    if unknown := set(names).difference(NAMES):
        parser.error(f"no path is called {', '.join(unknown)}")
    if given.folder:
        run(use(given.folder, names), within=900)
        return 0
    found = measure(names)
    kept = msgspec.json.decode(BASELINE.read_bytes(), type=Baseline) if BASELINE.exists() else None
    before = kept.paths if kept else {}
    table = Table("path", "instructions", "before", "")
    for name, taken in found.items():
        change = taken / before[name] - 1 if name in before else 0.0
        said = f"[red]{change:+.1%}[/red]" if change > DEARER else f"{change:+.1%}"
        table.add_row(name, f"{taken:,.0f}", f"{before.get(name, 0):,.0f}", said)
    Console().print(table)
    if given.keep:
        text = msgspec.json.format(msgspec.json.encode(Baseline(where(), found)), indent=1)
        BASELINE.write_bytes(text + b"\n")
        return 0
    if kept is None or kept.where != where():
        Console(stderr=True).print("The baseline is of another machine or Python: see --keep.")
        return 2
    return int(any(taken > before.get(name, taken) * (1 + DEARER) for name, taken in found.items()))


if __name__ == "__main__":
    sys.exit(main())
