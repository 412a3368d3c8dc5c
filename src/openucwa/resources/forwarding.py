"""What happens to calls to the user (R8.17). The rules are in ``domain.forwarding``.

``forwarding_steps`` has the operations that these settings link to.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, TypedDict

from msgspec import Meta, Struct

from openucwa.domain.contacts import Kind
from openucwa.domain.forwarding import (
    ActivePeriod,
    CallForwardingState,
    Forwarding,
    ImmediateTarget,
    RingTarget,
    UnansweredTarget,
)
from openucwa.hyper.declare import Embed, Link, Representation, Scope, get, put, resource
from openucwa.resources.call import Call
from openucwa.resources.communication import GenericPolicy
from openucwa.resources.conditions import KNOWN_PERSON
from openucwa.resources.policies import in_force

SETTINGS = "me/callForwardingSettings"
IMMEDIATE = f"{SETTINGS}/immediateForwardSettings"
RING = f"{SETTINGS}/simultaneousRingSettings"
UNANSWERED = f"{SETTINGS}/unansweredCallSettings"

users_own = partial(resource, scopes=(Scope.USER,), requires=(KNOWN_PERSON,))
"""Declares what every person with an account may use."""


class _There(TypedDict):
    """Where calls can go beside to people and numbers."""

    voicemail: bool
    delegates: bool


async def _there(call: Call) -> _There:
    contacts = await call.services.contacts.contacts(call.user.address)
    unified = (await in_force(call)).get("exchangeUnifiedMessaging")
    return {
        "voicemail": unified == GenericPolicy.ENABLED,
        "delegates": bool(contacts.only(Kind.DELEGATES).members),
    }


async def settings(call: Call) -> Forwarding:
    """Return the caller's settings as they hold now."""
    stored = await call.services.telephony.forwarding(call.user.address)
    return stored.given(**await _there(call))


async def take(call: Call, step: Callable[[Forwarding], Forwarding]) -> None:
    """Take a step from the caller's settings, and store where it leads."""
    there = await _there(call)
    await call.services.telephony.change_forwarding(
        call.user.address, lambda stored: step(stored.given(**there))
    )


def unless(**offered: bool) -> set[str]:
    """Return the relations that are not offered."""
    return {rel for rel, holds in offered.items() if not holds}


class ForwardingInput(Struct, rename="camel"):
    """What may be changed; what is left out stays as it is (R4.27)."""

    active_period: ActivePeriod | None = None
    active_setting: CallForwardingState | None = None
    unanswered_call_handling: GenericPolicy | None = None


@users_own("callForwardingSettings", at=SETTINGS, etag=True, guid=True)
class CallForwardingSettings(Representation):
    """Whether, when and how calls are forwarded."""

    links = (
        Link("turnOffCallForwarding"),
        Embed("immediateForwardSettings"),
        Embed("simultaneousRingSettings"),
        Embed("unansweredCallSettings"),
    )

    active_period: ActivePeriod
    active_setting: CallForwardingState
    unanswered_call_handling: GenericPolicy

    @staticmethod
    @get()
    async def show(call: Call) -> CallForwardingSettings:
        now = await settings(call)
        handling = GenericPolicy.ENABLED if now.handles_unanswered else GenericPolicy.DISABLED
        return CallForwardingSettings(
            active_period=now.period,
            active_setting=now.state,
            unanswered_call_handling=handling,
            _without=unless(turnOffCallForwarding=now.on),
            _embedded={
                "immediateForwardSettings": ImmediateForwardSettings.of(now),
                "simultaneousRingSettings": SimultaneousRingSettings.of(now),
                "unansweredCallSettings": UnansweredCallSettings.of(now),
            },
        )

    @staticmethod
    @put()
    async def change(call: Call, given: ForwardingInput) -> None:
        handling = given.unanswered_call_handling
        wanted = None if handling is None else handling is GenericPolicy.ENABLED
        await take(call, lambda now: now.change(given.active_setting, given.active_period, wanted))


