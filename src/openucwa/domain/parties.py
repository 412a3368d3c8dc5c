"""The parts of a conversation: who takes part, is invited, and what was said.

Times are seconds since 1970.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import NamedTuple

from openucwa.domain import meetings
from openucwa.domain.modalities import MessageFormat
from openucwa.domain.seen import (
    CallState,
    ConversationState,
    Delivery,
    InvitationState,
    MessageText,
    Role,
)

PLAIN = (MessageFormat.PLAIN,)

REMEMBERED = 120.0
"""Seconds for which a message can be looked at, and is known again if it is sent once more."""


class Seat(NamedTuple):
    """Where somebody takes part: an application of hers."""

    address: str
    application: str


@dataclass(slots=True)
class Party:
    """Somebody in a conversation, or whom it rings for: she has no ``application`` yet.

    ``typing`` is until when she is said to be typing. ``due`` is the role in which she will enter
    who waits in the lobby.
    """

    address: str
    name: str
    uri: str
    application: str = ""
    state: ConversationState = ConversationState.CONNECTING
    messaging: CallState = CallState.DISCONNECTED
    formats: tuple[MessageFormat, ...] = PLAIN
    role: Role | None = None
    organizer: bool = False
    typing: float = 0.0
    due: Role | None = None

    @property
    def seat(self) -> Seat:
        """Where she takes part."""
        return Seat(self.address, self.application)

    @property
    def connected(self) -> bool:
        """Whether she can talk and be talked to."""
        return self.messaging is CallState.CONNECTED


class Kind(enum.StrEnum):
    """What an invitation is for; who joins a meeting has invited herself."""

    JOIN = "join"
    MESSAGING = "messaging"
    PARTICIPANT = "participant"


@dataclass(slots=True)
class Invitation:
    """An invitation from a ``caller`` to the applications of a ``party``, who may be nobody.

    ``heard`` tells how it went for each of those applications; it rings until it is accepted
    somewhere, or at most ``until``. It has a ``subject`` of its own if the conversation has another
    one since.
    """

    id: str
    kind: Kind
    caller: Seat
    operation: str
    to: str
    until: float
    party: Party | None = None
    heard: dict[str, InvitationState] = field(default_factory=dict)
    state: InvitationState = InvitationState.CONNECTING
    message: int = 0
    accepted_by: str = ""
    on_behalf_of: str = ""
    subject: str | None = None

    def ringing(self) -> tuple[Seat, ...]:
        """Return where it rings."""
        party = self.party
        if party is None:
            return ()
        return tuple(
            Seat(party.address, application)
            for application, state in self.heard.items()
            if state is InvitationState.CONNECTING
        )

    def rel(self, seat: Seat) -> str:
        """Return what kind of resource it is to somebody (R9.33)."""
        if self.kind is Kind.MESSAGING:
            return "messagingInvitation"
        adds = self.kind is Kind.PARTICIPANT and seat == self.caller
        return "participantInvitation" if adds else "onlineMeetingInvitation"


@dataclass(slots=True)
class Message:
    """Something said to an ``audience`` of so many.

    It is ``pending`` for those who have not fetched it, at these applications, until ``until``.
    """

    number: int
    sender: Seat
    time: float
    said: MessageText
    until: float
    operation: str = ""
    audience: int = 0
    pending: dict[str, str] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    status: Delivery = Delivery.PENDING


@dataclass(slots=True)
class Attendance:
    """Which messages belong into whose history: those from ``first``, to ``last`` once she left."""

    owner: str
    first: int
    time: float
    incoming: bool
    last: int | None = None
    missed: bool = False


@dataclass(frozen=True, slots=True)
class Meeting:
    """What a conversation of several is held in.

    ``arranged`` is how it was arranged when somebody joined last; a chat that has grown was not.
    Its address begins with ``base``, as ``join_url_of`` says.
    """

    id: str
    organizer: str
    organizer_name: str
    arranged: meetings.Meeting | None = None
    base: str = "https://meet.{domain}"

    @property
    def place(self) -> meetings.Place:
        """Where it is, as its address says."""
        return meetings.Place(self.organizer, self.id)

    @property
    def uri(self) -> str:
        """The address of the meeting (R10.4)."""
        return meetings.uri_of(self.organizer, self.id)

    @property
    def join_url(self) -> str:
        """Where people join, of which clients make the address again (R10.5)."""
        return meetings.join_url_of(self.organizer, self.id, self.base)
