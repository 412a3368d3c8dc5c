"""People: who they are and what can be seen of them (BEHAVIOUR 7.1, 8)."""

from __future__ import annotations

import enum
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import NamedTuple

from msgspec import UNSET, UnsetType

from openucwa.domain.identity import is_guest
from openucwa.domain.modalities import Modality
from openucwa.domain.people import Level, Person, address_of
from openucwa.domain.phones import NOTHING_OWN, is_number, seen_by_others
from openucwa.domain.presence import Availability, DeviceType, NoteType
from openucwa.domain.privacy import VIEWS, View, card_seen
from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.users import Shown, User
from openucwa.hyper.declare import (
    Event,
    Link,
    Priority,
    Representation,
    Scope,
    get,
    resource,
)
from openucwa.hyper.values import Date
from openucwa.resources.call import Call
from openucwa.resources.conditions import KNOWN_PERSON, MEETS_PEOPLE
from openucwa.resources.policies import LAST_ACTIVE

CONTACTS = (Scope.CONTACTS,)
COMES_AND_GOES = {
    "subscribedContacts": Priority.MEDIUM,
    "myContacts": Priority.HIGH,
    "group": Priority.HIGH,
    "defaultGroup": Priority.HIGH,
    "pinnedGroup": Priority.HIGH,
    "delegatesGroup": Priority.LOW,
    "delegatorsGroup": Priority.LOW,
}
"""Where a contact is added or deleted, and how urgent it is to know (R3.21, R3.27)."""

IN_CONTACT = (Event("updated", "people", inside="contact"),)


class SourceNetwork(enum.StrEnum):
    """Where a person is at home (SourceNetwork)."""

    SAME_ENTERPRISE = "SameEnterprise"
    FEDERATED = "Federated"
    UNKNOWN = "Unknown"
    EVERYONE = "Everyone"


class ContactType(enum.StrEnum):
    """What a contact is (ContactType)."""

    USER = "User"
    PHONE = "Phone"


@resource("people", at="people", scopes=CONTACTS)
class People(Representation):
    """The hub of everything about other people."""

    links = (
        Link("presenceSubscriptions"),
        Link("subscribedContacts"),
        Link("presenceSubscriptionMemberships"),
        Link("myGroups"),
        Link("myGroupMemberships"),
        Link("myContacts"),
        Link("myPrivacyRelationships"),
        Link("myContactsAndGroupsSubscription"),
        Link("search"),
    )

    @staticmethod
    @get()
    def show(call: Call) -> People:
        return People()


def person_in_path(call: Call) -> str:
    """Return the canonical address of the person in the path. Raises ``Refused``: NotFound."""
    address = address_of(call.params["person"])
    if address is None:
        raise Refused(Refusal.NOT_FOUND, "This is not the address of a person.")
    return address


def met_in_path(call: Call, address: str) -> Person:
    """Return what a guest sees of somebody in her meeting, or of its organizer (R2.26).

    Raises ``Refused``: Forbidden.
    """
    away = [call.services.conversations.find(one) for one in call.user.talks or ()]
    for talk in (*away, *call.services.conversations.of(call.user.address)):
        if talk is None or talk.meeting is None or call.user.address not in talk.parties:
            continue
        found = talk.parties.get(address)
        if found is not None and not is_guest(address):
            return Person(address, found.uri, found.name)
        if address == talk.meeting.organizer:
            return Person(address, f"sip:{address}", talk.meeting.organizer_name)
    raise Refused(Refusal.FORBIDDEN, "Guests see those in their meeting only.")


def is_local(call: Call, address: str) -> bool:
    """Tell whether an address would have to be in our directory to exist."""
    domain = address.partition("@")[2]
    return domain in call.rules.domains or domain == call.user.address.partition("@")[2]


class Seen(NamedTuple):
    """A person, what the caller sees of her, and the view that decides it."""

    user: User
    shown: Shown
    view: View


