"""Who comes to a meeting, leaves it, and waits in its lobby."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from openucwa.client.resources import Event, Resource


class Move(enum.Enum):
    """What somebody has done; who does not wait any more came in, was turned away, or left."""

    CAME = enum.auto()
    LEFT = enum.auto()
    WAITS = enum.auto()
    WAITED = enum.auto()


@dataclass(frozen=True, slots=True)
class Moved:
    """Somebody has come or left, or waits in the lobby, of which leaders alone are told.

    ``participant`` tells her from others who have the same name.
    """

    name: str
    move: Move
    participant: str


@dataclass(slots=True)
class Roster:
    """The names of the others who are in a meeting, and of those who wait, by where each is."""

    there: dict[str, str] = field(default_factory=dict)
    waiting: dict[str, str] = field(default_factory=dict)
    own: str = ""

    def take(self, event: Event) -> Moved | None:
        """Follow an event of a participant; return what has happened, if it is news."""
        who, name = event.href, event.title
        match event.inside, event.type:
            case "lobby", "added":
                self.waiting[who] = name
                return Moved(name, Move.WAITS, who)
            case "lobby", "deleted":
                return self._gone(self.waiting, who, Move.WAITED)
            case "attendees" | "leaders", "added" if who not in self.there and who != self.own:
                self.there[who] = name
                return Moved(name, Move.CAME, who)
            case "", "deleted":
                return self._gone(self.there, who, Move.LEFT)
        return None

    def know(self, participant: Resource) -> Moved | None:
        """Note somebody who is there, though the event that told it was lost."""
        who, name = participant.href("self"), participant.text("name")
        if who == self.own or who in self.there:
            return None
        self.there[who] = name
        return Moved(name, Move.CAME, who)

    def keep(self, hrefs: list[str]) -> list[Moved]:
        """Note that nobody else is there than those; return who has left."""
        gone = [one for one in self.there if one not in hrefs]
        return [Moved(self.there.pop(one), Move.LEFT, one) for one in gone]

    def _gone(self, those: dict[str, str], who: str, move: Move) -> Moved | None:
        return Moved(those.pop(who), move, who) if who in those else None
