"""Conversations in this process: found by id, by invitation and by who is in them."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from openucwa.adapters.talks import ProcessConversations
from openucwa.domain import inviting, leaving
from openucwa.domain.conversations import LINGER
from small_talks import NOW, accept, add, address, arrive, ringing, say, seat, several, two

LENE, SARA, TONI = map(address, ("lene", "sara", "toni"))


class Notes:
    """A journal that notes what it is told."""

    def __init__(self):
        self.told = []

    def conversed(self, conversation):
        self.told.append(("conversed", conversation.id))

    def said(self, identifier, message):
        self.told.append(("said", identifier, message.number))

    def arrived(self, identifier, number, who):
        self.told.append(("arrived", identifier, number, who))

    def forgotten(self, identifier):
        self.told.append(("forgotten", identifier))


@pytest.fixture
def talks():
    made = ProcessConversations()
    made.journal = Notes()
    return made


def ids(found):
    return [one.id for one in found]


def settle(talk):
    talk.settle(talk.attendances, talk.count)


def test_a_conversation_is_found_in_every_way(talks):
    talk = two()
    talks.keep(talk)

    assert talk is talks.find("c") is talks.invited("to sara")
    assert [["c"], ["c"], []] == [ids(talks.of(who)) for who in (LENE, SARA, TONI)]
    assert (1, ["c"]) == (len(talks), ids(talks.all()))


@pytest.mark.parametrize("name", ["", "x", "to sara"])
def test_what_is_not_there_is_not_found(talks, name):
    assert talks.find(name) is talks.invited(name) is None
    assert [] == talks.of(name)


def test_it_is_found_for_whom_it_rings_and_no_longer_when_it_does_not(talks):
    talk, _ = ringing()
    talks.keep(talk)
    assert ["c"] == ids(talks.of(SARA))

    inviting.decline(talk, talk.invitations["to sara"], seat("sara"), everywhere=True, now=NOW)
    talks.keep(talk)
    assert [[], ["c"]] == [ids(talks.of(who)) for who in (SARA, LENE)]


def test_one_more_is_found_from_when_it_rings(talks):
    talk = two()
    talks.keep(talk)
    add(talk, "toni")
    talks.keep(talk)

    assert ["c"] == ids(talks.of(TONI))
    assert talk is talks.invited("to toni")
    accept(talk, "toni")
    leaving.leave(talk, seat("toni"), NOW)
    talks.keep(talk)
    assert [] == talks.of(TONI)


def test_the_history_is_owed_what_is_new(talks):
    talk = two()
    talks.keep(talk)
    assert ["c"] == ids(talks.unlogged())
    settle(talk)
    talks.keep(talk)
    assert [] == talks.unlogged()

    message, _ = say(talk, "lene")
    talks.said(talk, message)
    assert ["c"] == ids(talks.unlogged())
    arrive(talk, message, "sara")
    talks.arrived(talk, 1, SARA)
    settle(talk)
    talks.keep(talk)
    assert [] == talks.unlogged()


def test_what_is_dropped_is_gone_from_everywhere(talks):
    talk = several("toni")
    talks.keep(talk)
    talks.drop(talk)

    assert (None, None, 0, []) == (
        talks.find("c"),
        talks.invited("to toni"),
        len(talks),
        talks.unlogged(),
    )
    assert {} == talks._by_address == talks._addresses == talks._invitations


def test_the_journal_is_told_of_everything(talks):
    talk = two()
    talks.keep(talk)
    message, _ = say(talk, "lene")
    talks.said(talk, message)
    talks.arrived(talk, 1, SARA)
    talks.drop(talk)

    assert [
        ("conversed", "c"),
        ("said", "c", 1),
        ("arrived", "c", 1, SARA),
        ("forgotten", "c"),
    ] == talks.journal.told


def test_what_comes_from_a_journal_is_found_and_not_written_again(talks):
    talks.restore([two()])

    assert (["c"], ["c"], []) == (ids(talks.of(LENE)), ids(talks.unlogged()), talks.journal.told)


def test_without_a_journal_it_works_too():
    talks, talk = ProcessConversations(), two()
    talks.keep(talk)
    talks.said(talk, say(talk, "lene")[0])
    talks.arrived(talk, 1, SARA)
    talks.drop(talk)

    assert 0 == len(talks)


class Company(RuleBasedStateMachine):
    """Whatever people do, the index says what a look at every conversation would."""

    @initialize()
    def begin(self):
        self.talks, self.count, self.now = ProcessConversations(), 0, NOW

    def living(self):
        return [one for one in self.talks.all() if one.parties]

    @rule()
    def call(self):
        self.count += 1
        talk, _ = ringing()
        talk.id = f"c{self.count}"
        (invitation,) = talk.invitations.values()
        invitation.id = f"i{self.count}"
        talk.invitations = {invitation.id: invitation}
        self.talks.keep(talk)

    @precondition(lambda self: self.living())
    @rule(data=st.data())
    def something_happens(self, data):
        talk = data.draw(st.sampled_from(self.living()))
        ringing_now = [one for one in talk.invitations.values() if one.ringing()]
        acts = ["leave", "say"] + ["accept", "decline"] * bool(ringing_now)
        act = data.draw(st.sampled_from(acts))
        if act == "leave":
            party = data.draw(st.sampled_from(list(talk.parties.values())))
            leaving.leave(talk, party.seat, self.now)
        elif act == "accept":
            inviting.accept(talk, ringing_now[0], ringing_now[0].ringing()[0], (), self.now)
        elif act == "decline":
            (where,) = ringing_now[0].ringing()
            inviting.decline(talk, ringing_now[0], where, everywhere=True, now=self.now)
        elif talk.parties[LENE].connected:
            say(talk, "lene", now=self.now)
        self.talks.keep(talk)

    @precondition(lambda self: self.living())
    @rule(data=st.data(), logged=st.booleans())
    def time_passes(self, data, logged):
        self.now += data.draw(st.sampled_from([1, inviting.RING, LINGER]))
        for talk in list(self.talks.all()):
            leaving.pass_time(talk, self.now)
            if logged:
                settle(talk)
            self.talks.keep(talk)
            if talk.is_over(self.now):
                self.talks.drop(talk)

    @invariant()
    def the_index_is_right(self):
        everything = list(self.talks.all())
        for who in (LENE, SARA, TONI):
            assert {one.id for one in everything if who in one.addresses()} == set(
                ids(self.talks.of(who))
            )
        owed = {one.id for one in everything if one.has_news_for_history}
        assert owed == set(ids(self.talks.unlogged()))
        for one in everything:
            assert all(self.talks.invited(name) is one for name in one.invitations)
        assert sum(len(one.invitations) for one in everything) == len(self.talks._invitations)


TestCompany = Company.TestCase
