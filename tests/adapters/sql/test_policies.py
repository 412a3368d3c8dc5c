"""Policies: everybody's, a person's own, and how a server notices a change."""

from __future__ import annotations

import pytest

from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.policies import SqlPolicies
from openucwa.adapters.sql.store import SqlStore
from openucwa.domain.people import Person
from openucwa.domain.ports import EVERYBODY

LENE, SARA = "lenea@contoso.test", "sarad@contoso.test"


@pytest.fixture
async def policies(place):
    database = await Database.open(place)
    await SqlStore(database).add([(Person(LENE, f"sip:{LENE}", "Lene"), "")])
    yield SqlPolicies(database)
    await database.close()


async def test_ones_own_policies_win_over_everybodys(policies):
    await policies.set(EVERYBODY, "chat", "on")
    await policies.set(EVERYBODY, "video", "off")
    await policies.set(LENE, "video", "on")

    assert {"chat": "on", "video": "on"} == await policies.policies(LENE)
    assert {"chat": "on", "video": "off"} == await policies.policies(SARA)


async def test_a_value_replaces_the_one_before(policies):
    await policies.set(LENE, "video", "on")
    await policies.set(LENE, "video", "off")

    assert {LENE: {"video": "off"}} == await policies.everything()


async def test_what_is_unset_is_gone(policies):
    await policies.set(EVERYBODY, "video", "off")
    await policies.set(LENE, "video", "on")

    assert await policies.unset(LENE, "video")
    assert not await policies.unset(LENE, "video")
    assert {EVERYBODY: {"video": "off"}} == await policies.everything()


async def test_nobody_unknown_has_policies(policies):
    before = await policies.revision()
    with pytest.raises(KeyError, match=SARA):
        await policies.set(SARA, "video", "on")

    assert (before, {}) == (await policies.revision(), await policies.everything())


async def test_every_change_makes_another_revision(policies):
    seen = [await policies.revision()]
    for change in (
        policies.set(LENE, "video", "on"),
        policies.set(LENE, "video", "off"),
        policies.unset(LENE, "video"),
    ):
        await change
        seen.append(await policies.revision())

    assert len(seen) == len(set(seen))
    assert {} == await policies.everything()
