"""The event channel as a resource: asking for the next package (BEHAVIOUR 3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from msgspec import Meta, Struct

from openucwa.domain.channel import Asked, Channel
from openucwa.hyper.declare import Representation, get, resource
from openucwa.resources.call import Call

SHORTEST_HOLD, SHORTEST_TIMEOUT, LONGEST = 5, 180, 1800
"""What clients may ask for, in seconds; anything else is brought into range (R3.2, R3.3)."""


def events_query(channel: Channel, number: int, instance: str) -> str:
    """Return what stands behind ``?`` in the URL of a package; clients append to it (15.8)."""
    own = f"&instanceId={quote(instance, safe='')}" if instance else ""
    return f"ack={number}&epoch={channel.epoch}{own}"


@dataclass(frozen=True, slots=True)
class Poll:
    """A request for a package: what it gets, and its rank among others that wait (R3.11)."""

    asked: Asked
    priority: int


def within(value: int | None, low: int, before: float) -> float:
    """Return a client's wish brought into range, or what held before."""
    return before if value is None else float(min(max(value, low), LONGEST))


class EventsInput(Struct, rename="camel"):
    """Which package, and for how long to hold what (seconds). Wishes are remembered (R3.3)."""

    ack: Annotated[int, Meta(ge=0)] | None = None
    epoch: str | None = None
    low: int | None = None
    medium: int | None = None
    timeout: int | None = None
    priority: int = 0


@resource("events", at="events", alone=True)
class Events(Representation):
    """The application's event channel."""

    @staticmethod
    @get()
    def poll(call: Call, given: EventsInput) -> Poll:
        channel = call.channel
        ack = channel.number if given.ack is None else given.ack
        asked = channel.ask(ack, given.epoch, call.now)
        if asked is not Asked.RESYNC:
            channel.low = within(given.low, SHORTEST_HOLD, channel.low)
            channel.medium = within(given.medium, SHORTEST_HOLD, channel.medium)
            channel.timeout = within(given.timeout, SHORTEST_TIMEOUT, channel.timeout)
        return Poll(asked, given.priority)
