"""What webhooks are told of people: changes of what others see, and nothing else."""

from __future__ import annotations

import json

import pytest

from openucwa.adapters.sql.registry import SqlRegistry
from openucwa.adapters.sql.webhooks import SqlWebhooks
from openucwa.app.webhooks import message
from openucwa.domain.webhooks import Report
from world import World

URL = "https://bot.test/"


async def register(world, *subjects, everybody=False):
    hooks = SqlWebhooks(world.server.database)
    made = await hooks.add_webhook(URL, subjects, everybody=everybody)
    await world.advance(11)
    return made


def taken(world, at=0):
    """Return what waits for a webhook, as (who, availability, note), and take it."""
    outlet = world.server.webhook_watch.reports.outlets()[at]
    waiting = outlet.outbox.take(1000)
    changes = json.loads(message(waiting))["changes"]
    return [(one["address"], one["availability"], one.get("note")) for one in changes]


async def test_changes_are_reported_and_heartbeats_are_not(world):
    lene = await world.person("lenea")
    await register(world, lene)
    client = await world.available(lene)
    assert [(lene, "Online", None)] == taken(world)

    for _ in range(5):
        await world.advance(60)
        await client.report()
    assert [] == taken(world)
    await world.advance(300)
    assert [(lene, "IdleOnline", None)] == taken(world)
    await client.report()
    await client.post("me/note", {"message": "news"})
    assert [(lene, "Online", "news")] == taken(world), "the latest wins"
    await client.delete()
    assert [(lene, "Offline", "news")] == taken(world)


async def test_only_those_are_reported_that_it_is_for(world):
    lene, toni, sara = [await world.person(user) for user in ("lenea", "toni", "sara")]
    team = await world.distribution_group("team", toni)
    await register(world, lene, team)
    await register(world, everybody=True)
    for address in (lene, toni, sara):
        await world.available(address)
    found = {len(taken(world, at)) for at in range(2)}

    assert {2, 3} == found


async def test_members_of_groups_come_and_go(world):
    lene, toni = await world.person("lenea"), await world.person("toni")
    team = await world.distribution_group("team", lene)
    await register(world, team)
    await world.distribution_group("team", toni)
    await world.advance(11)
    await world.available(lene)
    await world.available(toni)

    assert [(toni, "Online", None)] == taken(world)


async def test_a_new_webhook_is_told_of_those_who_are_there(world):
    lene, toni = await world.person("lenea"), await world.person("toni")
    await world.available(lene)
    await world.available(toni)
    await register(world, lene)

    assert [(lene, "Online", None)] == taken(world)


async def test_numbers_grow_over_restarts_and_everybody_is_reported_anew(tmp_path):
    world = await World.create(tmp_path, durable=True)
    world.server.live.journal.start()
    lene = await world.person("lenea")
    await register(world, lene)
    client = await world.available(lene)
    await client.post("me/note", {"message": "news"})
    outlet = world.server.webhook_watch.reports.outlets()[0]
    [before] = outlet.outbox.take(1)
    await world.advance(1)
    await world.close()

    again = await World.create(tmp_path, durable=True, at=world.clock.now())
    outlet = again.server.webhook_watch.reports.outlets()[0]
    [after] = outlet.outbox.take(1)
    await again.close()

    assert before.number < after.number
    assert before[2:][1:] == after[2:][1:]


async def test_what_does_not_fit_is_dropped_and_counted(tmp_path):
    world = await World.create(tmp_path, webhooks={"queue_limit": 2})
    await register(world, everybody=True)
    people = [await world.person(user) for user in ("one", "two", "three")]
    for address in people:
        await world.available(address)

    assert [(address, "Online", None) for address in people[1:]] == taken(world)
    assert 1 == world.server.meters.webhooks["presence", "dropped"]
    await world.close()


async def test_who_is_removed_is_reported_offline_and_then_no_more(world):
    lene = await world.person("lenea")
    await register(world, lene)
    await world.available(lene)
    taken(world)
    await SqlRegistry(world.server.database).remove(lene)
    await world.advance(11)

    assert [] == [one for one in taken(world) if one != (lene, "Offline", None)]
    [webhook] = await SqlWebhooks(world.server.database).webhooks()
    assert () == webhook.subjects


async def test_a_webhook_that_is_removed_is_told_nothing_more(world):
    made = await register(world, everybody=True)
    reports, woken = world.server.webhook_watch.reports, []
    [outlet] = reports.outlets()
    reports.wake = woken.append
    assert made == reports.target(outlet)
    await SqlWebhooks(world.server.database).remove(made)
    await world.advance(11)

    assert [outlet] == woken, "who carries for it is woken to find that it is over"
    assert reports.target(outlet) is None
    assert 0 == len(reports)


async def test_a_new_secret_is_used_without_anything_being_told_again(world):
    lene = await world.person("lenea")
    made = await register(world, everybody=True)
    await world.available(lene)
    taken(world)
    secret = await SqlWebhooks(world.server.database).rotate(made, world.clock.now())
    await world.advance(11)
    [outlet] = world.server.webhook_watch.reports.outlets()

    assert (secret, made.secret) == outlet.webhook.secrets(world.clock.now())
    assert [] == taken(world)


@pytest.mark.parametrize(
    ("report", "written"),
    [
        (
            Report("a@b", 7, 1_790_000_000.25, "Away", "off-work", "x", "here"),
            b'"availability":"Away","activity":"off-work","note":"x","location":"here"',
        ),
        (
            Report("a@b", 7, 1_790_000_000.25, "Online", None, None, None),
            b'"availability":"Online"',
        ),
    ],
)
def test_what_there_is_not_is_not_written(report, written):
    head = b'{"changes":[{"address":"a@b","number":7,"since":"2026-09-21T14:13:20.250Z",'

    assert head + written + b"}]}" == message([report])
