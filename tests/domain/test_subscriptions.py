"""Leases on news: how long they last, and what extends them (R7.27-R7.45)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.subscriptions import Listening, Subscription, watched

NOW = 1_000.0
MINUTE = 60.0
KINDS = st.sampled_from([Subscription, Listening])

# What a client asks for, and for how many minutes it gets people and its contact list.
ASKED = """
asked      people  contacts
1          10      10
9          10      10
10         10      10
11         11      11
30         30      30
31         30      31
60         30      60
61         30      60
10000000   30      60
"""

# What is left of a lease, what is asked on top of it, and what is left then.
EXTENDED = """
left  asked  people  contacts
0     10     10      10
5     1      15      15
5     11     16      16
12    10     22      22
20    10     30      30
20    11     30      31
30    10     30      40
30    60     30      60
"""


def table(text):
    """Return the rows of a table of minutes, one for each kind of lease."""
    rows = [[*map(int, row.split())] for row in text.strip().splitlines()[1:]]
    return [
        (kind, *row[:-2], row[column])
        for row in rows
        for kind, column in ((Subscription, -2), (Listening, -1))
    ]


def a_lease(kind, expires, **more):
    return kind(expires, **more, **({"id": "s1"} if kind is Subscription else {}))


@pytest.mark.parametrize(("kind", "asked", "minutes"), table(ASKED))
def test_r7_29_r7_44_a_lease_is_brought_into_range(kind, asked, minutes):
    assert minutes * MINUTE == kind.lasting(asked)


@pytest.mark.parametrize(("kind", "left", "asked", "then"), table(EXTENDED))
def test_r7_34_r7_44_an_extension_adds_to_what_is_left_up_to_the_longest(kind, left, asked, then):
    lease = a_lease(kind, NOW + left * MINUTE, warned=True)
    lease.extend(asked, NOW)

    assert NOW + then * MINUTE == lease.expires
    assert not lease.warned


@pytest.mark.parametrize(("kind", "longest"), [(Subscription, 30), (Listening, 60)])
@pytest.mark.parametrize("minutes", [0, -1])
def test_a_lease_below_a_minute_is_a_mistake_and_changes_nothing(kind, longest, minutes):
    lease = a_lease(kind, NOW, warned=True)
    with pytest.raises(Refused) as refused:
        lease.extend(minutes, NOW)

    assert Refusal.PARAMETER_VALIDATION_FAILURE is refused.value.refusal
    [(name, reason)] = refused.value.parameters
    assert ("duration", f"a number of minutes from 10 to {longest}") == (name, reason)
    assert (NOW, True) == (lease.expires, lease.warned)


@given(KINDS, st.lists(st.tuples(st.integers(1, 100), st.floats(0, 1)), max_size=10))
def test_a_lease_never_shrinks_by_an_extension_nor_exceeds_the_longest(kind, extensions):
    """Whoever extends in time keeps a lease for as long as it likes."""
    now, lease = NOW, a_lease(kind, NOW + kind.lasting(1))
    for asked, share in extensions:
        now += share * (lease.expires - now)
        before = lease.expires
        lease.extend(asked, now)

        assert before <= lease.expires <= now + kind.LONGEST * MINUTE
        assert lease.expires >= min(before + kind.SHORTEST * MINUTE, now + kind.LONGEST * MINUTE)


@given(KINDS, st.integers(1, 100), st.floats(0, 600))
def test_r7_33_first_a_warning_then_the_end(kind, minutes, warning):
    lease = a_lease(kind, NOW + kind.lasting(minutes))

    assert lease.expires - warning == lease.next_change(warning)
    lease.warned = True
    assert lease.expires == lease.next_change(warning)
    lease.extend(minutes, NOW)
    assert lease.expires - warning == lease.next_change(warning)


def test_r7_36_who_is_in_two_subscriptions_is_watched_once():
    one = Subscription(NOW, id="s1", members=("lene", "sara"))
    two = Subscription(NOW, id="s2", members=("sara", "john"))

    assert {"lene", "sara", "john"} == watched([one, two])
    assert set() == watched([])
