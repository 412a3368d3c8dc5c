"""Many people, and if wished all signed in and available, in a data folder to start a server on.

``python -m bench.crowd COUNT FOLDER [IDLE [DATABASE LIVE]]`` signs them in by the real operations
and lets the journal keep the result: OpenUCWA started on the folder, or on the database and the
live store, has them all. It is done without HTTP, without passwords, and with the directory in
memory, or it would take an hour. They were active evenly over the last minute, and are inactive
after IDLE seconds.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import msgspec
from rich.console import Console
from rich.progress import Progress

from bench.client import ask_all, request
from bench.processes import LOAD_CORE, SERVER_CORE
from openucwa.adapters.passwords import hash_now
from openucwa.adapters.tokens import ALL, SignedTokens
from openucwa.app.auth import Authenticator, Grant
from openucwa.app.exchange import Request, Response, Waiting
from openucwa.domain.identity import Identity
from openucwa.domain.people import Account, Person
from openucwa.domain.phones import OwnPhone, PhoneType
from openucwa.domain.presence import Standing
from openucwa.domain.seen import MissedSeen
from openucwa.settings import Settings
from openucwa.wiring import Server

APPLICATIONS = "/ucwa/oauth/v1/applications"
CREATE = b'{"culture":"en-US","endpointId":"bench","userAgent":"bench/1"}'
MINUTE, HOUR = 60, 3600
TOGETHER, TOGETHER_IN_POOL = 500, 50
"""So many sign in at the same time and share a write of the journal; in a pool there are many."""


class Member(NamedTuple):
    """Somebody's application: its path, a token, and where its next events are."""

    path: str
    token: str
    events: str


def address(number: int) -> str:
    """Return the address of a person of the crowd."""
    return f"p{number}@contoso.test"


class Everyone:
    """Directory, accounts, standings, policies, phones and history of whoever is asked for."""

    async def person(self, address: str) -> Person:
        """Return a card."""
        return Person(address, f"sip:{address}", f"Person {address}")

    async def account(self, address: str) -> Account:
        """Return an account without a password."""
        return Account(address, "")

    async def standing(self, _address: str) -> Standing:
        """Return an empty standing."""
        return Standing()

    async def policies(self, _address: str) -> dict[str, str]:
        """Return nothing special."""
        return {}

    def remembered(self, _address: str, _name: str) -> str | None:
        """Return no policy."""
        return None

    async def phones(self, addresses: Iterable[str]) -> dict[str, dict[PhoneType, OwnPhone]]:
        """Return no phones."""
        return {address: {} for address in addresses}

    async def counts(self, _address: str) -> MissedSeen:
        """Return that nothing was missed."""
        return MissedSeen()


class MinuteClock:
    """The last minute before now, as far as one has moved in it."""

    def __init__(self) -> None:
        self.passed = 0.0
        self._start = time.time() - MINUTE

    def now(self) -> float:
        """Return the time that one has moved to."""
        return self._start + self.passed


def plain(number: int) -> Person:
    """Return a card with nothing on it but a name."""
    return Person(address(number), f"sip:{address(number)}", f"Person {address(number)}")


async def enrol(
    folder: Path,
    count: int,
    card: Callable[[int], Person] = plain,
    *,
    database: str = "",
    password: str = "",
) -> list[str]:
    """Add people; return the tokens of all. Without a password none fits."""
    server = await Server.build(settings_for(folder, database=database), durable=False)
    people = [card(number) for number in range(count)]
    secret = hash_now(password) if password else "!"
    await server.store.add([(person, secret) for person in people])
    until = time.time() + 8 * 3600
    issue = server.dispatcher.authenticator.issue
    tokens = [issue(Grant(Identity(person.address, ALL, until))) for person in people]
    await server.close()
    return tokens


async def sign_in(url: str, tokens: list[str], wish: bytes = b"{}") -> list[Member]:
    """Create an application for each token, by HTTP, and make it available as wished."""
    created = await ask_all(url, (request("POST", APPLICATIONS, one, CREATE) for one in tokens))
    members = [member(token, body) for token, body in zip(tokens, created, strict=True)]
    await ask_all(
        url,
        (request("POST", f"{one.path}/me/makeMeAvailable", one.token, wish) for one in members),
    )
    return members


