"""The ticker: timers run by the clock, and what may wait a little is stored."""

from __future__ import annotations

import asyncio

import pytest

from openucwa.adapters import ticker
from openucwa.adapters.clock import SystemClock
from openucwa.adapters.ticker import Ticker


class Book:
    """Standings that are written down, and the commit that wants them written."""

    class live:  # noqa: N801
        adrift = False

    def __init__(self):
        self.last_seen = {}
        self.kept = []
        self.failing = False
        self.meanwhile = {}

    async def keep(self, address, changes):
        if self.failing:
            raise OSError("disk full")
        self.last_seen.update(self.meanwhile)
        self.meanwhile = {}
        self.kept.append((address, changes))


class Timers:
    """Timers that always have more to do; the first run fails."""

    def __init__(self):
        self.runs = 0
        self.enough = asyncio.Event()

    def run(self, now):
        self.runs += 1
        if self.runs == 1:
            raise RuntimeError("a bug")
        if self.runs == 3:
            self.enough.set()

    def next(self):
        return 0.0


@pytest.fixture
def book():
    return Book()


async def test_timers_go_on_running_after_a_bug(book, caplog):
    timers = Timers()
    ticking = Ticker(timers, book, book, SystemClock())
    ticking.start()
    await asyncio.wait_for(timers.enough.wait(), 5)
    await ticking.stop()
    runs = timers.runs
    await asyncio.sleep(0)

    assert runs == timers.runs, "it has stopped"
    assert ["a bug in a timer"] == [record.message for record in caplog.records]


async def test_who_went_offline_is_stored_once(book):
    book.last_seen = {"lenea@contoso.test": 5.0}
    ticking = Ticker(Timers(), book, book, SystemClock())
    await ticking.flush()
    await ticking.flush()

    assert [("lenea@contoso.test", {"last_active": 5.0})] == book.kept


async def test_what_could_not_be_stored_is_stored_later(book):
    """Also if the server stops in the middle of storing."""
    book.last_seen = {"lenea@contoso.test": 5.0, "sarad@contoso.test": 6.0}
    ticking = Ticker(Timers(), book, book, SystemClock())
    book.failing = True
    with pytest.raises(OSError, match="disk full"):
        await ticking.flush()
    book.failing = False
    await ticking.stop()

    assert ["lenea@contoso.test", "sarad@contoso.test"] == [address for address, _ in book.kept]


async def test_who_came_and_went_again_meanwhile_is_stored_again(book):
    book.last_seen = {"lenea@contoso.test": 5.0}
    ticking = Ticker(Timers(), book, book, SystemClock())
    book.meanwhile = {"lenea@contoso.test": 7.0}
    await ticking.flush()
    await ticking.flush()

    assert [5.0, 7.0] == [changes["last_active"] for _, changes in book.kept]


async def test_it_is_stored_every_few_seconds_without_being_asked(book, monkeypatch):
    monkeypatch.setattr(ticker, "FLUSH_EVERY", 0)
    timers = Timers()
    book.last_seen = {"lenea@contoso.test": 5.0}
    ticking = Ticker(timers, book, book, SystemClock())
    ticking.start()
    await asyncio.wait_for(timers.enough.wait(), 5)

    assert [("lenea@contoso.test", {"last_active": 5.0})] == book.kept
    await ticking.stop()


async def test_what_is_left_is_stored_at_the_end_also_if_it_never_ran(book):
    book.last_seen = {"lenea@contoso.test": 5.0}
    await Ticker(Timers(), book, book, SystemClock()).stop()

    assert 1 == len(book.kept)
