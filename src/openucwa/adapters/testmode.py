"""Test mode: pages below ``/test`` that move the clock, plant faults, add people and start afresh.

They are for people who test their own apps, and there only if the server was started with
``--test-mode``: they ask nobody who he is.
"""

from __future__ import annotations

import asyncio
import difflib
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

import msgspec
from argon2 import PasswordHasher
from msgspec import Meta
from sqlalchemy import delete

from openucwa.adapters.clock import MovableClock
from openucwa.adapters.memory import ProcessLive
from openucwa.adapters.pages import Answer
from openucwa.adapters.passwords import Passwords
from openucwa.adapters.sql import tables
from openucwa.adapters.sql.belongings import remove_belongings
from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.meetings import forget_meetings
from openucwa.adapters.sql.store import SqlStore
from openucwa.adapters.sql.telephony import forget_telephony
from openucwa.adapters.talks import ProcessConversations
from openucwa.app.answers import refusal
from openucwa.app.commit import Commit
from openucwa.app.exchange import Request, Response
from openucwa.app.faults import Fault, Faults
from openucwa.app.timers import Timers
from openucwa.domain.people import Person, address_of
from openucwa.domain.refusals import Refusal, Refused, bad_parameter
from openucwa.hyper.values import Date
from openucwa.settings import Option
from openucwa.wire import dates, json
from openucwa.wire.inputs import BadParameters, bind
from openucwa.wire.malformed import Malformed
from openucwa.wire.media import negotiate

