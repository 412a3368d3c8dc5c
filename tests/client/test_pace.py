"""Pauses grow, and chance keeps clients apart."""

from __future__ import annotations

from itertools import islice

from openucwa.client.pace import LONGEST, pauses


def test_pauses_double_up_to_the_longest_and_none_is_less_than_half():
    most = [0.25, 0.5, 1, 2, 4, 8, LONGEST, LONGEST]

    for pause, limit in zip(islice(pauses(), 8), most, strict=True):
        assert limit / 2 <= pause <= limit


def test_two_clients_do_not_come_back_together():
    assert list(islice(pauses(), 4)) != list(islice(pauses(), 4))
