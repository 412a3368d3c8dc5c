"""The meetings of which the caller is the organizer, changed by one at a time, also while held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from openucwa.domain.conversations import Conversation
from openucwa.domain.meetings import Meeting, identifier_from
from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.shards import Elsewhere
from openucwa.hyper.declare import Scope
from openucwa.resources.call import Call

MEETINGS = "onlineMeetings/myOnlineMeetings"
MEETING = f"{MEETINGS}/{{meeting}}"
EITHER = (Scope.INITIATE, Scope.RECEIVE)

_TRIES = 10
"""So often an id is made up that nobody has; the first one is good but once in a million years."""


def defaults(call: Call) -> Meeting:
    """Return a meeting of the caller's that is as meetings are here, without an id yet."""
    terms = call.rules.meetings
    return Meeting(
        "",
        call.user.address,
        access=terms.access,
        promotion=terms.promotion,
        announcement=terms.announcement,
        used=call.now,
    )


async def add(call: Call, meeting: Meeting) -> Meeting | None:
    """Store a meeting with a new id; None if it is a second permanent one."""
    for _ in range(_TRIES):
        identifier = identifier_from(int(call.services.identifier(16), 16))
        made = replace(meeting, id=identifier)
        if await call.services.meetings.add(made, call.rules.meetings.per_user):
            return made
    return None


async def arrange(call: Call, meeting: Meeting) -> Meeting:
    """Store a meeting with a new id. Raises ``Refused``: TooManyOnlineMeetings, ServiceFailure."""
    made = await add(call, meeting)
    if made is None:
        raise Refused(Refusal.SERVICE_FAILURE, "No id was found that nobody has.")
    return made


async def meeting_in_path(call: Call) -> Meeting:
    """Return the caller's meeting in the path. Raises ``Refused``: NotFound, Forbidden."""
    meeting = _hers(call, await call.services.meetings.meeting(call.params["meeting"]))
    call.versions.setdefault("", meeting.version)
    return meeting


def _hers(call: Call, meeting: Meeting | None) -> Meeting:
    """Return a meeting if it is the caller's. Raises ``Refused``: NotFound, Forbidden."""
    if call.identity.anonymous:
        raise Refused(Refusal.FORBIDDEN, "Guests arrange no meetings.")
    if meeting is None or meeting.organizer != call.user.address:
        raise Refused(Refusal.NOT_FOUND, "You have arranged no such meeting.")
    return meeting


async def change_meeting(call: Call, change: Callable[[Meeting], Meeting]) -> Meeting:
    """Change the caller's meeting in the path. Raises ``Refused``: NotFound, Forbidden."""
    if "meeting" not in call.params:
        raise Refused(Refusal.FORBIDDEN, "Only its organizer changes a meeting.")
    return await call.services.meetings.change(
        call.params["meeting"], lambda meeting: change(_hers(call, meeting))
    )


def require_unchanged(call: Call, version: int, extension: str = "") -> None:
    """Refuse to change what has changed since If-Match was checked, if it was (R10.7).

    Raises ``Refused``: PreconditionFailed.
    """
    if call.versions.get(extension, version) != version:
        raise Refused(Refusal.PRECONDITION_FAILED)


def talk_in(call: Call, meeting: Meeting) -> Conversation | None:
    """Return the conversation of a meeting that is being held, or None.

    It lives where the organizer does. Should she have moved to another node just now, that one
    finds out by itself what has become of the meeting.
    """
    try:
        talk = call.services.conversations.held(meeting.place)
    except Elsewhere:
        return None
    return talk if talk is not None and talk.ended is None else None
