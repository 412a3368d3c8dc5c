"""Answering first, writing afterwards: the order and the completeness of what is written."""

from __future__ import annotations

import asyncio

from openucwa.adapters.turns import CHUNK, Turns, TurnTransport


class Recorder:
    """A transport that notes what happens to it."""

    def __init__(self, log=None):
        self.log = [] if log is None else log

    def write(self, data):
        self.log.append(data)

    def close(self):
        self.log.append("closed")

    def is_closing(self):
        return "closed" in self.log


def begun(turns, *works):
    tasks = set()
    for work in works:
        turns.begin(work, tasks)
    return tasks


async def test_all_are_answered_before_the_first_answer_is_written():
    turns, log = Turns(asyncio.get_running_loop()), []
    transport = TurnTransport(Recorder(log), turns)

    async def answer(name):
        log.append(name)
        transport.write(name.upper())

    begun(turns, answer("a"), answer("b"))
    assert [] == log
    await asyncio.sleep(0)
    assert ["a", "b", "A", "B"] == log


async def test_others_come_between_two_turns():
    turns, log = Turns(asyncio.get_running_loop()), []
    transport = TurnTransport(Recorder(log), turns)

    async def answer(number):
        log.append(number)
        transport.write(str(number))

    begun(turns, *(answer(number) for number in range(CHUNK + 1)))
    asyncio.get_running_loop().call_soon(log.append, "other")
    await asyncio.sleep(0)
    assert CHUNK == log.index("0")
    assert 2 * CHUNK == log.index("other")
    await asyncio.sleep(0)
    assert [CHUNK, str(CHUNK)] == log[-2:]


async def test_what_waits_is_a_task_until_it_has_ended():
    turns, gate, done = Turns(asyncio.get_running_loop()), asyncio.Event(), []

    async def work():
        await gate.wait()
        done.append(True)

    tasks = begun(turns, work())
    await asyncio.sleep(0)
    assert 1 == len(tasks)
    gate.set()
    await asyncio.gather(*tasks)
    assert ([True], set()) == (done, tasks)


async def test_what_is_written_outside_a_turn_goes_out_with_the_next():
    turns, recorder = Turns(asyncio.get_running_loop()), Recorder()
    TurnTransport(recorder, turns).write(b"late")
    assert [] == recorder.log
    await asyncio.sleep(0)
    assert [b"late"] == recorder.log


async def test_closing_writes_what_was_to_be_written_before():
    turns, recorder = Turns(asyncio.get_running_loop()), Recorder()
    transport = TurnTransport(recorder, turns)
    transport.write(b"last words")
    transport.close()
    assert [b"last words", "closed"] == recorder.log
    assert transport.is_closing()
    await asyncio.sleep(0)
    assert 2 == len(recorder.log)
