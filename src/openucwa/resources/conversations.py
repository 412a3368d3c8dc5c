"""Conversations as those in them see them (R9.9, R9.10, R9.12)."""

from __future__ import annotations

import enum

from msgspec import UNSET, UnsetType

from openucwa.domain import conferences, leaving
from openucwa.domain.conversations import Conversation as Talk
from openucwa.domain.parties import Party
from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.seen import AudienceMessaging, ConversationSeen, ConversationState, Importance
from openucwa.hyper.declare import (
    Capability,
    Event,
    Link,
    Priority,
    Representation,
    Scope,
    delete,
    get,
    post,
    resource,
)
from openucwa.hyper.values import Date
from openucwa.resources.call import Call

EITHER = (Scope.INITIATE, Scope.RECEIVE)
"""What conversations need: whoever may begin or receive them sees all of them (R13.3)."""

AT = "communication/conversations/{conversation}"


class ConversationModality(enum.StrEnum):
    """What a conversation is held in (ConversationModalityType)."""

    MESSAGING = "Messaging"


def conversation_named(call: Call, identifier: str) -> Talk:
    """Return a conversation. Raises ``Refused``: ConversationNotFound, also for others' own."""
    found = call.services.conversations.find(identifier)
    if found is None or not found.has(call.seat):
        raise Refused(Refusal.CONVERSATION_NOT_FOUND)
    return found


def party_in_path(call: Call) -> tuple[Talk, Party]:
    """Return the conversation in the path, and the caller's part. Raises ``Refused``: NotFound."""
    found = conversation_named(call, call.params["conversation"])
    return found, found.party(call.seat)


def inside_in_path(call: Call) -> tuple[Talk, Party]:
    """Return what ``party_in_path`` does, unless the caller waits in the lobby.

    Raises ``Refused``: NotFound.
    """
    talk, party = party_in_path(call)
    if party.state is ConversationState.IN_LOBBY:
        raise Refused(Refusal.NOT_FOUND, "You have not been let in yet.")
    return talk, party


@resource("conversations", at="communication/conversations", scopes=EITHER)
class Conversations(Representation):
    """The application's conversations that are going on."""

    links = (Link("conversation", many=True),)

    @staticmethod
    @get()
    def show(call: Call) -> Conversations:
        here = call.services.conversations.of(call.user.address)
        own = {one.id: None for one in here if one.has(call.seat)}
        talks = (call.user.talks or {}).items()
        own |= {one: None for one, talk in talks if call.application.id in talk.applications}
        linked = [{"conversation": one} for one in own]
        return Conversations(_query="filter=active", _linked={"conversation": linked})


@resource(
    "conversation",
    at=AT,
    scopes=EITHER,
    events=tuple(
        Event(kind, "communication", Priority.HIGH, embed=kind != "deleted")
        for kind in ("added", "updated", "deleted")
    ),
)
class Conversation(Representation, kw_only=True):
    """A conversation as the caller sees it."""

    links = (
        Link("applicationSharing"),
        Link("audioVideo"),
        Link("dataCollaboration"),
        Link("messaging"),
        Link("phoneAudio"),
        Link("localParticipant"),
        Link("participants"),
        Link("attendees"),
        Link("leaders"),
        Link("lobby"),
        Link("onlineMeeting"),
        Link("enableAudienceMessaging"),
        Link("disableAudienceMessaging"),
        Link("addParticipant", query="conversation={conversation}"),
    )

    state: ConversationState
    thread_id: str
    subject: str
    active_modalities: list[ConversationModality]
    importance: Importance
    recording: bool = False
    created: Date
    participant_count: int
    audience_messaging: AudienceMessaging | UnsetType = UNSET

    @classmethod
    def as_seen(cls, seen: ConversationSeen) -> Conversation:
        """Show a conversation; who may invite others is told so (R9.10)."""
        joined = seen.state in (ConversationState.CONNECTED, ConversationState.CONFERENCED)
        without = set() if joined else {"localParticipant", "addParticipant", "participants"}
        if not (joined and seen.conference):
            without |= {"attendees", "leaders", "onlineMeeting"}
        if not (joined and seen.leading):
            without.add("lobby")
        if not (joined and seen.leading and seen.audience is AudienceMessaging.DISABLED):
            without.add("enableAudienceMessaging")
        if not (joined and seen.leading and seen.audience is AudienceMessaging.ENABLED):
            without.add("disableAudienceMessaging")
        return Conversation(
            state=seen.state,
            thread_id=seen.thread,
            subject=seen.subject,
            active_modalities=[ConversationModality.MESSAGING] if seen.messaging else [],
            importance=seen.importance,
            created=Date(seen.created),
            participant_count=seen.participants,
            audience_messaging=seen.audience or UNSET,
            _at={"conversation": seen.id, "participant": seen.me},
            _without=without,
            _titles={"localParticipant": seen.my_name},
        )

    @staticmethod
    @get()
    def show(call: Call) -> Conversation:
        talk, party = party_in_path(call)
        return Conversation.as_seen(talk.seen(party))

    @staticmethod
    @delete()
    def leave(call: Call) -> None:
        """Leave; others go on if there are enough of them (R9.12)."""
        talk, _ = party_in_path(call)
        call.announce(talk, leaving.leave(talk, call.seat, call.now))


def let_audience_talk(call: Call, audience: AudienceMessaging) -> None:
    """Let attendees say something, or not. Raises ``Refused``: NotFound, Forbidden, Conflict."""
    talk, _ = party_in_path(call)
    call.announce(talk, conferences.let_audience_talk(talk, call.seat, audience))


@resource(
    "enableAudienceMessaging",
    at=f"{AT}/enableAudienceMessaging",
    also=(f"{AT}/messaging/enableAudienceMessaging",),
    scopes=EITHER,
)
class EnableAudienceMessaging(Capability):
    """Lets attendees of a conference say something."""

    @staticmethod
    @post()
    def enable(call: Call) -> None:
        let_audience_talk(call, AudienceMessaging.ENABLED)


@resource(
    "disableAudienceMessaging",
    at=f"{AT}/disableAudienceMessaging",
    also=(f"{AT}/messaging/disableAudienceMessaging",),
    scopes=EITHER,
)
class DisableAudienceMessaging(Capability):
    """Lets only leaders of a conference say something."""

    @staticmethod
    @post()
    def disable(call: Call) -> None:
        let_audience_talk(call, AudienceMessaging.DISABLED)
