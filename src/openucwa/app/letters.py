"""Letters: what one shard of a pool has to tell another, exactly once and in order.

A letter is stored in the outbox of its sender together with the change that it tells of, and
numbered. Whoever gets it stores its number together with what it changes there, so that one that
comes again is known. Both shards may be given to another node at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import msgspec

from openucwa.domain.channel import Event
from openucwa.domain.parties import Seat
from openucwa.domain.seen import MissedSeen
from openucwa.domain.users import Talk


class Told(msgspec.Struct, array_like=True, tag=True):
    """An event for some applications."""

    event: Event
    now: float
    seats: list[Seat]


class Withdrawn(msgspec.Struct, array_like=True, tag=True):
    """What waits about a resource is taken back from some applications."""

    path: str
    seats: list[Seat]


class Reached(msgspec.Struct, array_like=True, tag=True):
    """A message of a conversation has reached somebody."""

    conversation: str
    number: int
    address: str


class Left(msgspec.Struct, array_like=True, tag=True):
    """An application has ended that takes part in a conversation."""

    conversation: str
    seat: Seat


class Placed(msgspec.Struct, array_like=True, tag=True):
    """Where somebody takes part in a conversation; nowhere any more without ``talk``."""

    address: str
    conversation: str
    talk: Talk | None


class Missed(msgspec.Struct, array_like=True, tag=True):
    """What somebody has missed in conversations has changed."""

    address: str
    counts: MissedSeen


class Delegated(msgspec.Struct, array_like=True, tag=True):
    """Somebody became the delegate of another person, or is hers no longer."""

    address: str
    of: str


Letter = Told | Withdrawn | Reached | Left | Placed | Missed | Delegated

Post = Callable[[str, str, Letter], None]
"""Sends a letter from the shard of a conversation or person to that of another."""


def nobody(sender: str, to: str, letter: Letter) -> None:
    """Send a letter where everybody lives at one node. Raises ``RuntimeError``."""
    raise RuntimeError(f"{sender} and {to} live here: {letter}")


Numbered = tuple[int, Letter]


class Posted(msgspec.Struct, array_like=True, tag=True):
    """A letter was put into the outbox, for a shard."""

    to: int
    number: int
    letter: Letter


class Sent(msgspec.Struct, array_like=True, tag=True):
    """All letters for a shard up to this one have come."""

    to: int
    number: int


class Got(msgspec.Struct, array_like=True, tag=True):
    """Letters from a shard have come, up to this one."""

    sender: int
    number: int


MailStep = Posted | Sent | Got


@dataclass(slots=True)
class Mail:
    """The letters of one shard: what it has not sent yet, and up to where it got what others did.

    ``last`` is the newest number of all; ``waiting`` are the letters by their destination.
    """

    last: int = 0
    waiting: dict[int, list[Numbered]] = field(default_factory=dict)
    got: dict[int, int] = field(default_factory=dict)

    def begin(self, epoch: int) -> None:
        """Number on so that no number of an earlier life of the shard is used again."""
        self.last = max(self.last, epoch)

    def post(self, to: int, letter: Letter) -> Posted:
        """Put a letter into the outbox."""
        posted = Posted(to, self.last + 1, letter)
        self.apply(posted)
        return posted

    def is_new(self, sender: int, number: int) -> bool:
        """Tell whether a letter has not come before."""
        return number > self.got.get(sender, 0)

    def apply(self, step: MailStep) -> None:
        """Do what has happened."""
        if isinstance(step, Posted):
            self.last = max(self.last, step.number)
            self.waiting.setdefault(step.to, []).append((step.number, step.letter))
        elif isinstance(step, Got):
            self.got[step.sender] = step.number
        else:
            left = [one for one in self.waiting.pop(step.to, ()) if one[0] > step.number]
            if left:
                self.waiting[step.to] = left

    def destinations(self) -> Iterable[int]:
        """Return the shards for which there are letters."""
        return list(self.waiting)
