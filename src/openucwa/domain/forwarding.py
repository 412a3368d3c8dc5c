"""What happens to a person's calls: forwarded at once, ringing elsewhere too, or unanswered.

Settings are values: each step returns new ones, or raises ``Refused``. A contact is an address
or a ``tel:`` URI; delays are whole seconds.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import Self

from openucwa.domain.refusals import Refusal, Refused, bad_parameter

NO_SETTINGS = ("voicemail", "delegates")
"""The fields of ``Forwarding`` that tell what there is, and not what its owner wants."""

DEFAULT_DELAY = 20
"""Seconds that a phone rings before its call counts as unanswered."""


class CallForwardingState(enum.StrEnum):
    """Which of the settings is in force."""

    NONE = "None"
    IMMEDIATE_FORWARD = "ImmediateForward"
    SIMULTANEOUS_RING = "SimultaneousRing"


class ActivePeriod(enum.StrEnum):
    """When the settings are in force."""

    ALWAYS = "Always"
    WORKHOURS = "Workhours"


class ImmediateTarget(enum.StrEnum):
    """Where calls go that are forwarded at once."""

    NONE = "None"
    CONTACT = "Contact"
    DELEGATES = "Delegates"
    VOICEMAIL = "Voicemail"


class RingTarget(enum.StrEnum):
    """Whose phones ring too."""

    NONE = "None"
    CONTACT = "Contact"
    DELEGATES = "Delegates"
    TEAM = "Team"


class UnansweredTarget(enum.StrEnum):
    """Where calls go that nobody answers."""

    NONE = "None"
    CONTACT = "Contact"
    VOICEMAIL = "Voicemail"


@dataclass(frozen=True, slots=True)
class Immediate:
    """Forward at once."""

    target: ImmediateTarget = ImmediateTarget.NONE
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Ring:
    """Ring elsewhere too, ``delay`` seconds later. A contact is kept while others ring."""

    target: RingTarget = RingTarget.NONE
    contact: str = ""
    delay: int = 0


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Forward what nobody answers for ``delay`` seconds. A contact is kept while it is off."""

    target: UnansweredTarget = UnansweredTarget.NONE
    contact: str = ""
    delay: int = DEFAULT_DELAY


