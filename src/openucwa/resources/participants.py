"""Those who take part in a conversation, and what leaders may do with them (R9.16, R9.39)."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from openucwa.domain import conferences, leaving
from openucwa.domain.conversations import Conversation
from openucwa.domain.identity import is_guest
from openucwa.domain.parties import Party
from openucwa.domain.people import address_of
from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.seen import (
    ConversationState,
    ParticipantMessagingSeen,
    ParticipantSeen,
    Role,
)
from openucwa.hyper.declare import (
    Capability,
    Event,
    Link,
    Linked,
    Priority,
    Representation,
    get,
    post,
    resource,
)
from openucwa.resources.call import Call
from openucwa.resources.conversations import AT, EITHER, inside_in_path, party_in_path
from openucwa.resources.people import SourceNetwork

ONE = f"{AT}/participants/{{participant}}"
KINDS = ("added", "updated", "deleted")


def address_in_path(call: Call) -> str:
    """Return the address of the participant in the path. Raises ``Refused``: NotFound."""
    address = address_of(call.params["participant"])
    if address is None:
        raise Refused(Refusal.NOT_FOUND, "This is not the address of a participant.")
    return address


def participant_in_path(call: Call) -> tuple[Conversation, Party, Party]:
    """Return the conversation, the participant in the path and the caller's own part.

    Whom it rings for sees who invited her, who waits in the lobby herself alone, and leaders who
    waits there. Raises ``Refused``: NotFound.
    """
    talk, viewer = party_in_path(call)
    address, waits = address_in_path(call), viewer.state is ConversationState.IN_LOBBY
    found = viewer if address == viewer.address else talk.parties.get(address)
    if viewer.role is Role.LEADER and found is None:
        found = talk.lobby.get(address)
    if waits and found is not viewer:
        found = None
    if found is None:
        raise Refused(Refusal.NOT_FOUND, "Nobody in this conversation has this address.")
    return talk, found, viewer


def linked(parties: list[Party]) -> Linked:
    """Link participants by their names."""
    return [{"participant": one.address, "title": one.name} for one in parties]


@resource(
    "participant",
    at=ONE,
    scopes=EITHER,
    events=(
        *(Event(kind, "conversation", Priority.HIGH) for kind in KINDS),
        *(
            Event(kind, "conversation", Priority.HIGH, inside)
            for inside in ("attendees", "leaders", "lobby", "typingParticipants")
            for kind in ("added", "deleted")
        ),
    ),
)
class Participant(Representation, kw_only=True):
    """Somebody in a conversation."""

    links = (
        Link("conversation"),
        Link("contact"),
        Link("contactPresence"),
        Link("contactPhoto"),
        Link("me"),
        Link("participantMessaging"),
        Link("admit"),
        Link("reject"),
        Link("promote"),
        Link("demote"),
        Link("eject"),
    )

    source_network: SourceNetwork
    anonymous: bool = False
    name: str
    uri: str
    local: bool | UnsetType = UNSET
    organizer: bool | UnsetType = UNSET
    role: Role | UnsetType = UNSET
    in_lobby: bool | UnsetType = UNSET

    @classmethod
    def as_seen(cls, seen: ParticipantSeen) -> Participant:
        """Show a participant; roles there are in conferences only."""
        conference = seen.role is not None
        guest, about = is_guest(seen.address), {"contact", "contactPresence", "contactPhoto"}
        without = (about if seen.local or guest else set()) | (set() if seen.local else {"me"})
        if not seen.messaging:
            without.add("participantMessaging")
        led = seen.leading and conference and not (seen.local or seen.organizer)
        for rel, possible in (
            ("admit", seen.waiting),
            ("reject", seen.waiting),
            ("promote", seen.role is Role.ATTENDEE and not seen.waiting),
            ("demote", seen.role is Role.LEADER),
            ("eject", not seen.waiting),
        ):
            if not (led and possible):
                without.add(rel)
        return Participant(
            source_network=SourceNetwork.EVERYONE if guest else SourceNetwork.SAME_ENTERPRISE,
            anonymous=guest,
            name=seen.name,
            uri=seen.uri,
            local=seen.local if conference else UNSET,
            organizer=seen.organizer if conference else UNSET,
            role=seen.role or UNSET,
            in_lobby=seen.waiting if conference else UNSET,
            _at={
                "conversation": seen.conversation,
                "participant": seen.address,
                "person": seen.address,
                "photo": seen.uri.removeprefix("sip:"),
            },
            _without=without,
        )

    @staticmethod
    @get()
    def show(call: Call) -> Participant:
        talk, party, viewer = participant_in_path(call)
        return Participant.as_seen(talk.participant_seen(party, viewer))


@resource(
    "localParticipant",
    at=ONE,
    answered_by="participant",
    scopes=EITHER,
    events=tuple(
        Event(kind, "conversation", Priority.HIGH, embed=kind != "deleted") for kind in KINDS
    ),
)
class LocalParticipant(Participant):
    """The caller in a conversation."""


@resource("from", at=ONE, answered_by="participant", scopes=EITHER)
class From(Participant):
    """Who sent an invitation."""


@resource("acceptedByParticipant", at=ONE, answered_by="participant", scopes=EITHER)
class AcceptedByParticipant(Participant):
    """Who accepted an invitation."""


@resource("failedDeliveryParticipant", at=ONE, answered_by="participant", scopes=EITHER)
class FailedDeliveryParticipant(Participant):
    """Whom a message did not reach."""


@resource(
    "participantMessaging",
    at=f"{ONE}/messaging",
    also=(f"{ONE}/participantMessaging",),
    scopes=EITHER,
    events=tuple(
        Event(kind, "conversation", Priority.HIGH, inside)
        for inside in ("participant", "localParticipant")
        for kind in ("added", "deleted")
    ),
)
class ParticipantMessaging(Representation):
    """That somebody takes part in messaging."""

    links = (Link("participant"),)

    @classmethod
    def as_seen(cls, seen: ParticipantMessagingSeen) -> ParticipantMessaging:
        """Show that somebody takes part."""
        return ParticipantMessaging(
            _at={"conversation": seen.conversation, "participant": seen.address},
            _titles={"participant": seen.name},
        )

    @staticmethod
    @get()
    def show(call: Call) -> ParticipantMessaging:
        talk, party, _ = participant_in_path(call)
        if not party.connected:
            raise Refused(Refusal.NOT_FOUND, "This participant is not in messaging.")
        return ParticipantMessaging.as_seen(talk.participant_messaging_seen(party))


@resource("participants", at=f"{AT}/participants", scopes=EITHER)
class Participants(Representation):
    """Everyone in a conversation."""

    links = (Link("participant", many=True),)

    @staticmethod
    @get()
    def show(call: Call) -> Participants:
        talk, _ = inside_in_path(call)
        return Participants(_linked={"participant": linked([*talk.parties.values()])})


def with_role(call: Call, role: Role) -> Linked:
    """Link those in a conference who have a role. Raises ``Refused``: NotFound."""
    talk, _ = inside_in_path(call)
    if talk.meeting is None:
        raise Refused(Refusal.NOT_FOUND, "This conversation is no conference.")
    return linked([one for one in talk.parties.values() if one.role is role])


@resource("attendees", at=f"{AT}/attendees", scopes=EITHER)
class Attendees(Representation):
    """The attendees of a conference."""

    links = (Link("participant", many=True),)

    @staticmethod
    @get()
    def show(call: Call) -> Attendees:
        return Attendees(_linked={"participant": with_role(call, Role.ATTENDEE)})


@resource("leaders", at=f"{AT}/leaders", scopes=EITHER)
class Leaders(Representation):
    """The leaders of a conference."""

    links = (Link("participant", many=True),)

    @staticmethod
    @get()
    def show(call: Call) -> Leaders:
        return Leaders(_linked={"participant": with_role(call, Role.LEADER)})


def give_role(call: Call, role: Role) -> None:
    """Give a role to the participant in the path. Raises ``Refused``: NotFound, Forbidden."""
    talk, _ = party_in_path(call)
    call.announce(talk, conferences.change_role(talk, call.seat, address_in_path(call), role))


@resource("promote", at=f"{ONE}/promote", scopes=EITHER)
class Promote(Capability):
    """Makes a leader of an attendee."""

    @staticmethod
    @post()
    def promote(call: Call) -> None:
        give_role(call, Role.LEADER)


@resource("demote", at=f"{ONE}/demote", scopes=EITHER)
class Demote(Capability):
    """Makes an attendee of a leader."""

    @staticmethod
    @post()
    def demote(call: Call) -> None:
        give_role(call, Role.ATTENDEE)


@resource("eject", at=f"{ONE}/eject", scopes=EITHER)
class Eject(Capability):
    """Removes somebody from a conference."""

    @staticmethod
    @post()
    def eject(call: Call) -> None:
        talk, _ = party_in_path(call)
        call.announce(talk, leaving.eject(talk, call.seat, address_in_path(call), call.now))
