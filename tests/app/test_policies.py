"""Changes of policies, as clients hear of them (R2.30)."""

from __future__ import annotations

import pytest

from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.policies import SqlPolicies
from openucwa.app.policies import RECHECK
from openucwa.domain.ports import EVERYBODY
from world import JSON, XML, World

UPDATED = [("policies", "updated", "policies")]


@pytest.fixture
async def policies(world):
    """The database, as the command line changes it beside the server."""
    await world.advance(RECHECK)
    return world.server.dispatcher.services.policies


@pytest.mark.parametrize("accept", [JSON, XML])
async def test_everybody_hears_of_a_policy_for_all(world, policies, accept):
    """In lurker mode, too."""
    lene = await world.client(await world.person("lenea"), accept)
    sara = await world.available(await world.person("sarad"), accept)
    await sara.package()
    await policies.set(EVERYBODY, "photos", "Disabled")
    await world.advance(RECHECK)

    assert UPDATED == (await lene.package()).events() == (await sara.package()).events()
    assert "Disabled" == (await lene.get("policies")).property("photos")


async def test_only_the_person_concerned_hears_of_her_own(world, policies):
    lene = await world.client(await world.person("lenea"))
    sara = await world.client(await world.person("sarad"))
    await policies.set("lenea@contoso.test", "photos", "Disabled")
    await world.advance(RECHECK)
    assert UPDATED == (await lene.package()).events()
    assert [] == (await sara.package(60)).events()

    await policies.unset("lenea@contoso.test", "photos")
    await world.advance(RECHECK)
    assert UPDATED == (await lene.package()).events()


async def test_nobody_hears_of_what_stays_the_same(world, policies):
    lene = await world.client(await world.person("lenea"))
    await policies.set(EVERYBODY, "photos", "Disabled")
    await policies.unset(EVERYBODY, "photos")
    await world.advance(RECHECK)

    assert [] == (await lene.package(60)).events()


async def test_what_was_set_before_the_server_started_is_no_news(tmp_path):
    database = await Database.open(tmp_path)
    await SqlPolicies(database).set(EVERYBODY, "photos", "Disabled")
    await database.close()
    world = await World.create(tmp_path)
    lene = await world.client(await world.person("lenea"))
    await world.advance(RECHECK)

    assert [] == (await lene.package(60)).events()
    await world.close()
