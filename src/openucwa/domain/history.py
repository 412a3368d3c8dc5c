"""The history: what is kept of conversations when nobody talks any more (conversationLogs).

Messages are kept once for everyone; each who took part has a log, which says which of them are
hers. Times are seconds since 1970.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from openucwa.domain.conversations import Conversation
from openucwa.domain.parties import Attendance
from openucwa.domain.seen import Importance, MessageText


class Entry(NamedTuple):
    """Something that was said."""

    number: int
    sender: str
    time: float
    said: MessageText


class Record(NamedTuple):
    """What is to be written of a conversation.

    ``logged`` is the last message that was written before. ``meeting`` is the address of what it
    was held in, if it was a conference.
    """

    conversation: str
    thread: str
    subject: str
    importance: Importance
    meeting: str
    names: Mapping[str, str]
    logged: int
    attendances: tuple[Attendance, ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Log:
    """What somebody keeps of a conversation; ``latest`` is what was said last, if anything was."""

    id: int
    owner: str
    conversation: str
    first: int
    last: int | None
    since: float
    incoming: bool
    missed: bool
    read: bool
    thread: str
    subject: str
    importance: Importance
    meeting: str
    names: Mapping[str, str]
    latest: MessageText | None

    def others(self) -> dict[str, str]:
        """Return the names of everyone else who took part or was invited, by their addresses."""
        return {one: name for one, name in self.names.items() if one != self.owner}


class Unwritten(NamedTuple):
    """What the history does not have of a conversation, as it was at one moment.

    Once ``record`` is written, the conversation is to be told of all ``attendances``, also of
    those of whom nothing is kept, and of the ``last`` message.
    """

    record: Record
    attendances: tuple[Attendance, ...]
    last: int


def unwritten(conversation: Conversation, kept: Callable[[str], bool]) -> Unwritten | None:
    """Return what is to be written, or None if that is nothing now.

    ``kept`` tells of whom anything is kept. Whether somebody for whom it rings has missed it will
    be known in a moment; until then nothing is written of her, but what was said is kept for her.
    """
    every, messages = conversation.attendances, conversation.unlogged()
    ringing = [one for one in every if one.last is None and one.owner not in conversation.parties]
    if ringing and not messages:
        return None
    owned = [one for one in every if kept(one.owner)]
    entries = tuple(
        Entry(one.number, one.sender.address, one.time, one.said)
        for one in messages
        if any(covers(owner, one.number) for owner in owned)
    )
    written = tuple(replace(one) for one in every if one not in ringing)
    meeting = conversation.meeting
    record = Record(
        conversation.id,
        conversation.thread,
        conversation.subject,
        conversation.importance,
        meeting.uri if meeting is not None else "",
        dict(conversation.names),
        conversation.logged,
        tuple(one for one in written if kept(one.owner)),
        entries,
    )
    return Unwritten(record, written, conversation.count)


def covers(attendance: Attendance, number: int) -> bool:
    """Tell whether a message belongs into somebody's history."""
    last = attendance.last
    return attendance.first <= number and (last is None or number <= last)