def member(token: str, created: bytes) -> Member:
    """Read an application's representation."""
    links = json.loads(created)["_links"]
    return Member(links["self"]["href"], token, links["events"]["href"])


def settings_for(folder: Path, **elsewhere: str) -> Settings:
    """Return the defaults, with this data folder, or perhaps a database and a live store."""
    return msgspec.convert({"server": {"data": str(folder), **elsewhere}}, Settings)


async def gather(folder: Path, count: int, idle: int, database: str = "", live: str = "") -> None:
    """Make the folder, or what is elsewhere."""
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task(f"{count} people sign in", total=count)
        together = TOGETHER_IN_POOL if live else TOGETHER
        tokens = await enrol(folder, count, database=database)
        clock, everyone = MinuteClock(), Everyone()
        server = await Server.build(settings_for(folder, database=database, live=live), clock)
        dispatcher = server.dispatcher
        replaced = ("directory", "standings", "policies", "telephony", "history")
        dispatcher.services = dispatcher.services._replace(**dict.fromkeys(replaced, everyone))
        dispatcher.authenticator = Authenticator(
            SignedTokens(await server.store.secret()), everyone
        )
        server.live._standings = everyone  # noqa: SLF001  200 000 look-ups would take minutes
        server.live.journal.start()

        async def ask(path: str, token: str, body: bytes) -> bytes:
            headers = {b"authorization": f"Bearer {token}".encode(), b"host": b"bench"}
            answer = await dispatcher.dispatch(
                Request("POST", path, headers=headers, body=body), clock.now()
            )
            if isinstance(answer, Waiting):
                answer = await when_stored(answer)
            if answer.status not in (201, 204):
                raise RuntimeError(answer.body)
            return answer.body

        async def arrive(token: str) -> Member:
            one = member(token, await ask(APPLICATIONS, token, CREATE))
            wish = f'{{"inactiveTimeout":"PT{idle}S"}}'.encode()
            await ask(f"{one.path}/me/makeMeAvailable", token, wish)
            return one

        with (folder / "members").open("w") as file:
            for start in range(0, count, together):
                clock.passed = MINUTE * start / count
                some = tokens[start : start + together]
                for one in await asyncio.gather(*map(arrive, some)):
                    file.write(f"{one.path} {one.token} {one.events}\n")
                progress.advance(task, len(some))
        await server.drain()
        await server.close()


def crowd(place: Path, count: int, idle: int = HOUR, *elsewhere: str) -> Path:
    """Return a folder with so many people, made in a process of its own unless it exists.

    What is ``elsewhere`` is a database and a live store.
    """
    folder = place / f"{count}-{idle}"
    if not (folder / "done").exists():
        folder.mkdir(parents=True)
        subprocess.run(
            [sys.executable, "-m", "bench.crowd", str(count), folder, str(idle), *elsewhere],
            check=True,
        )
        (folder / "done").touch()
    return folder


async def when_stored(waiting: Waiting) -> Response:
    """Return an answer that goes out when what it tells of is stored."""
    future: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
    waiting.release = future.set_result
    return await future


def members(folder: Path) -> list[Member]:
    """Return everyone in a folder of ``crowd``."""
    return [Member(*line.split()) for line in (folder / "members").read_text().splitlines()]


def write_targets(path: Path, some: Iterable[Member]) -> Path:
    """Write what wrk reads to report these members' activity; return the path."""
    path.write_text("".join(f"{m.path}/me/reportMyActivity {m.token}\n" for m in some))
    return path


if __name__ == "__main__":
    _, wanted, where, *rest = sys.argv
    os.sched_setaffinity(0, {SERVER_CORE, LOAD_CORE})  # nothing is measured meanwhile
    gc.disable()
    long = int(rest[0]) if rest else HOUR
    asyncio.run(gather(Path(where), int(wanted), long, *rest[1:]))