async def view_of(call: Call, address: str) -> View:
    """Return what the caller may see of somebody."""
    user = await call.services.live.peek(address)
    return VIEWS[user.level_of(call.user.address, call.rules.default_level)]


async def seen_in_path(call: Call) -> Seen:
    """Return what the caller sees of the person in the path; who is unknown is offline (R7.8)."""
    user = await call.services.live.peek(person_in_path(call))
    level = user.level_of(call.user.address, call.rules.default_level)
    return Seen(user, user.showing(call.now).seen_by(level), VIEWS[level])


@resource(
    "contact",
    at="people/{person}",
    scopes=CONTACTS,
    requires=(MEETS_PEOPLE,),
    events=tuple(
        Event(kind, "people", priority, inside)
        for inside, priority in COMES_AND_GOES.items()
        for kind in ("added", "deleted")
    ),
    etag=True,
    shared=True,
)
class Contact(Representation, eq=False):
    """A person's card."""

    links = (
        Link("contactPresence"),
        Link("contactLocation"),
        Link("contactNote"),
        Link("contactSupportedModalities"),
        Link("contactPhoto"),
        Link("contactPrivacyRelationship"),
    )

    uri: str
    source_network: SourceNetwork
    name: str
    type: ContactType = ContactType.USER
    company: str | UnsetType = UNSET
    department: str | UnsetType = UNSET
    office: str | UnsetType = UNSET
    title: str | UnsetType = UNSET
    email_addresses: list[str] | UnsetType = UNSET
    work_phone_number: str | UnsetType = UNSET
    mobile_phone_number: str | UnsetType = UNSET
    home_phone_number: str | UnsetType = UNSET
    other_phone_number: str | UnsetType = UNSET

    @staticmethod
    @get()
    async def show(call: Call) -> Contact:
        """Show any address that can be reached; those of our own domain must exist (R8.4)."""
        if is_number(call.params["person"]):
            return Contact.phone(call.params["person"])
        address = person_in_path(call)
        if call.identity.anonymous:
            return Contact.of(met_in_path(call, address))
        person = await call.services.directory.person(address)
        if person is None:
            if is_local(call, address):
                raise Refused(Refusal.NOT_FOUND, "Nobody here has this address.")
            return Contact.stranger(address)
        return (await contacts_of(call, [person]))[0]

    @staticmethod
    @lru_cache(maxsize=8192)
    def of(person: Person) -> Contact:
        """Show a directory card; what is not known is left out (R8.3)."""
        return Contact(
            uri=person.uri,
            source_network=SourceNetwork.SAME_ENTERPRISE,
            name=person.name,
            company=person.company or UNSET,
            department=person.department or UNSET,
            office=person.office or UNSET,
            title=person.title or UNSET,
            email_addresses=list(person.emails) or UNSET,
            work_phone_number=person.work_phone or UNSET,
            mobile_phone_number=person.mobile_phone or UNSET,
            home_phone_number=person.home_phone or UNSET,
            other_phone_number=person.other_phone or UNSET,
            _at={"person": person.address, "photo": person.address_shown},
        )

    @staticmethod
    @lru_cache(maxsize=1024)
    def stranger(address: str) -> Contact:
        """Show an address of another domain."""
        return Contact(
            uri=f"sip:{address}",
            source_network=SourceNetwork.FEDERATED,
            name=address,
            _at={"person": address, "photo": address},
        )

    @staticmethod
    def phone(number: str) -> Contact:
        """Show a number to which calls are forwarded: nothing else is known of it."""
        return Contact(
            uri=number,
            source_network=SourceNetwork.UNKNOWN,
            name=number.removeprefix("tel:"),
            type=ContactType.PHONE,
            _at={"photo": number},
            _without={link.rel for link in Contact.links} - {"contactPhoto"},
        )


