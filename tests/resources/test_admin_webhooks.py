"""Webhooks as administrators register them."""

from __future__ import annotations

import pytest

from administrators import BOSS, LENE, acts, administrator, embedded
from openucwa.resources import admin_webhooks
from world import JSON, XML

HOOKS, URL = "/admin/webhooks", "https://bot.example.com/in?key=hush"


@pytest.fixture(params=[JSON, XML])
async def boss(world, request):
    await world.person("lenea")
    return await administrator(world, request.param)


@pytest.mark.one_process
async def test_a_secret_is_shown_once_and_messages_go_out_at_once(world, boss):
    team = await world.distribution_group("Team", LENE)
    made = await boss.post(HOOKS, {"url": URL, "subjects": [f"sip:{LENE}", team]})
    secret = made.property("secret")

    assert (201, "whsec_") == (made.status, secret[:6])
    assert "no-store" in made.all("Cache-Control")
    [outlet] = world.server.webhook_watch.reports.outlets()
    assert (URL, True) == (outlet.webhook.url, outlet.wants(LENE))
    assert not outlet.wants(BOSS)
    shown = await boss.get(made.header("Location"))
    assert [URL, sorted([LENE, team])] == [shown.property(name) for name in ("url", "subjects")]
    [listed] = embedded(await boss.get(HOOKS), "adminWebhook")
    assert "secret" not in listed
    log = await boss.get("/admin/audit")
    for hidden in (secret, "hush"):
        assert hidden.encode() not in log.body


@pytest.mark.one_process
async def test_a_webhook_is_removed(world, boss):
    made = await boss.post(HOOKS, {"url": URL, "everybody": "true"})
    href = made.header("Location")
    assert 204 == (await boss.delete(href)).status

    assert [] == world.server.webhook_watch.reports.outlets()
    assert 404 == (await boss.delete(href)).status
    assert 404 == (await boss.get(href)).status
    assert [
        (BOSS, "webhook.remove", "bot.example.com", "Done"),
        (BOSS, "webhook.add", "bot.example.com", "Done"),
    ] == await acts(boss)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"url": "http://bot.example.com/"}, "url"),
        ({"url": "https://127.0.0.1/"}, "url"),
        ({"url": "https://a:b@bot.example.com/"}, "url"),
        ({"url": "https://bot.example.com:99999/"}, "url"),
        ({"url": "https://[::1/"}, "url"),
        ({"everybody": False}, "subjects"),
        ({"subjects": [LENE]}, "subjects"),
        ({"everybody": False, "subjects": ["nobody"]}, "subjects"),
        ({"everybody": False, "subjects": ["x@contoso.test"]}, "subjects"),
    ],
    ids=str,
)
async def test_the_same_is_refused_as_on_the_command_line(boss, wrong, named):
    reply = await boss.post(HOOKS, {"url": URL, "everybody": True} | wrong)

    assert (400, [named]) == (reply.status, reply.bad)
    assert [] == embedded(await boss.get(HOOKS), "adminWebhook")


async def test_there_may_be_so_many(boss, monkeypatch):
    monkeypatch.setattr(admin_webhooks, "MOST", 1)
    assert 201 == (await boss.post(HOOKS, {"url": URL, "everybody": True})).status

    assert (403, "Forbidden", "LimitExceeded") == (
        await boss.post(HOOKS, {"url": URL, "everybody": True})
    ).reason
