"""Invitations: how conversations begin and grow, and how those invited answer (BEHAVIOUR 9)."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from openucwa.domain import inviting, leaving
from openucwa.domain.applications import Application
from openucwa.domain.conversations import Conversation
from openucwa.domain.meetings import (
    AccessLevel,
    AutomaticLeaderAssignment,
    EntryExitAnnouncement,
    LobbyBypassForPhoneUsers,
    OnlineMeetingRel,
    PhoneUserAdmission,
)
from openucwa.domain.modalities import MessageFormat
from openucwa.domain.parties import Invitation
from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.seen import (
    UNDECIDED,
    Direction,
    Importance,
    InvitationSeen,
    InvitationState,
    MeetingSeen,
    MeetingTraits,
)
from openucwa.hyper.declare import (
    Capability,
    Embed,
    Event,
    Link,
    Priority,
    Representation,
    get,
    post,
    resource,
)
from openucwa.hyper.values import Date, External, Words
from openucwa.resources.call import Call
from openucwa.resources.conversations import AT, EITHER, inside_in_path
from openucwa.resources.extensions import SHARED
from openucwa.resources.participants import Participant
from openucwa.resources.people import CONTACTS, Contact

MESSAGING = "communication/messagingInvitations/{invitation}"
MEETING = "communication/onlineMeetingInvitations/{invitation}"
PARTICIPANT = "communication/participantInvitations/{invitation}"
ANY = "communication/invitations/{invitation}"

TOLD = tuple(
    Event(kind, "communication", Priority.HIGH, embed=True)
    for kind in ("started", "updated", "completed")
)


def invitation_in_path(call: Call) -> tuple[Conversation, Invitation]:
    """Return an invitation that the application sent or got. Raises ``Refused``: NotFound."""
    identifier = call.params["invitation"]
    talk = call.services.conversations.invited(identifier)
    if talk is None:
        raise Refused(Refusal.NOT_FOUND)
    return talk, talk.invitation(identifier, call.seat)


def seen_in_path(call: Call, rel: str = "") -> InvitationSeen:
    """Return what the application sees of an invitation, of one kind if it has a ``rel``.

    Raises ``Refused``: NotFound.
    """
    talk, invitation = invitation_in_path(call)
    if rel and rel != invitation.rel(call.seat):
        raise Refused(Refusal.NOT_FOUND, "This is an invitation of another kind.")
    return talk.invitation_seen(invitation, call.seat)


@resource("to", at="people/{person}", answered_by="contact", scopes=CONTACTS)
class To(Contact, eq=False):
    """Whom an invitation was meant for."""


@resource("onBehalfOf", at="people/{person}", answered_by="contact", scopes=CONTACTS)
class OnBehalfOf(Contact, eq=False):
    """Whom an invitation was for, before it was forwarded."""


@resource("acceptedByContact", at="people/{person}", answered_by="contact", scopes=CONTACTS)
class AcceptedByContact(Contact, eq=False):
    """Who accepted an invitation that rang here, too."""


class AnyInvitation(Representation, kw_only=True):
    """Base of invitations."""

    direction: Direction
    importance: Importance
    thread_id: str
    state: InvitationState
    operation_id: str | UnsetType = UNSET
    subject: str
    message: External | UnsetType = UNSET


def _shown(seen: InvitationSeen) -> dict[str, Any]:
    """Return what invitations of all kinds show alike."""
    return {
        "direction": seen.direction,
        "importance": seen.importance,
        "thread_id": seen.thread,
        "state": seen.state,
        "operation_id": seen.operation or UNSET,
        "subject": seen.subject,
        "_at": {
            "invitation": seen.id,
            "conversation": seen.conversation,
            "participant": seen.sender.address,
            "person": seen.to,
            "principal": seen.on_behalf_of,
            "acceptor": seen.accepted_elsewhere,
        },
        "_titles": {"from": seen.sender.name},
        "_embedded": _embedded(seen),
    }


def _without(seen: InvitationSeen) -> set[str]:
    """Return the links that an invitation does not have now (R9.5)."""
    outgoing = seen.direction is Direction.OUTGOING
    without = {"accept", "decline"} if outgoing or not seen.open else set()
    if not (outgoing and seen.open):
        without.add("cancel")
    if not outgoing:
        without.add("from")
    if not seen.to:
        without.add("to")
    if outgoing or not seen.on_behalf_of:
        without.add("onBehalfOf")
    if outgoing or not seen.accepted_elsewhere:
        without.add("acceptedByContact")
    return without


def _embedded(seen: InvitationSeen) -> dict[str, object] | UnsetType:
    """Return who sent it, or who accepted it."""
    if seen.direction is Direction.INCOMING:
        return {"from": Participant.as_seen(seen.sender)}
    if seen.accepted_by is not None:
        return {"acceptedByParticipant": [Participant.as_seen(seen.accepted_by)]}
    return UNSET


def _message(seen: InvitationSeen) -> External | UnsetType:
    if seen.message is None:
        return UNSET
    return External(Words(seen.message.text, seen.message.format is MessageFormat.HTML))


@resource("messagingInvitation", at=MESSAGING, also=(ANY,), scopes=EITHER, events=TOLD)
class MessagingInvitation(AnyInvitation):
    """An invitation to exchange messages."""

    links = (
        Link("from"),
        Link("to"),
        Link("cancel", place="stopMessaging"),
        Link("conversation"),
        Link("accept"),
        Link("decline"),
        Link("messaging"),
        Link("onBehalfOf", at="people/{principal}"),
        Link("acceptedByContact", at="people/{acceptor}"),
        Embed("from"),
        Embed("acceptedByParticipant", many=True),
    )

    @classmethod
    def as_seen(cls, seen: InvitationSeen) -> MessagingInvitation:
        """Show an invitation."""
        return MessagingInvitation(**_shown(seen), message=_message(seen), _without=_without(seen))

    @staticmethod
    @get()
    def show(call: Call) -> MessagingInvitation:
        return MessagingInvitation.as_seen(seen_in_path(call))


@resource("participantInvitation", at=PARTICIPANT, scopes=EITHER, events=TOLD)
class ParticipantInvitation(AnyInvitation):
    """An invitation of one more to a conversation, as whoever sent it sees it."""

    links = (
        Link("from"),
        Link("to"),
        Link("cancel"),
        Link("conversation"),
        Link("participant"),
        Embed("acceptedByParticipant", many=True),
    )

    @classmethod
    def as_seen(cls, seen: InvitationSeen) -> ParticipantInvitation:
        """Show an invitation; ``participant`` is whoever came."""
        accepted = seen.accepted_by
        linked = (
            {}
            if accepted is None
            else {"participant": {"participant": accepted.address, "title": accepted.name}}
        )
        return ParticipantInvitation(
            **_shown(seen), _without=_without(seen) | {"participant"}, _linked=linked
        )

    @staticmethod
    @get()
    def show(call: Call) -> ParticipantInvitation:
        return ParticipantInvitation.as_seen(seen_in_path(call, "participantInvitation"))


@resource("onlineMeetingInvitation", at=MEETING, scopes=EITHER, events=TOLD)
class OnlineMeetingInvitation(AnyInvitation, kw_only=True):
    """An invitation to a conference: to who got it, or of who joins by herself (R9.33, 9.5)."""

    links = (
        Link("from"),
        Link("to"),
        Link("cancel"),
        Link("conversation"),
        Link("accept", at=f"{MEETING}/accept"),
        Link("decline", at=f"{MEETING}/decline"),
        Embed("from"),
    )

    anonymous_display_name: str | UnsetType = UNSET
    online_meeting_uri: str

    @classmethod
    def as_seen(cls, seen: InvitationSeen) -> OnlineMeetingInvitation:
        """Show an invitation."""
        outgoing = seen.direction is Direction.OUTGOING
        return OnlineMeetingInvitation(
            **_shown(seen),
            anonymous_display_name=seen.guest if outgoing and seen.guest else UNSET,
            online_meeting_uri=seen.meeting,
            _without=_without(seen),
        )

    @staticmethod
    @get()
    def show(call: Call) -> OnlineMeetingInvitation:
        return OnlineMeetingInvitation.as_seen(seen_in_path(call, "onlineMeetingInvitation"))


@resource(
    "accept",
    at=f"{MESSAGING}/accept",
    also=(f"{MEETING}/accept", f"{ANY}/accept"),
    scopes=EITHER,
)
class Accept(Capability):
    """Accepts an invitation; whoever comes first has it (R9.7)."""

    @staticmethod
    @post(counts=True)
    def accept(call: Call) -> None:
        talk, invitation = invitation_in_path(call)
        formats = formats_of(call, call.user.address, call.application)
        call.announce(talk, inviting.accept(talk, invitation, call.seat, formats, call.now))


def formats_of(call: Call, address: str, application: Application) -> tuple[MessageFormat, ...]:
    """Return the formats of somebody's application: HTML only if her policy allows it (R9.48)."""
    policy = call.services.policies.remembered(address, "htmlMessaging")
    formats = application.communication.formats
    return formats if policy in (None, "Enabled") else (MessageFormat.PLAIN,)


