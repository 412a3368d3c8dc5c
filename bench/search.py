"""How long a search of the directory takes, by what is typed.

Half a million people have names of many languages. What is typed are the first letters of a name,
a whole one, two of them, the beginnings of addresses and numbers, and what nobody is called. There
is one search at a time, for fifty hits: from asking the store until it has returned the cards.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Callable
from itertools import chain
from pathlib import Path

from rich.console import Console
from rich.progress import track

from bench.figures import Figure, Result
from bench.names import people
from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.store import SqlStore
from openucwa.domain.people import Person

CHUNK = 5000
HITS = 50
SEARCHES = 200
"""For each kind, in each round."""


def _names(person: Person, chance: random.Random) -> list[str]:
    return chance.sample(person.name.split(), 2)


def _start(text: str, least: int, chance: random.Random) -> str:
    return text[: chance.randint(least, len(text))]


KINDS: dict[str, Callable[[Person, random.Random], str]] = {
    "one letter": lambda person, chance: _names(person, chance)[0][:1],
    "two letters": lambda person, chance: _names(person, chance)[0][:2],
    "three letters": lambda person, chance: _names(person, chance)[0][:3],
    "first name": lambda person, _: person.name.split()[0],
    "two words": lambda person, chance: " ".join(
        _start(name, 1, chance) for name in _names(person, chance)
    ),
    "address": lambda person, chance: _start(person.address, 4, chance),
    "number": lambda person, chance: _start(
        (person.mobile_phone or person.work_phone)[4:], 3, chance
    ),
    "nobody": lambda person, chance: _names(person, chance)[0][::-1] + chance.choice("qxz"),
}
"""What somebody types who looks for a person."""


async def _fill(store: SqlStore, count: int) -> None:
    everyone = list(people(count))
    for start in track(range(0, count, CHUNK), f"{count:,} people", console=Console(stderr=True)):
        await store.add([(person, "") for person in everyone[start : start + CHUNK]])


async def _search(folder: Path, count: int, rounds: int) -> dict[str, list[list[float]]]:
    """Return for each kind and round the milliseconds of each search."""
    database = await Database.open(folder)
    store = SqlStore(database)
    if not (folder / "done").exists():
        await _fill(store, count)
        (folder / "done").touch()
    chance = random.Random(count)
    wanted = list(people(count))
    took: dict[str, list[list[float]]] = {kind: [] for kind in KINDS}
    for _ in track(range(rounds), "search", console=Console(stderr=True)):
        for kind, typed in KINDS.items():
            queries = [typed(person, chance) for person in chance.choices(wanted, k=SEARCHES)]
            took[kind].append([await _time(store, query) for query in queries])
    await database.close()
    return took


async def _time(store: SqlStore, query: str) -> float:
    begin = time.perf_counter()
    await store.search(query, HITS)
    return (time.perf_counter() - begin) * 1000


def measure(rounds: int, place: Path, *, quick: bool) -> Result:
    """Return how long half, nearly all and all but few searches took."""
    count = 20_000 if quick else 500_000
    folder = place / f"search-{count}"
    took = asyncio.run(_search(folder, count, rounds))
    took["all"] = [list(chain(*some)) for some in zip(*took.values(), strict=True)]
    figures = []
    for kind, runs in took.items():
        parts = [statistics.quantiles(run, n=100) for run in runs]
        for percent, aim in ((50, None), (95, 20), (99, None)):
            times = [part[percent - 1] for part in parts]
            figures.append(Figure(f"{kind}, p{percent}", "ms", times, at_most=aim))
    return Result("search", figures, quick)
