"""Joining online meetings, and starting one at once (BEHAVIOUR 9.5, R9.37, R10.11-R10.15)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from msgspec import Meta, Struct

from openucwa.domain import holding, joining, leaving, messaging
from openucwa.domain.conversations import Conversation
from openucwa.domain.meetings import (
    HOUR,
    Admission,
    Meeting,
    Place,
    place_of,
)
from openucwa.domain.news import News, Outcome
from openucwa.domain.parties import REMEMBERED, Invitation, Kind, Party
from openucwa.domain.parties import Meeting as Venue
from openucwa.domain.refusals import Refusal, Refused, bad_parameter
from openucwa.domain.seen import Importance
from openucwa.domain.shards import beside
from openucwa.hyper.declare import Capability, Condition, Scope, Started, post, resource
from openucwa.resources.call import Call
from openucwa.resources.conditions import KNOWN_PERSON
from openucwa.resources.own_meetings import arrange, defaults
from openucwa.resources.starting import Operation, card_of, own_formats, own_threads

ADHOC = "adhoc"
"""Stands in our own link for the address of a meeting that is to begin now (R9.37)."""


class BeginMeetingInput(Struct, rename="camel"):
    """What a new meeting is about."""

    importance: Importance | None = None
    operation_id: Operation = None
    subject: Annotated[str, Meta(max_length=250)] | None = None
    thread_id: Annotated[str, Meta(max_length=250)] | None = None


class JoinMeetingInput(BeginMeetingInput):
    """Which meeting to join; without any, a new one begins.

    ``anonymous_display_name`` is how a guest calls herself, who has no other name (16.37).
    """

    online_meeting_uri: Annotated[str, Meta(max_length=1000)] | None = None
    anonymous_display_name: Annotated[str, Meta(max_length=250)] | None = None


def _may_begin(call: Call) -> bool:
    """Tell whether a token lets its bearer join; one for meetings lets her begin a new one."""
    values = {name.lower(): value for name, value in call.query.items()}
    begins = values.get("onlinemeetinguri") == ADHOC and Scope.MEETINGS in call.identity.scopes
    return begins or Scope.INITIATE in call.identity.scopes


@resource(
    "joinOnlineMeeting",
    at="communication/onlineMeetingInvitations",
    also=("communication/joinOnlineMeeting", "communication/startOnlineMeeting"),
    scopes=(Scope.INITIATE, Scope.MEETINGS),
    requires=(Condition(Refusal.FORBIDDEN, _may_begin),),
)
class JoinOnlineMeeting(Capability):
    """Joins an online meeting."""

    @staticmethod
    @post(201, counts=True)
    async def join(call: Call, given: JoinMeetingInput) -> Started:
        """Join, once for the same operation.

        Raises ``Refused``: DestinationNotFound if there is no such meeting, Forbidden for a guest
        of another one, AlreadyExists for who is there, ThreadIdAlreadyExists, TooManyConversations,
        TooManyParticipants, TooManyLobbyParticipants.
        """
        uri = given.online_meeting_uri or ADHOC
        if uri.lower() == ADHOC:
            return await _begin(call, given)
        place = place_of(uri)
        if call.identity.anonymous and (place is None or place.id != call.identity.meeting):
            raise Refused(Refusal.FORBIDDEN, "This token is for another meeting.")
        if place is None:
            raise Refused(Refusal.DESTINATION_NOT_FOUND)
        return await _come(call, given, place)


@resource(
    "startOnlineMeeting",
    at="communication/onlineMeetingInvitations",
    answered_by="joinOnlineMeeting",
    scopes=(Scope.MEETINGS,),
    requires=(KNOWN_PERSON,),
)
class StartOnlineMeeting(Capability):
    """Begins a new meeting at once, and joins it."""

    @staticmethod
    @post(201, counts=True)
    async def start(call: Call, given: BeginMeetingInput) -> Started:
        """Begin a meeting. Raises ``Refused`` as joining does."""
        return await _begin(call, given)


async def _begin(call: Call, given: BeginMeetingInput) -> Started:
    """Begin a meeting of the caller's own, which nobody has arranged (R9.37).

    It is stored all the same: guests have to be told from those who only guess.
    """
    if call.identity.anonymous:
        raise Refused(Refusal.FORBIDDEN, "Guests begin no meetings.")
    _room_for_one_more(call)
    party = await _party(call, "")
    if (begun := _begun(call, given)) is not None:
        return begun
    arranged = await arrange(call, replace(defaults(call), subject=given.subject or ""))
    _require_application(call)
    if (begun := _begun(call, given)) is not None:  # it came twice at the same time
        return begun
    talk = _open(call, given, arranged, party.name)
    return _enter(call, given, talk, party, joining.entry(talk, party.address))


def _begun(call: Call, given: BeginMeetingInput) -> Started | None:
    """Return what this operation has begun just now, if it did."""
    for talk in call.services.conversations.of(call.user.address):
        known = _joined(call, talk, given)
        same = (talk.subject, talk.count) == (given.subject or "", 0)
        if known is not None and same and talk.created + REMEMBERED > call.now:
            call.changed = True  # it may not be stored yet; the answer says that it is
            return Started("onlineMeetingInvitation", {"invitation": known.id})
    return None


def _require_application(call: Call) -> None:
    """Refuse to go on if the application has ended meanwhile. Raises ``Refused``."""
    if call.application.id not in call.user.applications:
        raise Refused(Refusal.APPLICATION_NOT_FOUND)


async def _come(call: Call, given: JoinMeetingInput, place: Place) -> Started:
    """Come into a meeting that somebody arranged, or that is going on."""
    _room_for_one_more(call, place)
    call.services.conversations.held(place)  # where it lives, the rest is done
    party = await _party(call, given.anonymous_display_name or "")
    arranged = await _arranged(call, place)
    host = await call.services.directory.person(place.organizer)
    _require_application(call)
    talk, name = call.services.conversations.held(place), host.name if host else place.organizer
    if arranged is None and (talk is None or talk.arranged):
        raise Refused(Refusal.DESTINATION_NOT_FOUND)  # it has been deleted, if there ever was one
    if talk is None:
        assert arranged is not None  # noqa: S101  for the type checker
        if arranged.adhoc:
            raise Refused(Refusal.DESTINATION_NOT_FOUND)  # it is over
        talk = _open(call, given, arranged, name)
    elif arranged is not None and talk.meeting is not None:
        talk.meeting = replace(talk.meeting, organizer_name=name)
        changes = holding.rearrange(talk, arranged)
        if changes:
            call.announce(talk, changes)
    there = talk.parties.get(party.address) or talk.lobby.get(party.address)
    if there is not None and there.seat == call.seat:
        known = _joined(call, talk, given)
        if known is None:
            raise Refused(Refusal.ALREADY_EXISTS, "You are in this meeting.")
        call.changed = True  # as above
        return Started("onlineMeetingInvitation", {"invitation": known.id})
    if there is None and talk.is_of(party.address):
        raise Refused(Refusal.ALREADY_EXISTS, "You are invited: accept the invitation.")
    entry, news = joining.entry(talk, party.address), list[News]()
    if there is not None and party.address in talk.parties:
        entry = Admission(there.role or entry.role, waits=False)
    crowd, refusal = (
        (talk.lobby, Refusal.TOO_MANY_LOBBY_PARTICIPANTS)
        if entry.waits
        else (talk.parties, Refusal.TOO_MANY_PARTICIPANTS)
    )
    if len(crowd) >= call.rules.participants and party.address not in crowd:
        raise Refused(refusal)
    if there is not None:  # at another application of hers
        news = messaging.give_up_on(talk, there)
        news += (
            joining.give_up(talk, there, call.now)
            if there.address in talk.lobby
            else leaving.depart(talk, there, call.now, Outcome.CONNECTED_ELSEWHERE)
        )
    return _enter(call, given, talk, party, entry, before=news)


async def _arranged(call: Call, place: Place) -> Meeting | None:
    """Return a meeting as it was arranged, and note now and then that it is used."""
    found = await call.services.meetings.meeting(place.id)
    if found is None or found.organizer != place.organizer:
        return None
    if call.now - found.used >= HOUR:
        found = await call.services.meetings.change(
            found.id, lambda meeting: replace(meeting, used=call.now)
        )
    return replace(found, extensions=())


async def _party(call: Call, called: str) -> Party:
    """Return the caller as she will take part. Raises ``Refused``."""
    address, application = call.user.address, call.application.id
    if not call.identity.anonymous:
        card = await card_of(call, address)
        return Party(card.address, card.name, card.uri, application, formats=own_formats(call))
    name = called.replace("\0", "").strip()
    if not name:
        raise bad_parameter("anonymousDisplayName", "Say how you want to be called.")
    return Party(address, name, f"sip:{address}", application, formats=own_formats(call))


def _room_for_one_more(call: Call, place: Place | None = None) -> None:
    """Refuse who is in as many conversations as one may be. Raises ``Refused``."""
    own = own_threads(call)
    if len(own) >= call.rules.conversations_per_user:
        talk = place and call.services.conversations.held(place)
        if talk is None or talk.id not in own:
            raise Refused(Refusal.TOO_MANY_CONVERSATIONS)


def _open(
    call: Call, given: BeginMeetingInput, arranged: Meeting, organizer_name: str
) -> Conversation:
    """Return the conversation of a meeting that begins; it lives where its organizer does.

    Raises ``Refused``: ThreadIdAlreadyExists.
    """
    thread = given.thread_id or call.services.identifier(32)
    if thread in own_threads(call).values():
        raise Refused(Refusal.THREAD_ID_ALREADY_EXISTS)
    identifier, organizer = arranged.id, arranged.organizer
    base = call.rules.meetings.join_url
    return Conversation(
        str(uuid.UUID(beside(organizer, call.services.identifier(32)))),
        thread,
        arranged.subject,
        given.importance or Importance.NORMAL,
        call.now,
        meeting=Venue(identifier, organizer, organizer_name, arranged, base),
    )


def _joined(call: Call, talk: Conversation, given: BeginMeetingInput) -> Invitation | None:
    """Return the invitation with which this operation has joined, if it did and she is there."""
    for one in talk.invitations.values() if given.operation_id and talk.has(call.seat) else ():
        if (one.kind, one.caller, one.operation) == (Kind.JOIN, call.seat, given.operation_id):
            return one
    return None


def _enter(
    call: Call,
    given: BeginMeetingInput,
    talk: Conversation,
    party: Party,
    entry: Admission,
    *,
    before: Sequence[News] = (),
) -> Started:
    invitation = Invitation(
        talk.id[:2] + call.services.identifier(32)[2:],
        Kind.JOIN,
        call.seat,
        given.operation_id or call.services.identifier(32),
        "",
        call.now + call.rules.lobby,
    )
    call.announce(talk, [*before, *joining.join(talk, party, invitation, entry, call.now)])
    return Started("onlineMeetingInvitation", {"invitation": invitation.id})
