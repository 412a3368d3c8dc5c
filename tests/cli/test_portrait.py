"""Pictures for people who do not exist."""

from __future__ import annotations

from openucwa.adapters.pictures import prepare_now
from openucwa.cli.portrait import portrait
from pictures import opened


def test_everybody_looks_different():
    assert 5 == len({portrait(number) for number in range(5)})


def test_a_portrait_can_be_kept_in_the_largest_size():
    assert (648, 648) == opened(prepare_now(portrait(0)).jpeg).size
