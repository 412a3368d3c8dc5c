"""What letters from other shards do."""

from __future__ import annotations

import pytest

from openucwa.app import letters
from openucwa.app.letterbox import Letterbox
from openucwa.domain.channel import Event, Ref
from openucwa.domain.parties import Seat
from openucwa.domain.seen import MissedSeen
from openucwa.domain.users import Talk
from world import DOMAIN, START

LENE, SARA = f"lenea@{DOMAIN}", f"sarad@{DOMAIN}"
PATH = "communication/conversations/c"
BEGUN = Event(Ref("communication", "communication"), Ref("conversation", PATH), "added", once=True)
pytestmark = pytest.mark.one_process


@pytest.fixture
async def lene(world):
    await world.person("sarad")
    client = await world.available(await world.person("lenea"))
    await client.news()
    return client


@pytest.fixture
def box(world):
    dispatcher = world.server.dispatcher
    return Letterbox(services=dispatcher.services, commit=dispatcher.commit, now=lambda: START)


@pytest.fixture
def user(world, lene):
    return world.server.live.present(LENE)


@pytest.fixture
def seat(user):
    (identifier,) = user.applications
    return Seat(LENE, identifier)


async def test_an_event_is_told(box, lene, seat):
    await box.read(letters.Told(BEGUN, START, [seat, Seat(SARA, "gone")]))

    assert [("communication", "added", "conversation")] == await lene.news()


async def test_and_taken_back(box, lene, seat):
    await box.read(letters.Told(BEGUN, START, [seat]))
    await box.read(letters.Withdrawn(PATH, [seat, Seat(SARA, "gone")]))

    assert [] == await lene.news()


async def test_where_she_takes_part_is_noted(box, user):
    talk = Talk("thread", ("1",))
    await box.read(letters.Placed(LENE, "c", talk))
    assert {"c": talk} == user.talks
    await box.read(letters.Placed(LENE, "c", None))
    assert user.talks is None


async def test_what_she_missed_is_told(box, lene):
    await box.read(letters.Missed(LENE, MissedSeen(2, 1, 1)))

    assert [("communication", "updated", "missedItems")] == await lene.news()


@pytest.mark.parametrize(
    "letter",
    [
        letters.Told(BEGUN, START, [Seat(SARA, "1")]),
        letters.Reached("0" * 32, 1, LENE),
        letters.Left("0" * 32, Seat(LENE, "1")),
        letters.Placed(SARA, "c", Talk("thread", ("1",))),
        letters.Missed(SARA, MissedSeen(1, 1)),
        letters.Delegated(SARA, LENE),
    ],
    ids=lambda letter: type(letter).__name__,
)
async def test_who_or_what_is_gone_needs_nothing(world, box, lene, letter):
    await box.read(letter)

    assert [] == await lene.news()
    assert world.server.live.present(SARA) is None
