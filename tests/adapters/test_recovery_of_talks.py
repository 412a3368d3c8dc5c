"""Recovery of conversations: steps come to what there was, and time goes on where it stopped."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from journals import LIMIT, a_user
from openucwa.adapters.batches import (
    Arrived,
    Batch,
    BatchFile,
    Package,
    Relay,
    Said,
    decode,
    encode,
)
from openucwa.adapters.recovery import recover, replay
from openucwa.domain import leaving, messaging
from openucwa.domain.channel import Event, Ref
from openucwa.domain.conversations import LINGER
from openucwa.domain.inviting import RING
from openucwa.domain.messaging import FETCH, TYPING
from small_talks import NOW, accept, add, add_messaging, address, arrive, ringing, say, seat, two

SARA = address("sara")
HOUR = 3600.0


@pytest.fixture
def file(tmp_path):
    made = BatchFile(tmp_path)
    yield made
    made.close()


def a_batch(*conversations, now=NOW, steps=(), over=(), began=NOW):
    return Batch(now, list(steps), [], [], began, list(conversations), list(over))


def recovered(file, *batches, now):
    for batch in batches:
        file.append(encode(batch))
    return recover(file, now, LIMIT)[1]


# ------------------------------------------------------------------- order within batches


def test_a_whole_conversation_has_the_messages_of_its_batch_already():
    talk = two()
    message, _ = say(talk, "lene")
    _, found, *_ = replay([a_batch(talk, steps=[Said("c", message)])], LIMIT)

    assert {"c": talk} == found
    assert 1 == len(found["c"].messages)


@pytest.mark.parametrize("step", [Said("c", None), Arrived("c", 1, SARA)])
def test_steps_of_what_is_no_more_do_no_harm(step):
    """A message may have been on its way when the conversation was forgotten."""
    assert {} == replay([a_batch(steps=[step])], LIMIT).conversations
    assert {} == replay([a_batch(two(), over=["c"]), a_batch(steps=[step])], LIMIT).conversations


def test_what_is_over_in_a_batch_was_in_it_at_most():
    batches = [a_batch(two()), a_batch(over=["c", "unknown"])]

    assert {} == replay(batches, LIMIT).conversations


def test_who_said_something_was_not_typing_any_more():
    talk = two()
    messaging.start_typing(talk, talk.parties[SARA], NOW)
    body = encode(a_batch(talk))
    message, _ = say(talk, "sara")
    batches = [decode(1, zlib.crc32(body), body), a_batch(steps=[Said("c", message)])]

    assert talk == replay(batches, LIMIT).conversations["c"]


def test_who_was_invited_and_who_came_are_one():
    """What she becomes later, a leader or one who types, is true of both."""
    body = encode(a_batch(two()))
    found = replay([decode(1, zlib.crc32(body), body)], LIMIT).conversations["c"]

    assert found.parties[SARA] is found.invitations["to sara"].party


def test_who_rings_is_not_there_yet():
    body = encode(a_batch(ringing()[0]))
    found = replay([decode(1, zlib.crc32(body), body)], LIMIT).conversations["c"]
    accept(found, "sara")

    assert found.parties[SARA] is found.invitations["to sara"].party


def test_what_was_said_by_who_is_not_there_is_kept_all_the_same():
    talk = two()
    message, _ = say(two(), "lene")
    del talk.parties[address("lene")]
    found = replay([a_batch(talk), a_batch(steps=[Said("c", message)])], LIMIT).conversations

    assert [message] == list(found["c"].messages.values())


def test_a_package_was_made_of_what_there_was_up_to_where_the_next_begins():
    lene = a_user(address("lene"))
    link = Ref("message", "m")
    events = [Event(link, link, "added", once=True, apart=apart) for apart in (False, True)]
    relays = [Relay(event, NOW, [(lene.address, "1")]) for event in events]
    package = Package(lene.address, "1", "", 1, 1, b"{}", (15.0, 5.0, 25.0))
    gone = [Package(*where, 1, 1, b"", package.holds) for where in ((lene.address, "2", ""), "xyz")]
    steps = Batch(NOW, [*relays, package, *gone], [], [])
    users, *_ = replay([Batch(NOW, [], [lene], []), steps], LIMIT)
    channel = users[lene.address].applications["1"].channels[""]

    assert (b"{}", 1, NOW) == (channel.package, channel.packed, channel.released)
    assert events[1:] == channel.take()


# ----------------------------------------------------------------------------------- time


@pytest.mark.parametrize(
    ("change", "after"),
    [
        (lambda talk: add(talk, "toni"), RING),
        (lambda talk: say(talk, "lene"), FETCH),
        (lambda talk: messaging.start_typing(talk, talk.parties[SARA], NOW), TYPING),
        (lambda talk: leaving.leave(talk, seat("lene"), NOW), LINGER),
    ],
    ids=["ringing", "said", "typing", "over"],
)
def test_timers_go_on_where_they_stopped(file, change, after):
    """Five seconds after it happened the server stopped, for an hour."""
    talk = two()
    change(talk)
    (found,) = recovered(file, a_batch(talk), a_batch(now=NOW + 5), now=NOW + 5 + HOUR)

    assert NOW + HOUR + after == leaving.next_change(found)


def test_two_absences_count_as_the_sum_of_both(file):
    talk, _ = ringing()
    later = a_batch(now=NOW + HOUR + 2, began=NOW + HOUR)
    (found,) = recovered(file, a_batch(talk), later, now=NOW + 3 * HOUR + 2)

    assert NOW + 3 * HOUR + RING == leaving.next_change(found)


def test_a_clock_that_was_set_back_moves_nothing(file):
    talk, _ = ringing()
    (found,) = recovered(file, a_batch(talk), now=NOW - HOUR)

    assert talk == found


@pytest.mark.parametrize(("settled", "left"), [(True, 0), (False, 1)])
def test_what_was_over_does_not_come_back_unless_the_history_lacks_it(file, settled, left):
    talk = two()
    leaving.leave(talk, seat("lene"), NOW)
    if settled:
        talk.settle(talk.attendances, talk.count)
    found = recovered(file, a_batch(talk), a_batch(now=NOW + LINGER), now=NOW + HOUR)

    assert left == len(found)


# ------------------------------------------------------------------- whatever happens


class Life(RuleBasedStateMachine):
    """Whatever is said, fetched and changed: what is replayed is what there was."""

    @initialize()
    def begin(self):
        self.talk, self.now, self.bodies = two(), NOW, []
        self.keep()

    def write(self, *conversations, **batch):
        self.bodies.append(encode(a_batch(*conversations, now=self.now, **batch)))
        again = [decode(n, zlib.crc32(body), body) for n, body in enumerate(self.bodies)]
        assert {"c": self.talk} == replay(again, LIMIT).conversations

    def keep(self):
        """Write all of it: what was written before does not matter any more."""
        self.bodies.clear()
        self.write(self.talk)

    def talkers(self):
        return [one for one in self.talk.parties.values() if one.connected]

    @precondition(lambda self: self.talkers())
    @rule(data=st.data(), text=st.text(max_size=3))
    def say(self, data, text):
        name = data.draw(st.sampled_from(self.talkers())).name.lower()
        message, _ = say(self.talk, name, text, now=self.now)
        self.write(steps=[Said("c", message)])

    @rule(data=st.data())
    def fetch(self, data):
        waiting = [one for one in self.talk.messages.values() if one.pending]
        if waiting:
            message = data.draw(st.sampled_from(waiting))
            who = data.draw(st.sampled_from(sorted(message.pending)))
            arrive(self.talk, message, who.partition("@")[0])
            self.write(steps=[Arrived("c", message.number, who)])

    @rule(data=st.data())
    def type(self, data):
        if self.talkers():
            messaging.start_typing(self.talk, data.draw(st.sampled_from(self.talkers())), self.now)
            self.keep()

    @rule(seconds=st.sampled_from([1, TYPING, FETCH, 120]), logged=st.booleans())
    def let_time_pass(self, seconds, logged):
        self.now += seconds
        leaving.pass_time(self.talk, self.now)
        if logged:
            self.talk.settle(self.talk.attendances, self.talk.count)
        self.keep()

    @precondition(lambda self: len(self.talkers()) == 2)
    @rule()
    def one_more_comes(self):
        add(self.talk, "toni", now=self.now)
        accept(self.talk, "toni", now=self.now)
        add_messaging(self.talk, "toni", "Hello", now=self.now)
        self.keep()


TestLife = Life.TestCase
