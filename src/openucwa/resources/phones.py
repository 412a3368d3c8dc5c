"""The user's phones (R8.16)."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct

from openucwa.domain import phones as domain
from openucwa.domain.people import Person
from openucwa.domain.phones import NOTHING_OWN, PhoneType
from openucwa.domain.refusals import Refusal, Refused
from openucwa.hyper.declare import (
    Capability,
    Embed,
    Link,
    Representation,
    Scope,
    get,
    post,
    resource,
)
from openucwa.resources.call import Call
from openucwa.resources.conditions import KNOWN_PERSON, SIGNED_IN

USER = (Scope.USER,)


async def all_phones(call: Call) -> dict[PhoneType, domain.Phone]:
    """Return the caller's phones by type."""
    address = call.user.address
    person = await call.services.directory.person(address) or Person(address, "", "")
    own = await call.services.telephony.phones([address])
    return {phone.type: phone for phone in domain.phones(person, own.get(address, NOTHING_OWN))}


async def phone_in_path(call: Call) -> domain.Phone:
    """Return the phone of the type in the path. Raises ``Refused``: NotFound."""
    try:
        kind = PhoneType(call.params["kind"].lower())
    except ValueError:
        types = ", ".join(PhoneType)
        raise Refused(Refusal.NOT_FOUND, f"There are phones of these types: {types}.") from None
    return (await all_phones(call))[kind]


async def own_phone_in_path(call: Call) -> PhoneType:
    """Return the phone in the path, which is to be changed. Raises ``Refused``."""
    phone = await phone_in_path(call)
    if phone.fixed:
        raise Refused(Refusal.CONFLICT, "The directory has this number: it cannot be changed here.")
    return phone.type


@resource("phones", at="me/phones", scopes=USER, requires=(SIGNED_IN,))
class Phones(Representation):
    """All phones of the user, also those without a number."""

    links = (Embed("phone", many=True),)

    @staticmethod
    @get()
    async def show(call: Call) -> Phones:
        found = (await all_phones(call)).values()
        return Phones(_embedded={"phone": [Phone.of(phone) for phone in found]})


@resource("phone", at="me/phones/{kind}", scopes=USER, requires=(KNOWN_PERSON,), etag=True)
class Phone(Representation):
    """One phone. The directory's numbers are on the card and cannot be changed."""

    links = (Link("changeNumber"), Link("changeVisibility"))

    number: str
    type: str
    include_in_contact_card: bool

    @staticmethod
    @get()
    async def show(call: Call) -> Phone:
        return Phone.of(await phone_in_path(call))

    @staticmethod
    def of(phone: domain.Phone) -> Phone:
        """Show a phone."""
        return Phone(
            number=phone.number,
            type=phone.type.value,
            include_in_contact_card=phone.shown,
            _at={"kind": phone.type.value},
            _without=("changeNumber", "changeVisibility") if phone.fixed else UNSET,
        )


class NumberInput(Struct, rename="camel"):
    """The number; none or an empty one deletes it."""

    number: Annotated[str, Meta(max_length=80)] | None = None
    include_in_contact_card: bool | None = None


@resource("changeNumber", at="me/phones/{kind}/changeNumber", scopes=USER, requires=(KNOWN_PERSON,))
class ChangeNumber(Capability):
    """Replaces or deletes a number."""

    @staticmethod
    @post()
    async def change(call: Call, given: NumberInput) -> None:
        kind = await own_phone_in_path(call)
        number = (given.number or "").strip()
        uri = call.services.tel_uri(number) if number else ""
        if uri is None:
            raise Refused(Refusal.NORMALIZATION_FAILED)
        changes: dict[str, str | bool] = {"number": uri}
        if given.include_in_contact_card is not None:
            changes["shown"] = given.include_in_contact_card
        await call.services.telephony.keep_phone(call.user.address, kind, changes)


class VisibilityInput(Struct, rename="camel"):
    """Whether others see the number; none changes nothing."""

    include_in_contact_card: bool | None = None


@resource(
    "changeVisibility",
    at="me/phones/{kind}/changeVisibility",
    scopes=USER,
    requires=(KNOWN_PERSON,),
)
class ChangeVisibility(Capability):
    """Puts a number on the card that others see, or takes it off."""

    @staticmethod
    @post()
    async def change(call: Call, given: VisibilityInput) -> None:
        kind = await own_phone_in_path(call)
        if given.include_in_contact_card is not None:
            changes = {"shown": given.include_in_contact_card}
            await call.services.telephony.keep_phone(call.user.address, kind, changes)
