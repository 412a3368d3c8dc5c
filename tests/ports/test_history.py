"""The contract of a history: one copy of what was said, a log for each who was there."""

from __future__ import annotations

import pytest

from openucwa.domain.history import Entry, Record
from openucwa.domain.modalities import MessageFormat
from openucwa.domain.parties import Attendance
from openucwa.domain.people import Person
from openucwa.domain.seen import Importance, MessageText, MissedSeen

LENE, SARA, JOHN = "lenea@contoso.test", "sarad@contoso.test", "johnd@contoso.test"
NAMES = {LENE: "Lene Åling", SARA: "Sara Davis"}


@pytest.fixture(autouse=True)
async def people(store):
    await store.add([(Person(one, f"sip:{one}", one), "") for one in (LENE, SARA, JOHN)])


def entry(number, text="Hello", sender=LENE, *, time=None, kind=MessageFormat.PLAIN):
    return Entry(number, sender, number if time is None else time, MessageText(text, kind))


def record(*attendances, entries=(), conversation="c", logged=0, subject="Lunch", names=NAMES):
    about = (conversation, "thread", subject, Importance.URGENT, "")
    return Record(*about, names, logged, attendances, tuple(entries))


def lene(last=None, first=1, **more):
    return Attendance(LENE, first, 0.5, incoming=False, last=last, **more)


def sara(last=None, first=1, **more):
    return Attendance(SARA, first, 0.5, incoming=True, last=last, **more)


async def only(history, owner):
    (identifier,) = await history.logs(owner, 10)
    return await history.log(owner, identifier)


async def texts(history, log, after=0, limit=100):
    return [one.said.text for one in await history.entries(log, after, limit)]


async def test_what_is_written_comes_back(history):
    html = entry(2, "<b>Hi</b>", SARA, kind=MessageFormat.HTML)
    await history.record([record(lene(), sara(2), entries=[entry(1), html])])

    log = await only(history, SARA)
    assert ("c", 1, 2, 0.5, True) == (
        log.conversation,
        log.first,
        log.last,
        log.since,
        log.incoming,
    )
    assert ("thread", "Lunch", Importance.URGENT) == (log.thread, log.subject, log.importance)
    assert ({LENE: "Lene Åling"}, html.said) == (log.others(), log.latest)
    assert (False, True) == (log.missed, log.read)
    assert [entry(1), html] == await history.entries(log, 0, 100)


async def test_more_is_added_and_writing_again_changes_nothing(history):
    """A server that ends before it has noted what it wrote writes it again."""
    await history.record([record(lene(), sara(), entries=[entry(1)])])
    more = record(lene(3), sara(3), entries=[entry(2, "More"), entry(3, "End")], logged=1)
    for _ in range(2):
        await history.record([more])

    log = await only(history, LENE)
    assert ["Hello", "More", "End"] == await texts(history, log)
    assert (3, "End") == (log.last, log.latest.text)
    assert MissedSeen(1, 0, 0) == await history.counts(SARA)


async def test_what_was_never_answered_is_replaced_by_what_was(history):
    await history.record([record(lene(), entries=[entry(1), entry(2, "Lost"), entry(3, "Lost")])])
    await history.record([record(lene(), entries=[entry(2, "Kept")], logged=1)])

    assert ["Hello", "Kept"] == await texts(history, await only(history, LENE))


async def test_each_has_what_was_said_while_she_was_there(history):
    said = [entry(number, str(number)) for number in range(1, 6)]
    await history.record([record(lene(4), sara(first=3), sara(1), entries=said)])

    assert ["1", "2", "3", "4"] == await texts(history, await only(history, LENE))
    later, before = await history.logs(SARA, 10)
    assert ["3", "4", "5"] == await texts(history, await history.log(SARA, later))
    assert ["1"] == await texts(history, await history.log(SARA, before))


async def test_entries_come_in_pages(history):
    said = [entry(number, str(number)) for number in range(1, 6)]
    await history.record([record(lene(), entries=said)])
    log = await only(history, LENE)

    assert ["1", "2"] == await texts(history, log, 0, 2)
    assert ["3", "4"] == await texts(history, log, 2, 2)
    assert ["5"] == await texts(history, log, 4, 2)


async def test_the_newest_logs_come_first_and_what_is_said_makes_one_new(history):
    for number, name in enumerate(("a", "b", "c")):
        await history.record([record(lene(), entries=[entry(1, time=number)], conversation=name)])
    a, b, c = sorted(await history.logs(LENE, 10))

    assert [c, b, a] == await history.logs(LENE, 10)
    more = record(lene(), entries=[entry(2, time=9.0)], conversation="a", logged=1)
    await history.record([more])
    assert [a, c] == await history.logs(LENE, 2)