class DeclineInput(Struct, rename="camel"):
    """Where to decline: here (Local), or in all applications (Global)."""

    reason: Annotated[str, Meta(max_length=100)] | None = None


@resource(
    "decline",
    at=f"{MESSAGING}/decline",
    also=(f"{MEETING}/decline", f"{ANY}/decline"),
    scopes=EITHER,
)
class Decline(Capability):
    """Declines an invitation."""

    @staticmethod
    @post(counts=True)
    def decline(call: Call, given: DeclineInput) -> None:
        """Decline; any reason but Global holds here alone (R9.7)."""
        talk, invitation = invitation_in_path(call)
        everywhere = (given.reason or "").lower() == "global"
        news = inviting.decline(talk, invitation, call.seat, everywhere=everywhere, now=call.now)
        call.announce(talk, news)


@resource(
    "cancel",
    at=f"{PARTICIPANT}/cancel",
    also=(f"{MESSAGING}/cancel", f"{MEETING}/cancel", f"{ANY}/cancel"),
    scopes=EITHER,
)
class Cancel(Capability):
    """Takes back an invitation that nobody answered yet (R9.19)."""

    @staticmethod
    @post()
    def cancel(call: Call) -> None:
        talk, invitation = invitation_in_path(call)
        undecided = invitation.state in UNDECIDED
        if invitation.caller != call.seat or not undecided:
            raise Refused(Refusal.CONFLICT, "This invitation has been decided.")
        call.announce(talk, leaving.cancel(talk, invitation, call.now))


