"""Refusals that come from outside the rules: planted faults."""

from __future__ import annotations

import pytest

from openucwa.app.faults import HIT, Fault, Faults
from openucwa.domain.refusals import Refusal

LENE = "lenea@contoso.test"
BUSY = Refusal.SERVICE_UNAVAILABLE


def test_nothing_stands_in_the_way_of_anybody():
    assert Faults().take("me", LENE) is None


@pytest.mark.parametrize(
    ("fault", "hits"),
    [
        (Fault(BUSY), True),
        (Fault(BUSY, rel="me"), True),
        (Fault(BUSY, rel="note"), False),
        (Fault(BUSY, address=LENE), True),
        (Fault(BUSY, address="sarad@contoso.test"), False),
        (Fault(BUSY, rel="me", address="sarad@contoso.test"), False),
    ],
)
def test_a_fault_hits_the_calls_it_is_meant_for(fault, hits):
    faults = Faults()
    faults.plant(fault)

    assert (BUSY if hits else None) is faults.take("me", LENE)


def test_a_fault_hits_so_many_times():
    faults = Faults()
    faults.plant(Fault(BUSY, count=2))

    assert [BUSY, BUSY, None] == [faults.take("me", LENE) for _ in range(3)]


def test_faults_hit_in_the_order_in_which_they_were_planted():
    faults = Faults()
    faults.plant(Fault(Refusal.TIMEOUT))
    faults.plant(Fault(BUSY))

    assert [Refusal.TIMEOUT, BUSY, None] == [faults.take("me", LENE) for _ in range(3)]


def test_faults_can_be_forgotten():
    faults = Faults()
    faults.plant(Fault(BUSY, count=99))
    faults.clear()

    assert faults.take("me", LENE) is None


def test_what_is_left_of_a_fault_is_for_whoever_sends_the_answer():
    faults, late = Faults(), Fault(delay=2.0, drop=True)
    faults.plant(late)
    HIT.set(None)

    assert (late,) == faults.planted
    assert faults.take("me", LENE) is None
    assert HIT.get() is late
    assert faults.planted == ()
