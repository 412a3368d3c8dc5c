"""Memory per person who is signed in and available: without and with a request that waits.

It is what the server's resident memory grows by when so many people sign in over HTTP, and
again when each of them holds a connection with a parked request for events.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from rich.progress import track

from bench.client import Connection, connections, request, run
from bench.crowd import Member, enrol, sign_in
from bench.figures import Figure, Result
from bench.processes import CannotMeasure, Running, openucwa, require_sockets

FIRST = 5500
"""So many sign in before, so that what is made once is not counted, and caches are full."""


async def fill(server: Running, tokens: list[str]) -> tuple[float, float]:
    """Return kilobytes per person without, and more with, a parked request."""
    await sign_in(server.url, tokens[:FIRST])
    before = server.memory()
    people = await sign_in(server.url, tokens[FIRST:])
    signed_in = server.memory()
    async with connections(server.url, len(people)) as opened:
        parked = await park(server, opened, people)
        waiting = server.memory()
        for poll in parked:
            poll.cancel()
    count = len(people) * 1024
    return (signed_in - before) / count, (waiting - before) / count


async def park(
    server: Running, opened: list[Connection], people: list[Member]
) -> list[asyncio.Task[bytes]]:
    """Have every person ask for events twice: what waits is fetched, then there is nothing."""
    asks = [request("GET", f"{one.events}&timeout=600", one.token) for one in people]
    again = [request("GET", one.events.replace("ack=1&", "ack=2&") + "&timeout=600", one.token)
             for one in people]  # fmt: skip
    some = 500
    parked: list[asyncio.Task[bytes]] = []
    for start in range(0, len(people), some):
        part = range(start, min(start + some, len(people)))
        await asyncio.gather(*(opened[i].ask(asks[i]) for i in part))
        parked += [asyncio.create_task(opened[i].ask(again[i])) for i in part]
    for _ in range(100):
        await asyncio.sleep(0.1)
        if server.metric("openucwa_parked_polls ") == len(people):
            return parked
    raise CannotMeasure("not all requests for events wait")


def measure(rounds: int, *, quick: bool) -> Result:
    """Return kilobytes per person."""
    count = 1_000 if quick else 10_000
    require_sockets(count)
    without: list[float] = []
    with_poll: list[float] = []
    for _ in track(range(rounds), "memory"):
        with tempfile.TemporaryDirectory() as name:
            tokens = run(enrol(Path(name), FIRST + count))
            with openucwa(Path(name)) as server:
                few, many = run(fill(server, tokens))
        without.append(few)
        with_poll.append(many)
    unit = "KB per person"
    figures = [
        Figure("available", unit, without, at_most=2.5),
        Figure("available, with a parked request", unit, with_poll, at_most=20),
    ]
    return Result("memory", figures, quick)
