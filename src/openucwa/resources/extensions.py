"""Data that apps keep with the user's meetings (R10.9)."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from msgspec import Meta, Struct

from openucwa.domain.meetings import (
    EXTENSION_DATA,
    EXTENSIONS,
    Extension,
    Meeting,
    OnlineMeetingExtensionType,
)
from openucwa.domain.refusals import Refusal, Refused, bad_parameter
from openucwa.hyper.declare import Embed, Representation, delete, get, post, put, resource
from openucwa.resources.call import Call
from openucwa.resources.conditions import KNOWN_PERSON
from openucwa.resources.own_meetings import (
    EITHER,
    MEETING,
    change_meeting,
    meeting_in_path,
    require_unchanged,
)

_NO_DATA = {"id", "type", "rel", "etag", "_links", "_embedded"}
"""Names that are not the app's to choose (R4.18)."""

_LONGEST_NAME = 100
_PUT_BACK = "please pass this in a put request"
"""What clients send back in a property of any name (R4.28)."""


def data_of(call: Call) -> dict[str, str]:
    """Return the app's own properties in the body. Raises ``Refused``."""
    data: dict[str, str] = {}
    for name, value in call.body.items():
        if name.lower() in _NO_DATA or value is None:
            continue
        if not isinstance(value, str):
            raise bad_parameter(name[:_LONGEST_NAME], "Expected a text.")
        if value.strip().lower() == _PUT_BACK:
            continue
        if not (0 < len(name) <= _LONGEST_NAME and name.isprintable()):
            raise bad_parameter(name[:_LONGEST_NAME], "Expected a name of up to 100 characters.")
        data[name] = value.replace("\0", "\ufffd")
    if sum(len(name) + len(value) for name, value in data.items()) > EXTENSION_DATA:
        raise Refused(Refusal.ENTITY_TOO_LARGE)
    return data


class ExtensionInput(Struct, rename="camel"):
    """What an extension is called, and for whom it is; beside it, texts of any names."""

    id: Annotated[str, Meta(pattern=r"^[^\s/\\?#%\x00-\x1f\x7f]{1,100}\Z")] | None = None
    type: OnlineMeetingExtensionType | None = None


@resource(
    "onlineMeetingExtensions",
    at=f"{MEETING}/extensions",
    also=(f"{MEETING}/onlineMeetingExtensions",),
    scopes=EITHER,
    requires=(KNOWN_PERSON,),
)
class OnlineMeetingExtensions(Representation):
    """All extensions of a meeting, as its organizer sees them."""

    links = (Embed("onlineMeetingExtension", many=True),)

    @staticmethod
    @get()
    async def show(call: Call) -> OnlineMeetingExtensions:
        meeting = await meeting_in_path(call)
        shown = [OnlineMeetingExtension.of(meeting, one) for one in meeting.extensions]
        return OnlineMeetingExtensions(_embedded={"onlineMeetingExtension": shown})

    @staticmethod
    @post(201)
    async def create(call: Call, given: ExtensionInput) -> OnlineMeetingExtension:
        kind = given.type or OnlineMeetingExtensionType.UNDEFINED
        made = Extension(given.id or call.services.identifier(16), kind, data_of(call))
        if not made.id.strip("."):
            raise bad_parameter("id", "Expected more than dots.")

        def added(meeting: Meeting) -> Meeting:
            if any(one.id == made.id for one in meeting.extensions):
                raise Refused(Refusal.ALREADY_EXISTS)
            if len(meeting.extensions) >= EXTENSIONS:
                raise Refused(Refusal.LIMIT_EXCEEDED)
            return meeting.with_extension(made)

        return OnlineMeetingExtension.of(await change_meeting(call, added), made)


@resource(
    "onlineMeetingExtension",
    at=f"{MEETING}/extensions/{{extension}}",
    also=(f"{MEETING}/onlineMeetingExtensions/{{extension}}",),
    scopes=EITHER,
    requires=(KNOWN_PERSON,),
    etag=True,
    guid=True,
)
class OnlineMeetingExtension(Representation):
    """One extension; its data are properties of their own."""

    id: str
    type: OnlineMeetingExtensionType

    @staticmethod
    def of(meeting: Meeting, extension: Extension) -> OnlineMeetingExtension:
        """Show an extension."""
        return OnlineMeetingExtension(
            id=extension.id,
            type=extension.type,
            _more=extension.data,
            _at={"meeting": meeting.id, "extension": extension.id},
        )

    @staticmethod
    @get()
    async def show(call: Call) -> OnlineMeetingExtension:
        meeting = await meeting_in_path(call)
        extension = meeting.extension(call.params["extension"])
        call.versions.setdefault(extension.id, extension.version)
        return OnlineMeetingExtension.of(meeting, extension)

    @staticmethod
    @put()
    async def change(call: Call, given: ExtensionInput) -> OnlineMeetingExtension:
        """Replace its data, all of them: else none could ever be taken away."""
        identifier, data = call.params["extension"], data_of(call)

        def changed(meeting: Meeting) -> Meeting:
            known = meeting.extension(identifier)
            require_unchanged(call, known.version, identifier)
            kind, version = given.type or known.type, known.version + 1
            return meeting.with_extension(replace(known, type=kind, data=data, version=version))

        meeting = await change_meeting(call, changed)
        return OnlineMeetingExtension.of(meeting, meeting.extension(identifier))

    @staticmethod
    @delete()
    async def remove(call: Call) -> None:
        identifier = call.params["extension"]

        def left(meeting: Meeting) -> Meeting:
            gone = meeting.extension(identifier)
            require_unchanged(call, gone.version, identifier)
            others = tuple(one for one in meeting.extensions if one.id != identifier)
            return replace(meeting, extensions=others)

        await change_meeting(call, left)
