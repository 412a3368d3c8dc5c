"""Conversations of a process: found by id, by invitation and by who is in them."""

from __future__ import annotations

import pytest

from openucwa.adapters.talks import ProcessConversations
from small_talks import NOW, a_talk, add, address, two


class Noted:
    """Stands for a journal: what it is told, in order."""

    def __init__(self):
        self.told = []

    def __getattr__(self, name):
        return lambda *given: self.told.append((name, *given))


@pytest.fixture
def talks():
    made = ProcessConversations()
    made.journal = Noted()
    return made


def test_it_is_found_however_it_is_asked_for(talks):
    talk = two()
    talks.keep(talk)
    (invitation,) = talk.invitations

    assert talk is talks.find(talk.id) is talks.invited(invitation)
    assert [[talk], [talk], []] == [list(talks.of(address(who))) for who in ("lene", "sara", "x")]
    assert ([talk], 1) == (list(talks.all()), len(talks))
    assert [None, None] == [talks.find("x"), talks.invited("x")]


def test_who_comes_and_goes_is_noticed(talks):
    talk = two()
    talks.keep(talk)
    add(talk, "john")
    talks.keep(talk)
    assert [talk] == list(talks.of(address("john")))
    talk.part(talk.parties[address("sara")], NOW)
    talks.keep(talk)

    assert [] == list(talks.of(address("sara")))


def test_what_is_over_leaves_no_trace(talks):
    talk = two()
    talks.keep(talk)
    talks.drop(talk)
    (invitation,) = talk.invitations

    assert [None, None] == [talks.find(talk.id), talks.invited(invitation)]
    assert ([], 0) == (list(talks.of(address("lene"))), len(talks))
    assert ("forgotten", talk.id) == talks.journal.told[-1]


def test_what_changes_is_written_down(talks):
    talk = a_talk()
    talks.keep(talk)
    talks.said(talk, "message")
    talks.arrived(talk, 1, address("sara"))

    assert [
        ("conversed", talk),
        ("said", talk.id, "message"),
        ("arrived", talk.id, 1, address("sara")),
    ] == talks.journal.told


def test_what_comes_from_a_journal_is_not_written_again(talks):
    talk = two()
    talks.restore([talk])

    assert talk is talks.find(talk.id)
    assert [] == talks.journal.told


def test_what_the_history_does_not_have(talks):
    talk = two()
    talks.keep(talk)
    assert [talk] == list(talks.unlogged())
    talk.settle(list(talk.attendances), talk.count)
    talks.keep(talk)

    assert [] == list(talks.unlogged())
    talks.said(talk, "message")
    assert [talk] == list(talks.unlogged())
