"""Communication: what an application can do, and where it would start (BEHAVIOUR 9.1)."""

from __future__ import annotations

import enum
from dataclasses import replace
from typing import Annotated, TypeVar

from msgspec import UNSET, Meta, Struct, UnsetType

from openucwa.domain.modalities import AudioPreference, MessageFormat, Modality
from openucwa.hyper.declare import Event, Link, Representation, Scope, get, put, resource
from openucwa.resources.call import Call

T = TypeVar("T")


class GenericPolicy(enum.StrEnum):
    """On or off (GenericPolicy)."""

    DISABLED = "Disabled"
    ENABLED = "Enabled"


class CommunicationInput(Struct, rename="camel"):
    """What may be changed; what is left out stays as it is (R4.27)."""

    audio_preference: AudioPreference | None = None
    conversation_history: GenericPolicy | None = None
    phone_number: Annotated[str, Meta(max_length=100)] | None = None
    supported_message_formats: list[MessageFormat] | None = None
    supported_modalities: list[Modality] | None = None


@resource(
    "communication",
    at="communication",
    scopes=(Scope.INITIATE, Scope.RECEIVE),
    events=(Event("updated", "communication", embed=True),),
    etag=True,
    guid=True,
)
class Communication(Representation):
    """The application's part in communication."""

    links = (
        Link("conversations", query="filter=active"),
        Link("joinOnlineMeeting"),
        Link("startMessaging"),
        Link("startOnlineMeeting", query="onlineMeetingUri=adhoc"),
        Link("conversationLogs"),
        Link("missedItems"),
        Link("replayMessage"),
    )

    conversation_history: GenericPolicy
    supported_modalities: list[Modality]
    supported_message_formats: list[MessageFormat]
    audio_preference: AudioPreference
    phone_number: str | UnsetType = UNSET

    @staticmethod
    @get()
    def show(call: Call) -> Communication:
        state = call.application.communication
        return Communication(
            conversation_history=GenericPolicy(state.history),
            supported_modalities=list(state.modalities),
            supported_message_formats=list(state.formats),
            audio_preference=state.audio,
            phone_number=state.phone_number or UNSET,
        )

    @staticmethod
    @put()
    def change(call: Call, given: CommunicationInput) -> None:
        """Change what was given; tell the application and those who watch (R9.47)."""
        before = call.application.communication
        state = replace(
            before,
            modalities=_given(given.supported_modalities, before.modalities),
            formats=_given(given.supported_message_formats, before.formats),
            audio=given.audio_preference or before.audio,
            history=given.conversation_history or before.history,
            phone_number=before.phone_number if given.phone_number is None else given.phone_number,
        )
        if state != before:
            call.application.communication = state
            call.notify("communication")


def _given(values: list[T] | None, before: tuple[T, ...]) -> tuple[T, ...]:
    return before if values is None else tuple(values)
