"""Announcing: news become events, and what follows from time, fetching and crashes is done."""

from __future__ import annotations

import pytest

from openucwa.app.announcer import AGAIN, Due
from openucwa.domain.conversations import LINGER
from openucwa.domain.inviting import RING
from openucwa.domain.messaging import FETCH
from openucwa.domain.parties import REMEMBERED
from talking import settled, talk, talker

LENE, SARA = "lenea@contoso.test", "sarad@contoso.test"


@pytest.fixture
async def two(world):
    """Lene and Sara, who could talk."""
    return [await talker(world, user) for user in ("lenea", "sarad")]


@pytest.fixture
async def talking(two):
    """Lene and Sara, who do."""
    await talk(*two)
    return two


def announcer_of(world):
    return world.server.dispatcher.commit.announcer


def conversation_of(world):
    (found,) = world.server.conversations.all()
    return found


def armed(world):
    """Return in how many seconds the one conversation is looked at next."""
    wheel = world.server.timers._wheel
    return wheel._armed[Due(conversation_of(world).id)] * wheel._tick - world.clock.now()


def counted(world):
    return dict(world.server.meters.messages)


# ------------------------------------------------------------------------ what time does


async def test_what_rings_is_looked_at_when_nobody_answered(world, two):
    lene, sara = two
    await lene.invite(sara)
    assert RING == pytest.approx(armed(world), abs=0.1)

    await world.advance(RING)
    assert ("LocalFailure", "Missed") == reason_of(await sara.hear(), "messagingInvitation")
    assert conversation_of(world).ended is not None


def reason_of(events, rel):
    return next(one.reason for one in events if one.rel == rel and one.reason)


async def test_what_was_said_is_looked_at_when_it_should_have_been_fetched(world, talking):
    lene, _ = talking
    await world.advance(RING)
    await lene.say("Hello")

    assert FETCH == pytest.approx(armed(world), abs=0.1)


async def test_when_it_has_been_over_for_a_while_it_is_forgotten(world, talking):
    lene, _ = talking
    await lene.do("stopMessaging", "messaging")
    await world.advance(LINGER - 1)
    assert 1 == len(world.server.conversations)

    await world.advance(REMEMBERED)
    assert 0 == len(world.server.conversations)


async def test_what_the_history_lacks_is_not_forgotten_but_looked_at_again(world, talking):
    lene, _ = talking
    await lene.do("stopMessaging", "messaging")
    conversation, now = conversation_of(world), world.clock.now() + LINGER + 1
    conversation.unsettled = True
    world.server.timers._wheel.disarm(Due(conversation.id))
    announcer_of(world).tend(Due(conversation.id), now)

    assert conversation is conversation_of(world)
    assert now + AGAIN - world.clock.now() == pytest.approx(armed(world), abs=0.02)


async def test_to_look_at_what_is_no_more_does_no_harm(world):
    announcer_of(world).tend(Due("c"), world.clock.now())
    announcer_of(world).arrived(("c", 1), LENE, world.clock.now())

    assert {} == counted(world)


# ------------------------------------------------------------------------ what is fetched


async def test_what_was_fetched_has_arrived(world, talking):
    lene, sara = talking
    await lene.say("Hello")
    (message,) = conversation_of(world).messages.values()
    assert {SARA} == message.pending.keys()

    await sara.hear()
    assert {} == message.pending
    assert "Success" == (await lene.hear())[-1].status
    assert {"arrived": 1} == counted(world)


async def test_fetching_it_again_changes_nothing(world, talking):
    lene, sara = talking
    await lene.say("Hello")
    await sara.hear()
    announcer_of(world).arrived((conversation_of(world).id, 1), SARA, world.clock.now())

    assert {"arrived": 1} == counted(world)


async def test_r9_32_what_nobody_fetched_is_taken_back_from_where_it_waits(world, talking):
    """Sara's client is slow; when it asks again there is nothing any more."""
    lene, sara = talking
    await lene.say("Hello")
    await world.advance(FETCH + 1)

    told = (await lene.hear())[-1]
    assert ("Failure", ("RemoteFailure", "Unreachable")) == (told.status, told.reason)
    assert [] == [one for one in await sara.hear() if one.rel == "message"]
    assert {"failed": 1} == counted(world)


async def test_it_can_be_taken_back_from_who_is_not_there_any_more(world, talking):
    lene, _ = talking
    await lene.say("Hello")
    world.server.live.present(SARA).applications.clear()
    await world.advance(FETCH + 1)

    assert {"failed": 1} == counted(world)


# ------------------------------------------------------------------ applications that end


async def test_r2_20_who_signs_out_leaves_all_her_conversations(world, talking):
    lene, sara = talking
    await sara.client.delete("")

    assert "conversation deleted" in (await lene.lines())[-1]
    assert {} == conversation_of(world).parties


async def test_who_signs_out_elsewhere_stays(world, talking):
    lene, sara = talking
    other = await talker(world, "sarad", at="e2")
    await other.client.delete("")
    await settled(lene, sara)

    assert 2 == len(conversation_of(world).parties)


def crash(world, address):
    """Lose an application, as if the server had ended before it noted what follows."""
    world.server.live.present(address).applications.clear()


def resume(world):
    conversations = list(world.server.conversations.all())
    announcer_of(world).resume(conversations, world.clock.now())


async def test_after_a_crash_who_is_gone_has_left(world, talking):
    lene, _ = talking
    crash(world, SARA)
    resume(world)

    assert "conversation deleted" in (await lene.lines())[-1]
    assert conversation_of(world).ended is not None


async def test_after_a_crash_it_does_not_ring_where_nobody_is(world, two):
    lene, sara = two
    await lene.invite(sara)
    crash(world, SARA)
    resume(world)

    reason = reason_of(await lene.hear(), "messagingInvitation")
    assert ("RemoteFailure", "TemporarilyUnavailable") == reason


async def test_after_a_crash_nobody_may_be_left(world, talking):
    for address in (LENE, SARA):
        crash(world, address)
    resume(world)

    assert {} == conversation_of(world).parties


async def test_after_a_restart_all_goes_on(world, two):
    lene, sara = two
    await lene.invite(sara)
    world.server.timers._wheel.disarm(Due(conversation_of(world).id))
    resume(world)

    assert RING == pytest.approx(armed(world), abs=0.1)
    await settled(lene, sara)
    assert 204 == (await sara.do("accept", "messagingInvitation")).status
