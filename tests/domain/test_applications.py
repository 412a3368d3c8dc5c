"""Applications: when they end, and what opening them again does (BEHAVIOUR 2)."""

from __future__ import annotations

import pytest

from openucwa.domain.applications import Application, Key, Terms
from openucwa.domain.channel import Channel, Event, Ref
from openucwa.domain.presence import Endpoint
from openucwa.domain.subscriptions import Listening, Subscription

NOW = 1_000_000.0
MINUTE, HOUR = 60.0, 3600.0
TERMS = Terms()


def an_application(*, released=(), last_activity=None, **more):
    """Return an application with a channel for each time at which a poll was released."""
    channels = {
        str(number): Channel("e", released=when) for number, when in enumerate(released or [None])
    }
    endpoint = None if last_activity is None else Endpoint(last_activity, 300, 300)
    key = Key("e1", "en-US", "test/1", "")
    return Application("7", key, NOW, NOW, channels, endpoint, **more)


@pytest.mark.parametrize(
    ("application", "ends"),
    [
        (an_application(), NOW + HOUR),
        (an_application(released=[NOW - MINUTE]), NOW + 14 * MINUTE),
        (an_application(released=[NOW - MINUTE, NOW, None]), NOW + 15 * MINUTE),
        (an_application(released=[NOW], last_activity=NOW), NOW + 15 * MINUTE),
        (an_application(released=[NOW], last_activity=NOW - 8 * HOUR + 60), NOW + MINUTE),
        (an_application(last_activity=NOW - 7.5 * HOUR), NOW + HOUR / 2),
    ],
    ids=[
        "(c) never polled: an hour after any request",
        "(a) polled: 15 minutes after the poll was released",
        "(a) the last release of all instances counts",
        "(a) and (b): whichever comes first",
        "(b) made available: 8 hours after the last activity",
        "(b) also for those that never polled",
    ],
)
def test_r2_18_when_an_application_ends(application, ends):
    assert ends == application.ends_at(TERMS)


def test_r2_18_d_in_lurker_mode_activity_is_not_asked_for():
    lurker = an_application(released=[NOW + 20 * HOUR])

    assert not lurker.available
    assert NOW + 20 * HOUR + 15 * MINUTE == lurker.ends_at(TERMS)


def test_r2_22_while_a_poll_is_parked_the_application_does_not_end():
    """A parked request counts as released when it will be at the latest."""
    parked = an_application(released=[NOW + 1800], last_activity=NOW)

    assert NOW + 1800 + 15 * MINUTE == parked.ends_at(TERMS)


def test_everything_that_is_to_be_done_in_time_is_announced():
    application = an_application()
    application.subscriptions = {
        "fresh": Subscription(NOW + 600, id="fresh"),
        "warned": Subscription(NOW + 300, warned=True, id="warned"),
    }
    application.listening = Listening(NOW + 700)

    assert {NOW + HOUR, NOW + 480, NOW + 300, NOW + 580} == set(application.changes(TERMS))


def test_leases_are_those_on_people_and_the_one_on_the_contact_list():
    application = an_application()
    assert [] == list(application.leases())
    application.subscriptions = {"1": Subscription(NOW, id="1")}
    application.listening = Listening(NOW)

    assert [Subscription(NOW, id="1"), Listening(NOW)] == list(application.leases())


def test_r2_3_a_known_instance_keeps_its_channel_and_a_new_one_gets_its_own():
    application = an_application(released=[NOW])
    before = application.channels["0"]

    assert not application.reopen("0", Channel("other"))
    assert application.reopen("tab2", Channel("other"))
    assert before is application.channels["0"]
    assert ["0", "tab2"] == list(application.channels)


@pytest.mark.parametrize(
    ("instance", "used", "offered"),
    [("0", True, True), ("0", False, False), ("tab2", False, True), ("tab2", True, True)],
)
def test_r2_15_r2_25_who_comes_back_may_make_available_again(instance, used, offered):
    """But a client that only looks right after makeMeAvailable must not see it, or never ends."""
    application = an_application(last_activity=NOW, offers_availability=False, used=used)
    application.reopen(instance, Channel("other"))

    assert offered is application.offers_availability


@pytest.mark.parametrize(
    ("names", "meant"), [(["a"], "a"), (["a", "b"], "a"), (["a", ""], ""), (["", "a"], "")]
)
def test_r2_3_who_names_no_instance_means_the_one_without_a_name(names, meant):
    application = an_application()
    application.channels = {name: Channel("e") for name in names}

    assert meant == application.default_instance


def test_r2_18_a_instances_are_forgotten_like_applications():
    """Those that poll, or never did, stay."""
    application = an_application(released=[NOW - 15 * MINUTE, NOW - 14 * MINUTE, None, NOW + 60])
    application.forget_away(NOW, TERMS)

    assert ["1", "2", "3"] == list(application.channels)


@pytest.mark.parametrize(("other", "kept"), [(10.0, {"1"}), (100.0, set())])
def test_r3_14_transient_state_goes_only_if_all_instances_are_away(other, kept):
    """One has more events than are kept; the other has had one for so many seconds."""
    event = Event(Ref("people", "people"), Ref("contact", "people/x"), "added", once=True)
    application = an_application(released=[NOW, NOW])
    application.subscriptions = {"1": Subscription(NOW, id="1")}
    application.listening = Listening(NOW)
    full, small = application.channels.values()
    full.put(event, NOW - 100)
    small.put(event, NOW - other)
    _, dropped = application.tell(event, NOW, 1)

    assert dropped
    assert full.resumed
    assert (kept, not kept) == (application.subscriptions.keys(), small.resumed)
    assert bool(kept) is (application.listening is not None)


def test_an_application_watches_the_members_of_all_its_subscriptions():
    application = an_application()
    application.subscriptions = {
        "1": Subscription(NOW, id="1", members=("lene",)),
        "2": Subscription(NOW, id="2", members=("sara",)),
    }

    assert {"lene", "sara"} == application.watched()
