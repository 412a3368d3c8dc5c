"""What is to be written of a conversation, and when."""

from __future__ import annotations

import pytest

from openucwa.domain.conversations import Conversation
from openucwa.domain.history import Log, covers, unwritten
from openucwa.domain.messaging import add
from openucwa.domain.parties import Attendance, Meeting, Party
from openucwa.domain.seen import Importance, MessageText

LENE, SARA = "lenea@contoso.test", "sarad@contoso.test"


@pytest.fixture
def talk():
    """Lene has invited Sara with a word, and Sara has come."""
    talk = Conversation("c", "thread", "Hi", Importance.NORMAL, 0.0)
    talk.names = {LENE: "Lene", SARA: "Sara"}
    talk.parties[LENE] = Party(LENE, "Lene", f"sip:{LENE}", "1")
    talk.attend(LENE, 1.0, incoming=False)
    talk.attend(SARA, 1.0, incoming=True, missed=True)
    add(talk, talk.parties[LENE].seat, MessageText("Hello"), "", 1.0)
    return talk


def come(talk):
    talk.parties[SARA] = Party(SARA, "Sara", f"sip:{SARA}", "2")
    talk.attended(SARA, missed=False)


def everybody(_owner):
    return True


def settle(talk, found):
    talk.settle(found.attendances, found.last)


def numbers(found):
    return [entry.number for entry in found.record.entries]


def owners(found):
    return [one.owner for one in found.record.attendances]


def test_all_is_written_once(talk):
    come(talk)
    found = unwritten(talk, everybody)

    assert ([LENE, SARA], [1], 1) == (owners(found), numbers(found), found.last)
    assert (LENE, MessageText("Hello")) == found.record.entries[0][1::2]
    settle(talk, found)
    assert not talk.has_news_for_history
    add(talk, talk.parties[SARA].seat, MessageText("Hi"), "", 2.0)
    found = unwritten(talk, everybody)
    assert ([2], 1) == (numbers(found), found.record.logged)


def test_of_whom_it_rings_for_nothing_is_written_but_what_was_said(talk):
    found = unwritten(talk, everybody)
    assert ([LENE], [1]) == (owners(found), numbers(found))
    settle(talk, found)

    assert talk.has_news_for_history
    assert unwritten(talk, everybody) is None
    come(talk)
    found = unwritten(talk, everybody)
    assert ([LENE, SARA], []) == (owners(found), numbers(found))


def test_what_happens_while_it_is_written_is_for_the_next_time(talk):
    come(talk)
    found = unwritten(talk, everybody)
    add(talk, talk.parties[SARA].seat, MessageText("Hi"), "", 2.0)
    talk.attended(SARA)

    settle(talk, found)
    found = unwritten(talk, everybody)
    assert [2] == numbers(found)
    assert [None, 2] == [one.last for one in found.record.attendances]


@pytest.mark.parametrize(("kept", "entries"), [({LENE}, [1]), ({SARA}, [1]), (set(), [])])
def test_messages_are_written_if_anybody_keeps_them_and_are_settled_if_not(talk, kept, entries):
    found = unwritten(talk, kept.__contains__)
    assert entries == numbers(found)
    settle(talk, found)
    assert talk.logged == 1

    come(talk)
    found = unwritten(talk, kept.__contains__)
    assert (sorted(kept), []) == (owners(found), numbers(found))
    settle(talk, found)
    assert not talk.has_news_for_history


def test_a_conference_has_an_address(talk):
    come(talk)
    assert unwritten(talk, everybody).record.meeting == ""
    talk.meeting = Meeting("ABC", LENE, "Lene")

    assert unwritten(talk, everybody).record.meeting == talk.meeting.uri


@pytest.mark.parametrize(
    ("last", "expected"), [(None, [False, True, True]), (3, [False, True, False])]
)
def test_messages_from_the_first_to_the_last_belong_to_an_attendance(last, expected):
    one = Attendance(LENE, 3, 0.0, incoming=True, last=last)

    assert expected == [covers(one, number) for number in (2, 3, 4)]


def test_the_others_are_all_but_the_owner():
    log = Log(
        *(1, LENE, "c", 1, None, 0.0, True, False, True, "t", "", Importance.NORMAL, ""),
        {LENE: "Lene", SARA: "Sara"},
        None,
    )

    assert {SARA: "Sara"} == log.others()