@users_own("immediateForwardSettings", at=IMMEDIATE, etag=True)
class ImmediateForwardSettings(Representation):
    """Where calls go without ringing here."""

    links = (
        Link("contact"),
        Link("immediateForwardToContact"),
        Link("immediateForwardToDelegates"),
        Link("immediateForwardToVoicemail"),
    )

    target: ImmediateTarget

    @staticmethod
    @get()
    async def show(call: Call) -> ImmediateForwardSettings:
        return ImmediateForwardSettings.of(await settings(call))

    @staticmethod
    def of(now: Forwarding) -> ImmediateForwardSettings:
        """Show these settings."""
        return ImmediateForwardSettings(
            target=now.immediate.target,
            _at={"person": now.immediate.contact},
            _without=unless(
                contact=now.immediate.target is ImmediateTarget.CONTACT,
                immediateForwardToDelegates=now.delegates,
                immediateForwardToVoicemail=now.voicemail,
            ),
        )


class RingDelayInput(Struct, rename="camel"):
    """How many seconds later others are rung."""

    ring_delay: Annotated[int, Meta(ge=0, le=55)] | None = None


class RingInput(RingDelayInput):
    """What may be changed."""

    target: RingTarget | None = None


@users_own("simultaneousRingSettings", at=RING, etag=True, guid=True)
class SimultaneousRingSettings(Representation):
    """Who else is rung, and how many seconds later."""

    links = (
        Link("contact"),
        Link("simultaneousRingToContact"),
        Link("simultaneousRingToDelegates"),
        Link("simultaneousRingToTeam"),
    )

    ring_delay: int
    target: RingTarget

    @staticmethod
    @get()
    async def show(call: Call) -> SimultaneousRingSettings:
        return SimultaneousRingSettings.of(await settings(call))

    @staticmethod
    def of(now: Forwarding) -> SimultaneousRingSettings:
        """Show these settings."""
        return SimultaneousRingSettings(
            ring_delay=now.ring.delay,
            target=now.ring.target,
            _at={"person": now.ring.contact},
            _without=unless(
                contact=now.ring.target is RingTarget.CONTACT,
                simultaneousRingToDelegates=now.delegates,
            ),
        )

    @staticmethod
    @put()
    async def change(call: Call, given: RingInput) -> None:
        await take(call, lambda now: now.change_ring(given.target, given.ring_delay))


class AnswerDelayInput(Struct, rename="camel"):
    """After how many seconds a call is unanswered."""

    ring_delay: Annotated[int, Meta(ge=5, le=60)] | None = None


class UnansweredInput(AnswerDelayInput):
    """What may be changed."""

    target: UnansweredTarget | None = None


@users_own("unansweredCallSettings", at=UNANSWERED, etag=True, guid=True)
class UnansweredCallSettings(Representation):
    """Where calls go that nobody answered for some seconds."""

    links = (
        Link("contact"),
        Link("resetUnansweredCallSettings"),
        Link("unansweredCallToContact"),
        Link("unansweredCallToVoicemail"),
    )

    ring_delay: int
    target: UnansweredTarget

    @staticmethod
    @get()
    async def show(call: Call) -> UnansweredCallSettings:
        return UnansweredCallSettings.of(await settings(call))

    @staticmethod
    def of(now: Forwarding) -> UnansweredCallSettings:
        """Show these settings; while all calls are forwarded, none can be unanswered."""
        return UnansweredCallSettings(
            ring_delay=now.unanswered.delay,
            target=now.unanswered.target,
            _at={"person": now.unanswered.contact},
            _without=unless(
                contact=now.unanswered.target is UnansweredTarget.CONTACT,
                unansweredCallToContact=not now.at_once,
                unansweredCallToVoicemail=now.voicemail and not now.at_once,
            ),
        )

    @staticmethod
    @put()
    async def change(call: Call, given: UnansweredInput) -> None:
        await take(call, lambda now: now.change_unanswered(given.target, given.ring_delay))
