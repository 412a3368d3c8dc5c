"""Old conversations go, in small steps, once an hour."""

from __future__ import annotations

from openucwa.app.retention import DAY, EVERY, STEP, Retention

NOW = 1_000_000_000.0


class Pile:
    """A history with so many old logs; it notes when it was asked, and for what."""

    def __init__(self, old):
        self.old = old
        self.asked = []

    async def purge(self, before, limit):
        self.asked.append(before)
        gone = min(self.old, limit)
        self.old -= gone
        return gone


async def test_it_looks_once_an_hour():
    pile = Pile(0)
    retention = Retention(pile, days=3)
    for later in (0, 2, EVERY - 1, EVERY, EVERY + 2):
        await retention.recheck(NOW + later)

    assert [NOW - 3 * DAY, NOW + EVERY - 3 * DAY] == pile.asked


async def test_it_goes_on_while_there_is_more():
    pile = Pile(2 * STEP + 1)
    retention = Retention(pile, days=3)
    for later in range(5):
        await retention.recheck(NOW + later)

    assert (3, 0) == (len(pile.asked), pile.old)


async def test_a_clock_that_is_set_back_does_not_stop_it():
    pile = Pile(0)
    retention = Retention(pile, days=3)
    await retention.recheck(NOW)
    await retention.recheck(NOW - 30 * DAY)

    assert 2 == len(pile.asked)
