"""What people keep of earlier conversations, and what they missed (R9.45, conversationLogs)."""

from __future__ import annotations

import enum
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from openucwa.domain.folding import fold
from openucwa.domain.history import Log
from openucwa.domain.modalities import MessageFormat
from openucwa.domain.notices import Notice
from openucwa.domain.people import address_of
from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.seen import Direction, Importance, MissedSeen
from openucwa.hyper.declare import (
    Capability,
    Embed,
    Event,
    Link,
    Priority,
    Representation,
    Started,
    delete,
    get,
    post,
    resource,
)
from openucwa.hyper.values import Date, External
from openucwa.resources.call import Call
from openucwa.resources.communication import GenericPolicy
from openucwa.resources.conditions import KNOWN_PERSON
from openucwa.resources.conversations import EITHER, ConversationModality
from openucwa.resources.starting import Operation, StartMessagingInput, start

LOGS = "communication/conversationLogs"
ONE = f"{LOGS}/{{log}}"

PREVIEW = 100
"""Characters of what was said last that a log shows."""

LARGEST = 2**53
"""No log and no message has a higher number, and every database knows higher ones."""


class ConversationLogStatus(enum.StrEnum):
    """Whether the owner was there (ConversationLogStatus)."""

    ARCHIVED = "Archived"
    MISSED = "Missed"


class ConversationLogType(enum.StrEnum):
    """What the conversation was (ConversationLogType)."""

    CONFERENCE = "ConferenceLog"
    MESSAGES = "MessageLog"


def number_in_path(call: Call, name: str) -> int:
    """Return a number that is part of the path. Raises ``Refused``: NotFound."""
    text = call.params[name]
    if text.isascii() and text.isdecimal() and len(text) < 20 and int(text) <= LARGEST:
        return int(text)
    raise Refused(Refusal.NOT_FOUND, "There is nothing with this number.")


async def log_in_path(call: Call) -> Log:
    """Return the caller's log in the path, as it is now. Raises ``Refused``: NotFound."""
    identifier = number_in_path(call, "log")
    await call.services.write_history()
    found = await call.services.history.log(call.user.address, identifier)
    if found is None:
        raise Refused(Refusal.NOT_FOUND, "There is no such log of yours.")
    return found


class ConversationLogsInput(Struct, rename="camel"):
    """How many of the newest logs, or in which of them these words are."""

    limit: Annotated[int, Meta(ge=1, le=1000)] = 50
    query: Annotated[str, Meta(max_length=256)] | None = None


@resource("conversationLogs", at=LOGS, scopes=EITHER, requires=(KNOWN_PERSON,))
class ConversationLogs(Representation):
    """The user's logs, the one in which something was said last first."""

    links = (Link("conversationLog", many=True),)

    @staticmethod
    @get()
    async def show(call: Call, given: ConversationLogsInput) -> ConversationLogs:
        """List logs; those found have all words, in what was said, the subject or the names."""
        await call.services.write_history()
        wanted = given.query is None or not given.query.strip()
        words = [] if given.query is None else fold(given.query)
        found = (
            await call.services.history.logs(call.user.address, given.limit, words)
            if words or wanted
            else ()
        )
        return ConversationLogs(_linked={"conversationLog": [{"log": str(one)} for one in found]})


@resource("conversationLog", at=ONE, scopes=EITHER, requires=(KNOWN_PERSON,))
class ConversationLog(Representation, kw_only=True):
    """What the user keeps of a conversation."""

    links = (
        Link("continueMessaging"),
        Link("conversationLogTranscripts"),
        Link("markAsRead"),
        Embed("conversationLogRecipient", many=True),
    )

    creation_time: Date
    direction: Direction
    importance: Importance
    modalities: list[ConversationModality]
    online_meeting_uri: str | UnsetType = UNSET
    preview_message: str | UnsetType = UNSET
    status: ConversationLogStatus
    subject: str
    thread_id: str
    total_recipients_count: int
    type: ConversationLogType

    @staticmethod
    @get()
    async def show(call: Call) -> ConversationLog:
        """Show a log; only of those of two the conversation can be continued."""
        log = await log_in_path(call)
        others = log.others()
        without = set() if len(others) == 1 else {"continueMessaging"}
        if log.read:
            without.add("markAsRead")
        return ConversationLog(
            creation_time=Date(log.since),
            direction=Direction.INCOMING if log.incoming else Direction.OUTGOING,
            importance=log.importance,
            modalities=[ConversationModality.MESSAGING],
            online_meeting_uri=log.meeting or UNSET,
            preview_message=_preview(call, log) or UNSET,
            status=ConversationLogStatus.MISSED if log.missed else ConversationLogStatus.ARCHIVED,
            subject=log.subject,
            thread_id=log.thread,
            total_recipients_count=len(others),
            type=ConversationLogType.CONFERENCE if log.meeting else ConversationLogType.MESSAGES,
            _embedded={
                "conversationLogRecipient": [
                    ConversationLogRecipient.of(address, name) for address, name in others.items()
                ]
            },
            _without=without,
        )

    @staticmethod
    @delete()
    async def remove(call: Call) -> None:
        """Delete the user's own copy. Raises ``Refused``: Conflict while she is still there."""
        log = await log_in_path(call)
        if _is_there(call, log):
            raise Refused(Refusal.CONFLICT, "This conversation is going on.")
        await call.services.history.delete(log)
        if log.missed:
            await _tell_of_missed(call)


