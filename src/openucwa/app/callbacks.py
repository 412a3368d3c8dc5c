"""Applications whose events are pushed to a callback instead of being fetched (BEHAVIOUR 14).

A ``Line`` stands for the client of such a channel: it asks for packages as a client does, and an
adapter posts them. So a package is frozen, stored, repeated and acknowledged like any other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from openucwa.app.exchange import Response
from openucwa.app.polls import Key, Parked, Polls
from openucwa.domain.applications import Application
from openucwa.domain.channel import Channel
from openucwa.domain.identity import Identity, is_guest
from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.users import User
from openucwa.domain.webhooks import Callback, Patience, Reach
from openucwa.hyper.declare import Scope, Spec
from openucwa.resources.call import Call, Services
from openucwa.resources.events import Poll

ALL_SCOPES = frozenset(scope.value for scope in Scope)


@dataclass(slots=True, eq=False)
class Line:
    """One channel that is pushed; ``channel`` tells it from a later one of the same name."""

    key: Key
    call: Call
    channel: Channel
    reach: Reach = field(default_factory=Reach)
    parked: Parked | None = None

    @property
    def identifier(self) -> str:
        """What the package that is to be pushed is called, here and nowhere else."""
        return f"{self.key[1]}.{self.channel.epoch}.{self.channel.number}"


class Callbacks:
    """All channels of this process that are pushed.

    ``begin`` is told of each new one and pushes it for as long as ``target`` returns a callback.
    """

    def __init__(self, polls: Polls, services: Services, patience: Patience) -> None:
        self._polls = polls
        self._services = services
        self._patience = patience
        self._known: dict[tuple[str, str], Callback] = {}
        self._lines: dict[Key, Line] = {}
        self.begin: Callable[[Line], None] = lambda _: None

    def __len__(self) -> int:
        """Return how many channels are pushed."""
        return len(self._lines)

    def lines(self) -> list[Line]:
        """Return the channels that are pushed."""
        return list(self._lines.values())

    def lost(self, now: float) -> int:
        """Return how many of them cannot be reached."""
        return sum(line.reach.is_lost(self._patience, now) for line in self._lines.values())

    def register(self, found: Iterable[Callback], users: Iterable[User], now: float) -> None:
        """Replace what is registered, and look at everybody anew."""
        self._known = {(one.user_agent, one.address): one for one in found}
        for line in self.lines():
            if self.target(line) is None:
                self.end(line, now)
        if self._known:
            for user in list(users):
                self.look(user, now)

    def look(self, user: User, now: float) -> None:
        """Begin to push the channels of a user's applications that are not pushed yet."""
        if not self._known:
            return
        for app in user.applications.values():
            if self._callback(user, app) is None:
                continue
            for instance, channel in app.channels.items():
                key = (user.address, app.id, instance)
                line = self._lines.get(key)
                if line is None or line.channel is not channel:
                    self._open(key, user, app, channel, now)

    def target(self, line: Line) -> Callback | None:
        """Return where a channel is pushed to, or None if it is not any more."""
        live, user, app = self._services.live, line.call.user, line.call.application
        if not live.is_here(user.address) or live.present(user.address) is not user:
            return None
        if user.applications.get(app.id) is not app:
            return None
        if app.channels.get(line.call.instance) is not line.channel:
            return None
        return self._callback(user, app)

    def ask(self, line: Line, now: float, again: Callable[[], None]) -> bytes | None:
        """Return the package to be pushed; None if there is none, then ``again`` is called."""
        channel, call = line.channel, line.call
        call.now = now
        asked = channel.ask(channel.number, channel.epoch, now)
        answer = self._polls.ask(call, Poll(asked, 0), _nothing)
        if isinstance(answer, Parked):
            line.parked = answer
            answer.release = lambda _: again()
            return None
        if not channel.package:
            again()
        return channel.package or None

    def pushed(self, line: Line, number: int, now: float) -> None:
        """Note that the receiver has a package."""
        line.reach.succeeded()
        if line.channel.number == number:
            line.channel.ask(number + 1, line.channel.epoch, now)

    def end(self, line: Line, now: float) -> None:
        """Push a channel no longer."""
        if line.parked is not None:
            self._polls.abandon(line.parked, now)
            line.parked.release(_nothing(b""))
        if self._lines.get(line.key) is line:
            del self._lines[line.key]

    def refusal(self, call: Call, spec: Spec, method: str) -> Refusal | None:
        """Return why a call of an application that is pushed may not be, or None.

        Nobody else fetches its events. While nobody can be told what comes of it nothing is
        begun: each POST documents that; of a batch, each of its parts answers for itself.
        """
        if not self._known or self._callback(call.user, call.application) is None:
            return None
        if spec.rel == "events":
            return Refusal.PGET_REPLACED
        line = self._lines.get((call.user.address, call.application.id, call.instance))
        if line is None or method != "POST" or spec.rel == "batch":
            return None
        lost = line.reach.is_lost(self._patience, call.now)
        return Refusal.CALLBACK_CHANNEL_ERROR if lost else None

    def _callback(self, user: User, app: Application) -> Callback | None:
        """Return the callback of an application; one for the person goes before that for all."""
        agent = app.key.user_agent
        return self._known.get((agent, user.address)) or self._known.get((agent, ""))

    def _open(self, key: Key, user: User, app: Application, channel: Channel, now: float) -> None:
        self._polls.end(key, Refused(Refusal.PGET_REPLACED))
        identity = Identity(user.address, ALL_SCOPES, math.inf, is_guest(user.address))
        call = Call(now, identity, user, {}, {}, self._services, application=app, instance=key[2])
        line = self._lines[key] = Line(key, call, channel)
        self.begin(line)


def _nothing(outcome: bytes | Refused) -> Response:
    """Stand for the response to a request that nobody sent."""
    del outcome
    return Response(204, [])
