"""The file of a journal: what is written comes back, and what is damaged is noticed."""

from __future__ import annotations

import sqlite3
import zlib
from typing import get_args, get_type_hints

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from journals import a_user
from openucwa.adapters import batches
from openucwa.adapters.batches import (
    FILE,
    Activity,
    Arrived,
    Batch,
    BatchFile,
    JournalDamaged,
    JournalInUse,
    Package,
    Relay,
    Said,
    decode,
    encode,
    packed,
)
from openucwa.domain.applications import Application, Key
from openucwa.domain.channel import Channel, Event, Ref
from openucwa.domain.people import Level
from openucwa.domain.presence import Endpoint, Note, Preferred, Standing, manual_claim
from openucwa.domain.seen import MessageSeen, Seen
from openucwa.domain.subscriptions import Listening, Subscription
from openucwa.domain.users import arrive, settle
from small_talks import add, ringing, say, several, two

NOW = 1_000_000.0
LENE, SARA = "lenea@contoso.test", "sarad@contoso.test"
EVENT = Event(Ref("people", "people"), Ref("contactPresence", "people/x/presence"), "updated")


@pytest.fixture
def file(tmp_path):
    """A journal's file that is new."""
    made = BatchFile(tmp_path)
    assert made.is_current()
    yield made
    made.close()


def a_batch(now=NOW):
    """Return a batch with something of everything."""
    levels = {SARA: Level.WORKGROUP}
    claim = manual_claim(Preferred.BUSY, NOW)
    standing = Standing(Note("back soon"), "Oslo", claim, NOW - 9, levels)
    lene = arrive(LENE, standing)
    channel = Channel("e", package=b"{}", packed=1, number=3, released=NOW)
    channel.put(EVENT, NOW)
    lene.applications["1"] = Application(
        "1",
        Key("e1", "en-US", "test/1", ""),
        NOW,
        NOW,
        {"": channel},
        Endpoint(NOW, 300, 300),
        subscriptions={"s": Subscription(NOW + 600, id="s", members=(SARA,), group=True)},
        listening=Listening(NOW + 600, warned=True),
    )
    lene.gone = {"2": NOW + 60}
    settle(lene, NOW)
    relay = Relay(EVENT, NOW, [(LENE, "1")])
    return Batch(now, [relay], [lene], [Activity(LENE, {"1": NOW})], began=NOW - 5)


def append(file, *parts):
    return [file.append(encode(batch)) for batch in parts]


def spoil(folder, change):
    """Change the file behind the server's back, by a statement."""
    connection = sqlite3.connect(folder / FILE)
    connection.execute(change)
    connection.commit()
    connection.close()


def test_batches_come_back_as_they_were_and_in_their_order(file, tmp_path):
    written = [a_batch(), a_batch(NOW + 1)]
    append(file, *written)
    file.close()
    again = BatchFile(tmp_path)

    assert again.is_current()
    assert written == list(again.read())
    again.close()


def test_nobody_else_may_look(file):
    """Who is signed in is nobody's business."""
    assert 0o600 == file.path.stat().st_mode & 0o777


def test_one_server_for_one_folder(file, tmp_path, monkeypatch):
    quick = [line for line in batches._PREPARE if "busy_timeout" not in line]
    monkeypatch.setattr(batches, "_PREPARE", ("PRAGMA busy_timeout = 1", *quick))
    with pytest.raises(JournalInUse, match="another server runs"):
        BatchFile(tmp_path)


def test_older_batches_can_be_dropped(file):
    first, second, third = append(file, a_batch(NOW), a_batch(NOW + 1), a_batch(NOW + 2))
    size = file.size()

    assert not file.drop_before(third, 1)
    assert [NOW + 1, NOW + 2] == [batch.now for batch in file.read()]
    assert file.drop_before(third, 1)
    assert first < second < third
    assert [NOW + 2] == [batch.now for batch in file.read()]
    assert size == 3 * file.size()
    assert third < append(file, a_batch())[0], "numbers are not used again"


def test_long_batches_are_compressed(file):
    crowd = [a_user(f"{number}@contoso.test") for number in range(100)]
    batch = Batch(NOW, [], crowd, [])
    body = encode(batch)
    append(file, batch)

    assert file.size() == file.grown < len(body) / 5
    assert crowd == next(file.read()).users


@pytest.mark.parametrize("count", [1, 10, 1000], ids=["tiny", "short", "long"])
def test_what_was_packed_is_read(count):
    crowd = [a_user(f"{number}@contoso.test") for number in range(count)]
    body = packed(encode(Batch(NOW, [], crowd, [])))

    assert crowd == decode(1, zlib.crc32(body), body).users
    assert count == 1 or len(body) < len(encode(Batch(NOW, [], crowd, []))) / 4


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE batches SET checksum = checksum + 1 WHERE id = 2",
        "UPDATE batches SET body = substr(body, 1, length(body) - 1) WHERE id = 2",
        "UPDATE batches SET body = zeroblob(length(body)) WHERE id = 2",
        "UPDATE batches SET body = x'', checksum = 0 WHERE id = 2",
        "UPDATE batches SET body = 'text' WHERE id = 2",
        "UPDATE batches SET checksum = 'text' WHERE id = 2",
    ],
)
def test_a_damaged_batch_is_noticed_named_and_dropped(file, tmp_path, change):
    append(file, a_batch(NOW), a_batch(NOW + 1), a_batch(NOW + 2))
    file.close()
    spoil(tmp_path, change)
    again = BatchFile(tmp_path)

    with pytest.raises(JournalDamaged, match="batch 2 "):
        list(again.read())
    assert [2] == again.numbers_damaged()
    again.drop([2])
    assert [NOW, NOW + 2] == [batch.now for batch in again.read()]
    again.close()


