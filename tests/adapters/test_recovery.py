"""Recovery: what comes back from a journal, and with which times."""

from __future__ import annotations

import asyncio
import tempfile
import zlib
from pathlib import Path

import msgspec
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from journals import LIMIT, NOW, FlakyFile, a_user, an_event
from openucwa.adapters import batches
from openucwa.adapters import journal as module
from openucwa.adapters.batches import (
    Activity,
    Batch,
    BatchFile,
    JournalDamaged,
    Relay,
    decode,
    encode,
)
from openucwa.adapters.filelog import FileLog
from openucwa.adapters.journal import Journal
from openucwa.adapters.recovery import recover, replay
from openucwa.domain.presence import Claim, Machine, Note, Preferred, Standing
from openucwa.domain.refusals import Refused
from openucwa.domain.subscriptions import Subscription
from openucwa.domain.users import User, restore

LENE, SARA = "lene@contoso.test", "sara@contoso.test"
MINUTE, HOUR = 60.0, 3600.0


@pytest.fixture
def file(tmp_path):
    made = BatchFile(tmp_path)
    yield made
    made.close()


def append(file, *parts):
    for batch in parts:
        file.append(encode(batch))


def a_batch(*users, now=NOW, relays=(), activity=(), began=NOW):
    return Batch(now, list(relays), list(users), list(activity), began)


def watching(expires):
    return Subscription(expires, id="s", members=(SARA,))


def queue_of(user):
    return user.applications["1"].channels[""].take()


# ------------------------------------------------------------------- order within batches


def test_a_whole_user_has_the_relays_of_her_batch_already():
    """She is written as she is when the batch is closed, after all that it relays."""
    lene = a_user(LENE)
    relay = Relay(an_event("sara"), NOW, [(LENE, "1")])
    users, *_ = replay([a_batch(a_user(LENE)), a_batch(lene, relays=[relay])], LIMIT)

    assert [] == queue_of(users[LENE])


def test_a_relay_reaches_who_was_written_before():
    relay = Relay(an_event("sara"), NOW, [(LENE, "1"), (LENE, "gone"), ("nobody@a.test", "1")])
    users, _, last, _ = replay([a_batch(a_user(LENE)), a_batch(now=NOW + 1, relays=[relay])], LIMIT)

    assert [an_event("sara")] == queue_of(users[LENE])
    assert NOW + 1 == last


def test_activity_comes_last():
    """An application that is gone, or has left no trace, does no harm."""
    active = [Activity(LENE, {"1": NOW + 5, "2": NOW + 9}), Activity("nobody@a.test", {"1": NOW})]
    users, *_ = replay([a_batch(a_user(LENE), activity=active)], LIMIT)

    assert NOW + 5 == users[LENE].last_active()


@pytest.mark.parametrize(("since", "state"), [(0, Machine.INACTIVE), (5, Machine.ACTIVE)])
def test_who_left_comes_back_as_she_was_and_activity_since_counts(file, since, state):
    lene = a_user(LENE)
    endpoint = lene.applications["1"].endpoint
    endpoint.last_activity = NOW
    endpoint.leave(NOW + 1)
    append(file, a_batch(lene, activity=[Activity(LENE, {"1": NOW + since})]))
    [found], _ = recover(file, NOW + 6, LIMIT)

    assert state is found.applications["1"].endpoint.state(NOW + 6)


def test_what_a_release_before_wrote_can_be_read():
    """Claims that return to nothing, and endpoints that nobody can leave."""
    lene = a_user(LENE, Standing(manual=Claim(Preferred.BUSY, NOW, NOW + 60)))
    old = msgspec.msgpack.decode(encode(a_batch(lene)))
    assert old[2][0]["standing"]["manual"].pop("then", 0) is None
    assert old[2][0]["applications"]["1"]["endpoint"].pop("left", 0) is None
    body = msgspec.msgpack.encode(old)

    assert a_batch(lene) == decode(1, zlib.crc32(body), body)


def test_r3_14_a_queue_that_was_dropped_is_dropped_again():
    lene = a_user(LENE)
    lene.applications["1"].subscriptions["s"] = watching(NOW + HOUR)
    late = NOW + 2 * MINUTE
    relays = [Relay(an_event(str(n)), NOW if n < 2 else late, [(LENE, "1")]) for n in range(3)]
    users, *_ = replay([a_batch(lene), a_batch(now=late, relays=relays)], 2)
    app = users[LENE].applications["1"]

    assert {} == app.subscriptions
    assert app.channels[""].resumed


