"""Callbacks and webhooks in SQL."""

from __future__ import annotations

import pytest

from openucwa.adapters.sql.database import Database
from openucwa.adapters.sql.groups import SqlGroups
from openucwa.adapters.sql.store import SqlStore
from openucwa.adapters.sql.webhooks import SqlWebhooks, Taken
from openucwa.domain.people import DistributionGroup, Person
from openucwa.domain.webhooks import MARK

LENE, TEAM = "lenea@contoso.test", "team@contoso.test"
URL = "https://bot.test/"


@pytest.fixture
async def database(place):
    opened = await Database.open(place)
    yield opened
    await opened.close()


@pytest.fixture
async def hooks(database):
    await SqlStore(database).add([(Person(LENE, f"sip:{LENE}", "Lene"), "")])
    await SqlGroups(database).keep({DistributionGroup(TEAM, "Team"): [LENE]})
    return SqlWebhooks(database)


async def test_what_is_added_is_there_until_it_is_removed(hooks):
    callback = await hooks.add_callback(URL, "bot/1", LENE)
    webhook = await hooks.add_webhook(URL, [TEAM, LENE, LENE])
    everybody = await hooks.add_webhook(URL, everybody=True)

    assert [callback] == await hooks.callbacks()
    assert sorted([webhook, everybody], key=lambda one: one.id) == await hooks.webhooks()
    assert (LENE, TEAM) == webhook.subjects
    assert 4 == len({callback.id, webhook.id, everybody.id, callback.secret})
    for one in (callback, webhook, everybody):
        await hooks.remove(one)
    assert ([], []) == (await hooks.callbacks(), await hooks.webhooks())


async def test_every_change_makes_a_new_revision(hooks):
    seen = [await hooks.revision()]
    callback = await hooks.add_callback(URL, "bot/1")
    seen.append(await hooks.revision())
    webhook = await hooks.add_webhook(URL, [LENE])
    seen.append(await hooks.revision())
    await hooks.rotate(webhook, 5.0)
    seen.append(await hooks.revision())
    await hooks.remove(callback)
    seen.append(await hooks.revision())

    assert sorted(set(seen)) == seen


async def test_a_new_secret_stands_beside_the_one_before(hooks):
    made = await hooks.add_callback(URL, "bot/1")
    secret = await hooks.rotate(made, 5.0)
    [after] = await hooks.callbacks()

    assert (secret, made.secret) == after.secrets(6.0)
    assert secret.startswith(MARK)


async def test_an_application_has_one_callback_and_perhaps_one_for_a_person(hooks):
    made = await hooks.add_callback(URL, "bot/1")
    await hooks.add_callback(URL, "bot/1", LENE)
    await hooks.add_callback(URL, "bot/2")

    with pytest.raises(Taken, match=made.id):
        await hooks.add_callback("https://other.test/", "bot/1")
    assert 3 == len(await hooks.callbacks())


async def test_who_is_unknown_is_refused_and_nothing_is_kept(hooks):
    with pytest.raises(KeyError, match=r"nobody@contoso\.test"):
        await hooks.add_callback(URL, "bot/1", "nobody@contoso.test")
    with pytest.raises(KeyError, match=r"nobody@contoso\.test"):
        await hooks.add_webhook(URL, [LENE, "nobody@contoso.test"])

    assert ([], []) == (await hooks.callbacks(), await hooks.webhooks())


async def test_who_is_removed_is_named_nowhere(hooks, database):
    await hooks.add_callback(URL, "bot/1", LENE)
    await hooks.add_webhook(URL, [LENE, TEAM])
    await SqlStore(database).remove(LENE)
    await SqlGroups(database).remove(TEAM)

    assert [] == await hooks.callbacks()
    assert [()] == [one.subjects for one in await hooks.webhooks()]
