"""The journal and conversations: whole ones, what was said in them, and those that are over."""

from __future__ import annotations

import asyncio

import pytest

from journals import LIMIT, NOW, FlakyFile, a_user
from openucwa.adapters import journal as module
from openucwa.adapters.batches import Arrived, Said
from openucwa.adapters.filelog import FileLog
from openucwa.adapters.journal import Journal
from openucwa.adapters.recovery import replay
from openucwa.domain.refusals import Refused
from small_talks import address, arrive, say, two

LENE, SARA = address("lene"), address("sara")


@pytest.fixture(autouse=True)
def _impatience(monkeypatch):
    monkeypatch.setattr(module, "RETRY", 0.01)


@pytest.fixture
async def file(tmp_path):
    return FlakyFile(tmp_path)


@pytest.fixture
async def talks():
    """The conversations that there are."""
    return []


@pytest.fixture
async def journal(file, talks):
    made = Journal(FileLog(file), lambda: NOW, lambda: (), lambda: talks)
    made.start()
    yield made
    file.full = False
    file.may_write.set()
    await made.stop()


def conversations(file):
    return replay(file.read(), LIMIT).conversations


def speak(journal, talk, name="lene"):
    """Say something as the server does; return its number."""
    message, _ = say(talk, name)
    journal.said(talk.id, message)
    return message


def fetch(journal, talk, message, name="sara"):
    arrive(talk, message, name)
    journal.arrived(talk.id, message.number, address(name))


async def test_it_comes_back_as_it_was_when_the_batch_was_closed(journal, file):
    talk = two()
    journal.conversed(talk)
    talk.subject = "Dinner"
    await journal.stored()

    assert {"c": talk} == conversations(file)


async def test_however_often_it_changed_it_is_written_once(journal, file):
    talk = two()
    for _ in range(3):
        journal.conversed(talk)
    await journal.stored()

    assert [["c"]] == [[one.id for one in batch.conversations] for batch in file.read()]


async def test_what_was_said_is_all_that_is_written_of_it(journal, file):
    talk = two()
    journal.conversed(talk)
    await journal.stored()
    message = speak(journal, talk)
    await journal.stored()
    fetch(journal, talk, message)
    await journal.stored()

    _, said, arrived = file.read()
    assert ([Said], []) == ([type(step) for step in said.steps], said.conversations)
    assert [Arrived("c", 1, SARA)] == arrived.steps
    assert talk == conversations(file)["c"]


@pytest.mark.parametrize("note", ["conversed", "said", "arrived"])
async def test_who_waits_waits_for_it(journal, file, note):
    talk = two()
    message, _ = say(talk, "lene")
    file.may_write.clear()
    if note == "conversed":
        journal.conversed(talk)
    elif note == "said":
        journal.said("c", message)
    else:
        journal.arrived("c", 1, SARA)
    waiting = asyncio.create_task(journal.stored())
    await asyncio.sleep(0.01)

    assert not waiting.done()
    file.may_write.set()
    await waiting


async def test_nobody_waits_until_it_is_forgotten(journal, file):
    file.full = True
    journal.forgotten("c")

    await asyncio.wait_for(journal.stored(), 1)


async def test_what_is_over_does_not_come_back(journal, file):
    talk, other = two(), two()
    other.id = "c2"
    for one in (talk, other):
        journal.conversed(one)
    await journal.stored()
    journal.forgotten("c")
    journal.conversed(other)
    await journal.stored()

    assert ["c2"] == list(conversations(file))


async def test_what_began_and_ended_between_two_batches_is_not_written_at_all(journal, file):
    journal.conversed(two())
    journal.forgotten("c")
    await journal.stored()

    assert ({}, ["c"]) == (conversations(file), next(file.read()).over)


async def test_what_ends_while_many_are_to_be_written_does_not_come_back(
    journal, file, monkeypatch
):
    """It is forgotten in its turn, and not before it is written."""
    monkeypatch.setattr(module, "CHUNK", 1)
    for number in range(3):
        talk = two()
        talk.id = f"c{number}"
        journal.conversed(talk)
    journal.forgotten("c2")
    await journal.stored()

    assert ["c0", "c1"] == sorted(conversations(file))


async def test_nothing_of_a_batch_that_failed_is_lost(journal, file):
    """Nor told in another order, nor twice."""
    talk, over = two(), two()
    over.id = "over"
    for one in (talk, over):
        journal.conversed(one)
    await journal.stored()
    file.full = True
    messages = []
    for _ in range(3):
        messages.append(speak(journal, talk))
        journal.forgotten("over")
        with pytest.raises(Refused):
            await journal.stored()
    fetch(journal, talk, messages[0])
    other = two()
    other.id = "other"
    journal.conversed(other)
    with pytest.raises(Refused):
        await journal.stored()
    file.full = False
    await journal.stored()

    assert {"c": talk, "other": other} == conversations(file)
    steps = [step for batch in file.read() for step in batch.steps]
    assert [Said, Said, Said, Arrived] == [type(step) for step in steps]


async def test_a_conversation_that_changed_again_during_a_failure_is_written_once(journal, file):
    file.full = True
    file.may_write.clear()
    talk = two()
    journal.conversed(talk)
    waiting = asyncio.create_task(journal.stored(patient=True))
    await asyncio.sleep(0.01)
    talk.subject = "Dinner"
    journal.conversed(talk)
    again = asyncio.create_task(journal.stored(patient=True))
    file.may_write.set()
    await asyncio.sleep(0.01)
    file.full = False
    await asyncio.gather(waiting, again)

    assert ["Dinner"] == [one.subject for batch in file.read() for one in batch.conversations]


@pytest.mark.parametrize("unhurried", [1, 250])
async def test_a_checkpoint_has_conversations_too(journal, file, talks, monkeypatch, unhurried):
    """Those that nobody changed for long, with what was said in them while it was made."""
    monkeypatch.setattr(module, "UNHURRIED", unhurried)
    journal._worth_while = 400
    monkeypatch.setattr(module, "CHECKPOINT", 400)
    for number in range(5):
        talk = two()
        talk.id = f"c{number}"
        talks.append(talk)
        journal.conversed(talk)
    await journal.stored()
    user = a_user(LENE)
    for _ in range(60):
        fetch(journal, talks[0], speak(journal, talks[0]))
        journal.changed(user)
        await journal.stored()

    assert {one.id: one for one in talks} == conversations(file)
    assert file.appended > 2 * sum(1 for _ in file.read())
