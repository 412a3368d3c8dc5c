"""Online meetings: what was arranged, who may enter as whom, and when they are forgotten.

Everything here is a pure function of its arguments; times are seconds since 1970 (BEHAVIOUR 10).
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from openucwa.domain.identity import is_guest
from openucwa.domain.people import address_of
from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.seen import MeetingTraits, Role


class AccessLevel(enum.StrEnum):
    """Who enters without waiting in the lobby (AccessLevel)."""

    NONE = "None"
    SAME_ENTERPRISE = "SameEnterprise"
    LOCKED = "Locked"
    INVITED = "Invited"
    EVERYONE = "Everyone"


class AutomaticLeaderAssignment(enum.StrEnum):
    """Who is a leader on entering, beside those named (AutomaticLeaderAssignment)."""

    DISABLED = "Disabled"
    SAME_ENTERPRISE = "SameEnterprise"
    EVERYONE = "Everyone"


class EntryExitAnnouncement(enum.StrEnum):
    """Whether it is announced who comes and goes (EntryExitAnnouncement)."""

    UNSUPPORTED = "Unsupported"
    DISABLED = "Disabled"
    ENABLED = "Enabled"


class LobbyBypassForPhoneUsers(enum.StrEnum):
    """Whether those who dial in need not wait in the lobby (LobbyBypassForPhoneUsers)."""

    DISABLED = "Disabled"
    ENABLED = "Enabled"


class PhoneUserAdmission(enum.StrEnum):
    """Whether people may dial in (PhoneUserAdmission)."""

    DISABLED = "Disabled"
    ENABLED = "Enabled"


class OnlineMeetingRel(enum.StrEnum):
    """Which kind of meeting it is (OnlineMeetingRel)."""

    ASSIGNED = "myAssignedOnlineMeeting"
    OWN = "myOnlineMeetings"


class OnlineMeetingExtensionType(enum.StrEnum):
    """Whose eyes an extension is for (OnlineMeetingExtensionType)."""

    ORGANIZER = "RoamedOrganizerData"
    PARTICIPANT = "RoamedParticipantData"
    UNDEFINED = "Undefined"


HOUR, DAY = 3600.0, 86_400.0
LIFETIME = 8 * HOUR
"""A meeting expires so long after it was made, or after its end, if nothing else is said."""

KEPT = 14 * DAY
"""A meeting that has expired is kept for so long after it was last used (16.38)."""

SUBJECT = 250
"""Longest subject (R10.2)."""

EXTENSIONS, EXTENSION_DATA = 50, 16_384
"""So many extensions has a meeting, and so many characters each of them."""


@dataclass(frozen=True, slots=True)
class Extension:
    """Data that apps keep with a meeting (R10.9); ``version`` grows with each change."""

    id: str
    type: OnlineMeetingExtensionType = OnlineMeetingExtensionType.UNDEFINED
    data: Mapping[str, str] = field(default_factory=dict)
    version: int = 1

    @property
    def shared(self) -> bool:
        """Whether those who take part may see it; the organizer sees everything."""
        return self.type is OnlineMeetingExtensionType.PARTICIPANT


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting that somebody arranged.

    ``organizer``, ``leaders`` and ``attendees`` are canonical addresses; the latter may be of
    other organisations. ``expires`` is None for what an administrator gave (``assigned``) and for
    what was begun at once (``adhoc``). ``starts`` and ``ends`` are what the calendar says, if it
    says anything. ``used`` is when it was made, changed or entered. ``version`` grows with each
    change but those of extensions (R4.31).
    """

    id: str
    organizer: str
    subject: str = ""
    description: str = ""
    access: AccessLevel = AccessLevel.SAME_ENTERPRISE
    leaders: tuple[str, ...] = ()
    attendees: tuple[str, ...] = ()
    promotion: AutomaticLeaderAssignment = AutomaticLeaderAssignment.DISABLED
    announcement: EntryExitAnnouncement = EntryExitAnnouncement.DISABLED
    lobby_bypass: LobbyBypassForPhoneUsers = LobbyBypassForPhoneUsers.DISABLED
    phone: PhoneUserAdmission = PhoneUserAdmission.DISABLED
    expires: float | None = None
    starts: float | None = None
    ends: float | None = None
    assigned: bool = False
    used: float = 0.0
    version: int = 1
    extensions: tuple[Extension, ...] = ()

    @property
    def adhoc(self) -> bool:
        """Whether it was begun at once, and nobody has arranged it (R9.37)."""
        return not self.assigned and self.expires is None

    @property
    def uri(self) -> str:
        """The address of the meeting (R10.4)."""
        return uri_of(self.organizer, self.id)

    @property
    def place(self) -> Place:
        """Where it is, as its address says."""
        return Place(self.organizer, self.id)

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody who is expected, once."""
        return tuple(dict.fromkeys((self.organizer, *self.leaders, *self.attendees)))

    @property
    def traits(self) -> MeetingTraits:
        """What those who take part see of it."""
        rel = OnlineMeetingRel.ASSIGNED if self.assigned else OnlineMeetingRel.OWN
        return MeetingTraits(
            self.access, self.promotion, self.announcement, self.lobby_bypass, self.phone,
            rel, self.description, self.leaders, self.attendees, self.expires,
        )  # fmt: skip

    @property
    def goes(self) -> float | None:
        """When it is forgotten, or None if it never is."""
        if self.assigned:
            return None
        return max(self.expires or 0.0, self.used + KEPT, self.ends or 0.0)

    def with_extension(self, extension: Extension) -> Meeting:
        """Return it with an extension, instead of that with the same id if there is one."""
        others = {one.id: one for one in self.extensions}
        return replace(self, extensions=tuple((others | {extension.id: extension}).values()))

    def extension(self, identifier: str) -> Extension:
        """Return one of its extensions. Raises ``Refused``: NotFound."""
        for one in self.extensions:
            if one.id == identifier:
                return one
        raise Refused(Refusal.NOT_FOUND, "The meeting has no such extension.")


_URI = re.compile(
    r"(sip:)?([^;]+);gruu;opaque=app:conf:focus:id:([a-z0-9]{1,64})(?:[;?].*)?", re.IGNORECASE
)


def uri_of(organizer: str, identifier: str) -> str:
    """Return the conference URI of a meeting (R10.4)."""
    return f"sip:{organizer};gruu;opaque=app:conf:focus:id:{identifier}"


class Place(NamedTuple):
    """What a conference URI says: the organizer's canonical address, and the meeting's id."""

    organizer: str
    id: str


def place_of(uri: str) -> Place | None:
    """Read a conference URI, in any case and with or without ``sip:``; None if it is none."""
    found = _URI.fullmatch(uri.strip()) if len(uri) <= 1000 else None
    organizer = address_of(found[2]) if found else None
    return Place(organizer, found[3].upper()) if found and organizer else None


def join_url_of(organizer: str, identifier: str, base: str) -> str:
    """Return where people join: the host's name but its first label is the SIP domain (R10.5).

    ``{domain}`` in ``base`` stands for the organizer's domain.
    """
    user, _, domain = organizer.partition("@")
    return f"{base.replace('{domain}', domain)}/{user}/{identifier}"


ID = 8
"""Letters of a meeting's id (R10.4)."""

