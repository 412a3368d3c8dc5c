"""Requests that come to any node, and what one node changes that others have read."""

from __future__ import annotations

import asyncio

import pytest

from openucwa.adapters.pool.frames import Failed, Flush
from openucwa.domain.people import Level
from openucwa.domain.phones import PhoneType
from openucwa.domain.refusals import Refused
from relationships import give
from world import DOMAIN, JSON, XML

LENE, SARA = f"lenea@{DOMAIN}", f"sarad@{DOMAIN}"


@pytest.fixture
async def lene(pool):
    await pool.person("lenea")
    return await pool.available(LENE)


@pytest.fixture
async def sara(pool):
    return await pool.client(await pool.person("sarad"))


async def everywhere(pool, client, url: str):
    """Ask each node in turn."""
    return [await client.get(url) for _ in pool.nodes]


@pytest.mark.parametrize("accept", [JSON, XML])
async def test_every_node_answers_alike(pool, lene, accept):
    bodies = {(await lene.get("me", {"Accept": accept})).body for _ in pool.nodes}

    assert 1 == len(bodies)


async def test_refusals_too(pool, lene):
    replies = await everywhere(pool, lene, "nothing")

    assert {(404, "NotFound", None)} == {one.reason for one in replies}


async def test_what_is_done_at_one_node_is_seen_at_all(pool, lene, sara):
    for number in range(2 * len(pool.nodes)):
        await lene.post("me/note", {"message": f"{number}"})
        assert f"{number}" == (await sara.get(sara.person(LENE, "note"))).property("message")


async def test_a_request_for_events_waits_where_its_user_lives(pool, lene, sara):
    await sara.watch(LENE)
    await sara.package()
    for availability in ("Busy", "Online", "Away"):
        waiting = await sara.poll()
        assert waiting.reply is None
        await lene.post("me/presence", {"availability": availability})
        await pool.advance(6)

        assert [("people", "updated", "contactPresence", "contact")] == waiting.reply.events()
        sara.follow(waiting.reply)


async def test_who_leaves_is_forgotten_where_she_waited(pool, sara):
    for _ in pool.nodes:
        waiting = await sara.poll()
        assert 1 == len(pool.home(SARA).polls)
        await waiting.leave()
        assert 0 == len(pool.home(SARA).polls)


async def test_a_newer_request_replaces_one_at_another_node(pool, sara):
    first, second = await sara.poll(), await sara.poll(more="&priority=1")

    assert (409, "Conflict", "PGetReplaced") == first.reply.reason
    assert second.reply is None


async def test_phones_that_are_shown_are_seen_at_once(pool, lene, sara):
    telephony = pool.home(LENE).dispatcher.services.telephony
    for number in ("tel:+15550101", "tel:+15550102"):
        before = [one.dispatcher.services.telephony for one in pool.nodes]
        for one in before:
            await one.phones([LENE])
        await telephony.keep_phone(LENE, PhoneType.HOME, {"number": number, "shown": True})

        found = [(await one.phones([LENE]))[LENE][PhoneType.HOME].number for one in before]
        assert [number] * 3 == found


async def test_levels_are_right_at_once_wherever_they_were_read(pool, lene, sara):
    standings = [one.dispatcher.services.standings for one in pool.nodes]
    for level in ("Blocked", "Colleagues", "Workgroup"):
        for one in standings:
            await one.levels_towards(SARA)
        await give(lene, SARA, level)

        assert [{LENE: Level(level)}] * 3 == [await one.levels_towards(SARA) for one in standings]


async def test_a_list_that_was_read_before_its_owner_came_is_not_remembered(pool, lene):
    """She lived here once, and changed it elsewhere meanwhile."""
    home = pool.home(LENE)
    (other, *_) = [one for one in pool.nodes if one is not home]
    await other.dispatcher.services.contacts.contacts(LENE)
    await lene.make_group("Friends")
    await home.pooling.node.leave()
    await asyncio.wait_for(owned(pool, home), 10)

    assert "Friends" in await lene.groups()


async def owned(pool, but):
    """Wait until others have what a node had."""
    others = [one for one in pool.nodes if one is not but]
    while not any(one.live.is_here(LENE) for one in others):
        await others[0].pooling.residence.change(0.1)


async def test_what_a_node_of_another_version_asks_fails(pool):
    passing = pool.server.dispatcher.neighbours

    assert Failed().__class__.__name__.encode() in await passing.serve(b"\xc1")


async def test_what_cannot_be_done_now_fails(pool):
    passing = pool.server.dispatcher.neighbours

    async def refuses():
        raise Refused("ServiceUnavailable")

    passing._flush = refuses
    assert Failed() == await passing.answer(Flush())
