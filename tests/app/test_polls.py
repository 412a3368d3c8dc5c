"""Requests that wait for events: who waits, who is answered, who is replaced (R3.10-R3.13)."""

from __future__ import annotations

import pytest

from openucwa.domain.channel import AT_ONCE, Event, Ref
from world import World, quiet


@pytest.fixture
async def lene(world):
    client = await world.available(await world.person("lenea"))
    await client.package()
    return client


@pytest.mark.parametrize(
    ("first", "second", "stays"), [(0, 0, 1), (0, 1, 1), (1, 0, 0), (5, 5, 1), (-1, 0, 1)]
)
async def test_r3_11_a_newer_request_replaces_one_of_no_higher_priority(
    world, lene, first, second, stays
):
    polls = [await lene.poll(more=f"&priority={priority}") for priority in (first, second)]
    replaced = polls[1 - stays].reply

    assert polls[stays].reply is None
    assert (409, "PGetReplaced") == (replaced.status, replaced.property("subcode"))
    assert 1 == len(world.server.polls)


async def test_r3_9_a_resync_leaves_the_request_that_waits_alone(world, lene):
    parked = await lene.poll()
    stray = await lene.poll(f"{lene.path}/events?ack=99")

    assert {"resync"} == stray.reply.links()
    assert parked.reply is None
    assert 1 == len(world.server.polls)


async def test_r3_10_when_nothing_happens_it_is_answered_empty(world, lene):
    parked = await lene.poll(more="&timeout=180")
    await world.advance(179)
    assert parked.reply is None

    await world.advance(2)
    assert ([], {"next"}) == (parked.reply.tree["sender"], parked.reply.links())
    assert 0 == len(world.server.polls)


async def test_of_many_who_hear_the_same_nobody_waits_for_the_clock(tmp_path):
    """They are answered a part at a time, with others in between, who come now and not later."""
    world = await World.create(tmp_path, events={"medium": 0})
    lene = await world.available(await world.person("lenea"))
    watchers = [await world.available(await world.person(f"watcher{n}")) for n in range(60)]
    for one in watchers:
        await one.watch("lenea@contoso.test")
        await one.package()
    waiting = [await one.poll() for one in watchers]
    await lene.post("me/presence", {"availability": "DoNotDisturb"})
    await quiet()

    assert all(one.reply is not None for one in waiting)
    await world.close()


async def test_waking_looks_at_the_truth(world, lene):
    """An entry of the wheel that fires too soon answers nobody."""
    parked = await lene.poll()
    (key,) = world.server.polls._parked
    world.server.polls.wake(key, world.clock.now())
    world.server.polls.wake(("nobody", "1", ""), world.clock.now())

    assert parked.reply is None
    await world.advance(26)
    assert parked.reply is not None


async def test_deliveries_and_how_long_they_took_are_measured(world, lene):
    meters = world.server.meters
    before, total = meters.deliveries, meters.delivery_latency.total
    await lene.post("me/note", {"message": "hello"})
    await lene.package()

    assert 1 == meters.deliveries - before
    assert 5 <= meters.delivery_latency.total - total < 6


def put(world, client, *events):
    """Put events into a client's channel, as if something had happened."""
    app = world.server.live.present("lenea@contoso.test").applications[client.path[28:]]
    for event in events:
        app.tell(event, world.clock.now(), 99)


def an_event(number, receipt=None, **more):
    link = Ref("contactNote", f"people/{number}/note")
    return Event(Ref("people", "people"), link, "updated", 5, once=True, receipt=receipt, **more)


@pytest.fixture
def arrived(world, monkeypatch):
    """What was noted as sent to its reader."""
    noted = []
    monkeypatch.setattr(world.server.polls, "arrived", lambda *told: noted.append(told))
    return noted


async def test_who_is_sent_a_message_has_it(world, lene, arrived):
    """It is noted once, in order, however often the package is fetched."""
    put(world, lene, an_event(1, ("c", 7)), an_event(2), an_event(3, ("d", 1)))
    assert [] == arrived

    first = lene.next
    await lene.package()
    again = await lene.poll(first)
    assert 200 == again.reply.status
    address = "lenea@contoso.test"
    assert [(("c", 7), address), (("d", 1), address)] == [told[:2] for told in arrived]


async def test_what_waits_for_the_next_package_has_not_been_sent(world, lene, arrived):
    put(world, lene, an_event(1), an_event(2, ("c", 7), apart=True))
    await lene.package()
    assert [] == arrived

    await lene.package()
    assert [("c", 7)] == [told[0] for told in arrived]


async def test_what_was_taken_back_is_never_sent(world, lene, arrived):
    put(world, lene, an_event(1, ("c", 7)), an_event(2))
    user = world.server.live.present("lenea@contoso.test")
    for app in user.applications.values():
        app.withdraw("people/1/note")

    assert 1 == len((await lene.package()).events())
    assert [] == arrived


async def test_who_waits_is_sent_what_is_said_at_once(world, lene, arrived):
    parked = await lene.poll()
    await world.advance(1)
    put(world, lene, an_event(1, ("c", 7)))
    (key,) = world.server.polls._parked
    world.server.polls.wake(key, world.clock.now())
    assert parked.reply is None
    await world.advance(2 * AT_ONCE)

    assert parked.reply is not None
    assert 1 == len(arrived)


async def test_r15_16_who_lives_elsewhere_now_is_told_to_ask_again_for_the_same(world, lene):
    waiting = await lene.poll()
    world.server.polls.let_go(lambda address: address == "lenea@contoso.test")
    reply = await waiting.task

    assert (200, lene.next) == (reply.status, reply.hrefs["next"])
    assert [] == reply.tree["sender"]