T = TypeVar("T", bound=msgspec.Struct)
Tree = dict[str, Any]

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Hashes quickly: nothing depends on the passwords of a test."""

COME_BACK = 0.1
"""Seconds of real time that an app gets for its next request for events, while time is moved."""

_JSON = negotiate(None)
_SAID = (
    tables.standings,
    tables.relationships,
    tables.logs,
    tables.messages,
    tables.talks,
    tables.contact_groups,
    tables.memberships,
    tables.delegates,
)
"""What people said of themselves and others, but for their calls."""

_DURATION = Option(
    "test", "duration", Annotated[float, Meta(ge=0, le=366 * 86400, extra={"unit": "duration"})], 0
)


class Move(msgspec.Struct):
    """What to do with the clock."""

    advance: str | None = None
    frozen: bool | None = None


class Plant(msgspec.Struct):
    """A fault to plant."""

    rel: str | None = None
    user: str | None = None
    count: Annotated[int, Meta(ge=1, le=1_000_000)] = 1
    error: Refusal | None = None
    delay: str | None = None
    drop: bool = False


class Newcomer(msgspec.Struct):
    """A person to add."""

    address: str
    name: Annotated[str, Meta(min_length=1, max_length=256)]
    password: Annotated[str, Meta(min_length=1)]
    admin: bool = False


@dataclass(slots=True, kw_only=True)
class Controls:
    """The pages of test mode, and what they work on."""

    clock: MovableClock
    timers: Timers
    live: ProcessLive
    conversations: ProcessConversations
    commit: Commit
    faults: Faults
    store: SqlStore
    database: Database
    passwords: Passwords
    forget: Callable[[], None]
    _added: list[str] = field(default_factory=list)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def pages(self) -> dict[str, Answer]:
        """Return the pages by their paths."""
        return {
            "/test/clock": _page(GET=self._clock, POST=self._move),
            "/test/faults": _page(GET=self._list_faults, POST=self._plant, DELETE=self._clear),
            "/test/people": _page(GET=self._people, POST=self._add),
            "/test/reset": _page(POST=self._reset),
        }

    async def _clock(self, _request: Request) -> Tree:
        now = self.clock.now()
        return {"now": dates.iso(Date(now)), "seconds": now, "frozen": self.clock.frozen}

    async def _move(self, request: Request) -> Tree:
        move = _read(Move, request)
        if move.advance is None and move.frozen is None:
            raise bad_parameter("advance", "One of advance and frozen is required.")
        seconds = _seconds("advance", move.advance)
        async with self._turn:
            frozen = self.clock.frozen if move.frozen is None else move.frozen
            self.clock.freeze()
            try:
                await self._advance(self.clock.now() + seconds)
            finally:
                if not frozen:
                    self.clock.thaw()
        return await self._clock(request)

    async def _advance(self, end: float) -> None:
        """Let everything that falls due until then happen at its own time and in its order.

        Apps live on real time. Those that were told something while they waited for events get
        a moment to come back; they would seem to be away for all the time that is left.
        """
        polls = self.commit.polls
        while (due := self._next()) is not None and due <= end:
            self.clock.move(due)
            waiting = len(polls)
            self.timers.run(self.clock.now())
            patience = time.monotonic() + COME_BACK
            await asyncio.sleep(0)
            while len(polls) < waiting and time.monotonic() < patience:  # noqa: ASYNC110  no event
                await asyncio.sleep(0.001)  # nobody is told when a request is parked
        self.clock.move(end)

    def _next(self) -> float | None:
        times = [due for due in (self.timers.next(), self.clock.next()) if due is not None]
        return min(times, default=None)

    async def _list_faults(self, _request: Request) -> Tree:
        return {"faults": [_shown(fault) for fault in self.faults.planted]}

    async def _plant(self, request: Request) -> Tree:
        plant = _read(Plant, request)
        if plant.error is None and plant.delay is None and not plant.drop:
            raise bad_parameter("error", "One of error, delay and drop is required.")
        rel, catalogue = plant.rel, self.commit.catalogue
        if rel is not None and rel not in catalogue:
            rels = [spec.rel for spec in catalogue]
            raise bad_parameter("rel", f"Must be a rel of this server{_nearest(rel, rels)}")
        if rel is not None:
            rel = catalogue[rel].answered_by or rel  # those that share a path go wrong together
        address = None if plant.user is None else _address("user", plant.user)
        delay = _seconds("delay", plant.delay)
        self.faults.plant(Fault(plant.error, rel, address, plant.count, delay, drop=plant.drop))
        return await self._list_faults(request)

    async def _clear(self, request: Request) -> Tree:
        self.faults.clear()
        return await self._list_faults(request)

    async def _people(self, _request: Request) -> Tree:
        everyone = await self.store.everyone()
        return {"people": [{"address": one.address, "name": one.name} for one, _ in everyone]}

    async def _add(self, request: Request) -> Tree:
        newcomer = _read(Newcomer, request)
        address = _address("address", newcomer.address)
        person = Person(address, f"sip:{address}", newcomer.name, emails=(address,))
        try:
            await self.store.add([(person, await self.passwords.hash(newcomer.password))])
        except KeyError:
            raise Refused(Refusal.ALREADY_EXISTS, f"{address} exists already.") from None
        if newcomer.admin:
            await self.store.set_admin(address, admin=True)
        self._added.append(address)
        return {"address": address, "name": newcomer.name}

    async def _reset(self, request: Request) -> Tree:
        """Go back to the people of the start, of whom nothing else is known. Time goes on."""
        async with self._turn:
            for user in list(self.live.users()):
                ended = list(user.applications.values())
                user.applications.clear()
                for app in ended:
                    self.commit.release(user, app, self.clock.now())
                self.live.rewatch(user)
                self.live.forget(user.address)
            for conversation in list(self.conversations.all()):
                self.conversations.drop(conversation)
            self.faults.clear()
            self.commit.last_seen.clear()
            await self._forget_what_is_stored()
            self.clock.thaw()
        return await self._clock(request)

    async def _forget_what_is_stored(self) -> None:
        async with self.database.write() as connection:
            for table in _SAID:
                await connection.execute(delete(table))
            await forget_telephony(connection)
            await forget_meetings(connection)
            for address in self._added:
                with suppress(KeyError):
                    await remove_belongings(connection, address)
        self._added.clear()
        self.forget()


def _page(**verbs: Callable[[Request], Awaitable[Tree]]) -> Answer:
    """Return a page that answers some methods with JSON; refusals look as those of UCWA."""

    async def answer(request: Request) -> Response:
        verb = verbs.get(request.method)
        if verb is None:
            return Response(405, [(b"Allow", ", ".join(verbs).encode())])
        try:
            body = json.encode(await verb(request))
        except Refused as refused:
            return refusal(refused, _JSON)
        except BadParameters as bad:
            reason = Refusal.PARAMETER_VALIDATION_FAILURE
            return refusal(Refused(reason, parameters=bad.parameters), _JSON)
        except Malformed as error:
            return refusal(Refused(Refusal.DESERIALIZATION_FAILURE, str(error)), _JSON)
        return Response(200, [(b"Content-Type", _JSON.content_type.encode())], body)

    return answer


def _read(kind: type[T], request: Request) -> T:
    """Read the body's parameters; unlike in UCWA, a misspelled name is refused."""
    body = json.decode(request.body)
    for name in body:
        if name.lower() not in kind.__struct_fields__:
            allowed = ", ".join(kind.__struct_fields__)
            raise bad_parameter(name, f"There is no such parameter; there are {allowed}.")
    return bind(kind, body)


def _seconds(name: str, text: str | None) -> float:
    try:
        return 0.0 if text is None else float(_DURATION.read(text, strict=True))
    except ValueError:
        raise bad_parameter(name, f"Must be {_DURATION.allowed()}.") from None


def _address(name: str, text: str) -> str:
    address = address_of(text)
    if address is None:
        raise bad_parameter(name, "Must be an address such as sip:lene@contoso.test.")
    return address


def _nearest(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]}?" if close else "; docs/resources.md lists them."


def _shown(fault: Fault) -> Tree:
    return {
        "rel": fault.rel,
        "user": fault.address and f"sip:{fault.address}",
        "count": fault.count,
        "error": fault.refusal,
        "delay": _DURATION.spell(fault.delay) if fault.delay else None,
        "drop": fault.drop,
    }