@dataclass(frozen=True, slots=True)
class Forwarding:
    """All of a person's settings.

    ``voicemail`` and ``delegates`` tell whether there are any; they are no settings. ``chosen`` is
    None while she left unanswered calls alone.
    """

    voicemail: bool = False
    delegates: bool = False
    state: CallForwardingState = CallForwardingState.NONE
    period: ActivePeriod = ActivePeriod.ALWAYS
    immediate: Immediate = Immediate()
    ring: Ring = Ring()
    chosen: Unanswered | None = None

    def given(self, *, voicemail: bool, delegates: bool) -> Self:
        """Return what holds with or without voicemail and delegates: no call goes where none is."""
        now = replace(self, voicemail=voicemail, delegates=delegates)
        there = {ImmediateTarget.VOICEMAIL: voicemail, ImmediateTarget.DELEGATES: delegates}
        if not there.get(now.immediate.target, True):
            now = replace(now, immediate=Immediate()).without(CallForwardingState.IMMEDIATE_FORWARD)
        if now.ring.target is RingTarget.DELEGATES and not delegates:
            ring = replace(now.ring, target=RingTarget.NONE)
            now = replace(now, ring=ring).without(CallForwardingState.SIMULTANEOUS_RING)
        if now.unanswered.target is UnansweredTarget.VOICEMAIL and not voicemail:
            now = replace(now, chosen=None)
        return now

    def without(self, state: CallForwardingState) -> Self:
        """Turn a state off, if it is on."""
        return replace(self, state=CallForwardingState.NONE) if self.state is state else self

    @property
    def on(self) -> bool:
        """Whether calls go anywhere but to her phone; only then can it be turned off."""
        return self.state is not CallForwardingState.NONE

    @property
    def at_once(self) -> bool:
        """Whether no call rings, so that none can be unanswered."""
        return self.state is CallForwardingState.IMMEDIATE_FORWARD

    @property
    def unanswered(self) -> Unanswered:
        """Where unanswered calls go: to voicemail, if there is one, unless she chose otherwise."""
        target = UnansweredTarget.VOICEMAIL if self.voicemail else UnansweredTarget.NONE
        return self.chosen or Unanswered(target)

    @property
    def handles_unanswered(self) -> bool:
        """Whether unanswered calls go anywhere."""
        return not self.at_once and self.unanswered.target is not UnansweredTarget.NONE

    def turn_off(self) -> Self:
        """Go back to the defaults."""
        if not self.on:
            raise Refused(Refusal.CONFLICT, "No calls are forwarded.")
        return type(self)(self.voicemail, self.delegates)

    def forward_to_contact(self, contact: str) -> Self:
        """Forward all calls at once to somebody."""
        return self._forward(Immediate(ImmediateTarget.CONTACT, contact))

    def forward_to_voicemail(self) -> Self:
        """Forward all calls at once to voicemail."""
        self._require_voicemail()
        return self._forward(Immediate(ImmediateTarget.VOICEMAIL))

    def forward_to_delegates(self) -> Self:
        """Forward all calls at once to the delegates."""
        self._require_delegates()
        return self._forward(Immediate(ImmediateTarget.DELEGATES))

    def ring_delegates(self, delay: int | None) -> Self:
        """Ring the delegates too, so many seconds later."""
        self._require_delegates()
        delay = self.ring.delay if delay is None else delay
        ring = replace(self.ring, target=RingTarget.DELEGATES, delay=delay)
        return replace(self, state=CallForwardingState.SIMULTANEOUS_RING, ring=ring)

    def ring_contact(self, contact: str) -> Self:
        """Ring somebody else too."""
        ring = Ring(RingTarget.CONTACT, contact, self.ring.delay)
        return replace(self, state=CallForwardingState.SIMULTANEOUS_RING, ring=ring)

    def unanswered_to_contact(self, contact: str, delay: int | None) -> Self:
        """Forward unanswered calls to somebody."""
        return self._choose(Unanswered(UnansweredTarget.CONTACT, contact, self._delay(delay)))

    def unanswered_to_voicemail(self, delay: int | None) -> Self:
        """Forward unanswered calls to voicemail."""
        self._require_voicemail()
        return self._choose(Unanswered(UnansweredTarget.VOICEMAIL, delay=self._delay(delay)))

    def reset_unanswered(self) -> Self:
        """Go back to what holds for unanswered calls by default."""
        return replace(self, chosen=None)

    def change(
        self,
        state: CallForwardingState | None,
        period: ActivePeriod | None,
        handling: bool | None,
    ) -> Self:
        """Change what is given; a state needs a target that was set before."""
        after = replace(self, state=state or self.state, period=period or self.period)
        if after.at_once and self.immediate.target is ImmediateTarget.NONE:
            raise bad_parameter("activeSetting", "Say first where calls are to be forwarded to.")
        ringing = after.state is CallForwardingState.SIMULTANEOUS_RING
        if ringing and self.ring.target is RingTarget.NONE:
            raise bad_parameter("activeSetting", "Say first who else is to be rung.")
        # While no call rings, handling is shown as off; sent back like that, it is no wish.
        if handling is None or self.at_once or after.at_once:
            return after
        return replace(after, chosen=self._handled(handling))

    def change_ring(self, target: RingTarget | None, delay: int | None) -> Self:
        """Change what is given; without a target, nobody else is rung any more."""
        if target is RingTarget.DELEGATES:
            self._require_delegates()
        if target is RingTarget.TEAM:
            raise Refused(Refusal.NO_TEAM_MEMBERS_CONFIGURED)
        if target is RingTarget.CONTACT and not self.ring.contact:
            raise bad_parameter("target", "Say first, by simultaneousRingToContact, who it is.")
        delay = self.ring.delay if delay is None else delay
        ring = replace(self.ring, target=target or self.ring.target, delay=delay)
        after = replace(self, ring=ring)
        if ring.target is RingTarget.NONE:
            return after.without(CallForwardingState.SIMULTANEOUS_RING)
        return after

    def change_unanswered(self, target: UnansweredTarget | None, delay: int | None) -> Self:
        """Change what is given."""
        if target is UnansweredTarget.VOICEMAIL:
            return self.unanswered_to_voicemail(delay)
        before = self.unanswered
        if target is UnansweredTarget.CONTACT and not before.contact:
            raise bad_parameter("target", "Say first, by unansweredCallToContact, who it is.")
        target = target or before.target
        return self._choose(replace(before, target=target, delay=self._delay(delay)))

    def _forward(self, immediate: Immediate) -> Self:
        return replace(self, state=CallForwardingState.IMMEDIATE_FORWARD, immediate=immediate)

    def _choose(self, chosen: Unanswered) -> Self:
        if self.at_once:
            raise Refused(Refusal.FORBIDDEN, "All calls are forwarded: none can be unanswered.")
        return replace(self, chosen=chosen)

    def _handled(self, wanted: bool) -> Unanswered | None:
        """Return what is to be done with unanswered calls when that is switched on or off."""
        now = self.unanswered
        if wanted == (now.target is not UnansweredTarget.NONE):
            return self.chosen
        if not wanted:
            return replace(now, target=UnansweredTarget.NONE)
        if now.contact:
            return replace(now, target=UnansweredTarget.CONTACT)
        if self.voicemail:
            return replace(now, target=UnansweredTarget.VOICEMAIL)
        raise bad_parameter("unansweredCallHandling", "Say first where unanswered calls are to go.")

    def _delay(self, given: int | None) -> int:
        return self.unanswered.delay if given is None else given

    def _require_delegates(self) -> None:
        if not self.delegates:
            raise Refused(Refusal.NO_DELEGATES_CONFIGURED)

    def _require_voicemail(self) -> None:
        if not self.voicemail:
            raise Refused(Refusal.FORBIDDEN, "There is no voicemail.")
