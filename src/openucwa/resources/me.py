"""The signed-in user: being available, being active, presence, note and location."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from openucwa.domain.applications import communication
from openucwa.domain.modalities import AudioPreference, MessageFormat, Modality
from openucwa.domain.notices import Notice
from openucwa.domain.people import Person
from openucwa.domain.phones import NOTHING_OWN, seen_by_herself
from openucwa.domain.presence import (
    LONGEST_CHOICE,
    SHORTEST_CHOICE,
    Availability,
    Claim,
    Endpoint,
    Note,
    NoteType,
    Preferred,
    manual_claim,
    timed_claim,
)
from openucwa.domain.refusals import bad_parameter
from openucwa.hyper.declare import (
    Capability,
    Event,
    Link,
    Representation,
    Scope,
    get,
    post,
    resource,
)
from openucwa.hyper.values import Date, Span
from openucwa.resources.call import Call
from openucwa.resources.conditions import AVAILABLE, LURKING, SIGNED_IN
from openucwa.resources.conversations import EITHER

CHANGES = tuple(Event(kind, "me") for kind in ("added", "updated", "deleted"))
LONGEST_IDLE = 24 * 3600.0


@resource("me", at="me", scopes=(Scope.USER,), events=(Event("updated", "me"),))
class Me(Representation):
    """The user who signed in."""

    links = (
        Link("makeMeAvailable"),
        Link("presence"),
        Link("note"),
        Link("location"),
        Link("reportMyActivity"),
        Link("reportMyInactivity"),
        Link("callForwardingSettings"),
        Link("phones"),
        Link("photo", place="contactPhoto"),
    )

    name: str
    uri: str
    email_addresses: list[str] | UnsetType = UNSET
    title: str | UnsetType = UNSET
    department: str | UnsetType = UNSET
    company: str | UnsetType = UNSET
    office_location: str | UnsetType = UNSET
    work_phone_number: str | UnsetType = UNSET
    mobile_phone_number: str | UnsetType = UNSET
    home_phone_number: str | UnsetType = UNSET
    other_phone_number: str | UnsetType = UNSET

    @staticmethod
    @get()
    async def show(call: Call) -> Me:
        address = call.user.address
        person = await call.services.directory.person(address)
        if person is None:
            person = Person(address, f"sip:{address}", address)
        own = await call.services.telephony.phones([address])
        person = seen_by_herself(person, own.get(address, NOTHING_OWN))
        return Me(
            name=person.name,
            uri=person.uri,
            email_addresses=list(person.emails) or UNSET,
            title=person.title or UNSET,
            department=person.department or UNSET,
            company=person.company or UNSET,
            office_location=person.office or UNSET,
            work_phone_number=person.work_phone or UNSET,
            mobile_phone_number=person.mobile_phone or UNSET,
            home_phone_number=person.home_phone or UNSET,
            other_phone_number=person.other_phone or UNSET,
            _at={"photo": person.address_shown},
        )


class MakeMeAvailableInput(Struct, rename="camel"):
    """How to be available (R2.13)."""

    audio_preference: AudioPreference | None = None
    inactive_timeout: Span | None = None
    phone_number: Annotated[str, Meta(max_length=100)] | None = None
    sign_in_as: Preferred | None = None
    supported_message_formats: list[MessageFormat] | None = None
    supported_modalities: list[Modality] | None = None
    voip_fallback_to_phone_audio_time_out: Span | None = None


@resource(
    "makeMeAvailable",
    at="me/makeMeAvailable",
    also=("communication/makeMeAvailable",),
    revision=2,
    scopes=(Scope.USER, Scope.RECEIVE),
    requires=(SIGNED_IN, LURKING),
)
class MakeMeAvailable(Capability):
    """Leaves lurker mode: the user can be seen and reached through this application."""

    @staticmethod
    @post()
    async def publish(call: Call, given: MakeMeAvailableInput) -> None:
        """Do as much as the token's scopes allow, and do not mention the rest (R13.2)."""
        app, rules = call.application, call.rules
        idle = given.inactive_timeout.seconds if given.inactive_timeout else rules.inactive_timeout
        if not 0 < idle <= LONGEST_IDLE:
            raise bad_parameter("inactiveTimeout", "more than 0 and at most 24 hours")
        scopes = call.identity.scopes
        missed = await call.services.history.counts(call.user.address)
        if given.sign_in_as is not None and Scope.USER in scopes:
            await call.keep(manual=manual_claim(given.sign_in_as, call.now))
        first, before = app.endpoint is None, app.communication
        app.endpoint = Endpoint(call.now, idle, rules.away_timeout)
        if Scope.RECEIVE in scopes:
            app.communication = communication(
                tuple(given.supported_modalities or before.modalities),
                tuple(given.supported_message_formats or before.formats or [MessageFormat.PLAIN]),
                given.audio_preference or before.audio,
                given.phone_number or before.phone_number,
                before.history,
            )
        app.offers_availability = app.used = False
        call.changed = True
        if first:
            call.notify("me")
            for rel in ("presence", "note", "location"):
                call.notify(rel, "added")
        if first or app.communication != before:
            call.notify("communication")
        if missed.unread and not scopes.isdisjoint(EITHER):
            call.notices.append(Notice("missedItems", to=app.id, shown=missed))


