"""Letters arrive exactly once and in order, whatever happens to nodes and to what they say."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openucwa.adapters.pool import courier as module
from openucwa.adapters.pool import frames
from openucwa.adapters.pool.courier import Courier
from openucwa.app.letters import Reached
from openucwa.domain.refusals import Refusal, Refused
from openucwa.domain.shards import Elsewhere
from shards import Network, Place, come_true, somebody_in

A, B = 1, 2
SENDER, RECEIVER = somebody_in(A), somebody_in(B)


@pytest.fixture(autouse=True)
def _impatience(monkeypatch):
    monkeypatch.setattr(module, "AGAIN", 0.001)


class Post:
    """Two nodes, and what letters said at them."""

    def __init__(self) -> None:
        self.network = Network()
        self.read: list[int] = []
        self.posted: dict[int, int] = {}
        self.reading = self._read
        self.places = {name: Place(name, self.network) for name in "ab"}
        self.couriers = {name: self._courier(place) for name, place in self.places.items()}

    def _courier(self, place: Place) -> Courier:
        async def read(letter):
            await self.reading(letter)

        courier = Courier(place.residence, place.journals, self.network.ask, read)

        async def serve(body):
            given = frames.question(body)
            try:
                number = await courier.receive(given.sender, given.to, given.letters)
            except Elsewhere as there:
                return frames.write(frames.Moved(there.shard))
            except Refused:
                return frames.write(frames.Failed())
            return frames.write(frames.Received(number))

        self.network.serve[place.residence.node] = serve
        return courier

    async def _read(self, letter):
        self.read.append(letter.number)

    async def open(self, shard: int, name: str, epoch: int = 1) -> None:
        """Have a shard at a node."""
        await self.places[name].open(shard, epoch)
        await self.couriers[name].settle(shard)
        self.couriers[name].resume(shard)

    def send(self, number: int) -> None:
        (home,) = [one for name, one in self.couriers.items() if self.places[name].residence.has(A)]
        home.post(SENDER, RECEIVER, Reached("c", number, RECEIVER))
        mail = next(one.journals.mail(A) for one in self.places.values() if one.residence.has(A))
        self.posted[mail.last] = number

    async def move(self, shard: int, how: str, to: str, epoch: int) -> None:
        """Let a node give or lose a shard, and another one, or itself, go on with it.

        What was read there and not stored is undone.
        """
        (place,) = [one for one in self.places.values() if one.residence.has(shard)]
        await getattr(place, how)(shard)
        if shard == B:
            known = self.network.logs[B].read().mail.got.get(A, 0)
            self.read = [number for at, number in self.posted.items() if at <= known]
        await self.open(shard, to, epoch)

    async def settled(self) -> None:
        await come_true(lambda: all(one.idle for one in self.couriers.values()))

    async def close(self) -> None:
        for name, place in self.places.items():
            await self.couriers[name].close()
            await place.journals.stop()


@pytest.fixture
async def post():
    made = Post()
    await made.open(A, "a")
    await made.open(B, "b")
    yield made
    await made.close()


async def test_letters_come_in_order(post):
    for number in range(5):
        post.send(number)
    await post.settled()

    assert [0, 1, 2, 3, 4] == post.read
    assert {} == post.places["a"].journals.mail(A).waiting
    assert 1 == len(post.network.asked)


async def test_between_shards_of_one_node_nobody_is_asked(post):
    await post.places["b"].give(B)
    await post.open(B, "a")
    post.send(1)
    await post.settled()

    assert [1] == post.read
    assert [] == post.network.asked


async def test_letters_wait_for_a_shard_that_nobody_has(post):
    await post.places["b"].give(B)
    post.send(1)
    await post.places["a"].journals.stored_in(A)  # from then on it is on its way
    await asyncio.sleep(0)
    assert [] == post.read
    await post.open(B, "b", 9)
    await post.settled()

    assert [1] == post.read


async def test_what_can_only_be_done_later_is_done_later(post):
    refusals = [Refused(Refusal.SERVICE_UNAVAILABLE)] * 2

    async def read(letter):
        if refusals:
            raise refusals.pop()
        post.read.append(letter.number)

    post.reading = read
    post.send(1)
    post.send(2)
    await post.settled()

    assert [1, 2] == post.read


async def test_a_letter_that_is_a_bug_does_not_keep_the_others(post, caplog):
    async def read(letter):
        if letter.number == 1:
            raise ZeroDivisionError
        post.read.append(letter.number)

    post.reading = read
    post.send(1)
    post.send(2)
    await post.settled()

    assert [2] == post.read
    assert "a bug" in caplog.text


async def test_nobody_sends_for_a_shard_that_is_elsewhere(post):
    with pytest.raises(Elsewhere):
        post.couriers["b"].post(SENDER, RECEIVER, Reached("c", 1, RECEIVER))
    with pytest.raises(Elsewhere):
        await post.couriers["a"].receive(A, B, [(1, Reached("c", 1, RECEIVER))])


async def test_a_letter_leaves_once_it_is_stored(post):
    """Else it could tell of what the sender's next owner knows nothing of."""
    post.send(1)
    await post.settled()
    waiting = post.network.logs[A].read().mail

    assert 1 in [letter.number for letters in waiting.waiting.values() for _, letter in letters]


LUCK = st.lists(st.sampled_from(["lost", "unanswered", ""]), max_size=8)
STEPS = st.lists(
    st.one_of(
        st.just("send"), st.just("settle"), st.just("turn"),
        st.tuples(st.sampled_from(["give", "lose"]), st.sampled_from([A, B]),
                  st.sampled_from("ab")),
    ),
    max_size=14,
)  # fmt: skip


@given(steps=STEPS, luck=LUCK)
def test_exactly_once_and_in_order(steps, luck):
    """Questions and answers are lost, shards are handed over, and nodes die."""

    async def play():
        post = Post()
        await post.open(A, "a")
        await post.open(B, "b")
        post.network.luck = iter(luck)
        sent = 0
        for number, step in enumerate(steps):
            if step == "send":
                post.send(sent)
                (home,) = [one for one in post.places.values() if one.residence.has(A)]
                await home.journals.stored_in(A)  # what was not stored was not answered either
                sent += 1
            elif step == "settle":
                await post.settled()
            elif step == "turn":
                await asyncio.sleep(0)
            else:
                how, shard, to = step
                await post.move(shard, how, to, 1000 * (number + 1))
        await post.settled()
        await post.close()
        return sent, post.read

    sent, read = asyncio.run(play())
    assert list(range(sent)) == read
