"""The event channel and messages: when they leave, in which package, and what is taken back."""

from __future__ import annotations

import pytest

from openucwa.domain.channel import AT_ONCE, GATHER, PACE, SOON, Asked, Channel, Event, Ref

NOW = 1_000.0
LOW, MEDIUM, HIGH, RECEIPT, SAID = 1, 2, 3, 4, 5


def an_event(about="lene", kind="updated", urgency=MEDIUM, **more):
    people = Ref("people", "people")
    return Event(people, Ref("contactPresence", f"people/{about}"), kind, urgency, **more)


def a_channel(*events):
    channel = Channel("e1")
    for event in events:
        channel.put(event, NOW)
    return channel


def send(channel):
    """Do what the server does with events that leave."""
    channel.package = (channel.number, tuple(channel.take()))


def kinds(channel):
    return [(event.link.path.split("/")[1], event.type) for event in channel.take()]


# ---------------------------------------------------------------------- when they leave


@pytest.mark.parametrize(
    ("quiet", "hold"),
    [(1e6, AT_ONCE), (PACE, AT_ONCE), (0.012, 0.008), (0.001, 0.019), (0, PACE)],
)
def test_what_is_said_leaves_at_once_unless_a_package_has_just_left(quiet, hold):
    """While there is more it is gathered, so that nobody makes more than so many packages."""
    channel = Channel("e1", left=NOW - quiet)
    channel.put(an_event(urgency=SAID), NOW)

    assert NOW + hold == pytest.approx(channel.due(), abs=1e-6)


def test_what_is_said_does_not_wait_longer_than_gathering_whatever_the_clock_does():
    """It may have been set back since the last package left."""
    channel = Channel("e1", left=NOW + 3600)
    channel.put(an_event(urgency=SAID), NOW)

    assert NOW + PACE == channel.due()


def test_receipts_wait_for_company():
    channel = a_channel(an_event(urgency=RECEIPT))
    assert NOW + SOON == channel.due()

    channel.put(an_event("sara", urgency=SAID), NOW + 0.01)
    assert NOW + 0.01 + AT_ONCE == channel.due()
    assert [RECEIPT, SAID] == [event.urgency for event in channel.take()]


@pytest.mark.parametrize("urgency", [LOW, MEDIUM, HIGH, RECEIPT, SAID])
def test_the_first_of_each_urgency_may_make_what_waits_leave_sooner(urgency):
    channel = a_channel()
    told = [channel.put(an_event(about, urgency=urgency), NOW) for about in "abc"]

    assert [True, False, False] == told


@pytest.mark.parametrize("urgency", [RECEIPT, SAID])
def test_nothing_waits_longer_because_a_clock_was_set_back_between_two_processes(urgency):
    channel = a_channel(an_event(urgency=urgency))
    channel.restore(NOW - 3600)

    assert NOW - 3600 + SOON >= channel.due()


# ---------------------------------------------------------------------- what begins a package


def packages(channel):
    """Take all packages there are; return what each is about."""
    found = []
    while len(channel):
        found.append("".join(event.link.path.split("/")[1] for event in channel.take()))
    return found


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ("abc", ["abc"]),
        ("aBc", ["a", "Bc"]),
        ("Abc", ["Abc"]),
        ("ABC", ["A", "B", "C"]),
        ("abCdeF", ["ab", "Cde", "F"]),
    ],
)
def test_an_event_that_is_apart_begins_a_package_of_its_own(events, expected):
    channel = a_channel(*(an_event(one, apart=one.isupper(), once=True) for one in events))

    assert expected == packages(channel)


def test_what_was_left_for_the_next_package_is_due_and_goes_on_as_before():
    """It is merged with what comes, has waited as long as it has, and keeps its order."""
    channel = a_channel(an_event("a"), an_event("b", apart=True), an_event("c", "added"))
    channel.take()

    assert (2, NOW) == (len(channel), channel.oldest())
    assert Asked.COMPOSE is channel.ask(1, None, NOW + GATHER)
    for event in (an_event("c"), an_event("b"), an_event("d", apart=True)):
        channel.put(event, NOW + 1)
    assert ["bc", "d"] == packages(channel)


def test_what_was_deleted_is_not_merged_into_after_a_cut():
    channel = a_channel(an_event("a"), an_event("b", "deleted", apart=True))
    channel.take()
    channel.put(an_event("b"), NOW)

    assert [("b", "deleted"), ("b", "updated")] == kinds(channel)


# ---------------------------------------------------------------------- what is taken back


def test_what_waits_about_a_resource_can_be_taken_back():
    channel = a_channel(*(an_event(about, once=True) for about in "abab"))

    assert channel.withdraw("people/a")
    assert ["b", "b"] == [about for about, _ in kinds(channel)]


@pytest.mark.parametrize("fetched", [True, False])
def test_what_is_on_its_way_is_not_taken_back(fetched):
    channel = a_channel(*([an_event("a")] if fetched else []))
    send(channel)

    assert not channel.withdraw("people/a")


def test_where_everything_was_taken_back_the_next_package_is_empty():
    channel = a_channel(an_event("a"))
    channel.withdraw("people/a")
    send(channel)

    assert (0, None) == (channel.packed, channel.due())
