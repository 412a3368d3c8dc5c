"""Joining: a meeting in which anything may happen, as each of those in it is told of it."""

from __future__ import annotations

from dataclasses import replace
from zlib import crc32

import msgspec
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from openucwa.adapters.batches import Batch, decode, encode
from openucwa.adapters.recovery import replay
from openucwa.domain import conferences, holding, joining, leaving
from openucwa.domain.conferences import group_of
from openucwa.domain.identity import GUESTS
from openucwa.domain.meetings import (
    AccessLevel,
    AutomaticLeaderAssignment,
)
from openucwa.domain.parties import Seat
from openucwa.domain.refusals import Refused
from openucwa.domain.seen import ConversationState, Role
from small_meetings import (
    ATTENDEE,
    COLLEAGUE,
    EVERYONE,
    GUEST,
    HOST,
    LEADER,
    a_meeting,
    enter,
)
from small_talks import NOW

PEOPLE = st.sampled_from(EVERYONE)


def a_batch(talk):
    return Batch(NOW, [], [], [], conversations=[talk])


class Screen:
    """What somebody knows who believes what she is told."""

    def __init__(self):
        self.state = None
        self.there, self.groups, self.inviting, self.meeting = set(), {}, None, None

    def hear(self, news):
        about = dict(news.params).get("participant")
        if news.rel == "conversation":
            self.state = None if news.type == "deleted" else news.shown.state
            if news.type == "deleted":
                self.there, self.groups = set(), {}
        elif news.rel == "participant" and news.inside == "typingParticipants":
            return
        elif news.rel == "participant" and news.inside:
            group = self.groups.setdefault(news.inside, set())
            assert (about in group) is (news.type == "deleted"), "told twice, or of nothing"
            group ^= {about}
        elif news.rel == "participant" and news.type != "updated":
            assert (about in self.there) is (news.type == "deleted")
            self.there ^= {about}
        elif news.rel == "participant":
            assert about in self.there
        elif news.rel == "onlineMeetingInvitation":
            self.inviting = news.type
        elif news.rel == "onlineMeeting":
            self.meeting = news.shown