def test_those_whom_many_watch_are_kept_once(file):
    for address in (LENE, SARA):
        user = a_user(address)
        user.applications["1"].subscriptions["s"] = watching(NOW + HOUR)
        append(file, a_batch(user))
    one, other = (
        user.applications["1"].subscriptions["s"].members for user in recover(file, NOW, LIMIT)[0]
    )

    assert (SARA,) == one == other
    assert one[0] is other[0]


def test_an_empty_journal_has_nobody(file):
    assert ([], []) == recover(file, NOW, LIMIT)


def test_who_has_nothing_live_does_not_come_back(file):
    """But who has an application that expired is remembered for 410 (R2.19)."""
    left, remembered = User(LENE), User(SARA, gone={"2": NOW + MINUTE})
    append(file, a_batch(left, remembered))

    assert [SARA] == [user.address for user in recover(file, NOW + HOUR, LIMIT)[0]]
    assert remembered.expired("2", NOW)


# ----------------------------------------------------------------------------------- time


def lene_after(file, now):
    (lene,), _ = recover(file, now, LIMIT)
    return lene, lene.applications["1"]


def test_timers_go_on_where_they_stopped(file):
    """Active for 4 of 5 minutes, an hour without a server, active for one minute more."""
    lene = a_user(LENE)
    app = lene.applications["1"]
    app.subscriptions["s"] = watching(NOW + 10 * MINUTE)
    app.channels[""].released = NOW + 20
    lene.gone = {"2": NOW + 30 * MINUTE}
    append(file, a_batch(lene), a_batch(now=NOW + 4 * MINUTE))
    now = NOW + 4 * MINUTE + HOUR
    lene, app = lene_after(file, now)

    assert now - 4 * MINUTE == app.endpoint.last_activity
    assert Machine.ACTIVE is app.endpoint.state(now + 59)
    assert Machine.INACTIVE is app.endpoint.state(now + 60)
    assert now + 6 * MINUTE == app.subscriptions["s"].expires
    assert {"2": now + 26 * MINUTE} == lene.gone
    assert (now, now) == (app.last_request, app.channels[""].released)


def test_two_absences_count_as_the_sum_of_both(file):
    """Who did nothing in between is in no batch of the second process."""
    lene = a_user(LENE)
    lene.applications["1"].subscriptions["s"] = watching(NOW + 10 * MINUTE)
    append(file, a_batch(lene))
    append(file, a_batch(now=NOW + HOUR + 2, began=NOW + HOUR))
    now = NOW + 3 * HOUR + 2
    _, app = lene_after(file, now)

    assert now - 2 == app.endpoint.last_activity
    assert now + 10 * MINUTE - 2 == app.subscriptions["s"].expires


def test_a_clock_that_was_set_back_makes_nobody_wait(file):
    """An hour back between two processes: events leave in their time, nobody is active longer."""
    lene = a_user(LENE)
    lene.applications["1"].channels[""].put(an_event("sara"), NOW)
    append(file, a_batch(lene))
    now = NOW - HOUR
    _, app = lene_after(file, now)

    assert now + 5 == app.channels[""].due()
    assert now == app.endpoint.last_activity


def test_a_claim_ends_by_the_wall_clock(file):
    """Busy for 24 hours is a promise about the day, whether the server runs or not."""
    lene = a_user(LENE)
    lene.applications["1"].channels[""].put(an_event("sara"), NOW)
    append(file, a_batch(lene))
    lene, app = lene_after(file, NOW + HOUR)

    assert NOW + 5 == app.channels[""].due()
    assert lene.standing == a_user(LENE).standing


# --------------------------------------------------------------------------- bad journals


def test_another_format_is_dropped_and_said_so(file, monkeypatch, caplog, tmp_path):
    append(file, a_batch(a_user(LENE)))
    file.close()
    monkeypatch.setattr(batches, "FORMAT", batches.FORMAT + 1)
    newer = BatchFile(tmp_path)

    assert ([], []) == recover(newer, NOW, LIMIT)
    assert "clients start anew" in caplog.text
    append(newer, a_batch(a_user(SARA)))
    assert [SARA] == [user.address for user in recover(newer, NOW, LIMIT)[0]]
    newer.close()