@resource(
    "onlineMeeting",
    at=f"{AT}/onlineMeeting",
    scopes=EITHER,
    events=tuple(
        Event(kind, "conversation", Priority.HIGH, "conversation", embed=True)
        for kind in ("added", "updated")
    ),
)
class OnlineMeeting(Representation, kw_only=True):
    """The meeting behind a conference (R10.14)."""

    links = (
        Link("conversation"),
        Link("organizer"),
        Link("onlineMeetingExtensions", at=SHARED),
    )

    access_level: AccessLevel | UnsetType = UNSET
    attendees: list[str] | UnsetType = UNSET
    automatic_leader_assignment: AutomaticLeaderAssignment | UnsetType = UNSET
    description: str | UnsetType = UNSET
    entry_exit_announcement: EntryExitAnnouncement | UnsetType = UNSET
    expiration_time: Date | UnsetType = UNSET
    join_url: str
    leaders: list[str] | UnsetType = UNSET
    lobby_bypass_for_phone_users: LobbyBypassForPhoneUsers | UnsetType = UNSET
    online_meeting_id: str
    online_meeting_rel: OnlineMeetingRel | UnsetType = UNSET
    online_meeting_uri: str
    organizer_name: str
    organizer_uri: str
    phone_user_admission: PhoneUserAdmission | UnsetType = UNSET
    subject: str

    @classmethod
    def as_seen(cls, seen: MeetingSeen) -> OnlineMeeting:
        """Show a meeting."""
        return OnlineMeeting(
            online_meeting_id=seen.id,
            online_meeting_uri=seen.uri,
            join_url=seen.join_url,
            organizer_name=seen.organizer_name,
            organizer_uri=f"sip:{seen.organizer}",
            subject=seen.subject,
            _at={"conversation": seen.conversation, "person": seen.organizer},
            _without=UNSET if seen.like else {"onlineMeetingExtensions"},
            **_traits(seen.like),
        )

    @staticmethod
    @get()
    def show(call: Call) -> OnlineMeeting:
        talk, _ = inside_in_path(call)
        seen = talk.meeting_seen()
        if seen is None:
            raise Refused(Refusal.NOT_FOUND, "This conversation is no conference.")
        return OnlineMeeting.as_seen(seen)


def _traits(like: MeetingTraits | None) -> dict[str, Any]:
    """Return what is shown of a meeting that somebody arranged."""
    if like is None:
        return {}
    return {
        "access_level": AccessLevel(like.access),
        "attendees": [f"sip:{one}" for one in like.attendees],
        "automatic_leader_assignment": AutomaticLeaderAssignment(like.promotion),
        "description": like.description,
        "entry_exit_announcement": EntryExitAnnouncement(like.announcement),
        "expiration_time": UNSET if like.expires is None else Date(like.expires),
        "leaders": [f"sip:{one}" for one in like.leaders],
        "lobby_bypass_for_phone_users": LobbyBypassForPhoneUsers(like.lobby_bypass),
        "online_meeting_rel": OnlineMeetingRel(like.rel),
        "phone_user_admission": PhoneUserAdmission(like.phone),
    }


@resource("organizer", at="people/{person}", answered_by="contact", scopes=CONTACTS)
class Organizer(Contact, eq=False):
    """Whose meeting it is."""
