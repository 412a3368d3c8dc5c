"""The journal: who waits is told the truth, whatever the disk does."""

from __future__ import annotations

import asyncio
import zlib

import pytest

from journals import LIMIT, NOW, FlakyFile, a_user, an_event
from openucwa.adapters import journal as module
from openucwa.adapters.batches import BatchFile, decode
from openucwa.adapters.filelog import FileLog
from openucwa.adapters.journal import Journal, NotWritten
from openucwa.adapters.recovery import replay
from openucwa.domain.presence import Note, Standing
from openucwa.domain.refusals import Refusal, Refused

LENE, SARA, TONI = (a_user(f"{name}@contoso.test") for name in ("lene", "sara", "toni"))


@pytest.fixture(autouse=True)
def _impatience(monkeypatch):
    monkeypatch.setattr(module, "RETRY", 0.01)


@pytest.fixture
async def file(tmp_path):
    """A file that can be slow or full."""
    return FlakyFile(tmp_path)


@pytest.fixture
async def journal(file):
    """A journal that writes to the file."""
    made = Journal(FileLog(file), lambda: NOW, lambda: ())
    made.start()
    yield made
    file.full = False
    file.may_write.set()
    await made.stop()


def note(journal, *users):
    for user in users:
        journal.changed(user)


def written(file):
    """Return whom each batch has, without those that say only that the server lives."""
    return [[user.address[:4] for user in batch.users] for batch in file.read() if batch.users]


async def turns(number=20):
    """Let the journal's thread go on; nothing tells when a batch has failed."""
    for _ in range(number):
        await asyncio.sleep(0.001)


async def test_those_who_come_while_a_batch_is_written_share_the_next(journal, file):
    file.may_write.clear()
    note(journal, LENE)
    first = asyncio.create_task(journal.stored())
    await turns()
    others = []
    for user in (SARA, TONI, SARA):
        note(journal, user)
        others.append(asyncio.create_task(journal.stored()))
    await turns()

    assert not any(task.done() for task in (first, *others))
    file.may_write.set()
    await asyncio.gather(first, *others)
    assert [["lene"], ["sara", "toni"]] == written(file)
    await turns()
    assert file.appended == 2, "and nothing is written once more for those who waited"


async def test_a_user_is_written_as_she_is_when_the_batch_is_closed(journal, file):
    file.may_write.clear()
    lene, sara = a_user("lene@contoso.test"), a_user("sara@contoso.test")
    note(journal, sara)
    waiting = asyncio.create_task(journal.stored())
    await turns()
    note(journal, lene)
    lene.standing = Standing(Note("one"))
    sara.standing = Standing(Note("too late for this batch, and nobody said so"))
    file.may_write.set()
    await waiting
    await journal.stored()

    users, *_ = replay(file.read(), LIMIT)
    assert users[lene.address].standing.note == Note("one")
    assert users[sara.address].standing.note is None


async def test_many_users_are_written_in_turn_first_come_first_served(journal, file, monkeypatch):
    monkeypatch.setattr(module, "CHUNK", 2)
    everyone = [a_user(f"{number:04}@contoso.test") for number in range(5)]
    note(journal, *everyone)
    first = asyncio.create_task(journal.stored())
    await asyncio.sleep(0)
    note(journal, everyone[0])
    await first

    assert [["0000", "0001"], ["0002", "0003"], ["0004"]] == written(file)


async def test_nobody_waits_if_nothing_is_to_be_written(journal, file):
    file.full = True

    await journal.stored()


async def test_what_is_being_written_is_not_on_disk_yet(journal, file):
    """Also if nobody waited for it when it was begun."""
    file.may_write.clear()
    note(journal, LENE)
    journal.flush()
    await turns()
    waiting = asyncio.create_task(journal.stored())
    await turns()

    assert not waiting.done()
    file.may_write.set()
    await waiting


async def test_who_cannot_wait_is_told_that_the_disk_is_full(journal, file, caplog):
    file.full = True
    note(journal, LENE)
    patient = asyncio.create_task(journal.stored(patient=True))
    for _ in range(3):
        with pytest.raises(Refused) as refused:
            await journal.stored()
        assert refused.value.refusal is Refusal.SERVICE_UNAVAILABLE

    assert (True, False) == (journal.failing, patient.done())
    assert "database or disk is full" in caplog.text
    file.full = False
    await patient
    assert not journal.failing
    assert [["lene"]] == written(file)


