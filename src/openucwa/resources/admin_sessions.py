"""Who is signed in, from which application and since when; administrators can end it."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import UNSET, UnsetType

from openucwa.domain.administration import Question, Session
from openucwa.domain.people import address_of
from openucwa.domain.refusals import Refusal, Refused, bad_parameter
from openucwa.hyper.catalogue import escape_query
from openucwa.hyper.declare import ADMIN, Embed, Link, Representation, delete, get, resource
from openucwa.hyper.values import Date
from openucwa.resources.administration import (
    ONLY,
    Address,
    ListInput,
    acting,
    address_in_path,
)
from openucwa.resources.call import Call

SESSIONS = f"{ADMIN}/sessions"


class SessionsInput(ListInput):
    """Whose sessions, all if nobody is named, and how many after which."""

    person: Address | None = None


@resource("adminSessions", at=SESSIONS, requires=ONLY)
class AdminSessions(Representation):
    """Sessions by address, at all ``nodes`` but those that are ``silent``."""

    links = (
        Link("administration"),
        Link("next", to="adminSessions", query="{page}"),
        Embed("adminSession", many=True),
    )

    more: bool
    nodes: list[str]
    silent: list[str]

    @staticmethod
    @get()
    async def show(call: Call, given: SessionsInput) -> AdminSessions:
        """List sessions: those of everybody, or all of one person."""
        overview = call.services.administration.overview
        if given.person is not None:
            address = address_of(given.person)
            if address is None:
                raise bad_parameter("person", "Must be user@domain or sip:user@domain.")
            own = overview.sessions_of(address)
            nodes = sorted({one.node for one in own})
            return AdminSessions(
                more=False,
                nodes=nodes,
                silent=[],
                _query=f"person={escape_query(address)}",
                _embedded={"adminSession": await _shown(call, own)},
                _without=("next",),
            )
        address, _, application = given.after.partition(" ")
        # One more from each node: if the pages of all are full, there is another one.
        question = Question("sessions", given.limit + 1, (address, application))
        found, silent = await overview.ask(question)
        everybody = sorted(one for node in found.values() for one in node.sessions)
        page, more = everybody[: given.limit], len(everybody) > given.limit
        after = escape_query(" ".join(page[-1][:2])) if page else ""
        return AdminSessions(
            more=more,
            nodes=sorted(found),
            silent=sorted(silent),
            _at={"page": f"limit={given.limit}&after={after}"},
            _embedded={"adminSession": await _shown(call, page)},
            _without=() if more else ("next",),
        )


@resource("adminSession", at=f"{SESSIONS}/{{person}}/{{session}}", requires=ONLY)
class AdminSession(Representation, kw_only=True):
    """One application of somebody who is signed in."""

    links = (Link("adminPerson"), Link("adminSessions"))

    address: str
    name: str
    application: str
    user_agent: str
    culture: str
    device: str | UnsetType = UNSET
    created: Date
    last_request: Date
    last_activity: Date | UnsetType = UNSET
    availability: str
    activity: str | UnsetType = UNSET
    lurker: bool
    parked: bool
    instances: int
    node: str

    @classmethod
    def of(cls, one: Session, name: str) -> AdminSession:
        """Show a session of somebody who is called so."""
        return cls(
            address=one.address,
            name=name,
            application=one.application,
            user_agent=one.user_agent,
            culture=one.culture,
            device=one.device or UNSET,
            created=Date(one.since),
            last_request=Date(one.last_request),
            last_activity=UNSET if one.active is None else Date(one.active),
            availability=one.availability,
            activity=one.activity or UNSET,
            lurker=not one.available,
            parked=one.parked,
            instances=one.instances,
            node=one.node,
            _at={"person": one.address, "session": one.application},
        )

    @staticmethod
    @get()
    async def show(call: Call) -> AdminSession:
        address, identifier = address_in_path(call, "person"), call.params["session"]
        found = call.services.administration.overview.sessions_of(address)
        own = [one for one in found if one.application == identifier]
        if not own:
            raise Refused(Refusal.NOT_FOUND, "There is no such session any more.")
        return (await _shown(call, own))[0]

    @staticmethod
    @delete()
    async def end(call: Call) -> None:
        """End a session: what waits for it is answered as if it had been deleted."""
        address, identifier = address_in_path(call, "person"), call.params["session"]
        admin = call.services.administration
        own = admin.overview.sessions_of(address)
        agents = [one.user_agent for one in own if one.application == identifier]
        async with acting(call, "session.end", address, *agents, later=True):
            await admin.overview.end(address, identifier, call.now)


async def _shown(call: Call, sessions: Iterable[Session]) -> list[AdminSession]:
    """Show sessions with the names of their people; guests have none."""
    sessions = list(sessions)
    directory = call.services.administration.look.directory
    people = await directory.people(dict.fromkeys(one.address for one in sessions))
    return [
        AdminSession.of(one, people[one.address].name if one.address in people else "")
        for one in sessions
    ]
