"""Online meetings that the user arranges (R10.1-R10.8)."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from openucwa.domain import holding
from openucwa.domain.arranging import check
from openucwa.domain.meetings import (
    LIFETIME,
    SUBJECT,
    AccessLevel,
    AutomaticLeaderAssignment,
    EntryExitAnnouncement,
    LobbyBypassForPhoneUsers,
    Meeting,
    OnlineMeetingRel,
    PhoneUserAdmission,
    conference_id,
    join_url_of,
)
from openucwa.domain.people import address_of
from openucwa.domain.refusals import Refusal, Refused, bad_parameter
from openucwa.hyper.declare import (
    Embed,
    Link,
    Raw,
    Representation,
    Scope,
    delete,
    get,
    post,
    put,
    resource,
)
from openucwa.hyper.values import Date
from openucwa.resources.call import Call
from openucwa.resources.conditions import ANY_SCOPE, KNOWN_PERSON
from openucwa.resources.extensions import OnlineMeetingExtension
from openucwa.resources.own_meetings import (
    EITHER,
    MEETING,
    MEETINGS,
    add,
    arrange,
    change_meeting,
    defaults,
    meeting_in_path,
    require_unchanged,
    talk_in,
)
from openucwa.resources.policies import ASSIGNED, switched


@resource("onlineMeetings", at="onlineMeetings", scopes=ANY_SCOPE)
class OnlineMeetings(Representation):
    """Where meetings are arranged, and what is allowed."""

    links = (
        Link("myAssignedOnlineMeeting"),
        Link("myOnlineMeetings"),
        Link("onlineMeetingDefaultValues"),
        Link("onlineMeetingEligibleValues"),
        Link("onlineMeetingInvitationCustomization"),
        Link("onlineMeetingPolicies"),
        Link("phoneDialInInformation"),
    )

    @staticmethod
    @get()
    async def show(call: Call) -> OnlineMeetings:
        return OnlineMeetings(**await link_to_assigned(call))


async def link_to_assigned(call: Call) -> dict[str, Any]:
    """Return what makes a representation link the permanent meeting, if the caller has one."""
    meeting = await assigned(call)
    if meeting is None:
        return {"_without": ("myAssignedOnlineMeeting",)}
    return {"_at": {"meeting": meeting.id}}


async def assigned(call: Call) -> Meeting | None:
    """Return the caller's permanent meeting, made when it is first looked for (R10.8)."""
    address, terms = call.user.address, call.rules.meetings
    if call.identity.anonymous or not switched(call, ASSIGNED, default=terms.assigned):
        return None
    known = await call.services.meetings.assigned(address)
    if known is None:
        await add(call, replace(defaults(call), assigned=True))
        known = await call.services.meetings.assigned(address)
    return known


Uris = Annotated[list[Annotated[str, Meta(max_length=500)]], Meta(max_length=1000)]
"""Of whom; more than that is no meeting."""


class MeetingInput(Struct, rename="camel"):
    """What a meeting is to be like; nothing leaves what it is, or its default (R10.2, R4.27).

    ``attendance_announcements_status`` is an older name of ``entry_exit_announcement``.
    """

    access_level: AccessLevel | None = None
    attendance_announcements_status: EntryExitAnnouncement | None = None
    attendees: Uris | None = None
    automatic_leader_assignment: AutomaticLeaderAssignment | None = None
    description: Annotated[str, Meta(max_length=10_000)] | None = None
    end_time: Date | None = None
    entry_exit_announcement: EntryExitAnnouncement | None = None
    expiration_time: Date | None = None
    leaders: Uris | None = None
    lobby_bypass_for_phone_users: LobbyBypassForPhoneUsers | None = None
    phone_user_admission: PhoneUserAdmission | None = None
    start_time: Date | None = None
    subject: Annotated[str, Meta(max_length=SUBJECT)] | None = None


