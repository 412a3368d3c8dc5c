"""The operators' own API: where it begins, and what all of it has in common.

It is no part of UCWA. Whoever may not use it is answered 403, whatever she asks for.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Annotated

from msgspec import Meta, Struct

from openucwa.domain.administration import Act, Hand
from openucwa.domain.people import address_of
from openucwa.domain.refusals import Refusal, Refused
from openucwa.hyper.declare import ADMIN, Link, Representation, get, resource
from openucwa.resources.call import Call
from openucwa.resources.conditions import ADMINISTRATOR

ONLY = (ADMINISTRATOR,)
"""What everything here requires."""

MOST = 500
"""So much is on one page at most."""

Limit = Annotated[int, Meta(ge=1, le=MOST)]
Address = Annotated[str, Meta(min_length=3, max_length=400)]
Addresses = Annotated[list[Address], Meta(max_length=10_000)]
Name = Annotated[str, Meta(min_length=1, max_length=256)]
Cursor = Annotated[str, Meta(max_length=600)]
"""What our own links say to go on behind."""


@resource("administration", at=ADMIN, requires=ONLY)
class Administration(Representation):
    """Where an administrator begins; that it is there says that the caller is one."""

    links = (
        Link("adminPeople"),
        Link("adminGroups"),
        Link("adminPolicies"),
        Link("adminSessions"),
        Link("adminFigures"),
        Link("adminSamples"),
        Link("adminPools"),
        Link("adminWebhooks"),
        Link("adminAudit"),
    )

    address: str
    name: str
    pool: str

    @staticmethod
    @get()
    async def show(call: Call) -> Administration:
        """Tell who the caller is, and which pool this is."""
        admin, address = call.services.administration, call.identity.address
        person = await admin.look.directory.person(address)
        return Administration(
            address=address, name=person.name if person else address, pool=admin.pool
        )


class ListInput(Struct, rename="camel"):
    """How much to list, and after what."""

    limit: Limit = 100
    after: Cursor = ""


@asynccontextmanager
async def acting(
    call: Call, act: str, about: str, *details: str, later: bool = False
) -> AsyncIterator[Hand]:
    """Yield the hand that does something as the caller's act, which is kept with it.

    What changes nothing in the database is noted ``later``. What is refused is kept as well;
    ``KeyError`` becomes NotFound. What follows from a change is done before this returns, as far
    as this server can do it.
    """
    admin = call.services.administration
    done = Act(call.now, call.identity.address, act, about, details)
    try:
        yield admin.hand(done)
    except (Refused, KeyError) as why:
        refused = why if isinstance(why, Refused) else Refused(Refusal.NOT_FOUND)
        with suppress(Refused):
            await admin.audit.note(done._replace(outcome=refused.refusal.value))
        raise refused from None
    if later:
        await admin.audit.note(done)
        return
    with suppress(Refused):
        await admin.notice()


def address_in_path(call: Call, name: str) -> str:
    """Return an address that is part of the path. Raises ``Refused``: NotFound."""
    address = address_of(call.params[name])
    if address is None:
        raise Refused(Refusal.NOT_FOUND)
    return address


def require_other(call: Call, address: str) -> None:
    """Refuse what nobody may do to herself. Raises ``Refused``: Conflict."""
    if address == call.identity.address:
        raise Refused(Refusal.CONFLICT, "Have another administrator do this to you.")
