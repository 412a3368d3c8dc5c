"""The audit log as administrators read it."""

from __future__ import annotations

import pytest

from administrators import BOSS, LENE, SARA, acts, administrator, embedded
from world import JSON, XML

AUDIT = "/admin/audit"


@pytest.fixture(params=[JSON, XML])
async def boss(world, request):
    for user in ("lenea", "sarad"):
        await world.person(user)
    return await administrator(world, request.param)


async def test_the_newest_comes_first_in_pages(boss):
    done = [(verb, who) for who in (LENE, SARA) for verb in ("disable", "enable")]
    for verb, who in done:
        assert 204 == (await boss.post(f"/admin/people/{who}/{verb}")).status
    found, href = [], f"{AUDIT}?limit=3"
    while href:
        reply = await boss.get(href)
        found += [(one["act"], one["about"]) for one in embedded(reply, "adminAct")]
        href = reply.hrefs.get("next")

    assert [(f"person.{verb}", who) for verb, who in reversed(done)] == found


async def test_of_one_person_alone(boss):
    for who in (LENE, SARA, LENE):
        await boss.post(f"/admin/people/{who}/disable")
    first = await boss.get(f"{AUDIT}?person=sip:{LENE}&limit=1")

    assert [LENE] == [one["about"] for one in embedded(first, "adminAct")]
    second = await boss.get(first.hrefs["next"])
    assert [LENE] == [one["about"] for one in embedded(second, "adminAct")]
    assert "next" not in second.hrefs
    assert 3 == len(await acts(boss, f"?person={BOSS}"))
    assert [] == await acts(boss, "?person=nobody")


async def test_each_is_found_by_its_number(boss):
    await boss.post(f"/admin/people/{LENE}/disable")
    [one] = embedded(await boss.get(AUDIT), "adminAct")
    shown = await boss.get(one["self"])

    assert (BOSS, "person.disable", "Done") == tuple(
        map(shown.property, ("actor", "act", "outcome"))
    )
    for number in ("0", "99", str(2**31), str(2**60), "x", "-1"):
        assert 404 == (await boss.get(f"{AUDIT}/{number}")).status


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "before=-1", "before=99999999999"])
async def test_limits(boss, query):
    assert [query.partition("=")[0]] == (await boss.get(f"{AUDIT}?{query}")).bad
