"""Letters that come twice at the same time, or while others are read."""

from __future__ import annotations

import asyncio

from openucwa.adapters.journal import Journal
from openucwa.adapters.pool.courier import Courier
from openucwa.adapters.pool.journals import Journals
from openucwa.adapters.pool.residence import Residence
from openucwa.app.letters import Delegated, Mail, Missed
from openucwa.domain.seen import MissedSeen
from openucwa.domain.shards import shard_of

NAMES = [f"p{number}@contoso.test" for number in range(2000)]
HERE, THERE = (next(one for one in NAMES if shard_of(one) == shard) for shard in (1, 2))


class Memory:
    """A log that forgets."""

    grown = 0

    def size(self):
        return 0

    async def append(self, body):
        return 1

    async def close(self):
        pass


def a_courier(read, *shards):
    """Return the courier of a node that has some shards."""
    residence, journals = Residence("a", lambda: 0.0), Journals()
    residence.here.update(shards)
    for shard in shards:
        journals.add(shard, Journal(Memory(), lambda: 0.0, tuple, mail=Mail()))
    return Courier(residence, journals, None, read), journals


class Reader:
    """Reads letters; the first one only when it may."""

    def __init__(self):
        self.read, self.may, self.reading = [], asyncio.Event(), asyncio.Event()

    async def __call__(self, letter):
        self.reading.set()
        if isinstance(letter, Delegated):
            await self.may.wait()
        self.read.append(letter)


def note(number):
    return Missed(THERE, MissedSeen(number, 0, 0))


async def test_letters_that_come_twice_at_once_are_read_once():
    """Their sender has moved to another node, which sends what the first one sends already."""
    reader = Reader()
    courier, journals = a_courier(reader, 2)
    letters = [(1, Delegated(THERE, HERE)), (2, note(2)), (3, note(3))]
    twice = [asyncio.create_task(courier.receive(1, 2, letters)) for _ in range(2)]
    await reader.reading.wait()
    reader.may.set()

    assert [3, 3] == await asyncio.gather(*twice)
    assert [note(2), note(3)] == [one for one in reader.read if isinstance(one, Missed)]
    assert 3 == journals.mail(2).got[1]
    await journals.stop()


async def test_a_letter_that_is_posted_while_others_are_read_is_read_as_well():
    reader = Reader()
    courier, journals = a_courier(reader, 1, 2)
    journals.post(1, 2, Delegated(THERE, HERE))
    settling = asyncio.create_task(courier.settle(2))
    await reader.reading.wait()
    courier.post(HERE, THERE, note(2))
    reader.may.set()
    await settling
    await asyncio.gather(*courier._tours.values())

    assert note(2) in reader.read
    assert not journals.mail(1).waiting
    await courier.close()
    await journals.stop()