async def test_the_journal_counts_right_after_a_failure(journal, file):
    """Who changed during the failure is in the batch that failed and noted again."""
    file.may_write.clear()
    file.full = True
    note(journal, LENE, SARA)
    waiting = [asyncio.create_task(journal.stored(patient=number == 0)) for number in range(2)]
    await turns()
    note(journal, SARA, TONI)
    waiting.append(asyncio.create_task(journal.stored(patient=True)))
    await turns()
    file.may_write.set()
    with pytest.raises(Refused):
        await waiting[1]
    file.full = False
    await asyncio.gather(waiting[0], waiting[2])

    assert [["lene", "sara", "toni"]] == written(file)
    file.may_write.clear()
    note(journal, LENE)
    last = asyncio.create_task(journal.stored())
    await turns()
    assert not last.done()
    file.may_write.set()
    await last
    assert ["lene"] == written(file)[-1]


async def test_relays_and_activity_of_a_batch_that_failed_are_not_lost(journal, file):
    note(journal, LENE, SARA)
    await journal.stored()
    file.full = True
    for name in ("a", "b"):
        journal.relayed(an_event(name), NOW, [(SARA.address, "1")])
        note(journal, LENE)
        with pytest.raises(Refused):
            await journal.stored()
    late = a_user(TONI.address)
    late.applications["1"].endpoint.last_activity = NOW + 7
    journal.touched(late)
    note(journal, TONI)
    file.full = False
    await journal.stored()

    users, *_ = replay(file.read(), LIMIT)
    queued = users[SARA.address].applications["1"].channels[""].take()
    assert [an_event("a"), an_event("b")] == queued
    assert users[TONI.address].last_active() == NOW + 7


async def test_who_gave_up_waiting_disturbs_nobody(journal, file):
    """A request that is cancelled leaves a future behind that is done."""
    for full in (True, False):
        file.may_write.clear()
        file.full = full
        note(journal, LENE)
        waiting = asyncio.create_task(journal.stored(patient=True))
        await turns()
        waiting.cancel()
        await turns()
        file.may_write.set()
        await turns()
    note(journal, LENE)
    await journal.stored()


async def test_the_last_words_are_written_when_the_server_stops(file, tmp_path):
    """When people were last active, and that the server lived until now."""
    times = iter((NOW, NOW + 1, NOW + 2))
    made = Journal(FileLog(file), lambda: next(times), lambda: ())
    made.start()
    lene = a_user("lene@contoso.test")
    note(made, lene)
    await made.stored()
    lene.applications["1"].endpoint.last_activity = NOW + 1.5
    made.touched(lene)
    await made.stop()

    again = BatchFile(tmp_path)
    users, _, last, _ = replay(again.read(), LIMIT)
    again.close()
    assert (NOW + 1.5, NOW + 2) == (users[lene.address].last_active(), last)


async def test_a_server_stops_though_its_disk_is_full(file, caplog):
    made = Journal(FileLog(file), lambda: NOW, lambda: ())
    made.start()
    file.full = True
    note(made, LENE)
    await asyncio.wait_for(made.stop(), 5)

    assert "could not be stored" in caplog.text


async def test_a_journal_that_never_began_can_be_stopped(file):
    await Journal(FileLog(file), lambda: NOW, lambda: ()).stop()


# ------------------------------------------------------------------------ checkpoints


@pytest.fixture
async def brief(file, monkeypatch):
    """A journal that makes a checkpoint every few batches."""
    monkeypatch.setattr(module, "CHECKPOINT", 400)
    everyone = [a_user(f"{number:04}@contoso.test") for number in range(5)]
    made = Journal(FileLog(file), lambda: NOW, lambda: everyone)
    made.start()
    yield made, everyone
    file.full = False
    await made.stop()


async def change_all(journal, everyone, times, *, patient=False):
    """Change everybody so many times; return the last words."""
    for number in range(times):
        for user in everyone:
            user.standing = Standing(Note(f"{number} {user.address}"))
            journal.changed(user)
            await journal.stored(patient=patient)


def notes(file, everyone):
    users, *_ = replay(file.read(), LIMIT)
    return [users[user.address].standing == user.standing for user in everyone]


async def test_a_checkpoint_drops_old_batches_and_loses_nobody(brief, file):
    journal, everyone = brief
    note(journal, *everyone)
    await change_all(journal, everyone[:1], 100)

    assert all(notes(file, everyone))
    assert file.appended > 100 > 2 * sum(1 for _ in file.read())


@pytest.mark.parametrize("chunk", [1, 2, 1000])
async def test_a_checkpoint_in_pieces(brief, file, monkeypatch, chunk):
    """While some people are still to be written, others change once more."""
    monkeypatch.setattr(module, "CHUNK", chunk)
    journal, everyone = brief
    await change_all(journal, everyone, 20)
    await turns()

    assert all(notes(file, everyone))
    assert file.appended > 2 * sum(1 for _ in file.read())


