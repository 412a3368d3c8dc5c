"""Everybody signs in at eight, with long contact lists; and then people are busy.

Each client does what Microsoft's do: it creates its application, makes itself available, reads
its groups and the contacts in them, listens to changes of both, subscribes to the presence of all
groups in one batch, and fetches its first package of events, which has two for every contact.
Some then fetch every contact's presence, in batches of twenty; that is told apart. People come
while others are there already, who hear of it.

A watched pair is somebody and one of those whose presence she subscribed to. What it takes of
memory is found with two servers, on one of which nobody subscribed, when all events are
acknowledged.

Then a hundred people a second change their availability. When such a change is answered it is in
the queues of all who watch, and on disk. How soon that is counts from when the change was due,
and so does how soon it is delivered: with events held as by default, and not held at all.
"""

from __future__ import annotations

import random
import shutil
import tempfile
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from rich.progress import track

from bench.acquaintances import acquainted
from bench.client import run
from bench.figures import Figure, Result
from bench.office import POSTS, Office
from bench.processes import CannotMeasure, openucwa, require_sockets

T = TypeVar("T")

PEOPLE, CONTACTS = 3000, 250

HELD = 5.0
"""Seconds for which events of presence are gathered by default."""

STAGES = ((5, 1 / 40), (25, 1 / 12), (100, 1 / 6), (100, 1 / 2))
"""Changes a second, and the share of people who change, once each.

Only the last counts; the others see to it that not all events are due at the same time.
"""


class Day(NamedTuple):
    """What a day took: processor time (s) of signing in and of looking, memory (bytes).

    Of changes: when 99 % were answered, and were delivered (s); how many deliveries a second, and
    what part of the server's core (%) that took.
    """

    signing_in: float
    looking: float
    memory: float
    answered: float
    delivered: float
    rate: float
    busy: float


async def morning(office: Office) -> float:
    """Have everybody sign in; return the processor time (s)."""
    return await office.spend(office.sign_in)


async def day(office: Office) -> Day:
    """Have everybody sign in, many change, and everybody look; nobody changes unwatched."""
    signing_in = await office.spend(office.sign_in)
    people = random.Random(0).sample(sorted(office.members), len(office.members))
    answered, changes, took, busy = [0.0], 0, 1.0, 0.0
    async with office.following():
        memory = office.server.memory()
        for rate, share in STAGES if office.watching else ():
            count = int(len(office.members) * share)
            some, people = people[:count], people[count:]
            changes += count
            office.delivered.clear()
            begin, used = time.perf_counter(), office.server.seconds()
            answered = await office.change(some, rate)
            took, busy = time.perf_counter() - begin, office.server.seconds() - used
        rate = len(office.delivered) / took
        await office.quiet()
        if office.deliveries != changes * office.contacts:
            raise CannotMeasure("not every change was delivered to everybody, once")
        looking = await office.spend(office.look)
    delivered = office.delivered or [0.0]
    return Day(
        signing_in,
        looking,
        memory,
        _nearly_all(answered),
        _nearly_all(delivered),
        rate,
        100 * busy / took,
    )


def _nearly_all(seconds: list[float]) -> float:
    return sorted(seconds)[len(seconds) * 99 // 100]


class Crowd(NamedTuple):
    """How many people have how many contacts."""

    people: int
    contacts: int

    def __str__(self) -> str:
        return f"{self.people:,} people with {self.contacts} contacts"

    def visit(
        self,
        place: Path,
        work: Callable[[Office], Coroutine[Any, Any, T]],
        *,
        held: float = HELD,
        watching: bool = True,
    ) -> T:
        """Return what is found in an office of these people."""
        origin, tokens = acquainted(place, *self)
        with tempfile.TemporaryDirectory() as name:
            folder = shutil.copytree(origin, Path(name) / "data")
            with openucwa(folder, events_medium=f"{held:g}s") as server:
                office = Office(server, tokens, self.contacts, held=held, watching=watching)
                return run(work(office))


def measure(rounds: int, place: Path, *, quick: bool) -> Result:
    """Return what signing in, watching and changing cost."""
    people, contacts = (300, 50) if quick else (PEOPLE, CONTACTS)
    hold = 1.0 if quick else HELD
    require_sockets(people + POSTS)
    full = Crowd(people, contacts)
    few, half = (Crowd(people, contacts // part) for part in (5, 2))
    third, most = (Crowd(people * part // 3, contacts) for part in (1, 2))
    costs: dict[Crowd, list[float]] = {crowd: [] for crowd in (third, most, few, half, full)}
    held: list[Day] = []
    at_once: list[Day] = []
    unwatched: list[Day] = []
    for _ in track(range(rounds), "people"):
        for crowd in (third, most, few, half):
            costs[crowd].append(crowd.visit(place, morning, held=hold))
        held.append(full.visit(place, day, held=hold))
        costs[full].append(held[-1].signing_in)
        at_once.append(full.visit(place, day, held=0))
        unwatched.append(full.visit(place, day, held=hold, watching=False))
    pairs = people * contacts
    memory = [
        (one.memory - other.memory) / pairs for one, other in zip(held, unwatched, strict=True)
    ]
    seconds, each, more = "s of processor time", "ms for each person", "µs for each contact more"
    figures = [
        Figure(f"{full} sign in", seconds, costs[full], at_most=60),
        Figure("all presence is fetched in batches", seconds, [one.looking for one in held]),
        *(
            Figure(f"{crowd}", each, [1e3 * run / crowd.people for run in runs])
            for crowd, runs in costs.items()
        ),
        Figure(f"{few.contacts} to {half.contacts}", more, _slope(costs, few, half)),
        Figure(f"{half.contacts} to {contacts}", more, _slope(costs, half, full)),
        Figure("memory", "bytes for each watched pair", memory, at_most=None if quick else 120),
    ]
    for how, days, aim in (("held", held, 50), ("not held", at_once, None)):
        figures += [
            Figure(
                f"99 % in all queues and on disk, {how}",
                "ms",
                [1e3 * one.answered for one in days],
                at_most=aim,
            ),
            Figure(f"99 % delivered, {how}", "s", [one.delivered for one in days]),
            Figure(f"deliveries, {how}", "a second", [one.rate for one in days]),
            Figure(f"the server's core, {how}", "% busy", [one.busy for one in days]),
        ]
    figures[-8:] = sorted(figures[-8:], key=lambda figure: figure.unit)
    return Result("people", figures, quick)


def _slope(costs: dict[Crowd, list[float]], small: Crowd, large: Crowd) -> list[float]:
    """Return what each contact more costs of everybody's signing in (µs)."""
    contacts = large.people * (large.contacts - small.contacts)
    return [
        1e6 * (more - less) / contacts
        for less, more in zip(costs[small], costs[large], strict=True)
    ]
