"""The user's contacts: all of them, or those of one group (R8.7, R8.8)."""

from __future__ import annotations

from typing import Annotated, TypeVar

from msgspec import UNSET, Meta

from openucwa.domain.refusals import Refusal, Refused
from openucwa.hyper.declare import Embed, Representation, get, resource
from openucwa.resources.call import Call
from openucwa.resources.conditions import ANY_SCOPE, KNOWN_PERSON
from openucwa.resources.groups import Expand
from openucwa.resources.people import contacts_at
from openucwa.resources.watching import members_of

T = TypeVar("T", bound=Representation)


class ContactsQuery(Expand, rename="camel"):
    """Which group's contacts to show; none means all."""

    group_id: Annotated[str, Meta(max_length=256)] | None = None


@resource(
    "myContacts",
    at="people/contacts",
    also=("contacts", "myContacts"),
    scopes=ANY_SCOPE,
    requires=(KNOWN_PERSON,),
)
class MyContacts(Representation):
    """Everybody on the user's contact list."""

    links = (Embed("contact", many=True),)

    @staticmethod
    @get()
    async def show(call: Call, given: ContactsQuery) -> Representation:
        if given.group_id is not None:
            return await GroupContacts.show(call, given)
        known = await call.services.contacts.contacts(call.user.address)
        return await _filled(MyContacts, call, [*known.contacts()], given)


@resource(
    "groupContacts",
    at="people/contacts",
    answered_by="myContacts",
    scopes=ANY_SCOPE,
    requires=(KNOWN_PERSON,),
)
class GroupContacts(Representation):
    """The contacts in one group."""

    links = (Embed("contact", many=True),)

    @staticmethod
    @get()
    async def show(call: Call, given: ContactsQuery) -> GroupContacts:
        """Show them; self has the group's id as it is (R8.7).

        Raises ``Refused``: NotFound, Forbidden if hidden, TooManyContacts.
        """
        most = call.rules.expand_limit
        members = await members_of(call, given.group_id or "", most)
        if len(members) > most:
            raise Refused(Refusal.TOO_MANY_CONTACTS)
        return await _filled(GroupContacts, call, [*members], given)


async def _filled(shown: type[T], call: Call, addresses: list[str], given: ContactsQuery) -> T:
    """Show a collection of contacts: their cards, or only where those are."""
    query = UNSET if given.group_id is None else f"groupId={given.group_id}"
    if given.expand:
        return shown(_query=query, _embedded={"contact": await contacts_at(call, addresses)})
    return shown(_query=query, _linked={"contact": [{"person": one} for one in addresses]})
