"""Presence: the endpoint's state machine, claims, and the aggregate row by row (R7.9-R7.17)."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from openucwa.domain.presence import (
    EARLIER_CHOICES,
    OFFLINE,
    Aggregate,
    Availability,
    Claim,
    DeviceType,
    Endpoint,
    Machine,
    Preferred,
    Source,
    aggregate,
    manual_claim,
    next_change,
    timed_claim,
)

NOW = 1_790_000_000.0
HOUR = 3600.0
IDLE_FOR = {Machine.ACTIVE: 0.0, Machine.INACTIVE: 300.0, Machine.AWAY: 600.0}

# The person's own word was given an hour ago (an expired one 25 hours ago). The automatic claim
# began before or after it; "ended" ones have expired. Columns: what she said, what an automatic
# source says, then what others see while her most active endpoint is active, inactive or away,
# and with which activity.
TABLE = """
said          automatic       active        inactive      away          activity
-             -               Online        IdleOnline    Away          -
-             call            Busy          IdleBusy      IdleBusy      on-the-phone
-             conference      Busy          IdleBusy      IdleBusy      in-a-conference
-             calendar        Busy          IdleBusy      IdleBusy      in-a-meeting
-             sharing         DoNotDisturb  DoNotDisturb  DoNotDisturb  presenting
-             ended-call      Online        IdleOnline    Away          -
-             ended-sharing   Online        IdleOnline    Away          -
Online        -               Online        IdleOnline    Away          -
Online        call            Busy          IdleBusy      IdleBusy      on-the-phone
Online        sharing         DoNotDisturb  DoNotDisturb  DoNotDisturb  presenting
Online        older-call      Online        IdleOnline    Away          -
Online        older-sharing   Online        IdleOnline    Away          -
Online        ended-call      Online        IdleOnline    Away          -
Busy          -               Busy          IdleBusy      IdleBusy      -
Busy          call            Busy          IdleBusy      IdleBusy      on-the-phone
Busy          sharing         DoNotDisturb  DoNotDisturb  DoNotDisturb  presenting
Busy          older-call      Busy          IdleBusy      IdleBusy      -
Busy          older-sharing   Busy          IdleBusy      IdleBusy      -
Busy          ended-call      Busy          IdleBusy      IdleBusy      -
DoNotDisturb  -               DoNotDisturb  DoNotDisturb  DoNotDisturb  urgent-interruptions-only
DoNotDisturb  call            DoNotDisturb  DoNotDisturb  DoNotDisturb  urgent-interruptions-only
DoNotDisturb  sharing         DoNotDisturb  DoNotDisturb  DoNotDisturb  urgent-interruptions-only
DoNotDisturb  older-call      DoNotDisturb  DoNotDisturb  DoNotDisturb  urgent-interruptions-only
DoNotDisturb  ended-call      DoNotDisturb  DoNotDisturb  DoNotDisturb  urgent-interruptions-only
BeRightBack   -               BeRightBack   BeRightBack   BeRightBack   -
BeRightBack   call            BeRightBack   BeRightBack   BeRightBack   -
BeRightBack   older-call      BeRightBack   BeRightBack   BeRightBack   -
BeRightBack   ended-call      BeRightBack   BeRightBack   BeRightBack   -
Away          -               Away          Away          Away          -
Away          call            Away          Away          Away          -
Away          older-call      Away          Away          Away          -
Away          ended-call      Away          Away          Away          -
Offwork       -               Away          Away          Away          off-work
Offwork       call            Away          Away          Away          off-work
Offwork       older-call      Away          Away          Away          off-work
Offwork       ended-call      Away          Away          Away          off-work
expired-Busy  -               Online        IdleOnline    Away          -
expired-Busy  call            Busy          IdleBusy      IdleBusy      on-the-phone
expired-Busy  older-call      Busy          IdleBusy      IdleBusy      on-the-phone
expired-DoNotDisturb  -       Online        IdleOnline    Away          -
expired-DoNotDisturb  sharing DoNotDisturb  DoNotDisturb  DoNotDisturb  presenting
"""
ROWS = [
    pytest.param(said, automatic, machine, seen, activity, id=f"{said} {automatic} {machine.name}")
    for said, automatic, *states, activity in map(str.split, TABLE.strip().splitlines()[1:])
    for machine, seen in zip(Machine, states, strict=True)
]


def said_an_hour_ago(word):
    """Return the claim that a cell of the table speaks of; expired ones are a day older."""
    if word == "-":
        return None
    when = NOW - (25 * HOUR if word.startswith("expired-") else HOUR)
    return manual_claim(Preferred(word.removeprefix("expired-")), when)


def claimed_automatically(word):
    if word == "-":
        return {}
    age, _, name = word.rpartition("-")
    since = NOW - (26 * HOUR if age == "older" else 60)
    busy = Preferred.DO_NOT_DISTURB if name == "sharing" else Preferred.BUSY
    return {Source(name): Claim(busy, since, NOW if age == "ended" else NOW + HOUR)}


def an_endpoint(machine=Machine.ACTIVE, device=DeviceType.WEB):
    return Endpoint(NOW - IDLE_FOR[machine], 300, 300, device)


@pytest.mark.parametrize(("said", "automatic", "machine", "seen", "activity"), ROWS)
def test_what_others_see(said, automatic, machine, seen, activity):
    expected = Aggregate(Availability(seen), None if activity == "-" else activity, DeviceType.WEB)
    claims = said_an_hour_ago(said), claimed_automatically(automatic)

    assert expected == aggregate(*claims, [an_endpoint(machine)], NOW)


@pytest.mark.parametrize("said", ["-", *Preferred])
@pytest.mark.parametrize("automatic", ["-", "call", "older-call", "sharing"])
def test_r7_17_without_an_endpoint_everybody_is_offline(said, automatic):
    claims = said_an_hour_ago(said), claimed_automatically(automatic)

    assert OFFLINE == aggregate(*claims, [], NOW)


@pytest.mark.parametrize(
    ("machines", "seen"),
    [
        ((Machine.AWAY, Machine.ACTIVE), Availability.ONLINE),
        ((Machine.INACTIVE, Machine.AWAY), Availability.IDLE_ONLINE),
        ((Machine.AWAY, Machine.AWAY), Availability.AWAY),
    ],
)
def test_r7_17_the_most_active_endpoint_counts(machines, seen):
    endpoints = [an_endpoint(machine) for machine in machines]

    assert seen == aggregate(None, {}, endpoints, NOW).availability
    assert seen == aggregate(None, {}, endpoints[::-1], NOW).availability


def test_the_device_is_that_of_the_most_active_endpoint():
    idle_pc = an_endpoint(Machine.INACTIVE, DeviceType.PC)
    mobile = Endpoint(NOW - 20, 300, 300, DeviceType.MOBILE)
    web = Endpoint(NOW - 10, 300, 300, DeviceType.WEB)

    assert DeviceType.WEB is aggregate(None, {}, [idle_pc, mobile, web], NOW).device
    assert DeviceType.MOBILE is aggregate(None, {}, [idle_pc, mobile], NOW).device


def test_a_state_counts_more_than_the_time_of_the_last_activity():
    """An endpoint with a long timeout is active for longer than one used a bit later."""
    patient = Endpoint(NOW - 400, 600, 300, DeviceType.PC)
    hasty = Endpoint(NOW - 350, 300, 300, DeviceType.WEB)

    assert Aggregate(Availability.ONLINE, None, DeviceType.PC) == aggregate(
        None, {}, [patient, hasty], NOW
    )


def test_r7_5_the_newest_automatic_claim_says_the_activity():
    meeting = Claim(Preferred.BUSY, NOW - 50)
    call = Claim(Preferred.BUSY, NOW - 10)
    claims = {Source.CALENDAR: meeting, Source.CALL: call}

    assert "on-the-phone" == aggregate(None, claims, [an_endpoint()], NOW).activity


def test_a_claim_that_begins_later_counts_from_then_on():
    """Calendars know meetings before they begin."""
    endpoint = Endpoint(NOW, 3600, 300)
    claims = {Source.CALENDAR: Claim(Preferred.BUSY, NOW + 60, NOW + 120)}

    assert [NOW + 60, NOW + 120] == [
        next_change(None, claims, [endpoint], now) for now in (NOW, NOW + 60)
    ]
    assert [None, "in-a-meeting", None] == [
        aggregate(None, claims, [endpoint], now).activity for now in (NOW + 59, NOW + 60, NOW + 120)
    ]


def test_sharing_outweighs_a_newer_call():
    """DoNotDisturb is less available than Busy, whichever began last."""
    claims = {
        Source.SHARING: Claim(Preferred.DO_NOT_DISTURB, NOW - 50),
        Source.CALL: Claim(Preferred.BUSY, NOW - 10),
    }
    seen = Aggregate(Availability.DO_NOT_DISTURB, "presenting", DeviceType.WEB)

    assert seen == aggregate(None, claims, [an_endpoint()], NOW)


@pytest.mark.parametrize("preferred", Preferred)
def test_only_busy_and_do_not_disturb_end_by_themselves_after_24_hours(preferred):
    claim = manual_claim(preferred, NOW)
    timed = preferred in (Preferred.BUSY, Preferred.DO_NOT_DISTURB)

    assert NOW == claim.since
    assert claim.holds(NOW + 24 * HOUR - 0.001)
    assert timed is not claim.holds(NOW + 24 * HOUR)


# Choices one after the other: at which minute, what, and for how many minutes ("-": without).
# Then what holds at which minutes: each from there up to the next one, exactly.
TIMED = """
choices                                   holds
0 Busy 60                                 0 Busy 60 -
0 Away - 10 Busy 60                       10 Busy 70 Away 9999 Away
0 Busy - 10 Away 60                       10 Away 70 Busy 1440 -
0 Busy 60 10 Away 20                      10 Away 30 Busy 60 -
0 Busy 60 10 Away 50                      10 Away 60 -
0 Busy 60 10 Away 90                      10 Away 100 -
0 Busy 60 10 Busy 20                      10 Busy 60 -
0 Busy 60 10 Away -                       10 Away 9999 Away
0 Busy 60 10 Busy -                       10 Busy 1450 -
0 Busy 60 10 - -                          10 -
0 Busy 60 90 Away 60                      90 Away 150 -
0 Away - 1 Busy 9 90 Online 60            90 Online 150 Away 9999 Away
0 Busy 60 1 Away 30 2 Online 5            2 Online 7 Away 31 Busy 60 -
0 Offwork - 1 Busy 50 2 Away 40 3 Busy 30 3 Busy 33 Away 42 Busy 51 Offwork 9999 Offwork
"""


def chosen(steps):
    """Return the manual claim after choices of (minute, what, minutes)."""
    manual = None
    for minute, what, span in steps:
        now = NOW + 60 * minute
        if span is not None:
            manual = timed_claim(Preferred(what), now, 60 * span, manual)
        else:
            manual = manual_claim(Preferred(what), now) if what else None
    return manual


@pytest.mark.parametrize(
    ("choices", "holds"),
    [
        pytest.param(line[:42].split(), line[42:].split(), id=" ".join(line[:42].split()))
        for line in TIMED.strip().splitlines()[1:]
    ],
)
def test_what_was_before_comes_back_when_a_timed_choice_ends(choices, holds):
    words = zip(choices[::3], choices[1::3], choices[2::3], strict=True)
    manual = chosen(
        (int(at), what.strip("-"), None if span == "-" else int(span)) for at, what, span in words
    )

    def at(when):
        claim = manual and manual.at(when)
        return claim.availability if claim else "-"

    minutes, expected = [NOW + 60 * int(minute) for minute in holds[::2]], holds[1::2]
    assert expected == [at(when) for when in minutes]
    assert expected[:-1] == [at(math.nextafter(when, 0)) for when in minutes[1:]]


def test_of_many_choices_those_that_come_back_soon_and_the_last_are_remembered():
    manual = chosen([(0, "Offwork", None), *((n, "Busy", 90 - 10 * n) for n in range(1, 6))])

    assert [45, 54, 63, None] == [
        claim.expires and (claim.expires - NOW) / 60 for claim in manual.chain()
    ]
    assert 1 + EARLIER_CHOICES == len(list(manual.chain()))


steps = st.lists(
    st.tuples(
        st.integers(0, 2000).map(lambda minute: minute / 2),
        st.sampled_from(["", *Preferred]),
        st.none() | st.integers(1, 24 * 60),
    ).map(lambda step: step if step[1] else (step[0], "", None)),
    max_size=12,
).map(lambda found: sorted(found, key=lambda step: step[0]))


@given(steps)
def test_nested_choices_always_end_in_what_the_longest_lived_one_says(steps):
    """It holds up to its end, and nothing afterwards; it was made last of those that end then."""
    since = max((n for n, (_, _, span) in enumerate(steps) if span is None), default=0)
    ends = [
        (claim.expires or math.inf, n, what)
        for n, (minute, what, span) in enumerate(steps[since:])
        if (claim := chosen([(minute, what, span)])) is not None
    ]
    end, _, what = max(ends, default=(-math.inf, 0, ""))
    manual = chosen(steps)

    assert bool(what) is (manual is not None)
    if manual is not None:
        last = NOW + 10**9 if end == math.inf else math.nextafter(end, 0)
        *_, longest = manual.chain()
        assert what == longest.availability == manual.at(last).availability
        assert end == math.inf or manual.at(end) is None
        assert len(list(manual.chain())) <= 1 + EARLIER_CHOICES


@pytest.mark.parametrize(
    ("idle", "state", "change"),
    [
        (0, Machine.ACTIVE, 300),
        (299.999, Machine.ACTIVE, 300),
        (300, Machine.INACTIVE, 420),
        (419.999, Machine.INACTIVE, 420),
        (420, Machine.AWAY, None),
        (1e9, Machine.AWAY, None),
    ],
)
def test_r7_9_r7_10_an_endpoint_fades_exactly_at_its_timeouts(idle, state, change):
    endpoint = Endpoint(NOW, inactive_after=300, away_after=120)

    assert state is endpoint.state(NOW + idle)
    assert (change and NOW + change) == endpoint.next_change(NOW + idle)


@pytest.mark.parametrize("machine", Machine)
def test_r7_13_a_report_wakes_up_once(machine):
    """It tells whether it changed the state; a repetition changes nothing."""
    endpoint = an_endpoint(machine)

    assert (machine is not Machine.ACTIVE) is endpoint.report(NOW)
    assert Machine.ACTIVE is endpoint.state(NOW)
    assert not endpoint.report(NOW)
    assert an_endpoint() == endpoint


@pytest.mark.parametrize("idle", [0, 100, 299.999])
def test_who_leaves_is_inactive_at_once_and_away_in_time(idle):
    left = NOW + idle
    endpoint = Endpoint(NOW, inactive_after=300, away_after=120)

    assert endpoint.leave(left)
    assert Machine.INACTIVE is endpoint.state(left)
    assert left + 120 == endpoint.next_change(left)
    assert Machine.INACTIVE is endpoint.state(math.nextafter(left + 120, 0))
    assert Machine.AWAY is endpoint.state(left + 120)
    assert endpoint.next_change(left + 120) is None
    assert NOW == endpoint.last_activity


@pytest.mark.parametrize("machine", [Machine.INACTIVE, Machine.AWAY])
def test_who_is_not_active_cannot_leave(machine):
    endpoint = an_endpoint(machine)

    assert not endpoint.leave(NOW)
    assert an_endpoint(machine) == endpoint


def test_leaving_again_changes_nothing():
    endpoint = an_endpoint()
    endpoint.leave(NOW)
    before = replace(endpoint)

    assert not endpoint.leave(NOW + 10)
    assert before == endpoint


@pytest.mark.parametrize("later", [0, 10, 400])
def test_activity_brings_back_who_left_even_at_once(later):
    endpoint = an_endpoint()
    endpoint.leave(NOW)

    assert endpoint.report(NOW + later)
    assert Endpoint(NOW + later, 300, 300) == endpoint
    assert not endpoint.report(NOW + later)


def test_r7_17_who_left_one_endpoint_may_be_active_at_another():
    endpoints = [an_endpoint(), an_endpoint(device=DeviceType.MOBILE)]
    endpoints[0].leave(NOW)
    seen = aggregate(None, {}, endpoints, NOW)

    assert (Availability.ONLINE, DeviceType.MOBILE) == (seen.availability, seen.device)
    endpoints[1].leave(NOW)
    assert Availability.IDLE_ONLINE == aggregate(None, {}, endpoints, NOW).availability


# Times as clocks and settings give them, not as they would be nice for floating point.
times = st.integers(0, 100 * 3600 * 10**6).map(lambda micros: NOW - micros / 10**6)
spans = st.integers(1, 10 * 3600 * 1000).map(lambda millis: millis / 1000)
claims = st.builds(
    lambda preferred, since, span: Claim(preferred, since, span and since + span),
    st.sampled_from(Preferred),
    times,
    st.none() | st.floats(0, 200 * HOUR),
)
nested = steps.map(chosen)


def used(last, inactive_after, away_after, device, gone):
    """Return an endpoint that was left after some share of the time in which it is active."""
    endpoint = Endpoint(last, inactive_after, away_after, device)
    if gone is not None:
        endpoint.leave(last + gone * inactive_after)
    return endpoint


endpoints = st.builds(
    used, times, spans, spans, st.sampled_from(DeviceType), st.none() | st.floats(0, 1)
)
situations = st.tuples(
    st.none() | claims | nested,
    st.dictionaries(st.sampled_from(list(Source)[1:]), claims),
    st.lists(endpoints, max_size=3),
)


@given(times, spans, spans)
def test_an_endpoint_changes_exactly_when_it_says(last, inactive_after, away_after):
    endpoint = Endpoint(last, inactive_after, away_after)
    first = endpoint.next_change(last)
    second = endpoint.next_change(first)

    assert list(Machine) == [endpoint.state(when) for when in (last, first, second)]
    assert Machine.ACTIVE is endpoint.state(math.nextafter(first, 0))
    assert Machine.INACTIVE is endpoint.state(math.nextafter(second, 0))
    assert endpoint.next_change(second) is None


@given(situations)
def test_offline_is_exactly_who_has_no_endpoint(situation):
    manual, automatic, endpoints = situation
    seen = aggregate(manual, automatic, endpoints, NOW)

    assert bool(endpoints) is (seen.availability is not Availability.OFFLINE)


@given(situations, st.floats(0, 1))
def test_nothing_changes_before_the_next_change(situation, share):
    """The next change is never in the past, and until then the aggregate stays as it is."""
    due = next_change(*situation, NOW)
    end = NOW + 1e6 if due is None else due
    later = NOW + share * (end - NOW)

    assert end > NOW
    assume(later < end)
    assert aggregate(*situation, NOW) == aggregate(*situation, later)


@given(situations)
def test_changes_come_to_an_end(situation):
    """Whoever wakes up at each next change sees every state, and can rest after the last one."""
    now, steps = NOW, 0
    while (due := next_change(*situation, now)) is not None:
        now, steps = due, steps + 1
        assert steps <= 1 + EARLIER_CHOICES + len(situation[1]) + 2 * len(situation[2])

    assert aggregate(*situation, now) == aggregate(*situation, now + 1e9)


@given(situations, st.integers(0, 2))
def test_a_second_report_at_the_same_time_changes_nothing(situation, which):
    manual, automatic, endpoints = situation
    assume(which < len(endpoints))
    endpoints[which].report(NOW)
    seen = aggregate(manual, automatic, endpoints, NOW)

    assert not endpoints[which].report(NOW)
    assert seen == aggregate(manual, automatic, endpoints, NOW)
