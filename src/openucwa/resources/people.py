"""People: who they are and what can be seen of them (BEHAVIOUR 7.1, 8)."""

from __future__ import annotations

import enum
from collections.abc import Collection
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from openucwa.domain.applications import Modality
from openucwa.domain.people import Person, address_of
from openucwa.domain.phones import NOTHING_OWN, is_number, seen_by_others
from openucwa.domain.presence import Availability, DeviceType, NoteType
from openucwa.domain.refusals import Refusal, Refused, bad_parameter
from openucwa.domain.users import User
from openucwa.hyper.declare import (
    Embed,
    Event,
    Link,
    Representation,
    Scope,
    get,
    resource,
)
from openucwa.hyper.values import Date
from openucwa.resources.call import Call
from openucwa.resources.conditions import KNOWN_PERSON

CONTACTS = (Scope.CONTACTS,)
DEFAULT_HITS = 50
IN_CONTACT = (Event("updated", "people", inside="contact"),)


class SourceNetwork(enum.StrEnum):
    """Where a person is at home (SourceNetwork)."""

    SAME_ENTERPRISE = "SameEnterprise"
    FEDERATED = "Federated"
    UNKNOWN = "Unknown"


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


def is_local(call: Call, address: str) -> bool:
    """Tell whether an address would have to be in our directory to exist."""
    domain = address.partition("@")[2]
    return domain in call.rules.domains or domain == call.user.address.partition("@")[2]


async def user_in_path(call: Call) -> User:
    """Return the live state of the person in the path; one that nobody knows is offline (R7.8)."""
    return await call.services.live.peek(person_in_path(call))


@resource(
    "contact",
    at="people/{person}",
    scopes=CONTACTS,
    requires=(KNOWN_PERSON,),
    events=(
        Event("added", "people", inside="subscribedContacts"),
        Event("deleted", "people", inside="subscribedContacts"),
    ),
    etag=True,
)
class Contact(Representation):
    """A person's card."""

    links = (
        Link("contactPresence"),
        Link("contactLocation"),
        Link("contactNote"),
        Link("contactSupportedModalities"),
        Link("contactPhoto"),
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
        person = await call.services.directory.person(address)
        if person is None:
            if is_local(call, address):
                raise Refused(Refusal.NOT_FOUND, "Nobody here has this address.")
            return Contact.stranger(address)
        return (await contacts_of(call, [person]))[0]

    @staticmethod
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
    """Return the cards of people as others see them: with the phones that they show."""
    own = await call.services.telephony.phones([person.address for person in people])
    return [
        Contact.of(seen_by_others(person, own.get(person.address, NOTHING_OWN)))
        for person in people
    ]


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
        user = await user_in_path(call)
        shown = user.aggregate(call.now)
        last = user.last_active() if call.rules.show_last_active else None
        return ContactPresence(
            availability=shown.availability,
            activity=shown.activity or UNSET,
            device_type=shown.device,
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
        user = await user_in_path(call)
        note = user.standing.note
        at = {"person": user.address}
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
        user = await user_in_path(call)
        return ContactLocation(
            location=user.standing.location or UNSET, _at={"person": user.address}
        )


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
        user = await user_in_path(call)
        return ContactSupportedModalities(
            modalities=user.modalities(), _at={"person": user.address}
        )


class SearchInput(Struct, rename="camel"):
    """What to look for: words of a name, an address or a number."""

    query: Annotated[str, Meta(max_length=256)] | None = None
    mail: Annotated[str, Meta(max_length=256)] | None = None
    limit: Annotated[int, Meta(ge=1, le=100)] = DEFAULT_HITS


@resource(
    "search",
    at="people/search",
    also=("search",),
    revision=2,
    scopes=CONTACTS,
    requires=(KNOWN_PERSON,),
)
class Search(Representation):
    """People found (R8.13)."""

    links = (Embed("contact", many=True),)

    more_results_available: bool

    @staticmethod
    @get()
    async def find(call: Call, given: SearchInput) -> Search:
        """Find people; nothing found means nothing embedded, which clients rely on."""
        wanted = given.query or given.mail
        if not wanted or not wanted.strip():
            raise bad_parameter("query", "the words, address or number to look for")
        found = await call.services.directory.search(wanted, given.limit + 1)
        contacts = await contacts_of(call, found[: given.limit])
        address = address_of(wanted)
        if not contacts and address is not None and not is_local(call, address):
            contacts = [Contact.stranger(address)]
        return Search(
            more_results_available=len(found) > given.limit,
            _embedded={"contact": contacts} if contacts else UNSET,
        )
