"""The event channel: everything once and in order, whatever the network does (BEHAVIOUR 3)."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from openucwa.domain.channel import GATHER, Asked, Channel, Event, Ref

NOW = 1_000.0
PEOPLE, ME = Ref("people", "people"), Ref("me", "me")
LOW, MEDIUM, HIGH, RECEIPT, SAID = 1, 2, 3, 4, 5


def an_event(about="lene", kind="updated", urgency=MEDIUM, **more):
    link = Ref("contactPresence", f"people/{about}/presence")
    return Event(PEOPLE, link, kind, urgency, **more)


def a_channel(*events, **settings):
    channel = Channel("e1", **settings)
    for event in events:
        channel.put(event, NOW)
    return channel


def send(channel):
    """Do what the server does with events that leave: freeze them under the present number."""
    channel.package = (channel.number, tuple(channel.take()))
    return channel.package


# ---------------------------------------------------------------------- when events leave


@pytest.mark.parametrize(
    ("urgency", "hold"), [(LOW, 15), (MEDIUM, 5), (HIGH, GATHER)], ids=["low", "medium", "high"]
)
def test_r3_17_r3_18_an_event_leaves_when_it_has_waited_as_long_as_its_priority_allows(
    urgency, hold
):
    channel = a_channel(an_event(urgency=urgency))

    assert NOW + hold == channel.due()
    assert Asked.WAIT is channel.ask(1, None, NOW + hold - 0.001)
    assert Asked.COMPOSE is channel.ask(1, None, NOW + hold)


def test_r3_18_the_oldest_event_of_a_priority_counts():
    channel = a_channel(an_event("lene"))
    channel.put(an_event("sara"), NOW + 4)

    assert NOW + 5 == channel.due()


def test_r3_18_each_priority_has_its_own_time():
    channel = a_channel(an_event(urgency=LOW), low=6, medium=5)
    channel.put(an_event("sara"), NOW + 2)

    assert NOW + 6 == channel.due()


def test_r3_17_a_high_event_takes_everything_with_it_in_order():
    events = [an_event("a", urgency=LOW), an_event("b"), an_event("c", urgency=HIGH)]
    channel = a_channel(*events)

    assert Asked.COMPOSE is channel.ask(1, None, NOW + GATHER)
    assert events == channel.take()


def test_who_has_no_events_waits():
    channel = a_channel()

    assert (None, None, 0) == (channel.due(), channel.oldest(), len(channel))
    assert Asked.WAIT is channel.ask(1, None, NOW + 1e6)


def test_taking_empties_the_channel():
    channel = a_channel(an_event())
    channel.take()

    assert (None, None, 0) == (channel.due(), channel.oldest(), len(channel))


def test_the_longest_wait_is_known():
    channel = a_channel(an_event(urgency=LOW))
    channel.put(an_event("sara", urgency=HIGH), NOW + 3)

    assert NOW == channel.oldest()


# ---------------------------------------------------------------------- what is merged


def kinds(channel):
    return [(event.link.path.split("/")[1], event.type) for event in channel.take()]


@pytest.mark.parametrize(
    ("put", "left"),
    [
        ("a updated, a updated", "a updated"),
        ("a updated, b updated, a updated", "a updated, b updated"),
        ("a added, b updated, a updated", "a added, b updated"),
        ("a updated, b updated, a deleted", "b updated, a deleted"),
        ("a added, a deleted", "a added, a deleted"),
        ("a added, a updated, a deleted", "a added, a deleted"),
        ("a deleted, a added", "a deleted, a added"),
        ("a deleted, a updated", "a deleted, a updated"),
        ("a deleted, a added, a updated", "a deleted, a added"),
    ],
)
def test_r3_20_what_is_merged_while_it_waits(put, left):
    """Updates keep the place of the first; only an update is superseded by a deletion."""
    pairs = [text.split() for text in put.split(", ")]
    channel = a_channel(*(an_event(about, kind) for about, kind in pairs))

    assert [tuple(text.split()) for text in left.split(", ")] == kinds(channel)


@pytest.mark.parametrize(
    "other",
    [
        Event(ME, Ref("contactPresence", "people/lene/presence"), "updated"),
        Event(PEOPLE, Ref("contactNote", "people/lene/presence"), "updated"),
        Event(PEOPLE, Ref("contactPresence", "people/sara/presence"), "updated"),
        Event(PEOPLE, Ref("contactPresence", "people/lene/presence"), "updated", inside=ME),
    ],
    ids=["sender", "rel", "path", "collection"],
)
def test_r3_20_never_merged_across_sender_resource_or_collection(other):
    assert 2 == len(a_channel(an_event(), other).take())


def test_r3_20_messages_are_never_merged():
    message = an_event(once=True)
    channel = a_channel(message, an_event(), message, an_event(kind="deleted"), message)

    assert [True, True, False, True] == [event.once for event in channel.take()]


def test_r3_8_what_was_sent_is_merged_with_nothing():
    channel = a_channel(an_event())
    package = send(channel)
    channel.put(an_event(), NOW + 1)

    assert Asked.AGAIN is channel.ask(1, None, NOW + 99)
    assert (1, (an_event(),)) == package == channel.package
    assert Asked.COMPOSE is channel.ask(2, None, NOW + 99)


# ---------------------------------------------------------------------- who asks for what


@pytest.mark.parametrize("ack", [0, 2, 3, -1, 10**30])
def test_r3_9_a_wrong_number_gets_a_resync_and_changes_nothing(ack):
    channel = a_channel(an_event())

    assert Asked.RESYNC is channel.ask(ack, None, NOW + 99)
    assert (1, 1) == (channel.number, len(channel))
    assert Asked.COMPOSE is channel.ask(1, None, NOW + 99)


def test_r3_9_a_package_that_was_sent_survives_a_wrong_number():
    channel = a_channel(an_event())
    send(channel)

    assert Asked.RESYNC is channel.ask(3, None, NOW)
    assert Asked.AGAIN is channel.ask(1, None, NOW)


def test_an_acknowledged_package_is_not_to_be_had_again():
    channel = a_channel(an_event())
    send(channel)
    channel.ask(2, None, NOW)

    assert Asked.RESYNC is channel.ask(1, None, NOW)


def test_another_epoch_is_another_channel():
    """After a restart the numbers begin anew, so a number alone would say too little."""
    channel = a_channel(an_event())
    send(channel)

    assert Asked.RESYNC is channel.ask(2, "e0", NOW)
    assert Asked.AGAIN is channel.ask(1, "e1", NOW)


def test_r3_10_an_empty_package_takes_a_number_too():
    channel = a_channel()
    send(channel)

    assert Asked.WAIT is channel.ask(2, None, NOW)
    assert 2 == channel.number


def test_r3_10_a_repeated_request_for_an_empty_package_waits():
    channel = a_channel()
    send(channel)

    assert Asked.WAIT is channel.ask(1, None, NOW)
    channel.put(an_event(), NOW)
    assert Asked.COMPOSE is channel.ask(1, None, NOW + 5)


def test_r3_14_what_was_dropped_is_said_once():
    channel = a_channel(an_event())
    channel.drop()

    assert (True, 0) == (channel.resumed, len(channel))
    assert Asked.COMPOSE is channel.ask(1, None, NOW)
    send(channel)
    assert not channel.resumed
    assert Asked.AGAIN is channel.ask(1, None, NOW), "a lost resume is repeated"
    assert Asked.WAIT is channel.ask(2, None, NOW)


# ---------------------------------------------------------------------- a bad network


def merge(queue, event):
    """Say R3.20 in the plainest way: what waits after an event was put."""
    same = [one for one in queue if one.target == event.target and not one.once]
    waiting = same[-1] if same and same[-1].type != "deleted" else None
    if event.once or waiting is None:
        return [*queue, event]
    if event.type == "updated":
        return queue
    if event.type == "deleted" and waiting.type == "updated":
        return [one for one in queue if one is not waiting] + [event]
    return [*queue, event]


class BadNetwork(RuleBasedStateMachine):
    """A client that loses answers, repeats itself and forgets where it was."""

    def __init__(self):
        super().__init__()
        self.channel = Channel("e1")
        self.now = NOW
        self.waiting = []
        self.sent = []  # what must arrive: the queue's content each time a package was made
        self.frozen = {}
        self.next = 1  # the client's side: which package it asks for
        self.got = {}  # and what it has, by number

    def answer(self, ack, epoch=None):
        """Be the server: return the number to go on with, the package's own, and its events."""
        asked = self.channel.ask(ack, epoch, self.now)
        if asked is Asked.RESYNC:
            return self.channel.number, None, ()
        if asked is Asked.WAIT:  # until something is due, or until nothing was for too long
            self.now = max(self.now, self.channel.due() or self.now + self.channel.timeout)
        if asked is not Asked.AGAIN:
            self.sent += self.waiting
            self.waiting = []
            number, events = send(self.channel)
            if events:
                assert number not in self.frozen, "a number is used for one package"
                self.frozen[number] = events
        number, events = self.channel.package
        return number + 1, number, events

    @rule(
        about=st.sampled_from("abc"),
        kind=st.sampled_from(["added", "updated", "updated", "deleted"]),
        urgency=st.sampled_from([LOW, MEDIUM, HIGH, RECEIPT, SAID]),
        once=st.booleans(),
    )
    def something_happens(self, about, kind, urgency, once):
        event = an_event(about, kind, urgency, once=once)
        self.channel.put(event, self.now)
        self.waiting = merge(self.waiting, event)

    @rule(seconds=st.floats(0.01, 20))
    def time_passes(self, seconds):
        self.now += seconds

    @rule()
    def the_client_asks(self):
        following, number, events = self.answer(self.next)
        if number is not None:
            self.got[number] = events
        self.next = following

    @rule()
    def the_answer_is_lost(self):
        self.answer(self.next)

    @precondition(lambda self: self.got)
    @rule()
    def the_client_repeats_itself(self):
        """It asks for the last package once more, as if it had never come."""
        last = max(self.got)
        if self.next == last + 1:
            self.next = last

    @rule(ack=st.integers(-1, 30))
    def the_client_asks_for_anything(self, ack):
        """It goes on where it is told to, unless it happened to ask for the right thing."""
        if ack not in (self.channel.number, self.channel.number + 1):
            self.next, number, _ = self.answer(ack)
            assert number is None, "a resync has no events"

    @rule()
    def the_client_comes_from_before_a_restart(self):
        self.next, number, _ = self.answer(self.next, "e0")
        assert number is None

    @invariant()
    def what_arrived_is_what_was_sent(self):
        """In order, each once, and identical however often a package was repeated."""
        arrived = [event for number in sorted(self.got) for event in self.got[number]]

        assert arrived == self.sent[: len(arrived)]
        assert all(events == self.frozen.get(n, ()) for n, events in self.got.items() if events)

    def teardown(self):
        """In the end a client that goes on asking has everything."""
        for _ in range(3):
            self.the_client_asks()
        arrived = [event for number in sorted(self.got) for event in self.got[number]]

        assert [] == self.waiting
        assert self.sent == arrived


TestBadNetwork = BadNetwork.TestCase
