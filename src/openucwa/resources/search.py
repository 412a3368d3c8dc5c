"""Looking people and distribution groups up (R8.13, R8.14)."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct

from openucwa.domain.people import address_of
from openucwa.domain.refusals import bad_parameter
from openucwa.hyper.declare import Embed, Representation, get, resource
from openucwa.resources.call import Call
from openucwa.resources.conditions import KNOWN_PERSON
from openucwa.resources.distribution import distribution_groups
from openucwa.resources.people import CONTACTS, Contact, contacts_of, is_local

DEFAULT_HITS = 50


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
    """People and distribution groups found."""

    links = (Embed("contact", many=True), Embed("distributionGroup", many=True))

    more_results_available: bool

    @staticmethod
    @get()
    async def find(call: Call, given: SearchInput) -> Search:
        """Find people; nothing found means nothing embedded, which clients rely on."""
        wanted = given.query or given.mail
        if not wanted or not wanted.strip():
            raise bad_parameter("query", "the words, address or number to look for")
        found = await call.services.directory.search(wanted, given.limit)
        contacts = await contacts_of(call, found.people)
        groups = await distribution_groups(call, found.groups)
        address = address_of(wanted)
        if not contacts and not groups and address and not is_local(call, address):
            contacts = [Contact.stranger(address)]
        embedded = {"contact": contacts, "distributionGroup": groups}
        return Search(
            more_results_available=found.more,
            _embedded=embedded if contacts or groups else UNSET,
        )
