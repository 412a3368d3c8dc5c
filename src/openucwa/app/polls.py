"""Requests for events that wait for something to happen (BEHAVIOUR 3.1, 3.2).

A parked request is a value with a callback: nothing here awaits. The wheel has one entry for
each; when it fires, the truth decides whether the request is answered or waits on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from openucwa.app.exchange import Response, Waiting
from openucwa.app.meters import Meters
from openucwa.app.render import Renderer, events_href
from openucwa.domain.channel import Asked, Channel
from openucwa.domain.live import Live
from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.wheel import Wheel
from openucwa.resources.call import Call
from openucwa.resources.events import Poll
from openucwa.wire import json

Key = tuple[str, str, str]
"""A user's address, an application's id and an instance's."""


Answer = Callable[[bytes | Refused], Response]
"""Makes the response of a package, given as JSON, or of why there is none."""


@dataclass(slots=True, eq=False)
class Parked(Waiting):
    """A request that waits until ``until`` (seconds since 1970) at the latest.

    ``answer`` turns a package or a refusal into a response; the shell sets ``release`` before
    it lets anything else run.
    """

    key: Key
    call: Call
    priority: int
    until: float
    answer: Answer

    def __post_init__(self) -> None:
        Waiting.__init__(self)


class Polls:
    """All parked requests of this process."""

    def __init__(self, renderer: Renderer, live: Live, wheel: Wheel, meters: Meters) -> None:
        self._renderer = renderer
        self._live = live
        self._wheel = wheel
        self._meters = meters
        self._parked: dict[Key, Parked] = {}
        self._closing = False
        self.arrived: Callable[[tuple[str, int], str, float], None] = lambda *_: None
        """Is told of each message (its receipt) that somebody (her address) was sent, and when."""

    def __len__(self) -> int:
        """Return how many requests are parked."""
        return len(self._parked)

    def __contains__(self, key: Key) -> bool:
        """Tell whether a request of an instance is parked."""
        return key in self._parked

    def ask(self, call: Call, poll: Poll, answer: Answer) -> Response | Parked:
        """Answer a request for events, or park it (R3.7-R3.11).

        Raises ``Refused``: PGetReplaced if a request of higher priority is waiting already.
        """
        channel, now = call.channel, call.now
        if poll.asked is Asked.RESYNC:
            first = {"resync": {"href": events_href(call, channel, channel.number)}}
            return answer(json.encode(self._renderer.package(call, channel, (), first)))
        key = (call.user.address, call.application.id, call.instance)
        waiting = self._parked.get(key)
        if waiting is not None:
            if waiting.priority > poll.priority:
                raise Refused(Refusal.PGET_REPLACED)
            self._release(waiting, Refused(Refusal.PGET_REPLACED))
        channel.released = now
        if poll.asked is Asked.AGAIN:
            return answer(channel.package or b"")
        if poll.asked is Asked.COMPOSE or self._closing:
            return answer(self._compose(call, now))
        parked = Parked(key, call, poll.priority, now + channel.timeout, answer)
        channel.released = parked.until  # while parked, the application does not expire (R2.22)
        self._parked[key] = parked
        self._arm(parked, channel.due())
        return parked

    def wake(self, key: Key, now: float, *, later: bool = False) -> bool:
        """Look at a parked request after its channel got something, or when its time has come.

        Tell whether it is to be answered; ``later`` leaves that to the wheel, which has it due now.
        """
        parked = self._parked.get(key)
        if parked is None:
            return False
        channel = parked.call.channel
        due = channel.due()
        ready = channel.resumed or now >= parked.until or (due is not None and due <= now)
        if ready and not later:
            channel.released = now
            self._release(parked, self._compose(parked.call, now))
        else:
            self._arm(parked, now if ready else due)
        return ready

    def end(self, key: Key, refusal: Refused) -> None:
        """Answer what waits for a channel that has ended (R3.16)."""
        if key in self._parked:
            self._release(self._parked[key], refusal)

    def abandon(self, waiting: Waiting, now: float) -> None:
        """Forget a request whose client has gone; its package is not acknowledged (R3.13)."""
        if isinstance(waiting, Parked) and self._parked.get(waiting.key) is waiting:
            del self._parked[waiting.key]
            self._wheel.disarm(waiting.key)
            waiting.call.channel.released = now

    def leave(self, is_leaving: Callable[[str], bool], now: float) -> None:
        """Answer those of some people, by their addresses, as if their time was up."""
        for parked in [one for one in self._parked.values() if is_leaving(one.key[0])]:
            parked.call.channel.released = now
            self._release(parked, self._compose(parked.call, now))

    def let_go(self, is_gone: Callable[[str], bool]) -> None:
        """Have those of some people ask again, who live at another node now, for the same package.

        A refusal would be the end for some clients (R15.16).
        """
        for parked in [one for one in self._parked.values() if is_gone(one.key[0])]:
            call, channel = parked.call, parked.call.channel
            again = {"next": {"href": events_href(call, channel, channel.number)}}
            self._release(parked, json.encode(self._renderer.package(call, channel, (), again)))

    def drain(self, now: float) -> None:
        """Answer all, and whoever still comes, as if their time was up: the server stops."""
        self._closing = True
        for parked in list(self._parked.values()):
            self._release(parked, self._compose(parked.call, now))

    def _arm(self, parked: Parked, due: float | None) -> None:
        when = parked.until if due is None else min(due, parked.until)
        self._wheel.arm(parked.key, when)

    def _release(self, parked: Parked, outcome: bytes | Refused) -> None:
        del self._parked[parked.key]
        self._wheel.disarm(parked.key)
        parked.release(parked.answer(outcome))

    def _compose(self, call: Call, now: float) -> bytes:
        """Freeze what waits into a package (R3.8); ``resume`` goes beside ``next`` (R3.14).

        It is kept as JSON, which is small; whoever wants XML has it made anew each time.
        """
        channel: Channel = call.channel
        call.now = channel.left = now
        resumed, oldest = channel.resumed, channel.oldest()
        following = {"href": events_href(call, channel, channel.number + 1)}
        events = channel.take()
        more = {"next": following} | ({"resume": following} if resumed else {})
        package = json.encode(self._renderer.package(call, channel, events, more))
        channel.package = package if channel.packed else b""
        self._meters.deliveries += len(events)
        if oldest is not None:
            self._meters.delivery_latency.observe(now - oldest)
        if channel.packed:
            self._live.packaged(call.user, call.application.id, call.instance, channel)
        for event in events:
            if event.receipt is not None:
                self.arrived(event.receipt, call.user.address, now)
        return package
