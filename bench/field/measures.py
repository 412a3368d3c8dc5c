"""The protocol: what is done with every server, and what is found.

Each measure takes a server that runs, and the sessions of everybody, and returns figures by name
for one run. Rates have two figures: per second of the server's processor time, which says
something on a machine that others use, too; and per second on the clock.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from rich.progress import track

from bench.client import run
from bench.field.peers import AWAY, CHANGED, OFFLINE, ONLINE, Heard, Peer, Session
from bench.field.web import per_second
from bench.processes import CannotMeasure

Found = dict[str, list[float]]
"""Figures by their names."""

TOGETHER = 16
"""So many do something at the same time, at most."""

STEADY = 5
"""Changes a second while it is found how soon they are heard of: everybody keeps up with it."""

SETTLES_WITHIN = 60
SETTLED = 3
"""Seconds without news, after which there will be no more of what was before."""


class News:
    """What every watcher has heard, and when; and what is true."""

    def __init__(self, count: int, group: int) -> None:
        self.count, self.group = count, group
        self.changed = [0.0] * count
        self.truth = [ONLINE] * count
        self.shown: list[dict[int, tuple[float, str]]] = [{} for _ in range(count)]
        self.unsure: set[int] = set()
        """Whose last change nobody has acknowledged."""
        self.late: list[float] = []
        self.heard = self.offline = 0
        self.last = time.perf_counter()

    def to(self, watcher: int) -> Heard:
        """Return what takes the news of a watcher."""
        shown = self.shown[watcher]

        def hear(news: list[tuple[int, str]]) -> None:
            self.last = now = time.perf_counter()
            for who, state in news:
                if who == watcher:
                    continue
                self.heard += 1
                self.offline += state is OFFLINE
                if self.changed[who]:
                    self.late.append(now - self.changed[who])
                shown[who] = now, state

        return hear

    def others(self, watcher: int) -> Iterator[int]:
        """Yield whom somebody watches."""
        first = watcher // self.group * self.group
        return (who for who in range(first, first + self.group) if who != watcher)

    def offline_to(self, watcher: int) -> list[int]:
        """Return who is shown to a watcher as offline."""
        shown, nothing = self.shown[watcher], (0.0, OFFLINE)
        return [who for who in self.others(watcher) if shown.get(who, nothing)[1] is OFFLINE]

    def wrong(self, watcher: int) -> int:
        """Return how many are shown to a watcher as what they are not."""
        shown = self.shown[watcher]
        nothing = 0.0, OFFLINE
        return sum(
            at < self.changed[who] or state not in (CHANGED, self.truth[who])
            for who in self.others(watcher)
            if who not in self.unsure
            for at, state in (shown.get(who, nothing),)
        )

    async def right(self, until: float) -> int:
        """Wait until nobody is shown what is not; return how many are, if they still are then."""
        while True:
            wrong = sum(map(self.wrong, range(self.count)))
            if not wrong or time.perf_counter() > until:
                return wrong
            await asyncio.sleep(0.05)

    async def quiet(self, seconds: float = 0.5) -> None:
        """Wait until nothing has come for a while, and forget what was counted."""
        begin = time.perf_counter()
        self.last = max(self.last, begin)
        while (wait := self.last + seconds - time.perf_counter()) > 0:
            if time.perf_counter() > begin + SETTLES_WITHIN:
                raise CannotMeasure("it does not come to rest")
            await asyncio.sleep(wait)

    def forget(self) -> None:
        """Count from here."""
        self.late.clear()
        self.heard = self.offline = 0


async def every(work: Iterator[Coroutine[object, object, object]], together: int = TOGETHER):
    """Do all of it, so many at the same time."""

    async def worker() -> None:
        for one in work:
            await one

    await asyncio.gather(*(worker() for _ in range(together)))


@asynccontextmanager
async def sessions(
    peer: Peer, count: int, news: News | None = None, *, resting: bool = False
) -> AsyncIterator[list]:
    """Sign everybody in, and have them watch, and perhaps rest from then on."""
    people: list[Session | None] = [None] * count

    async def come(number: int) -> None:
        people[number] = one = await peer.session(number)
        if news is not None:
            await one.watch(news.to(number))
        if resting:
            one.rest()

    await every(come(number) for number in range(count))
    peer.signed_in[:] = people
    if news is not None:
        await news.quiet(SETTLED)
    try:
        yield people
    finally:
        for one in people:
            if one is not None:
                one.drop()


def rates(what: str, count: float, used: float, took: float) -> Found:
    """Return both figures of a rate."""
    return {what: [count / used], f"{what}, on the clock": [count / took]}


async def flood(peer: Peer, people: list[Session], kind: str, seconds: float) -> Found:
    """Return how many beats, or changes that nobody hears of, there are in a second."""
    what = {"beat": "heartbeats", "change": "changes, nobody watching"}[kind]
    requests = peer.requests(kind, len(people))
    begin, used = time.perf_counter(), peer.seconds()
    if requests:
        rate = await asyncio.to_thread(
            per_second, peer.url, requests, peer.place / "requests", seconds
        )
        share = (peer.seconds() - used) / (time.perf_counter() - begin)
        return {what: [rate / share], f"{what}, on the clock": [rate]}
    done = 0

    async def again(one: Session) -> None:
        nonlocal done
        for state in itertools.cycle((AWAY, ONLINE)):
            if time.perf_counter() > begin + seconds:
                return
            await (one.beat() if kind == "beat" else one.change(state))
            done += 1

    await asyncio.gather(*map(again, people))
    return rates(what, done, peer.seconds() - used, time.perf_counter() - begin)


class Changing:
    """Everybody changes in turn."""

    def __init__(self, people: list[Session], news: News) -> None:
        self.people, self.news = people, news
        self.done = 0
        self._free = deque(range(len(people)))

    async def one(self) -> None:
        """Make the next change, of whoever has not changed for longest."""
        who = self._free.popleft()
        state = AWAY if self.news.truth[who] is ONLINE else ONLINE
        self.news.truth[who] = state
        self.news.changed[who] = time.perf_counter()
        try:
            await self.people[who].change(state)
        except OSError:
            self.news.unsure.add(who)
        else:
            self.news.unsure.discard(who)
            self.done += 1
        finally:
            self._free.append(who)

    async def many(self, until: float) -> None:
        """Make as many as possible."""

        async def worker() -> None:
            while time.perf_counter() < until:
                await self.one()

        await asyncio.gather(*(worker() for _ in range(TOGETHER)))

    async def steady(self, until: float, rate: float) -> None:
        """Make so many a second."""
        tasks, due = [], time.perf_counter()
        while due < until:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            tasks.append(asyncio.create_task(self.one()))
            due += 1 / rate
        await asyncio.gather(*tasks)


async def fan(peer: Peer, people: list[Session], news: News, seconds: float) -> Found:
    """Return changes and deliveries a second, as many as possible."""
    changing = Changing(people, news)
    await news.quiet()
    news.forget()
    begin, used = time.perf_counter(), peer.seconds()
    await changing.many(begin + seconds)
    await news.quiet(SETTLED)
    used, took = peer.seconds() - used, news.last - begin
    everybody = f"{len(people)} watch each other"
    return rates(f"changes, {everybody}", changing.done, used, took) | rates(
        f"deliveries, {everybody}", news.heard, used, took
    )


async def soon(peer: Peer, people: list[Session], news: News, seconds: float) -> Found:
    """Return how soon watchers hear of a change, when there are few."""
    del peer
    await news.quiet(SETTLED)
    news.forget()
    await Changing(people, news).steady(time.perf_counter() + seconds, STEADY)
    await news.quiet(SETTLED)
    late = sorted(news.late)
    if not late:
        raise CannotMeasure("nothing was delivered")
    return {
        "heard of, p50": [late[len(late) // 2] * 1000],
        "heard of, p99": [late[len(late) * 99 // 100] * 1000],
    }


async def memory(peer: Peer, count: int) -> Found:
    """Return kilobytes for each watcher, signed in and idle, with its connection."""
    for number in range(count, count + 32):  # what is made once is not counted
        (await peer.session(number)).drop()
    await asyncio.sleep(1)
    before = peer.memory()
    news = News(count, 1)
    async with sessions(peer, count, news, resting=True):
        await asyncio.sleep(1)
        grown = peer.memory() - before
    return {f"memory of a watcher, {count:,} watch": [grown / count / 1024]}


async def come_back(one: Session, until: float) -> None:
    """Come back; whoever is turned away tries again."""
    while True:
        try:
            await one.resume()
        except OSError:
            if time.perf_counter() > until:
                raise
            await asyncio.sleep(0.2)
        else:
            return


async def killed(peer: Peer, people: list[Session], news: News) -> Found:
    """Return what a kill does: how long it takes, what is lost, who is said to be offline.

    The time runs from starting the server anew until each watcher has been told of all that had
    been acknowledged. Pairs are counted: somebody, and one who watches her.
    """
    changing = Changing(people, news)
    loading = asyncio.create_task(changing.steady(time.perf_counter() + 30, 4 * STEADY))
    await asyncio.sleep(3)
    peer.kill()
    loading.cancel()
    for one in people:
        one.drop()
    await asyncio.gather(loading, return_exceptions=True)
    await asyncio.sleep(0.2)
    news.forget()
    begin = time.perf_counter()
    peer.again()
    offline: set[tuple[int, int]] = set()

    async def back(number: int) -> None:
        if not people[number].keeps:
            news.shown[number].clear()
        await come_back(people[number], begin + SETTLES_WITHIN)
        missing = news.offline_to(number)
        offline.update((number, who) for who in missing)

    await every(back(number) for number in range(len(people)))
    everybody = range(len(people))
    until = begin + SETTLES_WITHIN
    lost = await news.right(until)
    took = time.perf_counter() - begin
    for number in everybody:
        offline.update((number, who) for who in news.offline_to(number))
        if (known := await people[number].known()) is not None:
            others = set(news.others(number)) - news.unsure
            lost += sum(known.get(who) != news.truth[who] for who in others)
    return {"correct after a kill": [took], "lost": [lost], "false Offline": [len(offline)]}


async def devices(peer: Peer, count: int, news: News, seconds: float) -> Found:
    """Return how many times watchers hear of people two of whose devices disagree for a minute.

    Each device says every five seconds how it is: one that somebody is active at it, the other
    that nobody is. Every second person watches the one before; each pair is a run.
    """
    pairs = range(0, count, 2)
    all_of_them = [(await peer.session(one), await peer.session(one, 1)) for one in pairs]
    watchers = [await peer.session(one + 1) for one in pairs]
    heard = dict.fromkeys(pairs, 0)
    for one, watcher in zip(pairs, watchers, strict=True):
        await watcher.watch(lambda told, one=one: heard.update({
            one: heard[one] + sum(who == one for who, _ in told)
        }))  # fmt: skip

    async def disagree(until: float) -> None:
        while time.perf_counter() < until:
            for active, idle in all_of_them:
                await active.device(active=True)
                await idle.device(active=False)
            await asyncio.sleep(5)

    await disagree(time.perf_counter() + min(seconds, 20))
    before = dict(heard)
    await disagree(time.perf_counter() + seconds)
    del news
    for one in itertools.chain(watchers, *all_of_them):
        one.drop()
    return {"events while devices disagree": [heard[one] - before[one] for one in pairs]}


async def returned(peer: Peer, people: list[Session], news: News) -> Found:
    """Return what it takes when everybody loses the connection, and is back within a second."""
    await news.quiet(1)
    news.forget()
    for one in people:
        one.drop()
    begin = last = time.perf_counter()
    looks = [(begin, peer.seconds())]

    async def look() -> None:
        while True:
            await asyncio.sleep(0.1)
            looks.append((time.perf_counter(), peer.seconds()))

    async def back(number: int) -> None:
        nonlocal last
        due = begin + number / len(people)
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        if not people[number].keeps:
            news.shown[number].clear()
        await come_back(people[number], begin + SETTLES_WITHIN)
        last = time.perf_counter()

    looking = asyncio.create_task(look())
    await asyncio.gather(*(back(number) for number in range(len(people))))
    await news.quiet(1)
    await news.right(begin + SETTLES_WITHIN)
    looking.cancel()
    busy = [
        (then, (after - used) / (then - at))
        for (at, used), (then, after) in itertools.pairwise(looks)
    ]
    steady = max(last, news.last, *(at for at, share in busy if share > 0.25), begin) - begin
    peak = max(
        (after - used) / (then - at)
        for (at, used), (then, after) in zip(looks, looks[min(10, len(looks) - 1) :], strict=False)
    )
    return {
        "busiest second of a return": [100 * peak],
        "steady after a return": [steady],
        "processor time of a return": [looks[-1][1] - looks[0][1]],
        "said to be offline in a return": [news.offline],
    }


class Plan(NamedTuple):
    """How long, how many, and how often."""

    seconds: float
    group: int
    crowd: int
    watchers: tuple[int, ...]
    disagree: float
    rounds: int


ONCE_ABOVE = 1_000
"""The memory of more watchers than that is measured once: it hardly varies, and takes long."""

FULL = Plan(2, 200, 1000, (1_000, 10_000), 60, 5)
QUICK = Plan(1, 20, 100, (200,), 10, 1)


async def _rounds(
    peer: Peer,
    count: int,
    news: News | None,
    plan: Plan,
    one: Callable[[list], Coroutine],
    *,
    warm: int = 1,
) -> Found:
    """Repeat something with the same people, and forget what is done to get warm."""
    found: Found = {}
    async with sessions(peer, count, news) as people:
        for number in track(range(plan.rounds + warm), "  "):
            for what, values in (await one(people)).items():
                if number >= warm:
                    found.setdefault(what, []).extend(values)
    return found


def perform(peer: Peer, name: str, plan: Plan) -> Found:
    """Do one measure with a server, which is started and stopped."""
    group = plan.group
    pairs, crowd = News(group, group), News(plan.crowd, 20)
    tries: dict[str, Callable[[], tuple[int, int, dict[str, str], Coroutine]]] = {
        "beat": lambda: (32, 1, {}, _rounds(
            peer, 32, None, plan, lambda people: flood(peer, people, "beat", plan.seconds))),
        "change": lambda: (64, 1, {}, _rounds(
            peer, 64, None, plan, lambda people: flood(peer, people, "change", plan.seconds))),
        "fan": lambda: (group, group, {"hold": "500ms"}, _rounds(
            peer, group, pairs, plan, lambda people: fan(peer, people, pairs, plan.seconds))),
        "soon": lambda: (group, group, {}, _rounds(
            peer, group, pairs, plan, lambda people: soon(peer, people, pairs, plan.seconds))),
        "kill": lambda: (group, group, {}, _rounds(
            peer, group, pairs, plan, lambda people: killed(peer, people, pairs), warm=0)),
        "devices": lambda: (10, 2, {}, devices(peer, 10, pairs, plan.disagree)),
        "return": lambda: (plan.crowd, 20, {}, _rounds(
            peer, plan.crowd, crowd, plan, lambda people: returned(peer, people, crowd))),
    }  # fmt: skip
    if name != "memory":
        count, size, options, work = tries[name]()
        return _with(peer, count, size, options, work)
    found: Found = {}
    for count in plan.watchers:
        for _ in track(range(plan.rounds if count <= ONCE_ABOVE else 1), "  "):
            work = memory(peer, count)
            for what, values in _with(peer, count + 32, 1, {}, work).items():
                found.setdefault(what, []).extend(values)
    return found


def _with(peer: Peer, count: int, group: int, options: dict[str, str], work: Coroutine) -> Found:
    try:
        peer.start(count, group, **options)
        return run(work, within=900)
    finally:
        work.close()
        peer.stop()


MEASURES = ("beat", "change", "fan", "soon", "memory", "kill", "devices", "return")