def _is_there(call: Call, log: Log) -> bool:
    """Tell whether the caller is still where a log is from."""
    if not call.services.live.is_here(log.conversation):
        return log.conversation in (call.user.talks or {})
    talk = call.services.conversations.find(log.conversation)
    part = (log.owner, log.first)
    return talk is not None and any(part == (one.owner, one.first) for one in talk.attendances)


def _preview(call: Call, log: Log) -> str:
    """Return the beginning of what was said last, in one line."""
    if log.latest is None:
        return ""
    said, html = log.latest.text, log.latest.format is MessageFormat.HTML
    return " ".join((call.services.plain(said) if html else said).split())[:PREVIEW]


@resource(
    "conversationLogRecipient",
    at=f"{ONE}/conversationLogRecipients/{{person}}",
    scopes=EITHER,
    requires=(KNOWN_PERSON,),
)
class ConversationLogRecipient(Representation):
    """Somebody else who took part, or was invited."""

    links = (Link("contact"), Link("contactPhoto"), Link("contactPresence"))

    display_name: str
    sip_uri: str

    @classmethod
    def of(cls, address: str, name: str) -> ConversationLogRecipient:
        """Show somebody by the name that she had."""
        return cls(
            display_name=name,
            sip_uri=f"sip:{address}",
            _at={"person": address, "photo": address},
        )

    @staticmethod
    @get()
    async def show(call: Call) -> ConversationLogRecipient:
        others = (await log_in_path(call)).others()
        address = address_of(call.params["person"])
        if address is None or address not in others:
            raise Refused(Refusal.NOT_FOUND, "Nobody else in this log has this address.")
        return ConversationLogRecipient.of(address, others[address])


@resource("markAsRead", at=f"{ONE}/markAsRead", scopes=EITHER, requires=(KNOWN_PERSON,))
class MarkAsRead(Capability):
    """Says that the user knows of what she missed."""

    @staticmethod
    @post(counts=True)
    async def mark(call: Call) -> None:
        log = await log_in_path(call)
        if not log.read:
            await call.services.history.read(log)
            await _tell_of_missed(call)


class ContinueMessagingInput(Struct, rename="camel"):
    """What to say first."""

    operation_id: Operation = None
    message: External | None = None


@resource(
    "continueMessaging", at=f"{ONE}/continueMessaging", scopes=EITHER, requires=(KNOWN_PERSON,)
)
class ContinueMessaging(Capability):
    """Begins a conversation in the thread of an earlier one, with the same person (R9.3)."""

    @staticmethod
    @post(201, counts=True)
    async def resume(call: Call, given: ContinueMessagingInput) -> Started:
        """Invite whom the log is about.

        Raises ``Refused``: Conflict if these are several, and what ``startMessaging`` does.
        """
        log = await log_in_path(call)
        others = list(log.others())
        if len(others) != 1:
            raise Refused(Refusal.CONFLICT, "Only conversations of two can be continued.")
        begin = StartMessagingInput(
            others[0], given.operation_id, log.subject, log.importance, log.thread, given.message
        )
        return await start(call, begin, others[0])


@resource(
    "missedItems",
    at="communication/missedItems",
    scopes=EITHER,
    requires=(KNOWN_PERSON,),
    events=(Event("updated", "communication", Priority.HIGH),),
)
class MissedItems(Representation):
    """How many logs there are, and of how many conversations that the user missed.

    Events show the numbers as they were then.
    """

    conversation_logs_count: int
    conversation_logs_notifications: GenericPolicy
    missed_conversations_count: int
    unread_missed_conversations_count: int
    unread_voicemails_count: int = 0
    voice_mails_count: int = 0

    @classmethod
    def as_seen(cls, seen: MissedSeen) -> MissedItems:
        """Show numbers; there are no voice mails here."""
        return MissedItems(
            conversation_logs_count=seen.conversations,
            conversation_logs_notifications=GenericPolicy.ENABLED,
            missed_conversations_count=seen.missed,
            unread_missed_conversations_count=seen.unread,
        )

    @staticmethod
    @get()
    async def show(call: Call) -> MissedItems:
        await call.services.write_history()
        return MissedItems.as_seen(await call.services.history.counts(call.user.address))


async def _tell_of_missed(call: Call) -> None:
    counts = await call.services.history.counts(call.user.address)
    call.tell([Notice("missedItems", shown=counts)])