def arranged(meeting: Meeting, given: MeetingInput, call: Call) -> Meeting:
    """Return a meeting as somebody wants it. Raises ``Refused``: ParameterValidationFailure."""
    changes = {
        "access": given.access_level,
        "announcement": given.entry_exit_announcement or given.attendance_announcements_status,
        "attendees": _addresses("attendees", given.attendees, meeting.organizer),
        "description": _kept(given.description),
        "ends": given.end_time and given.end_time.seconds,
        "expires": given.expiration_time and given.expiration_time.seconds,
        "leaders": _addresses("leaders", given.leaders, meeting.organizer),
        "lobby_bypass": given.lobby_bypass_for_phone_users,
        "phone": given.phone_user_admission,
        "promotion": given.automatic_leader_assignment,
        "starts": given.start_time and given.start_time.seconds,
        "subject": _kept(given.subject),
    }
    if meeting.assigned:
        del changes["expires"]
    said: dict[str, Any] = {name: value for name, value in changes.items() if value is not None}
    wanted = replace(meeting, used=call.now, **said)
    if wanted.expires is None and not (meeting.assigned or meeting.id):
        wanted = replace(wanted, expires=max(call.now, wanted.ends or 0.0) + LIFETIME)
    check(wanted, call.rules.meetings.eligible, call.now)
    return wanted


def _addresses(name: str, uris: list[str] | None, organizer: str) -> tuple[str, ...] | None:
    """Read who is named; the organizer is implied. They may be of other organisations (R10.6)."""
    if uris is None:
        return None
    found = [address_of(uri) for uri in uris]
    if None in found:
        raise bad_parameter(name, f"{uris[found.index(None)][:100]!r} is no SIP address.")
    return tuple(dict.fromkeys(one for one in found if one and one != organizer))


def _kept(text: str | None) -> str | None:
    """Return a text without what not every database keeps."""
    return text and text.replace("\0", "\ufffd")


class AnyMeeting(Representation, kw_only=True):
    """Base of the meetings that the user organizes; all of them are at the same place."""

    links = (
        Link("onlineMeetingExtensions"),
        Link("invitationFile"),
        Embed("onlineMeetingExtension", many=True),
    )

    access_level: AccessLevel
    attendees: list[str]
    automatic_leader_assignment: AutomaticLeaderAssignment
    conference_id: str | UnsetType = UNSET
    description: str
    end_time: Date | UnsetType = UNSET
    entry_exit_announcement: EntryExitAnnouncement
    expiration_time: Date | UnsetType = UNSET
    join_url: str
    leaders: list[str]
    lobby_bypass_for_phone_users: LobbyBypassForPhoneUsers
    online_meeting_id: str
    online_meeting_rel: OnlineMeetingRel
    online_meeting_uri: str
    organizer_uri: str
    phone_user_admission: PhoneUserAdmission
    start_time: Date | UnsetType = UNSET
    subject: str

    @staticmethod
    @get()
    async def show(call: Call) -> AnyMeeting:
        """Show the meeting in the path, whichever kind it is. Raises ``Refused``: NotFound."""
        return shown(call, await meeting_in_path(call))


@resource(
    "myOnlineMeeting", at=MEETING, scopes=EITHER, requires=(KNOWN_PERSON,), etag=True, guid=True
)
class MyOnlineMeeting(AnyMeeting, kw_only=True):
    """A meeting that the user arranged."""

    @staticmethod
    @put()
    async def change(call: Call, given: MeetingInput) -> AnyMeeting:
        def changed(meeting: Meeting) -> Meeting:
            require_unchanged(call, meeting.version)
            return replace(arranged(meeting, given, call), version=meeting.version + 1)

        meeting = await change_meeting(call, changed)
        talk = talk_in(call, meeting)
        if talk is not None:
            call.announce(talk, holding.rearrange(talk, meeting))
        return shown(call, meeting)

    @staticmethod
    @delete()
    async def cancel(call: Call) -> None:
        """Delete it, and end it for all who are in it.

        Who was given a permanent one gets another one instead.
        """
        meeting = await meeting_in_path(call)
        await call.services.meetings.delete(meeting.id)
        talk = talk_in(call, meeting)
        if talk is not None:
            call.announce(talk, holding.end(talk, call.now))