async def test_nobody_waits_for_a_checkpoint(brief, file, monkeypatch):
    """However many are left to be written, a change of one's own is in the next batch."""
    monkeypatch.setattr(module, "UNHURRIED", 1)
    journal, everyone = brief
    everyone += [a_user(f"other{number}@contoso.test") for number in range(500)]
    while journal._checkpoint is None:
        await change_all(journal, everyone[:1], 1)
    before = file.appended
    await change_all(journal, everyone[:1], 1)

    assert file.appended - before < 10, "but for those that are written meanwhile"
    assert len(journal._checkpoint.left) > 400


async def test_a_checkpoint_goes_on_after_a_failure(brief, file):
    journal, everyone = brief
    for number in range(60):
        file.full = number % 3 == 1
        note(journal, everyone[number % 5])
        waiting = asyncio.create_task(journal.stored(patient=True))
        await turns(2)
        file.full = False
        await waiting

    assert all(notes(file, everyone))
    assert file.appended > sum(1 for _ in file.read())


async def test_old_batches_that_cannot_be_dropped_now_are_dropped_later(brief, file):
    """A full disk may refuse even that, and what is new must be stored all the same."""
    journal, everyone = brief
    file.cannot_drop = True
    await asyncio.wait_for(change_all(journal, everyone, 10), 5)

    assert file.appended == sum(1 for _ in file.read())
    file.cannot_drop = False
    await change_all(journal, everyone, 1)
    await turns()
    assert file.appended > sum(1 for _ in file.read())
    assert all(notes(file, everyone))


async def test_nobody_waits_for_ever_when_a_bug_keeps_things_from_being_stored(journal, caplog):
    """What cannot be encoded is told like a full disk, with a trace for who mends it."""
    broken = a_user("lene@contoso.test")
    broken.standing = object()
    journal.changed(broken)
    with pytest.raises(Refused) as refused:
        await journal.stored()

    assert Refusal.SERVICE_UNAVAILABLE is refused.value.refusal
    assert any(record.exc_info for record in caplog.records)
    broken.standing = Standing()
    await journal.stored(patient=True)


async def test_what_goes_wrong_with_one_who_waited_does_not_stop_the_others(journal, caplog):
    def fails():
        raise LookupError

    journal.changed(LENE)
    journal.when_stored(fails)
    await journal.stored()
    journal.changed(SARA)
    await journal.stored()

    assert "a bug" in caplog.text


class Replacing:
    """A log as in Redis: a batch that was broken off is replaced by the next. Writing is slow."""

    def __init__(self):
        self.bodies, self.first, self.number, self.fenced = {}, 1, 0, False

    grown = property(lambda self: sum(map(len, self.bodies.values())))

    def size(self):
        return 0

    async def append(self, body):
        if self.fenced:
            raise Fenced("another node owns this shard")
        number = self.number + 1
        self.bodies[number] = body
        await turns(3)
        self.number = number
        return number

    async def drop_before(self, number, most):
        self.bodies = {at: body for at, body in self.bodies.items() if at >= number}
        return True

    async def close(self):
        pass

    def users(self):
        batches = (decode(at, zlib.crc32(body), body) for at, body in self.bodies.items())
        return set(replay(batches, LIMIT).users)


class Fenced(NotWritten):
    over = True


@pytest.mark.parametrize("ticks", range(0, 40, 5))
async def test_whoever_stops_in_the_middle_of_a_checkpoint_loses_nobody(ticks):
    """At whatever moment; those who are handed over are gone from memory by then."""
    log, everyone = Replacing(), {one.address: one for one in (LENE, SARA, TONI)}
    journal = Journal(log, lambda: NOW, everyone.values, checkpoint=1)
    journal.start()
    note(journal, *everyone.values())
    await journal.stored()
    for user in everyone.values():
        journal.changed(user)
        for _ in range(ticks // 4):
            await asyncio.sleep(0)
    await journal.stored()
    for _ in range(ticks):
        await asyncio.sleep(0)
    expected = set(everyone)
    everyone.clear()
    await journal.stop()

    assert expected == log.users()


async def test_what_is_somebody_elses_by_now_can_be_stopped(monkeypatch):
    monkeypatch.setattr(module, "LAST", 0.1)
    log = Replacing()
    journal = Journal(log, lambda: NOW, lambda: ())
    journal.start()
    log.fenced = True
    journal.changed(LENE)
    waiting = asyncio.create_task(journal.stored(patient=True))
    await turns()

    await asyncio.wait_for(journal.stop(), 5)
    with pytest.raises(Refused):
        await waiting


async def test_who_comes_when_it_is_somebody_elses_is_refused_at_once():
    log = Replacing()
    journal = Journal(log, lambda: NOW, lambda: ())
    journal.start()
    log.fenced = True
    for user in (LENE, SARA):
        journal.changed(user)
        with pytest.raises(Refused):
            await asyncio.wait_for(journal.stored(), 5)
    await journal.abandon()
