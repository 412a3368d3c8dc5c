"""Policies as administrators set them."""

from __future__ import annotations

import pytest

from administrators import BOSS, LENE, SARA, acts, administrator, embedded
from openucwa.resources.policies import NAMES
from world import JSON, XML

ALL = "/admin/policies"
HERS = f"/admin/people/{LENE}/policies"


@pytest.fixture(params=[JSON, XML])
async def boss(world, request):
    await world.person("lenea")
    return await administrator(world, request.param)


async def listed(boss, href, name):
    rel = "adminPolicy" if href == ALL else "adminPersonPolicy"
    found = embedded(await boss.get(href), rel)
    assert set(NAMES) == {one["name"] for one in found}
    one = next(one for one in found if one["name"] == name)
    return one.get("value"), one["given"], one.get("otherwise")


async def test_what_holds_and_why(boss):
    """By default, for everybody, and for one person, each before the one before."""
    assert ("Enabled", "False", "Enabled") == await listed(boss, ALL, "emoticons")
    assert (None, "False", None) == await listed(boss, ALL, "retention")
    await boss.post(f"{ALL}/emoticons", {"value": "disabled"})
    assert ("Disabled", "True", "Enabled") == await listed(boss, ALL, "emoticons")
    assert ("Disabled", "False", "Disabled") == await listed(boss, HERS, "emoticons")
    await boss.post(f"{HERS}/Emoticons", {"value": "ENABLED"})
    assert ("Enabled", "True", "Disabled") == await listed(boss, HERS, "emoticons")
    assert 204 == (await boss.delete(f"{HERS}/emoticons")).status
    assert 204 == (await boss.delete(f"{ALL}/emoticons")).status
    assert 204 == (await boss.delete(f"{ALL}/emoticons")).status

    assert ("Enabled", "False", "Enabled") == await listed(boss, HERS, "emoticons")
    assert [
        (BOSS, "policy.reset", "everybody", "Done"),
        (BOSS, "policy.reset", LENE, "Done"),
        (BOSS, "policy.set", LENE, "Done"),
        (BOSS, "policy.set", "everybody", "Done"),
    ] == await acts(boss)


async def test_apps_are_told_at_once(world, boss):
    client = await world.available(LENE)
    await client.news()
    reply = await boss.post(f"{HERS}/photos", {"value": "Disabled"})

    assert 200 == reply.status
    assert [("policies", "updated", "policies")] == await client.news()
    assert "Disabled" == (await client.get("policies")).property("photos")


@pytest.mark.parametrize(
    ("name", "kind", "right", "wrong"),
    [
        ("emoticons", "Switch", "None", "Perhaps"),
        ("telephonyMode", "Text", "None", ""),
        ("loggingLevel", "Text", "All", "x\u0085"),
        ("retention", "Days", "30", "0"),
        ("retention", "Days", "36500", "36501"),
    ],
)
async def test_values_are_those_that_a_policy_may_have(boss, name, kind, right, wrong):
    shown = await boss.get(f"{ALL}/{name}")
    switch = ["None", "Disabled", "Enabled"] if kind == "Switch" else []
    assert (kind, switch) == (shown.property("kind"), shown.property("allowed") or [])
    refused = await boss.post(f"{ALL}/{name}", {"value": wrong})
    assert (400, ["value"]) == (refused.status, refused.bad)
    assert ["value"] == (await boss.post(f"{ALL}/{name}", {})).bad

    assert right == (await boss.post(f"{ALL}/{name}", {"value": right})).property("value")


async def test_what_is_unknown_is_not_found(boss):
    other = f"/admin/people/{SARA}/policies"
    for path in (f"{ALL}/nothing", f"{HERS}/nothing", f"{other}/emoticons"):
        assert 404 == (await boss.get(path)).status
        assert 404 == (await boss.post(path, {"value": "Enabled"})).status
        assert 404 == (await boss.delete(path)).status
    assert 404 == (await boss.get(other)).status
