"""People who live at this node, and those who live at others."""

from __future__ import annotations

import pytest

from journals import a_user, an_event
from openucwa.adapters.pool.live import PooledLive
from openucwa.app.letters import Told
from openucwa.domain.parties import Seat
from openucwa.domain.presence import NOTHING_SAID
from openucwa.domain.shards import Elsewhere
from openucwa.domain.users import User
from shards import NOW, Network, Place, somebody_in

LENE, SARA = somebody_in(1), somebody_in(2)
TALK = f"01{'0' * 30}"


class Standings:
    """Nobody has said anything."""

    async def standing(self, address):
        return NOTHING_SAID

    async def standings_of(self, addresses):
        return dict.fromkeys(addresses, NOTHING_SAID)


class Away:
    """The other nodes, and what they are asked and sent."""

    def __init__(self):
        self.looked, self.letters, self.published = [], [], []

    async def look(self, addresses, *, watch=False):
        self.looked.append((*addresses, watch))
        return {one: User(one, settled=1.0) for one in addresses}

    def post(self, sender, to, letter):
        self.letters.append((sender, to, letter))

    def publish(self, user, change):
        self.published.append(user.address)


@pytest.fixture
async def place():
    made = Place("a", Network())
    await made.open(1)
    yield made
    await made.journals.stop()


@pytest.fixture
async def live(place):
    made = PooledLive(Standings(), place.residence)
    made.journal = place.journals
    made.courier = made.watches = Away()
    return made


async def test_who_lives_here_is_loaded_here(live):
    user = await live.load(LENE)

    assert live.is_here(LENE)
    assert user is live.present(LENE) is await live.peek(LENE)
    assert [user] == list(live.users_in(1))
    assert [] == live.watches.looked


async def test_nobody_else_is(live):
    with pytest.raises(Elsewhere) as told:
        await live.load(SARA)

    assert 2 == told.value.shard
    assert not live.is_here(SARA)
    assert live.present(SARA) is None


async def test_others_are_looked_at_where_they_live(live):
    assert 1.0 == (await live.peek(SARA)).settled
    found = await live.peek_all([SARA, LENE])

    assert [SARA, LENE] == list(found)
    assert [(SARA, False), (SARA, True)] == live.watches.looked


async def test_an_event_goes_into_the_journal_or_a_letter(live, place):
    live.restore([a_user(LENE)])
    event = an_event("x")
    live.relayed(event, NOW, [(LENE, "1"), (SARA, "1"), (SARA, "2")], TALK)

    seats = [Seat(SARA, "1"), Seat(SARA, "2")]
    assert [(TALK, SARA, Told(event, NOW, seats))] == live.courier.letters
    assert not place.journals._all[1].is_written


async def test_what_is_about_no_conversation_is_told_by_watching(live):
    live.relayed(an_event("x"), NOW, [(SARA, "1")])

    assert [] == live.courier.letters


async def test_who_leaves_with_her_shard_watches_nobody_here(live):
    user = a_user(LENE)
    live.restore([user])
    assert [user] == live.evict(1)

    assert live.present(LENE) is None
    assert [] == list(live.users_in(1))
    assert [] == live.evict(1)


async def test_who_is_forgotten_is_in_no_shard(live):
    await live.load(LENE)
    live.forget(LENE)

    assert [] == list(live.users_in(1))


async def test_it_is_adrift_when_its_lease_is_over(live, place):
    place.residence.until = 1.0
    assert not live.adrift
    place.residence.until = -1.0
    assert live.adrift
