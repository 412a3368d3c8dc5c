"""Data that apps keep with meetings, for their organizers or for all who take part (R10.9)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

from msgspec import UNSET, Meta, Struct

from openucwa.domain.meetings import (
    EXTENSION_DATA,
    EXTENSIONS,
    Extension,
    Meeting,
    OnlineMeetingExtensionType,
)
from openucwa.domain.news import of_meeting
from openucwa.domain.refusals import Refusal, Refused, bad_parameter
from openucwa.hyper.declare import Embed, Representation, delete, get, post, put, resource
from openucwa.resources.call import Call
from openucwa.resources.conversations import AT, EITHER, inside_in_path
from openucwa.resources.own_meetings import (
    MEETING,
    change_meeting,
    meeting_in_path,
    require_unchanged,
    talk_in,
)

SHARED = f"{AT}/onlineMeeting/extensions"
"""Where those who take part in a meeting find what is meant for all of them."""

_ONE_SHARED = f"{SHARED}/{{extension}}"

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


def _taking_part(call: Call) -> bool:
    """Tell whether the path is that of a conversation."""
    return "conversation" in call.params


async def _meeting(call: Call) -> Meeting:
    """Return the meeting in the path with the extensions that may be seen there.

    Raises ``Refused``: NotFound, Forbidden.
    """
    if not _taking_part(call):
        return await meeting_in_path(call)
    talk, _ = inside_in_path(call)
    held = talk.arrangement
    known = await call.services.meetings.meeting(held.id) if held is not None else None
    if known is None:
        raise Refused(Refusal.NOT_FOUND, "Nobody has arranged this conversation.")
    return replace(known, extensions=tuple(one for one in known.extensions if one.shared))


async def _change(call: Call, change: Callable[[Meeting], Meeting]) -> Meeting:
    """Change the extensions of the caller's meeting, and tell those in it of what they see.

    Raises ``Refused``: NotFound, Forbidden.
    """
    before: list[Extension] = []

    def noted(meeting: Meeting) -> Meeting:
        before[:] = meeting.extensions
        return change(meeting)

    meeting = await change_meeting(call, noted)
    talk, now = talk_in(call, meeting), meeting.extensions
    changed = [one for one in (*before, *now) if one not in before or one not in now]
    if talk is not None and talk.parties and any(one.shared for one in changed):
        call.announce(talk, [of_meeting(talk, talk.seats(), "updated")])
    return meeting


@resource(
    "onlineMeetingExtensions",
    at=f"{MEETING}/extensions",
    also=(f"{MEETING}/onlineMeetingExtensions", SHARED),
    scopes=EITHER,
)
class OnlineMeetingExtensions(Representation):
    """The extensions of a meeting: all for its organizer, some for those who take part."""

    links = (Embed("onlineMeetingExtension", many=True),)

    @staticmethod
    @get()
    async def show(call: Call) -> OnlineMeetingExtensions:
        meeting = await _meeting(call)
        shown = [_shown(call, meeting, one) for one in meeting.extensions]
        alias = SHARED if _taking_part(call) else UNSET
        return OnlineMeetingExtensions(_alias=alias, _embedded={"onlineMeetingExtension": shown})

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

        return OnlineMeetingExtension.of(await _change(call, added), made)


@resource(
    "onlineMeetingExtension",
    at=f"{MEETING}/extensions/{{extension}}",
    also=(f"{MEETING}/onlineMeetingExtensions/{{extension}}", _ONE_SHARED),
    scopes=EITHER,
    etag=True,
    guid=True,
)
class OnlineMeetingExtension(Representation):
    """One extension; its data are properties of their own."""

    id: str
    type: OnlineMeetingExtensionType

    @staticmethod
    def of(meeting: Meeting, extension: Extension, alias: str = "") -> OnlineMeetingExtension:
        """Show an extension, perhaps at an alias of its path."""
        return OnlineMeetingExtension(
            id=extension.id,
            type=extension.type,
            _more=extension.data,
            _at={"meeting": meeting.id, "extension": extension.id},
            _alias=alias or UNSET,
        )

    @staticmethod
    @get()
    async def show(call: Call) -> OnlineMeetingExtension:
        meeting = await _meeting(call)
        extension = meeting.extension(call.params["extension"])
        call.versions.setdefault(extension.id, extension.version)
        return _shown(call, meeting, extension)

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

        meeting = await _change(call, changed)
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

        await _change(call, left)


def _shown(call: Call, meeting: Meeting, extension: Extension) -> OnlineMeetingExtension:
    """Show an extension where the caller has found it."""
    alias = _ONE_SHARED if _taking_part(call) else ""
    return OnlineMeetingExtension.of(meeting, extension, alias)
