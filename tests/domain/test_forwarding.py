"""Call forwarding: what each step leads to, and what is never the case (R8.17)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openucwa.domain.forwarding import (
    ActivePeriod,
    CallForwardingState,
    Forwarding,
    Immediate,
    ImmediateTarget,
    Ring,
    RingTarget,
    Unanswered,
    UnansweredTarget,
)
from openucwa.domain.refusals import Refusal, Refused

SARA = "sarad@x.test"
NONE, AT_ONCE, RINGING = CallForwardingState
PLAIN, MAIL = Forwarding(), Forwarding(voicemail=True)


def refusal(step):
    with pytest.raises(Refused) as caught:
        step()
    return caught.value.refusal


def bad(step):
    with pytest.raises(Refused) as caught:
        step()
    return [name for name, _ in caught.value.parameters]


def test_by_default_unanswered_calls_go_to_voicemail_if_there_is_one():
    assert (False, True) == (PLAIN.handles_unanswered, MAIL.handles_unanswered)
    assert Unanswered(UnansweredTarget.VOICEMAIL) == MAIL.unanswered
    assert Unanswered() == PLAIN.unanswered


@pytest.mark.parametrize(
    ("step", "given", "state"),
    [
        ("forward_to_contact", (SARA,), AT_ONCE),
        ("forward_to_voicemail", (), AT_ONCE),
        ("ring_contact", (SARA,), RINGING),
        ("unanswered_to_contact", (SARA, 10), NONE),
        ("unanswered_to_voicemail", (None,), NONE),
    ],
)
def test_a_step_is_in_force_at_once_and_can_be_undone(step, given, state):
    after = getattr(MAIL, step)(*given)

    assert (state, state is not NONE) == (after.state, after.on)
    assert MAIL == (after.turn_off() if after.on else after.reset_unanswered())


def test_what_is_off_cannot_be_turned_off():
    assert Refusal.CONFLICT == refusal(PLAIN.turn_off)


def test_there_is_nothing_unanswered_while_all_calls_are_forwarded():
    now = MAIL.forward_to_contact(SARA)

    assert not now.handles_unanswered
    for step in (
        lambda: now.unanswered_to_contact(SARA, None),
        lambda: now.unanswered_to_voicemail(None),
        lambda: now.change_unanswered(None, 10),
    ):
        assert Refusal.FORBIDDEN == refusal(step)


def test_without_voicemail_nothing_goes_there():
    assert Refusal.FORBIDDEN == refusal(PLAIN.forward_to_voicemail)
    assert Refusal.FORBIDDEN == refusal(lambda: PLAIN.unanswered_to_voicemail(10))
    assert Refusal.FORBIDDEN == refusal(
        lambda: PLAIN.change_unanswered(UnansweredTarget.VOICEMAIL, 10)
    )
    alone = {"voicemail": False, "delegates": False}
    assert PLAIN == MAIL.unanswered_to_voicemail(10).given(**alone)
    assert PLAIN == MAIL.forward_to_voicemail().given(**alone)
    assert RINGING == MAIL.forward_to_voicemail().ring_contact(SARA).given(**alone).state


def test_without_delegates_nothing_goes_there():
    some, none = {"voicemail": True, "delegates": True}, {"voicemail": True, "delegates": False}
    now = MAIL.given(**some)
    for step in (
        Forwarding.forward_to_delegates,
        lambda known: known.ring_delegates(5),
        lambda known: known.change_ring(RingTarget.DELEGATES, 5),
    ):
        assert Refusal.NO_DELEGATES_CONFIGURED == refusal(lambda step=step: step(MAIL))
        assert NONE == step(now).given(**none).state

    assert ImmediateTarget.DELEGATES == now.forward_to_delegates().immediate.target
    assert Ring(RingTarget.DELEGATES, "", 5) == now.ring_delegates(5).ring
    assert RINGING == now.ring_delegates(None).state


def test_a_state_needs_a_target():
    for state in (AT_ONCE, RINGING):
        assert ["activeSetting"] == bad(lambda state=state: MAIL.change(state, None, None))
    both = MAIL.ring_contact(SARA).forward_to_contact(SARA)

    assert RINGING == both.change(RINGING, None, None).state
    assert AT_ONCE == both.change(NONE, None, None).change(AT_ONCE, None, None).state


def test_the_period_changes_alone():
    before = MAIL.ring_contact(SARA)

    assert replace(before, period=ActivePeriod.WORKHOURS) == before.change(
        None, ActivePeriod.WORKHOURS, None
    )


@pytest.mark.parametrize(
    "before",
    [MAIL, PLAIN.unanswered_to_contact(SARA, 30), MAIL.unanswered_to_contact(SARA, 30)],
    ids=["voicemail", "contact", "contact and voicemail"],
)
def test_handling_unanswered_calls_goes_off_and_comes_back(before):
    off = before.change(None, None, False)

    assert not off.handles_unanswered
    assert off == off.change(None, None, False)
    assert before.unanswered == off.change(None, None, True).unanswered
    assert before == before.change(None, None, True)


def test_handling_needs_somewhere_to_send_calls():
    assert ["unansweredCallHandling"] == bad(lambda: PLAIN.change(None, None, True))


def test_handling_that_was_shown_as_off_may_be_sent_back():
    """A client that reads, changes one thing and sends everything back changes nothing else."""
    forwarded = MAIL.unanswered_to_contact(SARA, 30).forward_to_contact(SARA)

    assert forwarded.change(NONE, None, forwarded.handles_unanswered).handles_unanswered


def test_handling_does_not_matter_when_all_calls_are_to_be_forwarded():
    """The reference's own example asks for both."""
    ready = PLAIN.forward_to_contact(SARA).change(NONE, None, None)

    assert PLAIN.forward_to_contact(SARA) == ready.change(AT_ONCE, None, True)


