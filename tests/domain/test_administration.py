"""Figures of several nodes as one."""

from __future__ import annotations

from openucwa.domain.administration import Figures


def test_figures_add_up_since_the_first_start():
    one = Figures(100.0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
    other = Figures(90.0, *range(20, 32))

    assert Figures(90.0, *(21 + 2 * at for at in range(12))) == one.added(other)
    assert one == Figures().added(one)
