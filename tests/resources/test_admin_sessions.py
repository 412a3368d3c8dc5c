"""Who is signed in, as administrators see it and end it, on one node and on several."""

from __future__ import annotations

import pytest

from administrators import BOSS, LENE, SARA, acts, administrator, embedded
from openucwa.adapters.pool import passing
from openucwa.domain.shards import shard_of
from world import DOMAIN, JSON, XML

SESSIONS = "/admin/sessions"


@pytest.fixture(params=[JSON, XML])
async def boss(world, request):
    await world.person("lenea", "Lene")
    await world.person("sarad")
    return await administrator(world, request.param)


async def sessions(boss, query=""):
    return embedded(await boss.get(SESSIONS + query), "adminSession")


async def test_nobody_is_signed_in_at_first(boss):
    assert [] == await sessions(boss)
    assert [] == await sessions(boss, f"?person={LENE}")


async def test_what_is_shown_of_somebody(world, boss):
    client = await world.available(LENE)
    await world.advance(200)
    await client.report()
    await client.news()
    await client.report()
    await client.poll()
    [one] = await sessions(boss)

    expected = {
        "address": LENE,
        "name": "Lene",
        "application": client.path.rpartition("/")[2],
        "userAgent": "test/1",
        "culture": "en-US",
        "device": "Web",
        "availability": "Online",
        "lurker": "False",
        "parked": "True",
        "instances": "1",
    }
    assert expected == {name: one[name] for name in expected}
    shown = await boss.get(one["self"])
    created, active = shown.property("created"), shown.property("lastActivity")
    assert created != active
    assert active == shown.property("lastRequest")


async def test_who_only_looks_is_a_lurker(world, boss):
    await world.client(LENE)
    [one] = await sessions(boss)

    assert ("True", "False", "Offline") == tuple(
        one[name] for name in ("lurker", "parked", "availability")
    )
    assert "lastActivity" not in one


async def test_of_one_person_or_of_all_in_pages(world, boss):
    for user in ("lenea", "sarad"):
        for number in range(2):
            await world.available(f"{user}@{DOMAIN}", endpointId=f"e{number}")
    found, href, pages = [], f"{SESSIONS}?limit=3", 0
    while href:
        reply = await boss.get(href)
        found += [(one["address"], one["application"]) for one in embedded(reply, "adminSession")]
        href, pages = reply.hrefs.get("next"), pages + 1

    assert 2 == pages
    assert sorted(set(found)) == found
    assert [LENE, LENE, SARA, SARA] == [address for address, _ in found]
    assert [SARA, SARA] == [
        one["address"] for one in await sessions(boss, f"?person=sip:{SARA.upper()}&limit=1")
    ]


async def test_ending_one_is_as_if_its_application_was_deleted(world, boss):
    """What it waits for is answered, others see her go, and her other application goes on."""
    client, other = await world.available(LENE), await world.client(LENE, endpointId="e2")
    sara = await world.available(SARA)
    await sara.watch(LENE)
    await sara.news()
    await client.news()
    waiting = await client.poll()
    ended = next(one for one in await sessions(boss) if one["lurker"] == "False" and
                 one["address"] == LENE)  # fmt: skip
    assert 204 == (await boss.delete(ended["self"])).status

    assert (404, "NotFound", "ApplicationNotFound") == waiting.reply.reason
    assert (404, "NotFound", "ApplicationNotFound") == (await client.get("me")).reason
    assert 200 == (await other.get("me")).status
    assert ("people", "updated", "contactPresence", "contact") in await sara.news()
    assert 404 == (await boss.delete(ended["self"])).status
    assert 404 == (await boss.get(ended["self"])).status
    assert [
        (BOSS, "session.end", LENE, "NotFound"),
        (BOSS, "session.end", LENE, "Done"),
    ] == await acts(boss)
    assert 1 == sum(node.meters.ended["administrator"] for node in world.nodes)


@pytest.mark.parametrize("person", ["x", "%00", "a@b@c", "a" * 500])
async def test_addresses_are_checked(boss, person):
    assert ["person"] == (await boss.get(f"{SESSIONS}?person={person}")).bad


async def test_guests_are_listed(world, boss):
    await world.guest()

    assert [""] == [one["name"] for one in await sessions(boss)]


@pytest.fixture(params=[JSON, XML])
async def pooled(pool, request):
    return await administrator(pool, request.param)


async def test_in_a_pool_all_nodes_are_asked(pool, pooled):
    """Whichever of them is asked; where somebody lives is said."""
    people = [await pool.person(f"p{number:02}") for number in range(12)]
    for address in people:
        await pool.available(address)
    where = {address: pool.home(address).pooling.residence.node for address in people}
    assert 3 == len(set(where.values()))
    for _ in pool.nodes:
        reply = await pooled.get(f"{SESSIONS}?limit=500")
        found = embedded(reply, "adminSession")
        assert where == {one["address"]: one["node"] for one in found}
        assert ["n0", "n1", "n2"] == reply.property("nodes")
    pages, href = [], f"{SESSIONS}?limit=5"
    while href:
        reply = await pooled.get(href)
        pages.append([one["address"] for one in embedded(reply, "adminSession")])
        href = reply.hrefs.get("next")

    assert [people[:5], people[5:10], people[10:]] == pages


async def test_in_a_pool_one_persons_are_asked_for_where_she_lives(pool, pooled):
    """And ended there, with what follows from it."""
    people = [await pool.person(f"p{number}") for number in range(6)]
    clients = {address: await pool.available(address) for address in people}
    assert len({shard_of(address) for address in people}) > 3
    for address, client in clients.items():
        waiting = await client.poll()
        for _ in pool.nodes:
            [one] = embedded(await pooled.get(f"{SESSIONS}?person={address}"), "adminSession")
            assert 200 == (await pooled.get(one["self"])).status
        assert 204 == (await pooled.delete(one["self"])).status
        assert 404 == waiting.reply.status
        assert [] == embedded(await pooled.get(f"{SESSIONS}?person={address}"), "adminSession")

    assert {"session.end"} == {act for _, act, _, _ in await acts(pooled)}
    assert len(people) == len(await acts(pooled))


async def test_in_a_pool_a_node_that_does_not_answer_is_named(pool, pooled, monkeypatch):
    monkeypatch.setattr(passing, "LONGEST_WAIT", 0.2)
    for number in range(12):
        await pool.available(await pool.person(f"p{number:02}"))
    deaf = pool.nodes[2]
    here = {one.address for one in deaf.live.users() if one.applications}

    async def nothing(_question):
        raise RuntimeError("it does not work")

    monkeypatch.setattr(deaf.dispatcher.neighbours, "_survey", nothing)
    reply = await pooled.get(SESSIONS)

    assert (["n0", "n1"], ["n2"]) == (reply.property("nodes"), reply.property("silent"))
    shown = {one["address"] for one in embedded(reply, "adminSession")}
    assert here
    assert here.isdisjoint(shown)
    assert 12 == len(here | shown)
