"""Old conversations go, in small steps, once an hour."""

from __future__ import annotations

import pytest

from openucwa.app.retention import DAY, EVERY, STEP, Expiry, Retention
from openucwa.domain.ports import EVERYBODY

NOW = 1_000_000_000.0


class Pile:
    """A history with so many old logs; it notes when it was asked, and for what."""

    def __init__(self, old):
        self.old = old
        self.asked = []
        self.owners = {}

    async def purge(self, before, limit, owner=""):
        self.asked.append(before)
        self.owners[owner] = (NOW - before) / DAY
        gone = min(self.old, limit)
        self.old -= gone
        return gone


class Rules:
    """Policies by the person for whom they hold."""

    def __init__(self, **days):
        self.found = {owner: {"retention": str(own)} for owner, own in days.items()}

    async def everything(self):
        return {"x": {"photos": "Disabled"}} | self.found


async def test_it_looks_once_an_hour():
    pile = Pile(0)
    retention = Retention(pile, Rules(), days=3)
    for later in (0, 2, EVERY - 1, EVERY, EVERY + 2):
        await retention.recheck(NOW + later)

    assert [NOW - 3 * DAY, NOW + EVERY - 3 * DAY] == pile.asked


async def test_it_goes_on_while_there_is_more():
    pile = Pile(2 * STEP + 1)
    retention = Retention(pile, Rules(), days=3)
    for later in range(5):
        await retention.recheck(NOW + later)

    assert (3, 0) == (len(pile.asked), pile.old)


async def test_a_clock_that_is_set_back_does_not_stop_it():
    pile = Pile(0)
    retention = Retention(pile, Rules(), days=3)
    await retention.recheck(NOW)
    await retention.recheck(NOW - 30 * DAY)

    assert 2 == len(pile.asked)


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ({}, {"": 30}),
        ({"lene": 10, "sara": 50}, {"": 30, "lene": 10}),
        ({EVERYBODY: 20, "lene": 10, "sara": 25}, {"": 20, "lene": 10}),
        ({EVERYBODY: 40}, {"": 30}),
    ],
)
async def test_a_policy_makes_it_sooner_and_never_later(own, expected):
    pile = Pile(0)
    await Retention(pile, Rules(**own), days=30).recheck(NOW)

    assert expected == pile.owners


async def test_it_goes_on_for_whom_there_is_more():
    pile = Pile(STEP + 1)
    retention = Retention(pile, Rules(lene=1), days=3)
    for later in range(3):
        await retention.recheck(NOW + later)

    assert (4, 0) == (len(pile.asked), pile.old)


class Shelf:
    """So many expired meetings."""

    def __init__(self, old):
        self.old = old
        self.asked = 0

    async def expired(self, now, limit):
        self.asked += 1
        return [str(number) for number in range(min(self.old, limit))]

    async def delete(self, identifier):
        self.old -= 1
        return True


async def test_expired_meetings_go_in_small_steps():
    """R10.7: so many at once, and then again in an hour."""
    shelf = Shelf(2 * STEP + 1)
    expiry = Expiry(shelf)
    left = []
    for later in (0, 2, 4, 6, EVERY + 3, EVERY + 5):
        await expiry.recheck(NOW + later)
        left.append(shelf.old)

    assert ([STEP + 1, 1, 0, 0, 0, 0], 4) == (left, shelf.asked)
