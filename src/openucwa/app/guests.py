"""Guests of meetings: who knows a meeting's address gets a token for it (BEHAVIOUR 1.7, R2.26)."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from openucwa.app.auth import PREFIX, Tokens
from openucwa.app.guessing import Guessing
from openucwa.domain.identity import GUESTS, Identity
from openucwa.domain.meetings import Meeting, place_of
from openucwa.hyper.declare import Scope

GRANT = "urn:microsoft.rtc:anonmeeting"

_SCOPES = frozenset(Scope) - {Scope.MEETINGS}
"""What guests' tokens allow: what they do not get is refused by the resources (R2.26)."""


class Meetings(Protocol):
    """Which meetings there are."""

    async def meeting(self, identifier: str) -> Meeting | None:
        """Return a meeting by its id, or None."""
        ...


class NotInvited(Exception):
    """There is no such meeting, or the key is wrong; nobody is told which."""


@dataclass(slots=True, kw_only=True)
class Guests:
    """Tells who a guest is.

    ``lifetime`` is that of a token in seconds. Of one meeting ``guesses`` wrong keys are believed
    in a minute, and of all together ``guesses_of_all``. ``identifier`` returns so many random
    hexadecimal digits.
    """

    meetings: Meetings
    tokens: Tokens
    identifier: Callable[[int], str]
    lifetime: float
    guesses: int
    guesses_of_all: int
    _each: Guessing = field(init=False)
    _all: Guessing = field(init=False)

    def __post_init__(self) -> None:
        self._each, self._all = Guessing(self.guesses), Guessing(self.guesses_of_all)

    async def identify(self, uri: str, key: str, token: str, now: float) -> Identity:
        """Return who comes with a conference URI and its key (R1.38).

        Who has a ``token`` of the same meeting that has not expired stays who she is. Raises
        ``NotInvited``, ``TooManyGuesses``.
        """
        place = place_of(uri)
        claimed = place.id if place is not None else ""
        self._refuse(claimed, now)
        meeting = await self.meetings.meeting(claimed) if place is not None else None
        self._refuse(claimed, now)  # others that came at the same time count as well
        there = meeting is not None and place is not None and meeting.organizer == place.organizer
        expected = meeting.id if meeting is not None else self.identifier(8)
        right = hmac.compare_digest(key.strip().upper().encode(), expected.encode())
        if not (there and right):
            self._each.failed(claimed, now)
            self._all.failed("", now)
            raise NotInvited
        known = self.tokens.read(token.removeprefix(PREFIX), now) if token else None
        before = known.identity if known is not None else None
        same = before is not None and before.anonymous and before.meeting == expected
        address = before.address if same and before else f"{self.identifier(32)}@{GUESTS}"
        return Identity(address, _SCOPES, now + self.lifetime, anonymous=True, meeting=expected)

    def _refuse(self, claimed: str, now: float) -> None:
        self._all.refuse("", now)
        self._each.refuse(claimed, now)
