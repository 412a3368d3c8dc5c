"""How close people are to the user, which decides what they see of her (R8.15)."""

from __future__ import annotations

from msgspec import UNSET, Struct

from openucwa.domain.notices import Notice
from openucwa.domain.people import Level
from openucwa.domain.privacy import GIVEN
from openucwa.domain.refusals import Refusal, Refused, bad_parameter
from openucwa.hyper.declare import (
    Capability,
    Embed,
    Link,
    Representation,
    get,
    post,
    put,
    resource,
)
from openucwa.resources.call import Call
from openucwa.resources.conditions import ANY_SCOPE, KNOWN_PERSON
from openucwa.resources.people import CONTACTS, IN_CONTACT, is_local, person_in_path

HERE = "people/{person}/privacyRelationship"
MOST_LEVELS = 1000
"""So many people may be given another level than the default: more than anybody knows."""


def level_of(call: Call, address: str) -> Level:
    """Return what somebody is to the user; people of other domains are External."""
    default = call.rules.default_level if is_local(call, address) else Level.EXTERNAL
    return call.user.level_of(address, default)


async def give(call: Call, level: Level | None) -> None:
    """Give the person in the path another level, or the default again, and tell of it.

    Raises ``Refused``: Forbidden for oneself, NotFound, LimitExceeded.
    """
    address, user = person_in_path(call), call.user
    if address == user.address:
        raise Refused(Refusal.FORBIDDEN, "Nobody has a relationship with herself.")
    if is_local(call, address) and await call.services.directory.person(address) is None:
        raise Refused(Refusal.NOT_FOUND, "Nobody here has this address.")
    given = user.standing.levels or {}
    if level and address not in given and len(given) >= MOST_LEVELS:
        raise Refused(Refusal.LIMIT_EXCEEDED)
    await call.keep_level(address, level)
    about = (("person", address),)
    call.tell(
        [
            Notice("contactPrivacyRelationship", params=about, to=app.id)
            for app in user.applications.values()
            if app.available or app is call.application or address in app.watched()
        ]
    )


class LevelInput(Struct, rename="camel"):
    """The level to give; none leaves it (R4.27)."""

    relationship_level: Level | None = None


@resource(
    "contactPrivacyRelationship",
    at=HERE,
    also=("people/{person}/contactPrivacyRelationship",),
    revision=2,
    scopes=CONTACTS,
    requires=(KNOWN_PERSON,),
    events=IN_CONTACT,
    etag=True,
    guid=True,
)
class ContactPrivacyRelationship(Representation):
    """What a person is to the user."""

    links = (Link("resetContactPrivacyRelationship"),)

    relationship_level: Level

    @staticmethod
    @get()
    def show(call: Call) -> ContactPrivacyRelationship:
        level = level_of(call, person_in_path(call))
        return ContactPrivacyRelationship(
            relationship_level=level,
            _without=("resetContactPrivacyRelationship",) if level is Level.UNKNOWN else UNSET,
        )

    @staticmethod
    @put()
    async def change(call: Call, given: LevelInput) -> None:
        level = given.relationship_level
        if level is Level.UNKNOWN:
            raise bad_parameter("relationshipLevel", f"one of {', '.join(GIVEN)}")
        if level is not None:
            await give(call, level)


@resource(
    "resetContactPrivacyRelationship",
    at=f"{HERE}/resetContactPrivacyRelationship",
    also=("people/{person}/contactPrivacyRelationship/resetContactPrivacyRelationship",),
    scopes=CONTACTS,
    requires=(KNOWN_PERSON,),
)
class ResetContactPrivacyRelationship(Capability):
    """Lets a person be to the user what everybody is."""

    @staticmethod
    @post()
    async def reset(call: Call) -> None:
        await give(call, None)


@resource(
    "myPrivacyRelationships",
    at="people/privacyRelationships",
    also=("myPrivacyRelationships",),
    scopes=ANY_SCOPE,
    requires=(KNOWN_PERSON,),
)
class MyPrivacyRelationships(Representation):
    """The levels of the user's contacts, and of all to whom she gave one."""

    links = (Embed("myPrivacyRelationship", many=True),)

    @staticmethod
    @get()
    async def show(call: Call) -> MyPrivacyRelationships:
        found = await people_by_level(call)
        shown = [MyPrivacyRelationship.of(level, found[level]) for level in GIVEN if found[level]]
        return MyPrivacyRelationships(_embedded={"myPrivacyRelationship": shown})


async def people_by_level(call: Call) -> dict[Level, list[str]]:
    """Return the user's contacts, and all to whom she gave a level, by level."""
    contacts = (await call.services.contacts.contacts(call.user.address)).contacts()
    found: dict[Level, list[str]] = {level: [] for level in Level}
    for address in sorted({*contacts, *(call.user.standing.levels or ())}):
        found[level_of(call, address)].append(address)
    return found


@resource(
    "myPrivacyRelationship",
    at="people/privacyRelationships/{level}",
    also=("myPrivacyRelationships/{level}",),
    scopes=ANY_SCOPE,
    requires=(KNOWN_PERSON,),
)
class MyPrivacyRelationship(Representation):
    """Those who have one level."""

    links = (Link("contact", many=True),)

    relationship_level: Level

    @staticmethod
    @get()
    async def show(call: Call) -> MyPrivacyRelationship:
        for level, people in (await people_by_level(call)).items():
            if level.lower() == call.params["level"].lower():
                return MyPrivacyRelationship.of(level, people)
        raise Refused(Refusal.NOT_FOUND, f"The levels are {', '.join(GIVEN)}.")

    @staticmethod
    def of(level: Level, people: list[str]) -> MyPrivacyRelationship:
        """Show who has a level."""
        return MyPrivacyRelationship(
            relationship_level=level,
            _at={"level": level},
            _linked={"contact": [{"person": address} for address in people]},
        )
