"""Photos: one's own and those of others (BEHAVIOUR R2.31, R2.32)."""

from __future__ import annotations

from msgspec import Struct

from openucwa.domain.people import address_of
from openucwa.domain.photos import SIDES, Size
from openucwa.domain.refusals import Refusal, Refused
from openucwa.hyper.declare import Condition, Raw, Representation, Scope, get, put, resource
from openucwa.resources.call import Call
from openucwa.resources.conditions import SIGNED_IN
from openucwa.resources.people import view_of
from openucwa.resources.policies import in_force

LIFETIME = 3600.0
"""Seconds for which a browser need not ask again."""


class PhotoQuery(Struct, rename="camel"):
    """The size to show; of a smaller picture it is the next smaller one."""

    size: Size = "HR48X48"


def _may_see(call: Call) -> bool:
    contacts = Scope.CONTACTS in call.identity.scopes
    return not call.identity.anonymous and (contacts or _address(call) == call.user.address)


MAY_SEE = Condition(Refusal.FORBIDDEN, _may_see)
"""Guests see nobody, and only one's own picture needs no scope for contacts (R2.26, R13.1)."""


def _address(call: Call) -> str | None:
    return address_of(call.params.get("photo") or call.params.get("person", ""))


async def _shown(call: Call, address: str | None, size: Size) -> Raw:
    """Show a picture. Raises ``Refused``: Forbidden by policy, NotFound (16.42)."""
    await _require_policy(call)
    photo = await call.services.photos.photo(address) if address else None
    if address and not (await view_of(call, address)).photo:
        photo = None
    if photo is None:
        raise Refused(Refusal.NOT_FOUND, "There is no picture of this person.")
    jpeg = await call.services.pictures.shown(photo, SIDES[size])
    return Raw("image/jpeg", jpeg, f"{photo.digest}{SIDES[size]:03}", LIFETIME)


async def _require_policy(call: Call) -> None:
    if (await in_force(call))["photos"] != "Enabled":
        raise Refused(Refusal.FORBIDDEN, "The administrator has turned photos off.")


@resource(
    "contactPhoto",
    at="photos/{photo}",
    also=("people/{person}/contactPhoto", "people/{person}/photo"),
    scopes=(Scope.CONTACTS, Scope.USER),
    requires=(MAY_SEE,),
    image=True,
)
class ContactPhoto(Representation):
    """A person's picture; one's own is at the same place."""

    @staticmethod
    @get()
    async def show(call: Call, given: PhotoQuery) -> Raw:
        return await _shown(call, _address(call), given.size)


@resource(
    "photo",
    at="me/photo",
    also=("photo",),
    scopes=(Scope.USER,),
    requires=(SIGNED_IN,),
    image=True,
)
class Photo(Representation):
    """The user's own picture, which is linked at the place where others see it (R1.13)."""

    @staticmethod
    @get()
    async def show(call: Call, given: PhotoQuery) -> Raw:
        return await _shown(call, call.user.address, given.size)

    @staticmethod
    @put(204)
    async def change(call: Call, given: Raw) -> None:
        """Replace the picture, where the setting allows it; the reference has no such thing."""
        if not call.rules.photo_upload:
            raise Refused(Refusal.FORBIDDEN, "Pictures can be changed by the administrator only.")
        await _require_policy(call)
        if given.content_type.partition("/")[0].strip().lower() != "image":
            raise Refused(Refusal.UNSUPPORTED_MEDIA_TYPE, "Send a picture as image/jpeg.")
        photo = await call.services.pictures.prepare(given.body)
        await call.services.photos.keep(call.user.address, photo)
