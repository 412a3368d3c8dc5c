"""Messages: how many a second, how soon they come, and what a conversation needs of memory.

A message is delivered when its reader has the package with it, which is acknowledged by asking for
the next one. Everybody holds a request for events over a connection and asks again at once. All
goes over HTTP and is stored before it is answered; what is said goes into the history. The aim
is about a second of processor time of the server: on a machine that others use too, a second on
the clock says little. How long it takes is measured from sending until the reader has it.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import re
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from rich.progress import track

from bench.client import Connection, connections, request, run
from bench.crowd import Member, address, enrol, sign_in
from bench.figures import Figure, Result
from bench.load import Load
from bench.processes import LOAD_CORE, CannotMeasure, Running, openucwa

PAIRS = 25
SENDERS = 32
"""So many messages are on their way to the server at once, at most."""

CROWD = 200
AIM = 2_500
TALKERS = b'{"supportedModalities":["Messaging"]}'
FIRST, IDLE = 1_000, 5_000
"""So many conversations begin before memory is looked at, and so many afterwards."""

_SAID = re.compile(rb'"direction":"Incoming".{0,1500}?charset=utf-8,m(\d+)x')
_INVITED = re.compile(rb'"accept":\{"href":"([^"]+)"')
_TALK = re.compile(rb"/communication/conversations/([0-9a-f-]{36})")


class Talker:
    """Somebody who asks for events over a connection of her own."""

    def __init__(self, member: Member, connection: Connection) -> None:
        self.member = member
        self._connection = connection
        self._ack = itertools.count(1)

    async def package(self) -> bytes:
        """Return the next package."""
        path = self.member.events.replace("ack=1&", f"ack={next(self._ack)}&")
        asked = request("GET", path + "&timeout=600", self.member.token)
        body = await self._connection.ask(asked)
        if b'"resync"' in body or b'"resume"' in body:
            raise CannotMeasure("somebody lost events")
        return body

    async def until(self, wanted: re.Pattern[bytes]) -> str:
        """Return what a pattern finds in the first package that has it."""
        while True:
            found = wanted.search(await self.package())
            if found:
                return found[1].decode()

    def post(self, path: str, body: bytes = b"", kind: str = "application/json") -> bytes:
        """Return a request for something below the application, or at a whole path."""
        path = path if path.startswith("/") else f"{self.member.path}/{path}"
        return request("POST", path, self.member.token, body, kind)


class Tally:
    """When messages were sent, and how long they took."""

    def __init__(self) -> None:
        self.sent: dict[int, float] = {}
        self.seconds: list[float] = []

    def deliver(self, package: bytes) -> None:
        """Note what came."""
        now = time.perf_counter()
        self.seconds += [now - self.sent[int(number)] for number in _SAID.findall(package)]


class Found(NamedTuple):
    """Messages delivered a second, when half and 99 % had come, and how busy the cores were."""

    rate: float
    p50: float
    p99: float
    server: float
    load: float


async def introduce(one: Talker, other: Talker, number: int, post: Connection) -> str:
    """Let two people begin to talk; return the id of their conversation."""
    wish = json.dumps({"to": f"sip:{address(number)}", "operationId": f"o{number}"}).encode()
    await post.ask(one.post("communication/messagingInvitations", wish))
    accept = await other.until(_INVITED)
    await post.ask(other.post(accept))
    return await one.until(_TALK)


async def gather(talkers: list[Talker], post: Connection) -> str:
    """Bring everyone into one conversation, and return its id."""
    host = talkers[0]
    talk = await introduce(host, talkers[1], 1, post)
    at = f"communication/conversations/{talk}"
    for number, guest in enumerate(talkers[2:], start=2):
        wish = json.dumps({"to": f"sip:{address(number)}", "operationId": f"o{number}"}).encode()
        await post.ask(host.post(f"communication/participantInvitations?conversation={talk}", wish))
        await post.ask(guest.post(await guest.until(_INVITED)))
        await post.ask(guest.post(f"{at}/messaging/addMessaging", b"{}"))
    return talk


class Saying(Load):
    """Messages, each with a number by which it is known again, in turn from everyone."""

    def __init__(self, talkers: list[tuple[Talker, str]], tally: Tally) -> None:
        self._tally = tally
        self._turns = zip(itertools.count(), itertools.cycle(talkers))

    async def one(self, connection: Connection) -> None:
        """Say the next thing."""
        number, (talker, talk) = next(self._turns)
        path = f"communication/conversations/{talk}/messaging/messages"
        what = talker.post(path, b"m%dx and so on and so forth" % number, "text/plain")
        self._tally.sent[number] = time.perf_counter()
        await connection.ask(what)


async def listen(talker: Talker, tally: Tally) -> None:
    """Take one package after the other."""
    while True:
        tally.deliver(await talker.package())


async def counted(
    server: Running, tally: Tally, load: Callable[[float], Awaitable[None]], seconds: float
) -> Found:
    """Return what is found while there is a load."""
    await asyncio.sleep(1)
    tally.seconds.clear()
    begin, used, own = time.perf_counter(), server.seconds(), time.process_time()
    await load(begin + seconds)
    took = time.perf_counter() - begin
    busy, own = server.seconds() - used, time.process_time() - own
    delivered = len(tally.seconds)
    await asyncio.sleep(0.5)
    late = sorted(tally.seconds)
    if not late:
        raise CannotMeasure("nothing was delivered")
    p50, p99 = (late[len(late) * share // 100] * 1000 for share in (50, 99))
    return Found(delivered / took, p50, p99, 100 * busy / took, 100 * own / took)


RATES = {"half": AIM / 2, "few": 50, "crowd": 10}
"""Messages a second; of any other kind there are as many as the server takes."""


Measured = Callable[[float], Awaitable[Found]]


@contextlib.asynccontextmanager
async def talks(
    server: Running, tokens: list[str], kind: str, *, first: int = 0, polled: str = ""
) -> AsyncIterator[Measured]:
    """Bring people together, in pairs or all in one conversation, and let them talk when asked.

    Tokens are those of people from the ``first`` on, who ask for events at ``polled`` if that is
    elsewhere.
    """
    members = await sign_in(server.url, tokens, TALKERS)
    async with (
        connections(polled or server.url, len(members)) as polls,
        connections(server.url, SENDERS) as posts,
    ):
        talkers = [Talker(*pair) for pair in zip(members, polls, strict=True)]
        if kind == "crowd":
            identifier = await gather(talkers, posts[0])
            talking = [(one, identifier) for one in talkers]
        else:
            talking = []
            for number in range(0, len(talkers), 2):
                pair = talkers[number : number + 2]
                identifier = await introduce(pair[0], pair[1], first + number + 1, posts[0])
                talking += [(one, identifier) for one in pair]
        tally = Tally()
        saying = Saying(talking, tally)
        tasks = [asyncio.create_task(listen(one, tally)) for one in talkers]

        async def load(until: float) -> None:
            if kind in RATES:
                await saying.steady(posts, until, RATES[kind])
            else:
                await saying.many(posts, until)

        try:
            yield partial(counted, server, tally, load)
        finally:
            for task in tasks:
                if task.done():
                    task.result()
                task.cancel()


async def talk(server: Running, tokens: list[str], kind: str, seconds: float) -> Found:
    """Return what is found when people talk for some seconds."""
    async with talks(server, tokens, kind) as measured:
        return await measured(seconds)


async def idle(server: Running, tokens: list[str], count: int) -> float:
    """Return kilobytes per conversation that nobody says anything in."""
    members = await sign_in(server.url, tokens, TALKERS)
    async with connections(server.url, 2 * len(members)) as opened:
        talkers = [Talker(*pair) for pair in zip(members, opened, strict=False)]
        posts = opened[len(members) :]
        numbers = itertools.count()

        async def begin(first: int, how_many: int) -> None:
            """Have a pair begin so many conversations."""
            one, other = talkers[first : first + 2]
            for _ in range(how_many):
                to = {"to": f"sip:{address(first + 1)}", "operationId": f"o{next(numbers)}"}
                wish = one.post("communication/messagingInvitations", json.dumps(to).encode())
                await posts[first].ask(wish)
                await posts[first].ask(other.post(await other.until(_INVITED)))
                await one.package()

        async def everybody(how_many: int) -> None:
            pairs = range(0, len(talkers), 2)
            await asyncio.gather(*(begin(first, how_many // len(pairs)) for first in pairs))

        await everybody(FIRST)
        before = server.memory()
        await everybody(count)
        return (server.memory() - before) / count / 1024


def measure(rounds: int, *, quick: bool) -> Result:
    """Return messages per second, how soon they come, and memory."""
    seconds = 3 if quick else 10
    kinds = {"most": 2 * PAIRS, "half": 2 * PAIRS, "crowd": CROWD}
    found: dict[str, list[Found]] = {kind: [] for kind in kinds}
    memory: list[float] = []
    for kind in track([*kinds, "idle"] * rounds, "messages"):
        with tempfile.TemporaryDirectory() as name:
            tokens = run(enrol(Path(name), kinds.get(kind, 2 * PAIRS)))
            with openucwa(Path(name), messages_conversations="1000000") as server:
                if kind == "idle":
                    memory.append(run(idle(server, tokens, IDLE // 10 if quick else IDLE)))
                else:
                    found[kind].append(run(talk(server, tokens, kind, seconds)))
    most, half, crowd = found.values()
    figures = [
        Figure(
            "delivered between two",
            "per second of processor time",
            [100 * f.rate / f.server for f in most],
            at_least=AIM,
        ),
        Figure("delivered between two, on the clock", "per second", [f.rate for f in most]),
        Figure("delivered at half the aim", "per second", [f.rate for f in half]),
        Figure("delivered in a conversation of 200", "per second", [f.rate for f in crowd]),
        Figure("99 % within, at half the aim", "ms", [f.p99 for f in half], at_most=50),
        Figure("99 % within, in a conversation of 200", "ms", [f.p99 for f in crowd]),
        Figure("the server's core, at most", "% busy", [f.server for f in most]),
        Figure(f"the load's core {LOAD_CORE}, then", "% busy", [f.load for f in most]),
        Figure("a conversation that is idle", "KB", memory, at_most=6),
    ]
    return Result("messages", figures, quick)