async def test_nobody_sees_the_log_of_another(history):
    await history.record([record(lene(), sara(), entries=[entry(1)])])
    hers = await only(history, LENE)

    assert await history.log(SARA, hers.id) is None
    assert await history.log(LENE, hers.id + 100) is None
    assert [] == await history.logs(JOHN, 10)


async def test_nothing_is_kept_for_who_is_not_in_the_directory(history):
    stranger = Attendance("guest@anonymous.invalid", 1, 0.5, incoming=True, missed=True)

    assert set() == await history.record([record(stranger, lene(), entries=[entry(1)])])
    assert [] == await history.logs(stranger.owner, 10)
    assert ["Hello"] == await texts(history, await only(history, LENE))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["hello"], True),
        (["hel"], True),
        (["ello"], False),
        (["hello", "world"], True),
        (["hello", "lunch"], False),
        (["lun", "aling"], True),
        (["bold"], True),
        (["b"], True),
        (["strong"], False),
        (["nothing"], False),
        (["%"], False),
    ],
)
async def test_a_search_finds_the_beginnings_of_words(history, words, found):
    """All in one message, or in the subject and the names; never markup."""
    html = entry(2, "<strong>Bold</strong>", kind=MessageFormat.HTML)
    await history.record([record(lene(), entries=[entry(1, "Hello, World!"), html])])
    await history.record([record(sara(), entries=[entry(1, "hello world bold")], conversation="d")])

    assert found == bool(await history.logs(LENE, 10, words))


async def test_a_search_finds_nothing_that_was_said_in_the_absence_of_the_owner(history):
    said = [entry(1, "early"), entry(2, "late")]
    await history.record([record(lene(1), sara(first=2), entries=said)])

    assert ([], 1) == (
        await history.logs(SARA, 10, ["early"]),
        len(await history.logs(SARA, 10, ["late"])),
    )


async def test_who_has_missed_something_is_returned_once(history):
    first = record(lene(), sara(0, missed=True))
    assert {SARA} == await history.record([first])
    assert set() == await history.record([first])
    assert MissedSeen(1, 1, 1) == await history.counts(SARA)

    await history.record([record(sara(), conversation="d")])
    assert {SARA} == await history.record([record(sara(missed=True), conversation="d")])
    assert MissedSeen(2, 2, 2) == await history.counts(SARA)
    assert MissedSeen(1, 0, 0) == await history.counts(LENE)


async def test_what_was_read_stays_read(history):
    missed = record(sara(missed=True), entries=[entry(1)])
    await history.record([missed])
    log = await only(history, SARA)
    assert (True, False) == (log.missed, log.read)

    await history.read(log)
    await history.record([missed])
    log = await only(history, SARA)
    assert (True, True) == (log.missed, log.read)
    assert MissedSeen(1, 1, 0) == await history.counts(SARA)


async def test_what_one_deletes_others_keep(history):
    said = [entry(number, str(number)) for number in range(1, 4)]
    await history.record([record(lene(3), sara(2), entries=said)])

    await history.delete(await only(history, LENE))
    assert [] == await history.logs(LENE, 10)
    log = await only(history, SARA)
    assert ["1", "2"] == await texts(history, log)
    await history.delete(log)
    assert MissedSeen() == await history.counts(SARA)


async def test_a_new_log_never_has_the_id_of_an_old_one(history):
    await history.record([record(lene())])
    old = await only(history, LENE)
    await history.delete(old)
    await history.record([record(lene(), conversation="d")])

    assert old.id < (await only(history, LENE)).id


async def test_what_is_old_is_deleted_in_steps(history):
    for name, time in (("a", 1.0), ("b", 2.0), ("c", 3.0), ("d", 9.0)):
        said = [entry(1, name, time=time)]
        await history.record([record(lene(), sara(), entries=said, conversation=name)])

    assert [2, 1, 0] == [await history.purge(4.0, 2, SARA) for _ in range(3)]
    assert (1, 4) == (len(await history.logs(SARA, 9)), len(await history.logs(LENE, 9)))
    assert [2, 1, 0] == [await history.purge(4.0, 2) for _ in range(3)]
    assert ["d"] == await texts(history, await only(history, LENE))


async def test_logs_go_with_their_owner(history, store):
    await history.record([record(lene(), sara(), entries=[entry(1)])])
    await store.remove(LENE)

    assert [] == await history.logs(LENE, 10)
    assert {LENE: "Lene Åling"} == (await only(history, SARA)).others()
    assert set() == await history.record([record(lene(missed=True), logged=1)])
