"""Delivery: events into the channels of applications, and those who wait are woken."""

from __future__ import annotations

import pytest

from openucwa.app.delivery import IN_ONE_GO, Delivery
from openucwa.app.meters import Meters
from openucwa.domain.applications import Application, Key
from openucwa.domain.channel import ABSENCE, Channel, Event, Ref
from openucwa.domain.users import User

NOW = 1_000.0
LENE, SARA = "lenea@contoso.test", "sarad@contoso.test"


class Live:
    """Users by address, and what was noted about them."""

    def __init__(self, *users):
        self.users = {user.address: user for user in users}
        self.relays, self.rewatched = [], []

    def present(self, address):
        return self.users.get(address)

    def relayed(self, event, now, watchers, about):
        self.relays.append((event, now, watchers))

    def rewatch(self, user):
        self.rewatched.append(user.address)


class Polls(list):
    """Whoever was woken, and whoever has to wait a little."""

    def __init__(self):
        super().__init__()
        self.later = []

    def wake(self, key, now, *, later):
        (self.later if later else self).append(key)
        return "idle" not in key


def an_event(about="a", urgency=3):
    return Event(Ref("people", "people"), Ref("contactNote", f"people/{about}"), "updated", urgency)


def a_user(address, **applications):
    """Return somebody with applications and the names of their instances."""
    user = User(address)
    for identifier, instances in applications.items():
        channels = {one: Channel("e") for one in instances}
        key = Key("e1", "", "", "")
        user.applications[identifier] = Application(identifier, key, NOW, NOW, channels)
    return user


@pytest.fixture
def delivery():
    users = a_user(LENE, one=["", "tab"], two=[""]), a_user(SARA, one=[""])
    return Delivery(live=Live(*users), polls=Polls(), meters=Meters(), queue_limit=2)


def waiting(delivery, address):
    apps = delivery.live.present(address).applications.values()
    return [len(channel) for app in apps for channel in app.channels.values()]


def test_an_event_waits_in_every_instance_of_those_applications_only(delivery):
    told = {}
    event = an_event()
    delivery.relay([(LENE, "one"), (SARA, "one")], event, NOW, told)

    assert ([1, 1, 0], [1]) == (waiting(delivery, LENE), waiting(delivery, SARA))
    assert [(LENE, "one", ""), (LENE, "one", "tab"), (SARA, "one", "")] == list(told)
    assert [(event, NOW, [(LENE, "one"), (SARA, "one")])] == delivery.live.relays


@pytest.mark.parametrize("gone", [(LENE, "three"), ("nobody@contoso.test", "one")])
def test_who_is_gone_is_told_nothing(delivery, gone):
    told = {}
    delivery.relay([gone, (SARA, "one")], an_event(), NOW, told)

    assert [(SARA, "one", "")] == list(told)


def test_only_who_has_to_hear_sooner_is_woken(delivery):
    for about, expected in (("a", 1), ("b", 0)):
        told = {}
        delivery.relay([(SARA, "one")], an_event(about), NOW, told)
        assert expected == len(told)


def test_whoever_was_told_is_woken_once(delivery):
    told = {}
    for about in "ab":
        delivery.relay([(LENE, "two"), (SARA, "one")], an_event(about), NOW, told)
    delivery.wake(told, NOW)

    assert [(LENE, "two", ""), (SARA, "one", "")] == delivery.polls


@pytest.mark.parametrize("more", [0, 3])
def test_of_many_some_are_answered_and_others_get_their_turn_in_between(delivery, more):
    hurried = []
    delivery.hurry = lambda: hurried.append(True)
    told = {(LENE, str(number), "idle"): None for number in range(10)}
    told |= {(LENE, str(number), ""): None for number in range(IN_ONE_GO + more)}
    delivery.wake(told, NOW)

    assert (len(told) - more, more) == (len(delivery.polls), len(delivery.polls.later))
    assert [True] * bool(more) == hurried


def test_r3_14_what_nobody_fetches_is_dropped_and_said_so_everywhere(delivery):
    lene = delivery.live.present(LENE)
    for about in "ab":
        delivery.put(lene, lene.applications["one"], an_event(about), NOW, {})
    told = {}
    late = NOW + ABSENCE + 1
    delivery.put(lene, lene.applications["one"], an_event("c"), late, told)

    assert ([0, 0, 0], 1) == (waiting(delivery, LENE), delivery.meters.dropped_queues)
    assert [LENE] == delivery.live.rewatched
    assert {(LENE, "one", ""), (LENE, "one", "tab")} == set(told)
