"""The operations on call forwarding, each a link of the settings in ``forwarding`` (R8.17)."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from openucwa.domain.forwarding import Forwarding
from openucwa.domain.people import address_of
from openucwa.domain.refusals import Refusal, bad_parameter
from openucwa.hyper.declare import Capability, Condition, post
from openucwa.resources.call import Call
from openucwa.resources.conditions import KNOWN_PERSON
from openucwa.resources.forwarding import (
    IMMEDIATE,
    RING,
    SETTINGS,
    UNANSWERED,
    AnswerDelayInput,
    RingDelayInput,
    take,
    users_own,
)
from openucwa.resources.people import is_local

TEAM = Condition(Refusal.NO_TEAM_MEMBERS_CONFIGURED, lambda _: False)
"""The user has a team; nobody can name one yet."""


async def somebody(call: Call, target: str) -> str:
    """Return the address or number that a parameter names. Raises ``Refused``."""
    address = address_of(target) if target.isprintable() else None
    if address is None:
        number = call.services.tel_uri(target)
        if number is None:
            raise bad_parameter("target", "Must be a sip: URI or a tel: URI with country code.")
        return number
    if address == call.user.address:
        raise bad_parameter("target", "Must be somebody else.")
    if is_local(call, address) and await call.services.directory.person(address) is None:
        raise bad_parameter("target", "Nobody here has this address.")
    return address


@users_own("turnOffCallForwarding", at=f"{SETTINGS}/turnOffCallForwarding")
class TurnOffCallForwarding(Capability):
    """Goes back to the defaults: the own phone rings, then voicemail answers, if there is one."""

    @staticmethod
    @post()
    async def turn_off(call: Call) -> None:
        await take(call, Forwarding.turn_off)


class ContactInput(Struct, rename="camel"):
    """A person or a number."""

    target: Annotated[str, Meta(max_length=80)]


@users_own("immediateForwardToContact", at=f"{IMMEDIATE}/immediateForwardToContact")
class ImmediateForwardToContact(Capability):
    """Forwards all calls to a person or number."""

    @staticmethod
    @post()
    async def forward(call: Call, given: ContactInput) -> None:
        contact = await somebody(call, given.target)
        await take(call, lambda now: now.forward_to_contact(contact))


@users_own("immediateForwardToDelegates", at=f"{IMMEDIATE}/immediateForwardToDelegates")
class ImmediateForwardToDelegates(Capability):
    """Forwards all calls to the user's delegates."""

    @staticmethod
    @post()
    async def forward(call: Call) -> None:
        await take(call, Forwarding.forward_to_delegates)


@users_own("immediateForwardToVoicemail", at=f"{IMMEDIATE}/immediateForwardToVoicemail")
class ImmediateForwardToVoicemail(Capability):
    """Forwards all calls to voicemail."""

    @staticmethod
    @post()
    async def forward(call: Call) -> None:
        await take(call, Forwarding.forward_to_voicemail)


@users_own("simultaneousRingToContact", at=f"{RING}/simultaneousRingToContact")
class SimultaneousRingToContact(Capability):
    """Rings a person or number too."""

    @staticmethod
    @post()
    async def ring(call: Call, given: ContactInput) -> None:
        contact = await somebody(call, given.target)
        await take(call, lambda now: now.ring_contact(contact))


@users_own("simultaneousRingToDelegates", at=f"{RING}/simultaneousRingToDelegates")
class SimultaneousRingToDelegates(Capability):
    """Rings the user's delegates too."""

    @staticmethod
    @post()
    async def ring(call: Call, given: RingDelayInput) -> None:
        await take(call, lambda now: now.ring_delegates(given.ring_delay))


@users_own(
    "simultaneousRingToTeam", at=f"{RING}/simultaneousRingToTeam", requires=(KNOWN_PERSON, TEAM)
)
class SimultaneousRingToTeam(Capability):
    """Rings the user's team too."""

    @staticmethod
    @post()
    def ring(call: Call, given: RingDelayInput) -> None:
        """Is never reached: the condition above refuses as long as nobody can be named."""


@users_own("resetUnansweredCallSettings", at=f"{UNANSWERED}/resetUnansweredCallSettings")
class ResetUnansweredCallSettings(Capability):
    """Lets unanswered calls go to voicemail, if there is one, and else nowhere."""

    @staticmethod
    @post()
    async def reset(call: Call) -> None:
        await take(call, Forwarding.reset_unanswered)


class UnansweredContactInput(AnswerDelayInput, kw_only=True):
    """A person or a number, and after how many seconds it is rung."""

    target: Annotated[str, Meta(max_length=80)]


@users_own("unansweredCallToContact", at=f"{UNANSWERED}/unansweredCallToContact")
class UnansweredCallToContact(Capability):
    """Forwards unanswered calls to a person or number."""

    @staticmethod
    @post()
    async def forward(call: Call, given: UnansweredContactInput) -> None:
        contact = await somebody(call, given.target)
        await take(call, lambda now: now.unanswered_to_contact(contact, given.ring_delay))


@users_own("unansweredCallToVoicemail", at=f"{UNANSWERED}/unansweredCallToVoicemail")
class UnansweredCallToVoicemail(Capability):
    """Forwards unanswered calls to voicemail."""

    @staticmethod
    @post()
    async def forward(call: Call, given: AnswerDelayInput) -> None:
        await take(call, lambda now: now.unanswered_to_voicemail(given.ring_delay))