class AMeeting(RuleBasedStateMachine):
    """People come, wait, are let in, turned away, promoted, thrown out; the server restarts.

    Its organizer changes it, and ends it for all.
    """

    def __init__(self):
        super().__init__()
        self.talk = a_meeting(access=AccessLevel.INVITED)
        self.screens = {address: Screen() for address in EVERYONE}
        self.now = NOW
        self.banned = set()
        self.tell(enter(self.talk, HOST))

    def tell(self, news):
        for one in news:
            for seat in one.to:
                self.screens[seat.address].hear(one)

    def attempt(self, function, *given):
        """Do something that may be refused; then nothing has changed."""
        before = encode(a_batch(self.talk))
        try:
            self.tell(function(self.talk, *given))
        except Refused:
            assert before == encode(a_batch(self.talk))

    @rule(who=PEOPLE)
    def join(self, who):
        if not self.talk.has(Seat(who, "1")):
            self.tell(enter(self.talk, who, self.now, str(self.now)))

    @rule(who=PEOPLE, whom=PEOPLE)
    def admit(self, who, whom):
        waited = whom in self.talk.lobby
        self.attempt(joining.admit, Seat(who, "1"), whom, self.now)
        if waited and whom in self.talk.parties:
            self.banned -= {whom}

    @rule(who=PEOPLE, whom=PEOPLE)
    def reject(self, who, whom):
        self.attempt(joining.reject, Seat(who, "1"), whom, self.now)

    @rule(who=PEOPLE, whom=PEOPLE, role=st.sampled_from(Role))
    def change_role(self, who, whom, role):
        self.attempt(conferences.change_role, Seat(who, "1"), whom, role)

    @rule(who=PEOPLE, whom=PEOPLE)
    def eject(self, who, whom):
        there = whom in self.talk.parties
        self.attempt(leaving.eject, Seat(who, "1"), whom, self.now)
        if there and whom not in self.talk.parties:
            self.banned |= {whom}

    @rule(access=st.sampled_from(AccessLevel), subject=st.sampled_from(["Plans", "Plans B"]))
    def rearrange(self, access, subject):
        """Nobody comes or goes by that."""
        before, known = self.there(), self.talk.arrangement
        arranged = replace(known, access=access, subject=subject, version=known.version + 1)
        self.tell(holding.rearrange(self.talk, arranged))
        assert before == self.there()

    @rule()
    def rearrange_too_late(self):
        """What has been overtaken changes nothing."""
        known = self.talk.arrangement
        older = replace(known, subject="Old", version=known.version - 1)
        assert [] == holding.rearrange(self.talk, older)
        assert known == self.talk.arrangement

    @rule()
    def end(self):
        self.tell(holding.end(self.talk, self.now))
        assert ({}, {}) == (self.talk.parties, self.talk.lobby)

    def there(self):
        return {*self.talk.parties}, {*self.talk.lobby}

    @rule(who=PEOPLE)
    def leave(self, who):
        self.attempt(leaving.leave, Seat(who, "1"), self.now)

    @rule(who=PEOPLE)
    def vanish(self, who):
        if self.talk.has(Seat(who, "1")):
            self.tell(leaving.leave(self.talk, Seat(who, "1"), self.now, gone=True))

    @rule(seconds=st.sampled_from([1.0, 61.0, 900.0]))
    def pass_time(self, seconds):
        self.now += seconds
        self.tell(leaving.pass_time(self.talk, self.now))

    @precondition(lambda self: self.talk.ended is None)
    @rule()
    def restart(self):
        body = encode(a_batch(self.talk))
        (self.talk,) = replay([decode(1, crc32(body), body)], 1000).conversations.values()

    @invariant()
    def nobody_is_in_two_places(self):
        assert not self.talk.parties.keys() & self.talk.lobby.keys()
        assert (self.talk.ended is None) is bool(self.talk.parties or self.talk.lobby)
        assert self.talk.attending() == {one for one in self.talk.parties if GUESTS not in one}

    @invariant()
    def who_was_ejected_is_in_only_if_she_was_let_in(self):
        assert not self.banned & {*self.talk.parties}

    @invariant()
    def everybody_knows_what_is_so(self):
        talk = self.talk
        waiting = {*talk.lobby}
        for address, screen in self.screens.items():
            party = talk.parties.get(address)
            if party is None:
                waits = address in waiting
                assert screen.state == (ConversationState.IN_LOBBY if waits else None)
                assert (set(), set()) == (screen.there, set().union(*screen.groups.values()))
                assert screen.inviting != "started" or waits
                continue
            sees = waiting if party.role is Role.LEADER else set()
            assert screen.state is ConversationState.CONFERENCED
            assert screen.inviting == "completed"
            assert screen.meeting == talk.meeting_seen()
            assert screen.there == ({*talk.parties} | sees) - {address}
            told = {group: those for group, those in screen.groups.items() if those}
            groups = {}
            for one in talk.parties.values():
                groups.setdefault(group_of(one), set()).add(one.address)
            assert told == groups | ({"lobby": sees} if sees else {})

    @invariant()
    def who_waits_can_be_decided_about(self):
        for address in self.talk.lobby:
            invitations = self.talk.invitations.values()
            own = [one for one in invitations if one.caller.address == address]
            assert any(one.until > self.now for one in own)


TestAMeeting = AMeeting.TestCase


def test_r10_12_roles_at_the_door():
    talk = a_meeting(
        access=AccessLevel.EVERYONE, promotion=AutomaticLeaderAssignment.SAME_ENTERPRISE
    )
    for address in EVERYONE:
        enter(talk, address)

    assert {HOST, LEADER, ATTENDEE, COLLEAGUE} == {
        one.address for one in talk.parties.values() if one.role is Role.LEADER
    }
    assert [HOST] == [one.address for one in talk.parties.values() if one.organizer]


def test_r10_12_who_waited_enters_in_the_role_that_was_hers():
    talk = a_meeting(access=AccessLevel.LOCKED, promotion=AutomaticLeaderAssignment.EVERYONE)
    enter(talk, HOST)
    enter(talk, GUEST)
    assert Role.ATTENDEE is talk.lobby[GUEST].role, "nobody leads from the lobby"
    joining.admit(talk, Seat(HOST, "1"), GUEST, NOW)

    assert Role.LEADER is talk.parties[GUEST].role


def test_invitations_of_long_ago_are_forgotten():
    """Else each that joins would make the next one dearer."""
    talk = a_meeting(access=AccessLevel.EVERYONE)
    for address in EVERYONE:
        enter(talk, address)
    leaving.pass_time(talk, NOW + 61)

    assert not talk.invitations
    assert msgspec.json.encode(talk)