@resource(
    "myAssignedOnlineMeeting",
    at=MEETING,
    answered_by="myOnlineMeeting",
    scopes=EITHER,
    requires=(KNOWN_PERSON,),
    etag=True,
    guid=True,
)
class MyAssignedOnlineMeeting(AnyMeeting, kw_only=True):
    """The permanent meeting that the user was given."""


def shown(call: Call, meeting: Meeting) -> AnyMeeting:
    """Show a meeting to its organizer."""
    rules = call.rules.meetings
    kind = MyAssignedOnlineMeeting if meeting.assigned else MyOnlineMeeting
    rel = OnlineMeetingRel.ASSIGNED if meeting.assigned else OnlineMeetingRel.OWN
    at = {"meeting": meeting.id}
    extensions = [OnlineMeetingExtension.of(meeting, one) for one in meeting.extensions]
    return kind(
        access_level=meeting.access,
        attendees=[f"sip:{address}" for address in meeting.attendees],
        automatic_leader_assignment=meeting.promotion,
        conference_id=conference_id(meeting.id) if rules.dial_in else UNSET,
        description=meeting.description,
        end_time=_date(meeting.ends),
        entry_exit_announcement=meeting.announcement,
        expiration_time=_date(meeting.expires),
        join_url=join_url_of(meeting.organizer, meeting.id, rules.join_url),
        leaders=[f"sip:{address}" for address in meeting.leaders],
        lobby_bypass_for_phone_users=meeting.lobby_bypass,
        online_meeting_id=meeting.id,
        online_meeting_rel=rel,
        online_meeting_uri=meeting.uri,
        organizer_uri=f"sip:{meeting.organizer}",
        phone_user_admission=meeting.phone,
        start_time=_date(meeting.starts),
        subject=meeting.subject,
        _at=at,
        _without=UNSET if meeting.starts is not None else ("invitationFile",),
        _embedded={"onlineMeetingExtension": extensions} if extensions else UNSET,
    )


def _date(moment: float | None) -> Date | UnsetType:
    return UNSET if moment is None else Date(moment)


@resource("myOnlineMeetings", at=MEETINGS, scopes=(Scope.MEETINGS,), requires=(KNOWN_PERSON,))
class MyOnlineMeetings(Representation):
    """The meetings that the user has, and where she arranges another one."""

    links = (Embed("myAssignedOnlineMeeting", many=True), Embed("myOnlineMeeting", many=True))

    @staticmethod
    @get()
    async def show(call: Call) -> MyOnlineMeetings:
        await assigned(call)
        found = await call.services.meetings.of(call.user.address)
        given = [shown(call, one) for one in found if one.assigned]
        made = [shown(call, one) for one in found if not one.assigned]
        embedded = {"myAssignedOnlineMeeting": given} if given else {}
        return MyOnlineMeetings(_embedded=embedded | {"myOnlineMeeting": made})

    @staticmethod
    @post(200)
    async def arrange(call: Call, given: MeetingInput) -> MyOnlineMeeting:
        """Arrange a meeting; 200 as clients are used to (16.4)."""
        made = shown(call, await arrange(call, arranged(defaults(call), given, call)))
        assert isinstance(made, MyOnlineMeeting)  # noqa: S101  for the type checker
        return made


@resource(
    "invitationFile",
    at=f"{MEETING}/invitation.ics",
    scopes=EITHER,
    requires=(KNOWN_PERSON,),
)
class InvitationFile(Representation):
    """A meeting with a time as an iCalendar file, for calendars and mail."""

    @staticmethod
    @get()
    async def show(call: Call) -> Raw:
        meeting = await meeting_in_path(call)
        if meeting.starts is None:
            raise Refused(Refusal.NOT_FOUND, "This meeting has no time.")
        person = await call.services.directory.person(meeting.organizer)
        url = join_url_of(meeting.organizer, meeting.id, call.rules.meetings.join_url)
        name = person.name if person else meeting.organizer
        file = call.services.invitation(meeting, name, url, call.now)
        return Raw("text/calendar; charset=utf-8; method=PUBLISH", file)
