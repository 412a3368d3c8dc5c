"""What was said in the conversations of a log, in pages (conversationLogTranscripts)."""

from __future__ import annotations

from typing import Annotated, TypeVar

from msgspec import UNSET, Meta, Struct, UnsetType

from openucwa.domain.history import Entry
from openucwa.domain.modalities import MessageFormat
from openucwa.domain.refusals import Refusal, Refused
from openucwa.hyper.declare import Embed, Link, Representation, get, resource
from openucwa.hyper.values import Date, External, Words
from openucwa.resources.call import Call
from openucwa.resources.conditions import KNOWN_PERSON
from openucwa.resources.conversations import EITHER
from openucwa.resources.logs import LARGEST, ONE, log_in_path, number_in_path

AT = f"{ONE}/conversationLogTranscripts"
TRANSCRIPT = f"{AT}/{{transcript}}"

Page = TypeVar("Page", bound=Representation)

PAGE = 50
"""So many messages are on a page."""


@resource("conversationLogTranscripts", at=AT, scopes=EITHER, requires=(KNOWN_PERSON,))
class ConversationLogTranscripts(Representation):
    """What was said first; more is behind the link to the next page."""

    links = (
        Link("nextConversationLogTranscripts", query="after={after}"),
        Embed("conversationLogTranscript", many=True),
    )

    @staticmethod
    @get()
    async def show(call: Call) -> ConversationLogTranscripts:
        return _page(call, ConversationLogTranscripts, await _entries(call, 0))


class NextInput(Struct, rename="camel"):
    """Our own link says after which message a page begins."""

    after: Annotated[int, Meta(ge=0, le=LARGEST)] = 0


@resource(
    "nextConversationLogTranscripts",
    at=f"{AT}/nextConversationLogTranscripts",
    scopes=EITHER,
    requires=(KNOWN_PERSON,),
)
class NextConversationLogTranscripts(Representation):
    """Another page of what was said."""

    links = ConversationLogTranscripts.links

    @staticmethod
    @get()
    async def show(call: Call, given: NextInput) -> NextConversationLogTranscripts:
        found = await _entries(call, given.after)
        page = _page(call, NextConversationLogTranscripts, found)
        page._query = f"after={given.after}"  # noqa: SLF001  what its own link has to say
        return page


@resource("conversationLogTranscript", at=TRANSCRIPT, scopes=EITHER, requires=(KNOWN_PERSON,))
class ConversationLogTranscript(Representation):
    """Who said something when: the user herself or somebody else."""

    links = (Link("contact"), Link("me"), Embed("messageTranscript"))

    time_stamp: Date

    @classmethod
    def of(cls, call: Call, entry: Entry) -> ConversationLogTranscript:
        """Show an entry of a log."""
        own = entry.sender == call.user.address
        at = {"transcript": str(entry.number), "person": entry.sender}
        return cls(
            time_stamp=Date(entry.time),
            _at=at,
            _embedded={"messageTranscript": MessageTranscript.of(entry)},
            _without=("contact",) if own else ("me",),
        )

    @staticmethod
    @get()
    async def show(call: Call) -> ConversationLogTranscript:
        return ConversationLogTranscript.of(call, await _entry_in_path(call))


@resource(
    "messageTranscript",
    at=f"{TRANSCRIPT}/messageTranscript",
    scopes=EITHER,
    requires=(KNOWN_PERSON,),
)
class MessageTranscript(Representation):
    """What was said, in one of both formats."""

    plain_message: External | UnsetType = UNSET
    html_message: External | UnsetType = UNSET

    @classmethod
    def of(cls, entry: Entry) -> MessageTranscript:
        """Show what an entry says."""
        words = Words(entry.said.text, entry.said.format is MessageFormat.HTML)
        return cls(
            plain_message=UNSET if words.html else External(words),
            html_message=External(words) if words.html else UNSET,
            _at={"transcript": str(entry.number)},
        )

    @staticmethod
    @get()
    async def show(call: Call) -> MessageTranscript:
        return MessageTranscript.of(await _entry_in_path(call))


async def _entries(call: Call, after: int) -> list[Entry]:
    """Return a page after a message, and one more if it is not the last one."""
    log = await log_in_path(call)
    return list(await call.services.history.entries(log, after, PAGE + 1))


def _page(call: Call, kind: type[Page], found: list[Entry]) -> Page:
    shown = found[:PAGE]
    more = len(found) > PAGE
    return kind(
        _at={"after": str(shown[-1].number)} if more else UNSET,
        _embedded={
            "conversationLogTranscript": [ConversationLogTranscript.of(call, one) for one in shown]
        },
        _without=() if more else ("nextConversationLogTranscripts",),
    )


async def _entry_in_path(call: Call) -> Entry:
    """Return what the path is about. Raises ``Refused``: NotFound."""
    number = number_in_path(call, "transcript")
    found = await call.services.history.entries(await log_in_path(call), number - 1, 1)
    if not found or found[0].number != number:
        raise Refused(Refusal.NOT_FOUND, "Nothing in this log has this number.")
    return found[0]