@pytest.mark.parametrize("content", [b"garbage" * 1000, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_file_that_is_no_database_is_noticed(tmp_path, content):
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(JournalDamaged, match=FILE):
        BatchFile(tmp_path)


@pytest.mark.parametrize("page", [1, 2, 3, 4, 5])
def test_a_broken_page_is_noticed_wherever_it_is(file, tmp_path, page):
    """Half of a page is overwritten, as a bad disk does."""
    append(file, *(a_batch(NOW + number) for number in range(20)))
    file.close()
    with (tmp_path / FILE).open("r+b") as raw:
        raw.seek((page - 1) * 4096 + (100 if page == 1 else 0))
        raw.write(b"\xa5" * 2000)

    with pytest.raises(JournalDamaged, match=FILE):
        read_all(tmp_path)


def read_all(folder):
    file = BatchFile(folder)
    try:
        assert file.is_current()
        return list(file.read())
    finally:
        file.close()


def test_another_format_is_noticed_and_forgotten(file, tmp_path, monkeypatch):
    append(file, a_batch())
    file.close()
    monkeypatch.setattr(batches, "FORMAT", batches.FORMAT + 1)
    newer = BatchFile(tmp_path)

    assert not newer.is_current()
    newer.clear()
    assert newer.is_current()
    assert [] == list(newer.read())
    newer.close()


def test_batches_of_an_older_release_lack_what_is_new(file):
    """Fields that are added have defaults."""
    batch = a_batch()
    new = len(Batch.__struct_defaults__)
    older = msgspec.msgpack.decode(encode(batch))[:-new]
    file.append(msgspec.msgpack.encode(older))

    assert [(0.0, [], [])] == [(read.began, read.conversations, read.over) for read in file.read()]


# ---------------------------------------------------------------------- conversations


def again(batch):
    """Return a batch as it comes back."""
    body = encode(batch)
    return decode(1, zlib.crc32(body), body)


def a_busy_talk():
    """Return a conversation with everything under way that can be."""
    talk = several("toni")
    say(talk, "lene", "Hello", "op")
    add(talk, "ada", "1", "2")
    talk.parties["toni@contoso.test"].typing = NOW
    return talk


@pytest.mark.parametrize("make", [two, a_busy_talk, lambda: ringing("1", "2", said="Hi")[0]])
def test_conversations_come_back_as_they_were(make):
    batch = Batch(NOW, [], [], [], conversations=[make()], over=["c2"])

    assert batch == again(batch)


def test_what_was_said_and_who_has_it_are_steps_in_their_order():
    talk = two()
    message, _ = say(talk, "lene", "\U0001f600", "op")
    package = Package(LENE, "1", "", 7, 1, b"{}", (15.0, 5.0, 25.0))
    steps = [Said("c", message), package, Arrived("c", 1, SARA), Relay(EVENT, NOW, [(LENE, "1")])]

    assert steps == again(Batch(NOW, steps, [], [])).steps


names = st.text(max_size=5)
BUILT_IN = {int: st.integers(0, 2**31), float: st.floats(0, 1e10), str: names}


def shown_as(kind):
    """Return values of a kind, with numbers as large as they get."""
    hints = get_type_hints(kind)
    return st.builds(kind, **{n: BUILT_IN[hints[n]] for n in hints if hints[n] in BUILT_IN})


refs = st.builds(Ref, names, names, st.none() | names)
events = st.builds(
    Event,
    refs,
    refs,
    names,
    st.integers(1, 5),
    st.none() | refs,
    embed=st.booleans(),
    once=st.booleans(),
    params=st.none() | st.dictionaries(names, names, max_size=2),
    shown=st.none() | shown_as(MessageSeen),
    succeeded=st.none() | st.booleans(),
    reason=st.none() | names,
    apart=st.booleans(),
    receipt=st.none() | st.tuples(names, st.integers(0, 2**31)),
)


@given(events)
def test_events_come_back_with_all_that_they_say_and_show(event):
    (step,) = again(Batch(NOW, [Relay(event, NOW, [])], [], [])).steps

    assert event == step.event
    assert type(event.shown) is type(step.event.shown)


@pytest.mark.parametrize("kind", get_args(Seen))
def test_what_an_event_shows_comes_back_as_the_same_kind(kind):
    """They are told apart by name."""

    @given(shown_as(kind))
    def check(shown):
        event = Event(EVENT.sender, EVENT.link, "updated", shown=shown)
        (step,) = again(Batch(NOW, [Relay(event, NOW, [])], [], [])).steps
        assert (kind, shown) == (type(step.event.shown), step.event.shown)

    check()


def test_an_event_of_an_older_release_carries_nothing():
    """Fields that are added have defaults."""
    older = msgspec.msgpack.encode(
        [["a", "b", None], ["c", "d", None], "x", 2, None, False, False, None]
    )

    assert Event(Ref("a", "b"), Ref("c", "d"), "x") == batches._event(older)


def test_what_happens_once_drives_nothing_out_of_the_memory():
    """Of a message there are few copies, of somebody's presence there are many."""
    batches._written.cache_clear()
    message = Event(EVENT.sender, EVENT.link, "completed", once=True)
    encode(Batch(NOW, [Relay(message, NOW, []), Relay(EVENT, NOW, [])], [], []))

    assert 1 == batches._written.cache_info().currsize
