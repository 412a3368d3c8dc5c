"""Long-lived objects leave the collector's sight as people come, and return as they go."""

from __future__ import annotations

import gc

import pytest

from openucwa.adapters import collector
from openucwa.adapters.collector import GROWTH, settle_memory


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.setattr(collector, "_settled", 0)
    gc.unfreeze()
    yield
    gc.unfreeze()


def test_a_few_people_change_nothing():
    settle_memory(GROWTH - 1)

    assert 0 == gc.get_freeze_count()


def test_when_many_have_come_what_lives_long_is_settled():
    settle_memory(GROWTH)

    assert gc.get_freeze_count() > 1000


def test_it_is_not_done_again_for_the_same_people(monkeypatch):
    settle_memory(GROWTH)
    monkeypatch.setattr(gc, "freeze", pytest.fail)
    settle_memory(GROWTH + 1)


def test_when_most_have_gone_all_can_be_collected_again():
    settle_memory(GROWTH)
    settle_memory(1)

    assert 0 == gc.get_freeze_count()
