"""What the protocol of ``bench.field`` asks of every server, and of whoever is signed in there.

A driver is a ``Peer`` with its ``Session``. People are numbered, and ``group`` of them, one after
the other, all watch each other; with a group of 1 nobody watches anybody.
"""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from tools.daemons import Daemon, Missing

from bench.nodes import used_by_family
from bench.processes import SERVER_CORE

ONLINE, AWAY, OFFLINE = "online", "away", "offline"
CHANGED = "changed"
"""What a watcher hears who is told of a change, and has to ask what it is now."""

Heard = Callable[[list[tuple[int, str]]], None]
"""What is done with news: who, by number, and what she is now."""


class Session:
    """A device of somebody, signed in and online. Waiting for an answer is part of each verb."""

    keeps = False
    """Whether what a watcher knew is still to be trusted when she has come back."""

    async def beat(self) -> None:
        """Say that she is still there, which changes nothing."""
        raise NotImplementedError

    async def change(self, state: str) -> None:
        """Be ``ONLINE`` or ``AWAY`` from now on."""
        raise NotImplementedError

    async def watch(self, heard: Heard) -> None:
        """Hear of her group from now on. Whatever is known already is heard, too."""
        raise NotImplementedError

    async def device(self, active: bool) -> None:
        """Say, as a device that decides it by itself, whether she is active at it."""
        await self.change(ONLINE if active else AWAY)

    async def known(self) -> dict[int, str] | None:
        """Ask for everybody of her group; None if watchers are told without asking."""
        return None

    async def resume(self) -> None:
        """Come back over new connections."""
        raise NotImplementedError

    def rest(self) -> None:
        """Keep only the connection over which she hears."""

    def drop(self) -> None:
        """Lose the connections without a word."""
        raise NotImplementedError


class Peer:
    """A server that is measured. ``place`` is a folder for its data, which it may keep."""

    name = title = ""
    programs: Sequence[str] = ()
    """What of Debian's packages must be installed."""
    only: frozenset[str] | None = None
    """The measures that make sense with it, if not all do."""
    remarks = ""
    """What is not comparable, in a sentence."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.daemons: list[Daemon] = []
        self.signed_in: list[Session] = []

    def start(self, count: int, group: int, **options: str) -> None:
        """Run it with so many people in such groups, of whom nobody is signed in."""
        raise NotImplementedError

    async def session(self, number: int, device: int = 0) -> Session:
        """Sign a device of somebody in."""
        raise NotImplementedError

    def requests(self, kind: str, count: int) -> list[bytes]:
        """Return requests of HTTP for "beat" or "change", one for each person; none without HTTP.

        Who comes first in the list sends the first; those for "change" begin anew, with the other
        state, after everybody has changed.
        """
        del kind, count
        return []

    url = ""

    def run(self, *daemons: Daemon) -> None:
        """Start what it consists of; ``stop`` stops it."""
        for daemon in daemons:
            self.daemons.append(daemon)
            daemon.start()

    def kill(self) -> None:
        """End the server itself as when a machine burns; what it stores in goes on."""
        self.daemons[-1].kill()

    def again(self) -> None:
        """Start the server after ``kill``."""
        self.daemons[-1].start()

    def stop(self) -> None:
        """Stop everything."""
        self.signed_in.clear()
        while self.daemons:
            self.daemons.pop().kill()

    def seconds(self) -> float:
        """Return the processor time, user and system, that all of it has used so far."""
        return sum(used_by_family(daemon.process.pid) for daemon in self.daemons)

    def memory(self) -> int:
        """Return the bytes that are resident in the server itself."""
        return resident(self.daemons[-1].process.pid)

    def clean(self, name: str) -> Path:
        """Return an empty folder."""
        folder = self.place / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder


def resident(process: int) -> int:
    """Return the bytes that are resident in a process and its children."""
    pages = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has ended
            number, _, text = path.read_text().partition(" ")
            if process in (int(number), int(text.rpartition(")")[2].split()[1])):
                pages += int(path.with_name("statm").read_text().split()[1])
    return pages * resource.getpagesize()


def pinned(*command: str) -> list[str]:
    """Return the command with the server's core."""
    return ["taskset", "--cpu-list", str(SERVER_CORE), *command]


def installed(name: str) -> str:
    """Return the path of a program. Raises ``Missing``."""
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin")
    if found is None:
        raise Missing(f"{name} is not installed")
    return found