@resource(
    "reportMyActivity",
    at="me/reportMyActivity",
    also=("reportMyActivity",),
    scopes=(Scope.USER,),
    requires=(SIGNED_IN, AVAILABLE),
)
class ReportMyActivity(Capability):
    """Says that the user is at work in this application, at least every four minutes."""

    @staticmethod
    @post(counts=True)
    def report(call: Call) -> None:
        """Do nothing else."""


@resource(
    "reportMyInactivity",
    at="me/reportMyInactivity",
    scopes=(Scope.USER,),
    requires=(SIGNED_IN, AVAILABLE),
)
class ReportMyInactivity(Capability):
    """Says that nobody is at work in this application, such as when the screen is locked."""

    @staticmethod
    @post()
    def report(call: Call) -> None:
        endpoint = call.application.endpoint
        if endpoint is not None and endpoint.leave(call.now):
            call.changed = True


class PresenceInput(Struct, rename="camel"):
    """The availability to show, and for how long; none resets it to what the user does (R7.16)."""

    availability: Preferred | None = None
    duration: Span | None = None


@resource("presence", at="me/presence", scopes=(Scope.USER,), requires=(AVAILABLE,), events=CHANGES)
class Presence(Representation):
    """The user's availability over all applications."""

    availability: Availability
    activity: str | UnsetType = UNSET
    expiration_time: Date | UnsetType = UNSET

    @staticmethod
    @get()
    def show(call: Call) -> Presence:
        """Show also when what the user chose ends by itself."""
        shown, manual = call.user.aggregate(call.now), call.user.standing.manual
        chosen = manual and manual.at(call.now)
        return Presence(
            availability=shown.availability,
            activity=shown.activity or UNSET,
            expiration_time=Date(chosen.expires) if chosen and chosen.expires else UNSET,
        )

    @staticmethod
    @post(counts=True)
    async def publish(call: Call, given: PresenceInput) -> None:
        await call.keep(manual=_choice(call, given))
        call.notify_all("presence")


def _choice(call: Call, given: PresenceInput) -> Claim | None:
    """Return what was chosen. Raises ``Refused`` for a duration that cannot be."""
    chosen = given.availability
    if given.duration is None:
        return manual_claim(chosen, call.now) if chosen else None
    span = given.duration.seconds
    if chosen is None or not SHORTEST_CHOICE <= span <= LONGEST_CHOICE:
        raise bad_parameter("duration", "1 minute to 24 hours, and only with an availability.")
    return timed_claim(chosen, call.now, span, call.user.standing.manual)


class NoteInput(Struct, rename="camel"):
    """The note's text; none or an empty one clears it."""

    message: Annotated[str, Meta(max_length=4000)] | None = None


@resource("note", at="me/note", scopes=(Scope.USER,), requires=(AVAILABLE,), events=CHANGES)
class PersonalNote(Representation):
    """The user's note (R7.24)."""

    message: str | UnsetType = UNSET
    type: NoteType | UnsetType = UNSET

    @staticmethod
    @get()
    def show(call: Call) -> PersonalNote:
        note = call.user.standing.note
        return PersonalNote(message=note.message, type=note.type) if note else PersonalNote()

    @staticmethod
    @post(counts=True)
    async def publish(call: Call, given: NoteInput) -> None:
        await call.keep(note=Note(given.message) if given.message else None)
        call.notify_all("note")


class LocationInput(Struct, rename="camel"):
    """Where the user is; none or an empty one clears it."""

    location: Annotated[str, Meta(max_length=60)] | None = None


@resource("location", at="me/location", scopes=(Scope.USER,), requires=(AVAILABLE,), events=CHANGES)
class Location(Representation):
    """The user's location (R7.25)."""

    location: str | UnsetType = UNSET

    @staticmethod
    @get()
    def show(call: Call) -> Location:
        return Location(location=call.user.standing.location or UNSET)

    @staticmethod
    @post(counts=True)
    async def publish(call: Call, given: LocationInput) -> None:
        await call.keep(location=given.location or None)
        call.notify_all("location")
