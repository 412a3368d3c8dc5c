"""What somebody sees of a conversation, as values that do not change.

Events carry them, so that each shows how things were when it happened, also after a restart; the
resources show the same values to whoever asks.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from openucwa.domain.modalities import MessageFormat


class ConversationState(enum.StrEnum):
    """How far a conversation is (ConversationState)."""

    CONFERENCED = "Conferenced"
    CONFERENCING = "Conferencing"
    CONNECTED = "Connected"
    CONNECTING = "Connecting"
    DISCONNECTED = "Disconnected"
    INCOMING = "Incoming"
    IN_LOBBY = "InLobby"


class CallState(enum.StrEnum):
    """How far a modality of a conversation is (CallState)."""

    CONNECTED = "Connected"
    CONNECTING = "Connecting"
    DISCONNECTED = "Disconnected"


class InvitationState(enum.StrEnum):
    """How far an invitation is (InvitationState)."""

    CANCELLED = "Cancelled"
    CONNECTED = "Connected"
    CONNECTING = "Connecting"
    DECLINED = "Declined"
    FAILED = "Failed"
    FORWARDED = "Forwarded"


UNDECIDED = frozenset({InvitationState.CONNECTING, InvitationState.FORWARDED})
"""The states of an invitation that can still be answered."""


class Importance(enum.StrEnum):
    """How important a conversation is (Importance)."""

    EMERGENCY = "Emergency"
    NORMAL = "Normal"
    URGENT = "Urgent"


class Direction(enum.StrEnum):
    """Who began (Direction)."""

    INCOMING = "Incoming"
    OUTGOING = "Outgoing"


class Role(enum.StrEnum):
    """What somebody may do in a conference (Role)."""

    ATTENDEE = "Attendee"
    LEADER = "Leader"


class AudienceMessaging(enum.StrEnum):
    """Whether attendees may say anything (AudienceMessaging)."""

    DISABLED = "Disabled"
    ENABLED = "Enabled"


class Delivery(enum.StrEnum):
    """Whether a message has arrived (Status)."""

    FAILED = "Failed"
    PENDING = "Pending"
    SUCCEEDED = "Succeeded"


@dataclass(frozen=True, slots=True)
class MessageText:
    """What was said, and how it is marked up."""

    text: str
    format: MessageFormat = MessageFormat.PLAIN


@dataclass(frozen=True, slots=True)
class ConversationSeen:
    """A conversation as one of those in it sees it; ``me`` and ``my_name`` are her own."""

    id: str
    state: ConversationState
    thread: str
    subject: str
    importance: Importance
    created: float
    messaging: bool
    me: str
    my_name: str
    conference: bool
    participants: int
    audience: AudienceMessaging | None = None
    leading: bool = False


@dataclass(frozen=True, slots=True)
class MessagingSeen:
    """Messaging in a conversation.

    ``may_add`` tells whether it can be connected, ``may_say`` whether anything can be said in it.
    """

    conversation: str
    state: CallState
    formats: tuple[MessageFormat, ...] = ()
    may_add: bool = False
    may_say: bool = True


@dataclass(frozen=True, slots=True)
class ParticipantSeen:
    """Somebody in a conversation.

    ``role`` is None outside of conferences; ``leading`` tells whether whoever looks is a leader.
    ``waiting`` is who has not been let in yet.
    """

    conversation: str
    address: str
    name: str
    uri: str
    local: bool = False
    messaging: bool = False
    organizer: bool = False
    role: Role | None = None
    leading: bool = False
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class ParticipantMessagingSeen:
    """That somebody takes part in messaging."""

    conversation: str
    address: str
    name: str


@dataclass(frozen=True, slots=True)
class InvitationSeen:
    """An invitation as one of those concerned sees it.

    ``open`` tells whether it can still be accepted, or cancelled by who sent it. It is ``to`` an
    address; empty if it only connects messaging to a conference, or joins one. ``guest`` is how
    who has no account calls herself.
    """

    id: str
    conversation: str
    direction: Direction
    state: InvitationState
    importance: Importance
    operation: str
    subject: str
    thread: str
    to: str
    sender: ParticipantSeen
    message: MessageText | None = None
    open: bool = False
    accepted_by: ParticipantSeen | None = None
    on_behalf_of: str = ""
    accepted_elsewhere: str = ""
    meeting: str = ""
    guest: str = ""


@dataclass(frozen=True, slots=True)
class MessageSeen:
    """A message as its sender or those whom it reached see it.

    ``failed`` are those whom it did not reach.
    """

    conversation: str
    number: int
    direction: Direction
    time: float
    said: MessageText
    sender: str
    name: str
    operation: str = ""
    status: Delivery = Delivery.SUCCEEDED
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MeetingSeen:
    """The meeting behind a conference; what it is ``like`` if somebody arranged it."""

    conversation: str
    id: str
    uri: str
    join_url: str
    organizer: str
    organizer_name: str
    subject: str
    like: MeetingTraits | None = None


@dataclass(frozen=True, slots=True)
class MeetingTraits:
    """What a meeting is like, in the words of its organizer and of the API."""

    access: str
    promotion: str
    announcement: str
    lobby_bypass: str
    phone: str
    rel: str
    description: str
    leaders: tuple[str, ...]
    attendees: tuple[str, ...]
    expires: float | None


@dataclass(frozen=True, slots=True)
class MissedSeen:
    """How much is kept of earlier conversations, and how much of it was missed."""

    conversations: int = 0
    missed: int = 0
    unread: int = 0


Seen = (
    ConversationSeen
    | MessagingSeen
    | ParticipantSeen
    | ParticipantMessagingSeen
    | InvitationSeen
    | MessageSeen
    | MeetingSeen
    | MissedSeen
)