async def contacts_of(call: Call, people: Collection[Person]) -> list[Contact]:
    """Return the cards of people as the caller sees them, with the phones that they show."""
    me, default = call.user.address, call.rules.default_level
    own = await call.services.telephony.phones([person.address for person in people])
    levels = await call.services.standings.levels_towards(me)
    contacts = []
    for person in people:
        level = Level.UNKNOWN if person.address == me else levels.get(person.address, default)
        said = own.get(person.address, NOTHING_OWN)
        contacts.append(Contact.of(card_seen(level, seen_by_others(person, said))))
    return contacts


async def contacts_at(call: Call, addresses: Sequence[str]) -> list[Contact]:
    """Return the cards at addresses, in their order; those of other domains are bare."""
    cards = await call.services.directory.people(addresses)
    known = dict(zip(cards, await contacts_of(call, cards.values()), strict=True))
    return [known.get(address) or Contact.stranger(address) for address in addresses]


def tells_last_active(call: Call, address: str) -> bool:
    """Tell whether others may know when somebody was last active; a policy can hide it."""
    policy = call.services.policies.remembered(address, LAST_ACTIVE)
    return call.rules.show_last_active and policy in (None, "Enabled")


@resource(
    "contactPresence",
    at="people/{person}/presence",
    also=("people/{person}/contactPresence",),
    scopes=CONTACTS,
    requires=(KNOWN_PERSON,),
    events=IN_CONTACT,
)
class ContactPresence(Representation, kw_only=True):
    """What a person shows of her availability; no subscription is needed (R7.27)."""

    availability: Availability
    activity: str | UnsetType = UNSET
    device_type: DeviceType
    last_active: Date | UnsetType = UNSET

    @staticmethod
    @get()
    async def show(call: Call) -> ContactPresence:
        user, shown, view = await seen_in_path(call)
        told = view.detail and tells_last_active(call, user.address)
        last = user.last_active() if told else None
        return ContactPresence(
            availability=shown.presence.availability,
            activity=shown.presence.activity or UNSET,
            device_type=shown.presence.device,
            last_active=UNSET if last is None else Date(last),
            _at={"person": user.address},
        )


@resource(
    "contactNote",
    at="people/{person}/note",
    also=("people/{person}/contactNote",),
    scopes=CONTACTS,
    requires=(KNOWN_PERSON,),
    events=IN_CONTACT,
)
class ContactNote(Representation):
    """A person's note."""

    message: str | UnsetType = UNSET
    type: NoteType | UnsetType = UNSET

    @staticmethod
    @get()
    async def show(call: Call) -> ContactNote:
        user, shown, _ = await seen_in_path(call)
        at, note = {"person": user.address}, shown.note
        return (
            ContactNote(message=note.message, type=note.type, _at=at)
            if note
            else ContactNote(_at=at)
        )


@resource(
    "contactLocation",
    at="people/{person}/location",
    also=("people/{person}/contactLocation",),
    scopes=CONTACTS,
    requires=(KNOWN_PERSON,),
    events=IN_CONTACT,
)
class ContactLocation(Representation):
    """Where a person says she is."""

    location: str | UnsetType = UNSET

    @staticmethod
    @get()
    async def show(call: Call) -> ContactLocation:
        user, shown, _ = await seen_in_path(call)
        return ContactLocation(location=shown.location or UNSET, _at={"person": user.address})


@resource(
    "contactSupportedModalities",
    at="people/{person}/supportedMedia",
    also=("people/{person}/contactSupportedModalities",),
    scopes=CONTACTS,
    requires=(KNOWN_PERSON,),
    events=IN_CONTACT,
)
class ContactSupportedModalities(Representation):
    """How a person can be reached now."""

    modalities: list[Modality]

    @staticmethod
    @get()
    async def show(call: Call) -> ContactSupportedModalities:
        user, shown, _ = await seen_in_path(call)
        return ContactSupportedModalities(
            modalities=list(shown.modalities), _at={"person": user.address}
        )