def test_nothing_is_guessed_from_a_damaged_journal(file):
    append(file, a_batch(a_user(LENE)))
    file.append(b"\x95 not a batch")
    with pytest.raises(JournalDamaged, match="batch 2 cannot be read"):
        recover(file, NOW, LIMIT)


# ------------------------------------------------------------------- whatever happens


NAMES = (LENE, SARA, "toni@contoso.test")


class Life(RuleBasedStateMachine):
    """Changes, relays, failures and crashes: what was stored comes back, and nothing torn.

    After a crash, the state is the one that was stored last, or a later one as it was.
    """

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.constants = module.RETRY, module.CHECKPOINT
        module.RETRY, module.CHECKPOINT = 0.0, 2000
        self.runner = asyncio.Runner()
        self.now, self.events = NOW, 0
        self.file, self.was_full = None, False

    @initialize()
    def begin(self):
        self.users = {name: a_user(name) for name in NAMES}
        self._open()
        for user in self.users.values():
            self.journal.changed(user)
        self.history = [self._state()]
        self.store()

    def _open(self):
        self.file = FlakyFile(Path(self.folder.name))
        self.journal = Journal(FileLog(self.file), lambda: self.now, self.users.values)
        self.runner.run(self._start())

    async def _start(self):
        self.journal.start()

    def _state(self):
        everyone = sorted(self.users.values(), key=lambda user: user.address)
        return self.now, encode(Batch(self.now, [], everyone, []))

    def _channel(self, who):
        return self.users[who].applications["1"].channels[""]

    @rule(who=st.sampled_from(NAMES), text=st.text(max_size=3))
    def change(self, who, text):
        self.users[who].standing = Standing(Note(text))
        self.journal.changed(self.users[who])
        self.history.append(self._state())

    @rule(author=st.sampled_from(NAMES), watchers=st.sets(st.sampled_from(NAMES), min_size=1))
    def relay(self, author, watchers):
        self.events += 1
        event = an_event(str(self.events))
        for who in watchers:
            self.users[who].applications["1"].tell(event, self.now, LIMIT)
        self.journal.relayed(event, self.now, [(who, "1") for who in sorted(watchers)])
        self.journal.changed(self.users[author])
        self.history.append(self._state())

    @rule(who=st.sampled_from(NAMES))
    def fetch(self, who):
        channel = self._channel(who)
        channel.package = b"%d" % len(channel.take())
        channel.number += 1
        self.journal.changed(self.users[who])
        self.history.append(self._state())

    @rule(who=st.sampled_from(NAMES))
    def be_active(self, who):
        self.now += 1
        self.users[who].applications["1"].endpoint.report(self.now)
        self.journal.touched(self.users[who])
        self.history.append(self._state())

    @rule()
    def store(self):
        try:
            self.runner.run(self.journal.stored())
        except Refused:
            assert self.was_full, "a batch may have been under way while there was no room"
        else:
            if not self.file.full:
                self.runner.run(self._flush())
                self.history = self.history[-1:]
                self.was_full = False

    async def _flush(self):
        """Have activity written too, for which nobody waits; a batch may be under way."""
        for _ in range(2):
            before = self.file.appended
            self.journal.flush()
            while self.file.appended == before:  # noqa: ASYNC110  a thread counts
                await asyncio.sleep(0)

    @rule(full=st.booleans())
    def fill_or_empty_the_disk(self, full):
        self.file.full = full
        self.was_full |= full

    @rule()
    def let_it_write(self):
        self.runner.run(asyncio.sleep(0))

    @rule(downtime=st.integers(1, 3600))
    def crash(self, downtime):
        self._kill()
        self.now += downtime
        file = BatchFile(Path(self.folder.name))
        found, _ = recover(file, float(self.now), LIMIT)
        file.close()
        self.users = {user.address: user for user in found}
        assert self._state()[1] in [self._restored(*entry) for entry in self.history]
        self.history = [self._state()]
        self._open()

    def _restored(self, then, state):
        users = decode(0, zlib.crc32(state), state).users
        for user in users:
            restore(user, self.now, self.now - then)
        return encode(Batch(self.now, [], users, []))

    def _kill(self):
        self.journal._task.cancel()
        self.journal._log._thread.shutdown()
        self.runner.run(asyncio.sleep(0))
        self.file.close()

    def teardown(self):
        if self.file is not None:
            self._kill()
        self.runner.close()
        self.folder.cleanup()
        module.RETRY, module.CHECKPOINT = self.constants


TestLife = Life.TestCase
