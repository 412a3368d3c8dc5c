"""Conversations that are here, and telling people elsewhere that they take part in them."""

from __future__ import annotations

import pytest

from openucwa.adapters.pool.conversations import PooledConversations
from openucwa.app.letters import Placed
from openucwa.domain.shards import Elsewhere, beside, shard_of
from openucwa.domain.users import Talk
from shards import Network, Place
from small_talks import address, ringing

LENE, SARA = address("lene"), address("sara")
HOME = shard_of(LENE)


class Sent:
    """What would be posted."""

    def __init__(self) -> None:
        self.letters = []

    def post(self, sender, to, letter):
        self.letters.append(letter)


@pytest.fixture
async def place():
    made = Place("a", Network())
    await made.open(HOME)
    yield made
    await made.journals.stop()


@pytest.fixture
async def conversations(place):
    made = PooledConversations(place.residence)
    made.courier = Sent()
    return made


@pytest.fixture
def talk():
    """Lene has invited Sara, who lives elsewhere."""
    made, _ = ringing()
    made.id = beside(LENE, "f" * 32)
    return made


@pytest.fixture
def placed(talk):
    return Placed(SARA, talk.id, Talk("thread", ("1",)))


def test_sara_lives_elsewhere():
    assert HOME != shard_of(SARA)


async def test_who_lives_elsewhere_learns_once_where_she_is(conversations, talk, placed):
    conversations.keep(talk)
    conversations.keep(talk)

    assert [placed] == conversations.courier.letters
    assert talk is conversations.find(talk.id)


async def test_and_when_it_is_over(conversations, talk, placed):
    conversations.keep(talk)
    conversations.drop(talk)

    assert [placed, placed.__class__(SARA, talk.id, None)] == conversations.courier.letters


async def test_what_is_taken_over_was_told_before(conversations, talk):
    conversations.restore([talk])
    conversations.keep(talk)
    assert [] == conversations.courier.letters
    conversations.drop(talk)
    assert [Placed(SARA, talk.id, None)] == conversations.courier.letters


async def test_others_are_elsewhere(conversations):
    other = f"{(HOME + 1) % 256:02x}{'0' * 30}"
    for looking in (conversations.find, conversations.invited):
        with pytest.raises(Elsewhere):
            looking(other)
    assert conversations.find(beside(LENE, "0" * 32)) is None


async def test_a_shard_that_leaves_takes_its_conversations_along(conversations, talk):
    conversations.keep(talk)

    assert [talk] == conversations.all_in(HOME)
    assert [] == conversations.all_in(HOME + 1)
    assert [talk] == conversations.evict(HOME)
    assert [] == conversations.all_in(HOME)
    assert conversations.find(talk.id) is None
