"""The process adapter beyond its port: the counts that the metrics show, and what it costs."""

from __future__ import annotations

import gc
import random
import tracemalloc
from timeit import timeit

from openucwa.adapters.memory import ProcessLive
from openucwa.domain.applications import Application, Key
from openucwa.domain.presence import Standing
from openucwa.domain.subscriptions import Subscription
from openucwa.domain.users import User


class NoStandings:
    async def standing(self, address):
        return Standing()


async def test_everyone_who_is_loaded_can_be_counted():
    live = ProcessLive(NoStandings())
    lene, sara = await live.load("lene@a"), await live.load("sara@a")
    live.forget("lene@a")

    assert 1 == len(live)
    assert [sara] == list(live.users())
    assert lene is not live.present("lene@a")


def a_watcher(address, members):
    app = Application("1", Key("e1", "en-US", "test/1", ""), 0, 0, {})
    app.subscriptions["s"] = Subscription(1e12, id="s", members=tuple(members))
    return User(address, applications={"1": app})


def test_who_watches_whom_takes_little_memory():
    """Each of 600 people watches 250 others: at most 120 bytes for each pair."""
    people = [f"person{number:05}@contoso.test" for number in range(600)]
    live, chance = ProcessLive(NoStandings()), random.Random(5)
    watchers = [a_watcher(address, ()) for address in people]
    watched = [chance.sample(people, 250) for _ in people]
    gc.collect()
    tracemalloc.start()
    try:
        for user, members in zip(watchers, watched, strict=True):
            user.applications["1"].subscriptions["s"].members = tuple(members)
            live.rewatch(user)
        used, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert used / (600 * 250) <= 120
    assert 600 * 250 == sum(len(list(live.watchers(address))) for address in people)


def test_looking_whether_watching_has_changed_costs_next_to_nothing():
    """It does not grow with how many people are watched: it is a few comparisons."""
    live = ProcessLive(NoStandings())
    few, many = a_watcher("few@a", ["x@a"]), a_watcher("many@a", map(str, range(100_000)))
    for user in (few, many):
        live.rewatch(user)

    def cost(user):
        return min(timeit(lambda: live.rewatch(user), number=100) for _ in range(5))

    assert cost(many) < 10 * cost(few)
