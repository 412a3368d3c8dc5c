"""People who are served by another pool, and pools that are emptied (BEHAVIOUR 14)."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openucwa.adapters.sql.pools import SqlPools
from openucwa.app.commit import Commit
from openucwa.app.pools import AGAIN, Whereabouts
from openucwa.domain.pools import Homes, Pool
from openucwa.domain.ports import EVERYBODY
from openucwa.domain.refusals import Refused
from two_pools import TwoPools, client_of, url_of
from world import JSON, XML, World

both = pytest.mark.parametrize("accept", [JSON, XML])
LENE = "lenea@contoso.test"
MOVED = (403, "Forbidden", None)
CLOSED = (410, "Gone", "CannotRedirect")
UNKNOWN = (404, "NotFound", "ApplicationNotFound")
NAMES = ("north", "south", "east")


@pytest.fixture
async def pools(tmp_path):
    made = await TwoPools.create(tmp_path, north="south", south="")
    for user in ("lenea", "sarad"):
        await made["north"].person(user)
    yield made
    await made.close()


async def test_everybody_is_at_home_in_the_first_pool(pools):
    token = await pools["north"].token(LENE)

    assert ["north", "applications"] == await pools.discover(token, "north")
    assert ["south", "north", "applications"] == await pools.discover(token, "south")


@both
async def test_who_is_moved_is_told_at_once_and_goes_on_in_her_new_home(pools, accept):
    """R1.8, R14.2, R14.4: 403 for whatever is asked, 404 for the old application there."""
    lene = await pools["north"].available(LENE, accept)
    await lene.package()
    waiting = await lene.poll()
    await pools.settle(LENE, "south")
    assert MOVED == waiting.reply.reason
    assert f"{accept}; charset=utf-8" == waiting.reply.header("Content-Type")
    for path in ("", "me", "me/nothing", "people/search?query=x"):
        assert MOVED == (await lene.get(path)).reason
    assert MOVED == (await lene.report()).reason
    assert MOVED == (await lene.create()).reason
    assert MOVED == (await lene.post("batch", "x", {"Content-Type": "multipart/batching"})).reason

    assert ["north", "south", "applications"] == await pools.discover(lene.token, "north", accept)
    lene.world = pools["south"]
    assert UNKNOWN == (await lene.get("me")).reason
    assert 201 == (await lene.create()).status


async def test_others_see_who_is_moved_go_and_stay_where_they_are(pools):
    sara = await pools["north"].available("sarad@contoso.test")
    lene = await pools["north"].available(LENE)
    await sara.watch(LENE)
    await sara.package()
    await pools.settle(LENE, "south")
    package = await sara.package()

    assert ("people", "updated", "contactPresence", "contact") in package.events()
    assert "Offline" == (await sara.get(sara.person(LENE, "presence"))).property("availability")
    assert 0 == len(pools["north"].server.polls)
    assert {"moved": 1} == dict(pools["north"].server.meters.ended)
    assert MOVED == (await lene.get("me")).reason


@both
async def test_a_drained_pool_sends_everybody_to_its_backup_and_takes_them_back(pools, accept):
    lene = await pools["north"].available(LENE, accept)
    await lene.package()
    waiting = await lene.poll()
    await pools.drain("north")
    assert MOVED == waiting.reply.reason == (await lene.report()).reason
    for start in ("north", "south"):
        way = await pools.discover(lene.token, start, accept)
        assert ["south", "applications"] == way[-2:]
    lene.world = pools["south"]
    assert 201 == (await lene.create()).status

    await pools.drain("north", False)
    assert MOVED == (await lene.get("me")).reason
    assert ["south", "north", "applications"] == await pools.discover(lene.token, "south", accept)
    lene.world = pools["north"]
    assert 201 == (await lene.create()).status


async def test_when_all_go_nobody_is_told_that_others_went(pools):
    clients = [
        await pools["north"].available(f"{user}@contoso.test") for user in ("lenea", "sarad")
    ]
    for client, other in zip(clients, ("sarad@contoso.test", LENE), strict=True):
        await client.watch(other)
        await client.package()
    delivered = pools["north"].server.meters.deliveries
    waiting = [await client.poll() for client in clients]
    await pools.drain("north")

    assert [MOVED, MOVED] == [one.reply.reason for one in waiting]
    assert delivered == pools["north"].server.meters.deliveries
    assert 0 == len(pools["north"].server.live)


@both
async def test_a_drained_pool_without_a_backup_says_that_there_is_no_way(pools, accept):
    """R14.2; reportMyActivity.md: 410 CannotRedirect."""
    await pools.settle(EVERYBODY, "south")
    lene = await pools["south"].available(LENE, accept)
    await lene.package()
    waiting = await lene.poll()
    await pools.drain("south")

    assert CLOSED == waiting.reply.reason == (await lene.report()).reason
    assert CLOSED == (await lene.create()).reason
    assert ["south", "410"] == await pools.discover(lene.token, "south", accept)
    assert ["north", "410"] == await pools.discover(lene.token, "north", accept)


@both
async def test_pools_that_are_drained_to_each_other_send_nobody_in_circles(tmp_path, accept):
    pools = await TwoPools.create(tmp_path, north="south", south="north")
    lene = await client_of(pools["north"], await pools["north"].person("lenea"), accept)
    await pools.drain("north")
    await pools.drain("south")

    for name in ("north", "south"):
        assert [name, "410"] == await pools.discover(lene.token, name, accept)
        lene.world = pools[name]
        assert CLOSED == (await lene.create()).reason
    await pools.close()


async def test_a_pool_looks_again_before_it_sends_somebody_away(pools):
    """So that pools do not send people in circles before both have noticed a change."""
    lene = await client_of(pools["south"], LENE)
    assert MOVED == (await lene.create()).reason
    await pools.stored.drain("north", True, 1.0)
    for world in pools.worlds.values():
        world.clock.time += 2 * AGAIN

    assert 201 == (await lene.create()).status
    assert ["south", "applications"] == await pools.discover(lene.token, "south")


async def test_who_was_looked_at_from_afar_is_read_anew_when_she_comes(pools):
    """What she changed where she was served is in the directory."""
    sara = await pools["north"].available("sarad@contoso.test")
    await pools.settle(LENE, "south")
    await sara.get(sara.person(LENE, "note"))
    lene = await pools["south"].available(LENE)
    await lene.post("me/note", {"message": "Moving"})
    await pools.settle(LENE, "north")
    lene = await pools["north"].available(LENE)

    assert "Moving" == (await lene.get("me/note")).property("message")
    assert 200 == (await sara.get("me")).status


async def test_a_pool_without_url_cannot_be_sent_to(tmp_path):
    north = await World.create(tmp_path, pool={"name": "north"}, server={"public_url": ""})
    south = await World.create(tmp_path, pool={"name": "south"})
    lene = await client_of(south, await north.person("lenea"))

    assert CLOSED == (await lene.create()).reason
    for world in (north, south):
        await world.close()


async def test_a_pool_that_is_alone_asks_nobody(world):
    assert world.server.dispatcher.whereabouts.settled


async def test_a_pool_that_is_closed_keeps_what_it_has(world):
    """``server.draining`` is for a while: nothing ends because of it."""
    lene = await world.available(await world.person("lenea"))
    whereabouts = world.server.dispatcher.whereabouts
    whereabouts.closed, whereabouts.settled = True, False
    assert CLOSED == (await lene.report()).reason
    await SqlPools(world.server.database).register("south", "", "", 1.0)
    await world.advance(5)
    assert CLOSED == (await lene.report()).reason

    whereabouts.closed, whereabouts.settled = False, True
    assert 204 == (await lene.report()).status


class Stored:
    """What is stored, for whoever asks."""

    def __init__(self, homes: Homes) -> None:
        self.found = homes

    async def homes(self) -> Homes:
        return self.found

    async def revision(self) -> int:
        return 1


def pool(name: str, url: str, backup: str, draining: bool) -> Pool:
    return Pool(name, url, backup, draining)


POOLS = st.fixed_dictionaries(
    {
        name: st.builds(
            pool,
            st.just(name),
            st.sampled_from([url_of(name), ""]),
            st.sampled_from(["", *NAMES]),
            st.booleans(),
        )
        for name in NAMES
    }
)


@given(POOLS, st.sampled_from([*NAMES, "nowhere"]), st.sampled_from(NAMES))
async def test_discovery_ends_wherever_it_begins(pools, home, start):
    """At the pool that takes what is asked after it, or at 410; after the root, in two hops."""
    stored = Stored(Homes(pools, {LENE: home}, "north"))
    at: dict[str, Whereabouts] = {}
    for name in NAMES:
        at[name] = Whereabouts(
            name=name,
            pools=cast("Any", stored),
            users=lambda: (),
            commit=cast("Commit", None),
            forget=lambda _: None,
        )
        await at[name].recheck(100.0)

    name = start
    with suppress(Refused):  # CannotRedirect
        for _ in range(2):
            name = _name_of(await at[name].elsewhere("", 100.0), name)
            name = _name_of(await at[name].elsewhere(LENE, 100.0), name)
        assert at[name].refusal(LENE) is None
        assert "" == await at[name].elsewhere(LENE, 100.0)


def _name_of(url: str, here: str) -> str:
    return url.removeprefix("https://").partition(".")[0] or here
