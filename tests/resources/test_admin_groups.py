"""Distribution groups as administrators look after them."""

from __future__ import annotations

import pytest

from administrators import BOSS, LENE, SARA, acts, administrator, embedded
from world import DOMAIN, JSON, XML

GROUPS = "/admin/groups"
TEAM = f"team@{DOMAIN}"


@pytest.fixture(params=[JSON, XML])
async def boss(world, request):
    for user in ("lenea", "sarad"):
        await world.person(user)
    return await administrator(world, request.param)


async def members(boss, query=""):
    found = embedded(await boss.get(f"{GROUPS}/{TEAM}/members{query}"), "adminMember")
    return [one["address"] for one in found]


async def make(boss, *inside, **more):
    body = {"address": TEAM, "name": "Team", "members": list(inside), **more}
    reply = await boss.post(GROUPS, body)
    assert reply.status == 201, reply.body
    return reply


async def test_a_group_is_made_and_found_at_once(world, boss):
    reply = await make(boss, LENE, f"sip:{SARA}", LENE, hidden=True)

    assert f"{GROUPS}/{TEAM}" == reply.header("Location")
    shown = await boss.get(f"{GROUPS}/{TEAM}")
    assert ("Team", "2", "True") == tuple(
        str(shown.property(name)) for name in ("name", "memberCount", "hidden")
    )
    assert [LENE, SARA] == await members(boss)
    client = await world.client(BOSS)
    found = await client.get("people/search?query=team", {"Accept": JSON})
    assert [TEAM] == [one["uri"] for one in found.tree["_embedded"]["distributionGroup"]]


async def test_groups_and_members_come_in_pages(world, boss):
    for number in range(3):
        await world.distribution_group(f"G{number}", LENE, SARA, BOSS)
    found, href = [], f"{GROUPS}?limit=2"
    while href:
        reply = await boss.get(href)
        found += [(one["name"], one["memberCount"]) for one in embedded(reply, "adminGroup")]
        href = reply.hrefs.get("next")
    inside, href = [], f"{GROUPS}/g0@{DOMAIN}/members?limit=2"
    while href:
        reply = await boss.get(href)
        inside += [one["address"] for one in embedded(reply, "adminMember")]
        href = reply.hrefs.get("next")

    assert [("G0", "3"), ("G1", "3"), ("G2", "3")] == found
    assert sorted([BOSS, LENE, SARA]) == inside


async def test_members_are_people_groups_and_strangers(world, boss):
    inner = await world.distribution_group("Inner", LENE)
    await world.distribution_group("Team", LENE, inner, "x@elsewhere.test")
    found = embedded(await boss.get(f"{GROUPS}/{TEAM}/members"), "adminMember")

    assert [("Group", "Inner"), ("Person", "Lenea"), ("Stranger", "")] == [
        (one["kind"], one["name"]) for one in found
    ]
    assert [{"adminGroup"}, {"adminPerson"}, set()] == [one["links"] for one in found]
    assert [200] * 3 == [(await boss.get(one["self"])).status for one in found]
    assert 404 == (await boss.get(f"{GROUPS}/{TEAM}/members/{SARA}")).status


async def test_what_is_given_of_a_group_changes(boss):
    await make(boss, LENE)
    changed = await boss.post(f"{GROUPS}/{TEAM}", {"name": "The Team", "hidden": True})
    assert ("The Team", "1") == (changed.property("name"), str(changed.property("memberCount")))
    added = await boss.post(f"{GROUPS}/{TEAM}", {"add": [SARA, BOSS], "remove": [LENE, "x@y.z"]})
    assert ("The Team", "True") == (added.property("name"), str(added.property("hidden")))
    assert sorted([BOSS, SARA]) == await members(boss)
    assert 200 == (await boss.post(f"{GROUPS}/{TEAM}", {"members": [LENE]})).status

    assert [LENE] == await members(boss)
    details = [one["details"] for one in embedded(await boss.get("/admin/audit"), "adminAct")]
    assert [
        ["members 1"],
        [f"added {SARA}, {BOSS}", f"removed {LENE}, x@y.z"],
        ["name The Team", "hidden"],
        [],
    ] == details


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"address": "team"}, "address"),
        ({"name": ""}, "name"),
        ({"name": " "}, "name"),
        ({"members": ["nobody@contoso.test"]}, "members"),
        ({"members": ["nobody"]}, "members"),
        ({"hidden": "perhaps"}, "hidden"),
    ],
    ids=str,
)
async def test_what_is_no_group_is_refused(boss, wrong, named):
    reply = await boss.post(GROUPS, {"address": TEAM, "name": "Team"} | wrong)

    assert (400, [named]) == (reply.status, reply.bad)
    assert 404 == (await boss.get(f"{GROUPS}/{TEAM}")).status


@pytest.mark.parametrize("where", ["add", "members"])
async def test_nobody_who_is_unknown_is_put_in(boss, where):
    await make(boss, LENE)
    reply = await boss.post(f"{GROUPS}/{TEAM}", {where: [SARA, "x@y.z"], "name": "Other"})

    assert (400, [where]) == (reply.status, reply.bad)
    assert [LENE] == await members(boss)
    assert "Team" == (await boss.get(f"{GROUPS}/{TEAM}")).property("name")


async def test_nobody_makes_a_group_twice_or_with_a_persons_address(boss):
    await make(boss)
    for address in (TEAM, LENE):
        reply = await boss.post(GROUPS, {"address": address, "name": "Again"})
        assert (409, "Conflict", "AlreadyExists") == reply.reason


async def test_a_group_is_removed(boss):
    await make(boss, LENE)
    assert 204 == (await boss.delete(f"{GROUPS}/{TEAM}")).status

    for reply in (
        await boss.get(f"{GROUPS}/{TEAM}"),
        await boss.get(f"{GROUPS}/{TEAM}/members"),
        await boss.delete(f"{GROUPS}/{TEAM}"),
        await boss.post(f"{GROUPS}/{TEAM}", {"name": "x"}),
    ):
        assert 404 == reply.status
    assert (BOSS, "group.remove", TEAM, "Done") in await acts(boss)
