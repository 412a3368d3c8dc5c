"""What administrators did, and tried."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from openucwa.domain.administration import Act
from openucwa.domain.people import address_of
from openucwa.domain.refusals import Refusal, Refused
from openucwa.hyper.catalogue import escape_query
from openucwa.hyper.declare import ADMIN, Embed, Link, Representation, get, resource
from openucwa.hyper.values import Date
from openucwa.resources.administration import ONLY, Address, Limit
from openucwa.resources.call import Call
from openucwa.resources.logs import number_in_path

AUDIT = f"{ADMIN}/audit"

_HIGHEST = 2**31 - 1


class AuditInput(Struct, rename="camel"):
    """How much, before which act, and by or about whom."""

    limit: Limit = 100
    before: Annotated[int, Meta(ge=0, le=_HIGHEST)] = 0
    person: Address | None = None


@resource("adminAudit", at=AUDIT, requires=ONLY)
class AdminAudit(Representation):
    """Acts, the newest first."""

    links = (
        Link("administration"),
        Link("next", to="adminAudit", query="{page}"),
        Embed("adminAct", many=True),
    )

    more: bool

    @staticmethod
    @get()
    async def show(call: Call, given: AuditInput) -> AdminAudit:
        """List acts, or those by or about one person."""
        person = "" if given.person is None else address_of(given.person) or given.person
        audit = call.services.administration.audit
        found = await audit.acts(given.limit + 1, given.before, person)
        page, more = found[: given.limit], len(found) > given.limit
        query = f"person={escape_query(person)}&" if person else ""
        before = page[-1].number if page else 0
        return AdminAudit(
            more=more,
            _at={"page": f"{query}limit={given.limit}&before={before}"},
            _embedded={"adminAct": list(map(AdminAct.of, page))},
            _without=() if more else ("next",),
        )


@resource("adminAct", at=f"{AUDIT}/{{act}}", requires=ONLY)
class AdminAct(Representation, kw_only=True):
    """Who did what to whom, and what came of it: ``Done``, or why it was refused."""

    links = (Link("adminAudit"),)

    time: Date
    actor: str
    act: str
    about: str
    details: list[str]
    outcome: str

    @classmethod
    def of(cls, one: Act) -> AdminAct:
        """Show an act."""
        return cls(
            time=Date(one.time),
            actor=one.actor,
            act=one.act,
            about=one.about,
            details=list(one.details),
            outcome=one.outcome,
            _at={"act": str(one.number)},
        )

    @staticmethod
    @get()
    async def show(call: Call) -> AdminAct:
        number = min(number_in_path(call, "act"), _HIGHEST - 1)
        found = await call.services.administration.audit.acts(1, number + 1)
        if not found or found[0].number != number:
            raise Refused(Refusal.NOT_FOUND)
        return AdminAct.of(found[0])