def test_nobody_rings_any_more_without_a_target():
    before = PLAIN.ring_contact(SARA)
    after = before.change_ring(RingTarget.NONE, 5)

    assert (NONE, Ring(RingTarget.NONE, SARA, 5)) == (after.state, after.ring)
    assert Ring(RingTarget.CONTACT, SARA, 5) == after.change_ring(RingTarget.CONTACT, None).ring
    assert AT_ONCE == before.forward_to_contact(SARA).change_ring(RingTarget.NONE, None).state


def test_targets_that_nobody_named_are_refused():
    for target, reason in (
        (RingTarget.DELEGATES, Refusal.NO_DELEGATES_CONFIGURED),
        (RingTarget.TEAM, Refusal.NO_TEAM_MEMBERS_CONFIGURED),
    ):
        assert reason == refusal(lambda target=target: PLAIN.change_ring(target, None))
    assert ["target"] == bad(lambda: PLAIN.change_ring(RingTarget.CONTACT, None))
    assert ["target"] == bad(lambda: PLAIN.change_unanswered(UnansweredTarget.CONTACT, None))


def test_a_delay_stays_until_another_is_given():
    now = PLAIN.unanswered_to_contact(SARA, 30).unanswered_to_contact("tel:+451", None)

    assert Unanswered(UnansweredTarget.CONTACT, "tel:+451", 30) == now.unanswered
    assert 40 == now.change_unanswered(None, 40).unanswered.delay


contacts = st.sampled_from([SARA, "tel:+4512345678"])
delays = st.none() | st.integers(5, 55)
steps = st.one_of(
    st.just(Forwarding.turn_off),
    st.just(Forwarding.forward_to_voicemail),
    st.just(Forwarding.reset_unanswered),
    contacts.map(lambda who: lambda now: now.forward_to_contact(who)),
    contacts.map(lambda who: lambda now: now.ring_contact(who)),
    st.tuples(contacts, delays).map(lambda args: lambda now: now.unanswered_to_contact(*args)),
    delays.map(lambda delay: lambda now: now.unanswered_to_voicemail(delay)),
    st.tuples(st.none() | st.sampled_from(RingTarget), delays).map(
        lambda args: lambda now: now.change_ring(*args)
    ),
    st.tuples(st.none() | st.sampled_from(UnansweredTarget), delays).map(
        lambda args: lambda now: now.change_unanswered(*args)
    ),
    st.tuples(
        st.none() | st.sampled_from(CallForwardingState),
        st.none() | st.sampled_from(ActivePeriod),
        st.none() | st.booleans(),
    ).map(lambda args: lambda now: now.change(*args)),
    st.tuples(st.booleans(), st.booleans()).map(
        lambda has: lambda now: now.given(voicemail=has[0], delegates=has[1])
    ),
    st.just(Forwarding.forward_to_delegates),
    delays.map(lambda delay: lambda now: now.ring_delegates(delay)),
)


@given(st.lists(steps, max_size=12))
def test_whatever_is_done_every_call_has_somewhere_to_go(taken):
    now = MAIL
    for step in taken:
        try:
            now = step(now)
        except Refused:
            continue
        immediate, unanswered = now.immediate, now.unanswered
        assert not now.at_once or immediate.target is not ImmediateTarget.NONE
        assert now.state is not RINGING or now.ring.target is not RingTarget.NONE
        for part, contact in (
            (immediate, ImmediateTarget.CONTACT),
            (now.ring, RingTarget.CONTACT),
            (unanswered, UnansweredTarget.CONTACT),
        ):
            assert part.target is not contact or part.contact
        if not now.voicemail:
            assert immediate != Immediate(ImmediateTarget.VOICEMAIL)
            assert unanswered.target is not UnansweredTarget.VOICEMAIL
        if not now.delegates:
            assert immediate.target is not ImmediateTarget.DELEGATES
            assert now.ring.target is not RingTarget.DELEGATES
        assert now == now.given(voicemail=now.voicemail, delegates=now.delegates)