_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def identifier_from(number: int) -> str:
    """Return the meeting's id that a random number of at least 64 bits stands for."""
    return "".join(_LETTERS[number // 36**place % 36] for place in range(ID))


def conference_id(identifier: str) -> str:
    """Return the digits that stand for a meeting's id on phones (R10.4)."""
    return str(int(identifier, 36))


class Admission(NamedTuple):
    """As whom somebody enters, and whether she waits in the lobby before."""

    role: Role
    waits: bool


def admission(meeting: Meeting, address: str) -> Admission:
    """Tell how somebody enters: a person of this organisation, or a guest (R10.11, R10.12).

    Who is named a leader enters a locked meeting, too; its organizer is never locked out.
    """
    if address == meeting.organizer or address in meeting.leaders:
        return Admission(Role.LEADER, waits=False)
    guest = is_guest(address)
    match meeting.promotion:
        case AutomaticLeaderAssignment.EVERYONE:
            leads = True
        case AutomaticLeaderAssignment.SAME_ENTERPRISE:
            leads = not guest
        case _:
            leads = False
    match meeting.access:
        case AccessLevel.EVERYONE:
            enters = True
        case AccessLevel.SAME_ENTERPRISE:
            enters = not guest
        case AccessLevel.LOCKED:
            enters = False
        case _:
            enters = address in meeting.attendees
    return Admission(Role.LEADER if leads else Role.ATTENDEE, waits=not enters)
