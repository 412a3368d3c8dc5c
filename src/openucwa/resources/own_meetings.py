"""The meetings of which the caller is the organizer, changed by one at a time."""

from __future__ import annotations

from collections.abc import Callable

from openucwa.domain.meetings import Meeting
from openucwa.domain.refusals import Refusal, Refused
from openucwa.hyper.declare import Scope
from openucwa.resources.call import Call

MEETINGS = "onlineMeetings/myOnlineMeetings"
MEETING = f"{MEETINGS}/{{meeting}}"
EITHER = (Scope.INITIATE, Scope.RECEIVE)


async def meeting_in_path(call: Call) -> Meeting:
    """Return the caller's meeting in the path. Raises ``Refused``: NotFound."""
    meeting = _hers(call, await call.services.meetings.meeting(call.params["meeting"]))
    call.versions.setdefault("", meeting.version)
    return meeting


def _hers(call: Call, meeting: Meeting | None) -> Meeting:
    """Return a meeting if it is the caller's. Raises ``Refused``: NotFound."""
    if meeting is None or meeting.organizer != call.user.address:
        raise Refused(Refusal.NOT_FOUND, "You have arranged no such meeting.")
    return meeting


async def change_meeting(call: Call, change: Callable[[Meeting], Meeting]) -> Meeting:
    """Change the caller's meeting in the path. Raises ``Refused``: NotFound."""
    return await call.services.meetings.change(
        call.params["meeting"], lambda meeting: change(_hers(call, meeting))
    )


def require_unchanged(call: Call, version: int, extension: str = "") -> None:
    """Refuse to change what has changed since If-Match was checked, if it was (R10.7).

    Raises ``Refused``: PreconditionFailed.
    """
    if call.versions.get(extension, version) != version:
        raise Refused(Refusal.PRECONDITION_FAILED)
