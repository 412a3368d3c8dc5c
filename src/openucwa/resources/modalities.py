"""The modalities of a conversation other than messaging: always there, never connected (R9.10).

Clients look for them in every conversation; there is no media server to connect them with.
"""

from __future__ import annotations

from openucwa.domain.seen import CallState
from openucwa.hyper.declare import Link, Representation, Scope, get, resource
from openucwa.resources.call import Call
from openucwa.resources.conversations import EITHER, party_in_path

AT = "communication/conversations/{conversation}"


class Unconnected(Representation):
    """Base of modalities that cannot be connected."""

    links = (Link("conversation"),)

    state: CallState = CallState.DISCONNECTED


@resource("phoneAudio", at=f"{AT}/phoneAudio", scopes=EITHER)
class PhoneAudio(Unconnected):
    """Calls by telephone."""

    @staticmethod
    @get()
    def show(call: Call) -> PhoneAudio:
        party_in_path(call)
        return PhoneAudio()


@resource("audioVideo", at=f"{AT}/audioVideo", scopes=EITHER)
class AudioVideo(Unconnected):
    """Sound and pictures (R9.42)."""

    @staticmethod
    @get()
    def show(call: Call) -> AudioVideo:
        party_in_path(call)
        return AudioVideo()


@resource(
    "applicationSharing", at=f"{AT}/applicationSharing", scopes=(Scope.INITIATE, Scope.RECEIVE)
)
class ApplicationSharing(Unconnected):
    """Shared screens (R9.44)."""

    @staticmethod
    @get()
    def show(call: Call) -> ApplicationSharing:
        party_in_path(call)
        return ApplicationSharing()


@resource("dataCollaboration", at=f"{AT}/dataCollaboration", scopes=(Scope.INITIATE, Scope.RECEIVE))
class DataCollaboration(Unconnected):
    """Whiteboards, polls and slides (R9.44)."""

    @staticmethod
    @get()
    def show(call: Call) -> DataCollaboration:
        party_in_path(call)
        return DataCollaboration()
