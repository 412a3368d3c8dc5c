"""What the deployment lets people arrange: eligible values, defaults, and what invitations say.

Everything here is a pure function of its arguments; times are seconds since 1970.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from openucwa.domain.meetings import (
    DAY,
    AccessLevel,
    AutomaticLeaderAssignment,
    EntryExitAnnouncement,
    LobbyBypassForPhoneUsers,
    Meeting,
    PhoneUserAdmission,
)
from openucwa.domain.refusals import Refusal, Refused

EARLIEST, LATEST = -366 * DAY, 10 * 366 * DAY
"""How far from now the time of expiry may be (R10.2)."""

LONGEST_MEETING = 7 * DAY
"""A meeting on the calendar lasts no longer than this."""


@dataclass(frozen=True, slots=True)
class Eligible:
    """The values that meetings may have here (R10.6, R10.10)."""

    access: Sequence[AccessLevel] = tuple(AccessLevel)
    promotion: Sequence[AutomaticLeaderAssignment] = tuple(AutomaticLeaderAssignment)
    announcement: Sequence[EntryExitAnnouncement] = (
        EntryExitAnnouncement.UNSUPPORTED,
        EntryExitAnnouncement.DISABLED,
    )
    lobby_bypass: Sequence[LobbyBypassForPhoneUsers] = (LobbyBypassForPhoneUsers.DISABLED,)
    phone: Sequence[PhoneUserAdmission] = (PhoneUserAdmission.DISABLED,)


_NAMES = {
    "access": "accessLevel",
    "promotion": "automaticLeaderAssignment",
    "announcement": "entryExitAnnouncement",
    "lobby_bypass": "lobbyBypassForPhoneUsers",
    "phone": "phoneUserAdmission",
}


def check(meeting: Meeting, eligible: Eligible, now: float) -> None:
    """Refuse a meeting that cannot be held as it is: each bad value is named (R10.2, R10.6).

    Raises ``Refused``: ParameterValidationFailure.
    """
    wrong = []
    for name, wire in _NAMES.items():
        allowed = getattr(eligible, name)
        if getattr(meeting, name) not in allowed:
            wrong.append((wire, f"Expected one of {', '.join(allowed)}."))
    if meeting.expires is not None and not EARLIEST <= meeting.expires - now <= LATEST:
        wrong.append(("expirationTime", "Expected at most one year ago or ten years ahead."))
    starts, ends = meeting.starts, meeting.ends
    if (starts is None) is not (ends is None):
        wrong.append(("endTime", "Expected both startTime and endTime, or neither."))
    elif starts is not None and ends is not None:
        if not EARLIEST <= starts - now <= LATEST:
            wrong.append(("startTime", "Expected at most one year ago or ten years ahead."))
        if not 0 < ends - starts <= LONGEST_MEETING:
            wrong.append(("endTime", "Expected up to seven days after startTime."))
    if wrong:
        raise Refused(Refusal.PARAMETER_VALIDATION_FAILURE, parameters=tuple(wrong))


class Region(NamedTuple):
    """A number to dial in with, and the languages that are spoken there."""

    name: str
    number: str
    languages: tuple[str, ...] = ()


class Wording(NamedTuple):
    """What invitations to meetings show beside the meeting itself; empty is nothing."""

    enterprise_help_url: str = ""
    footer_text: str = ""
    help_url: str = ""
    legal_url: str = ""
    logo_url: str = ""


class Terms(NamedTuple):
    """The deployment's word on meetings.

    ``join_url`` is what ``join_url_of`` takes. ``assigned`` says that everybody has a permanent
    meeting unless a policy says otherwise, and ``per_user`` how many others one may have.
    """

    eligible: Eligible = Eligible()
    access: AccessLevel = AccessLevel.SAME_ENTERPRISE
    promotion: AutomaticLeaderAssignment = AutomaticLeaderAssignment.DISABLED
    announcement: EntryExitAnnouncement = EntryExitAnnouncement.DISABLED
    join_url: str = "https://meet.{domain}"
    assigned: bool = False
    per_user: int = 1000
    warning: int = 100
    regions: tuple[Region, ...] = ()
    directory_url: str = ""
    wording: Wording = Wording()

    @property
    def dial_in(self) -> bool:
        """Whether there is a number to dial in with."""
        return bool(self.regions)
