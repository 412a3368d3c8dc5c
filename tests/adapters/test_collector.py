"""Long-lived objects leave the collector's sight as people come, and return as they go."""

from __future__ import annotations

import gc

import pytest

from openucwa.adapters import collector
from openucwa.adapters.collector import FULL, GROWTH, YOUNG, collect_rarely, settle_memory


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.setattr(collector, "_settled", 0)
    gc.unfreeze()
    gc.disable()
    settle_memory(0)
    yield
    gc.enable()
    gc.unfreeze()


def test_collections_are_rare():
    before = gc.get_threshold()
    collect_rarely()
    changed = gc.get_threshold()
    gc.set_threshold(*before)

    assert (YOUNG, before[1], FULL) == changed


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


def test_what_a_full_collection_has_left_is_settled():
    settle_memory(2)
    assert 0 == gc.get_freeze_count()
    gc.collect()
    settle_memory(2)
    assert gc.get_freeze_count() > 1000


def test_when_most_have_gone_all_can_be_collected_again():
    settle_memory(GROWTH)
    settle_memory(1)

    assert 0 == gc.get_freeze_count()
