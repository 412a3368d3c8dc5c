"""Passing requests on to the node where they can be answered, and answering those of others."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from operator import eq

import msgspec

from openucwa.adapters import eager
from openucwa.adapters.pool import frames
from openucwa.adapters.pool.courier import Courier
from openucwa.adapters.pool.frames import (
    Answered,
    Carry,
    Done,
    Failed,
    Flush,
    Look,
    Looked,
    Moved,
    News,
    Pass,
    Post,
    Question,
    Received,
    Reply,
    Stale,
    Survey,
    Surveyed,
    Unwatched,
)
from openucwa.adapters.pool.live import PooledLive
from openucwa.adapters.pool.mesh import NotReached
from openucwa.adapters.pool.residence import PATIENCE, Residence
from openucwa.adapters.pool.watches import Ask, Watches
from openucwa.app.answers import refusal
from openucwa.app.dispatch import Dispatcher
from openucwa.app.exchange import Request, Response, Waiting
from openucwa.app.neighbours import Neighbours, Visit
from openucwa.app.polls import Parked
from openucwa.domain import administration
from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.shards import Elsewhere
from openucwa.domain.users import outline
from openucwa.resources.call import Call

log = logging.getLogger(__name__)

AGAIN = 0.25
"""Seconds until somebody is looked for again who was not found, unless something changes."""

LONGEST_WAIT = 2.0
"""Seconds for which all nodes are waited for that have to do something."""

SAFE = {"GET", "HEAD", "OPTIONS"}
"""What may be asked twice."""


class Passed(Waiting):
    """A request for events that waits at another node."""

    def __init__(self, request: Request, shard: int) -> None:
        super().__init__()
        self.request = request
        self.shard = shard
        self.task: asyncio.Task[None] | None = None


class Passing(Neighbours):
    """Asks other nodes for clients of this one, and answers their questions.

    ``flush`` writes what the history does not have; ``stale`` forgets what was remembered;
    ``survey`` answers what administrators ask.
    """

    def __init__(
        self,
        *,
        residence: Residence,
        live: PooledLive,
        watches: Watches,
        courier: Courier,
        ask: Ask,
        flush: Callable[[], Awaitable[None]],
        stale: Callable[[str, list[str]], None],
        survey: Callable[[administration.Question], Awaitable[administration.Finding]],
        now: Callable[[], float],
    ) -> None:
        self._residence = residence
        self._live = live
        self._watches = watches
        self._courier = courier
        self._ask = ask
        self._flush = flush
        self._stale = stale
        self._survey = survey
        self._now = now
        self.dispatcher: Dispatcher | None = None
        self._away: set[Passed] = set()
        self._held: set[Waiting] = set()
        self._closing = False

    @property
    def away(self) -> int:
        """How many requests for events of clients of this node wait at others."""
        return len(self._away)

    @property
    def held(self) -> int:
        """How many requests for events of clients of other nodes wait here."""
        return len(self._held)

    # -- asking --------------------------------------------------------------------------------

    async def forward(self, request: Request, shard: int) -> Response | Waiting:
        """Have a request answered where its user lives; see ``Neighbours``."""
        if request.method == "GET" and request.path.lower().endswith("/events"):
            passed = Passed(request, shard)
            passed.task = asyncio.create_task(self._wait(passed))
            return passed
        return (await self._answered(request, _pass(request), shard))[0]

    async def carry(self, request: Request, call: Call, shard: int) -> tuple[Response, bool]:
        """Have a request answered where its conversation lives; see ``Neighbours``."""
        question = Carry(_pass(request), outline(call.user), call.application.id, call.instance)
        return await self._answered(request, question, shard)

    async def flush_everywhere(self) -> None:
        """Have every node write what the history does not have; who does not answer is late."""
        await self._flush()
        await self._ask_all(Flush())

    async def spread(self, what: str, addresses: list[str]) -> None:
        """Have every node forget what it remembers of people."""
        await self._ask_all(Stale(what, addresses))

    async def survey(
        self, question: administration.Question
    ) -> dict[str, administration.Finding | None]:
        """Ask every other node; see ``Neighbours``."""
        replies = await self._ask_all(Survey(question))
        return {
            node: reply.finding if isinstance(reply, Surveyed) else None
            for node, reply in replies.items()
        }

    def abandon(self, waiting: Waiting, now: float) -> None:
        """Forget a request whose client has gone."""
        if isinstance(waiting, Passed):
            if waiting.task is not None:
                waiting.task.cancel()
        elif isinstance(waiting, Parked) and self.dispatcher is not None:
            self.dispatcher.polls.abandon(waiting, now)

    async def _ask_all(self, question: Question) -> dict[str, Reply]:
        """Return what each other node replies, by its name; who does not is late."""
        body, found = frames.write(question), dict[str, Reply]()
        nodes = self._residence.nodes.items()
        others = {node: at for node, at in nodes if node != self._residence.node}

        async def ask(node: str, at: str) -> None:
            with suppress(NotReached, msgspec.DecodeError):
                found[node] = frames.reply(await self._ask(at, body))

        await eager.in_task()
        with suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_WAIT):
                await asyncio.gather(*(ask(node, at) for node, at in others.items()))
        return {node: found.get(node, Failed()) for node in others}

    def drain(self) -> None:
        """Have all requests for events answered as if their time was up: this node stops."""
        self._closing = True
        for passed in list(self._away):
            self.abandon(passed, self._now())
            passed.task = asyncio.create_task(self._wait(passed))

    async def _wait(self, passed: Passed) -> None:
        request, question = passed.request, _pass(passed.request)
        question.waits = not self._closing
        self._away.add(passed)
        try:
            answer, _ = await self._answered(request, question, passed.shard)
        except Refused as why:
            answer = refusal(why, request.media)
        except Exception:
            log.exception("a bug")
            answer = refusal(Refused(Refusal.SERVICE_FAILURE), request.media)
        finally:
            if passed.task is asyncio.current_task():  # else it is asked once more
                self._away.discard(passed)
        passed.release(answer)

    async def _answered(
        self, request: Request, question: Pass | Carry, shard: int
    ) -> tuple[Response, bool]:
        """Ask until somebody answers who has the shard. Raises ``Refused``."""
        body = frames.write(question)
        time = asyncio.get_running_loop().time
        end = time() + PATIENCE
        while (asked := time()) < end:
            reply: Reply = Failed()
            if self._residence.has(shard):
                reply = await self.answer(question)
            elif (address := self._residence.address_of(shard)) is not None:
                try:
                    reply = frames.reply(await self._ask(address, body))
                except NotReached as error:
                    if error.sent and request.method not in SAFE:
                        break  # nobody knows whether it was done
            if isinstance(reply, Answered):
                answer = Response(reply.status, reply.headers, reply.body, counted=True)
                answer.private = reply.private
                return answer, reply.active
            if isinstance(reply, Moved):
                shard = reply.shard
            end += time() - asked  # only the time counts in which nobody was asked
            await self._residence.change(AGAIN)
        raise Refused(Refusal.SERVICE_UNAVAILABLE, "Whoever answers this is away; try again.")

    # -- answering -----------------------------------------------------------------------------

    async def serve(self, body: bytes) -> bytes:
        """Answer a question of another node."""
        try:
            reply = await self.answer(frames.question(body))
        except msgspec.DecodeError as error:
            log.warning("a node of another version asks what this one does not know: %s", error)
            reply = Failed()
        except Exception:  # whoever asks waits for an answer
            log.exception("a bug")
            reply = Failed()
        return frames.write(reply)

    async def answer(self, question: Question) -> Reply:
        """Answer a question."""
        try:
            return await self._reply(question)
        except Elsewhere as there:
            return Moved(there.shard)
        except Refused:
            return Failed()
        except Exception:
            log.exception("a bug")
            return Failed()

    async def _reply(self, question: Question) -> Reply:
        match question:
            case Pass():
                return await self._dispatch(question, None)
            case Carry(request, user, application, instance):
                return await self._dispatch(request, Visit(user, application, instance))
            case Post(sender, to, letters):
                return Received(await self._courier.receive(sender, to, letters))
            case Look(addresses, watcher):
                here = [one for one in addresses if self._live.is_here(one)]
                if watcher:
                    self._watches.watched_by(watcher, here)
                found = await self._live.peek_all(here)
                return Looked([outline(user) for user in found.values()])
            case News(changes):
                unwatched = self._watches.hear(changes)
                await self._live.stored(patient=True)
                return Unwatched(unwatched)
            case Survey(asked):
                return Surveyed(await self._survey(asked))
            case Flush():
                await self._flush()
            case Stale(what, addresses):
                self._stale(what, addresses)
        return Done()

    async def _dispatch(self, given: Pass, visit: Visit | None) -> Reply:
        if self.dispatcher is None:
            return Failed()
        request = Request(
            given.method,
            given.path,
            given.query,
            given.headers,
            given.body,
            given.scheme,
            given.in_batch,
            passed=True,
        )
        outcome = await self.dispatcher.dispatch(request, self._now(), visit)
        if not isinstance(outcome, Response):
            outcome = await self._released(outcome, waits=given.waits)
        active = visit is not None and outcome.status < 400
        return Answered(outcome.status, outcome.headers, outcome.body, outcome.private, active)

    async def _released(self, waiting: Waiting, *, waits: bool) -> Response:
        """Return the answer to a request that waits, once what it tells of is stored."""
        future: asyncio.Future[Response] = asyncio.get_running_loop().create_future()

        def release(response: Response) -> None:
            self._held.discard(waiting)
            if not future.done():
                future.set_result(response)

        waiting.release = release
        self._held.add(waiting)
        if not waits and isinstance(waiting, Parked) and self.dispatcher is not None:
            self.dispatcher.polls.leave(partial(eq, waiting.key[0]), self._now())
        try:
            response = await future
        except asyncio.CancelledError:
            self._held.discard(waiting)
            self.abandon(waiting, self._now())
            raise
        await self._live.stored(patient=True)
        return response


def _pass(request: Request) -> Pass:
    return Pass(
        request.method,
        request.path,
        request.query,
        dict(request.headers),
        request.body,
        request.scheme,
        request.in_batch,
    )
