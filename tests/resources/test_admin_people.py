"""People as administrators look after them."""

from __future__ import annotations

import logging

import pytest

from administrators import BOSS, LENE, SARA, acts, administrator, embedded
from openucwa.resources.admin_people import COLUMNS
from world import DOMAIN, JSON, PASSWORD, XML, Client

both = pytest.mark.parametrize("accept", [JSON, XML])
PEOPLE = "/admin/people"
NEW = f"new@{DOMAIN}"


@pytest.fixture(params=[JSON, XML])
async def boss(world, request):
    return await administrator(world, request.param)


async def signed_in(world, address, password):
    """Tell whether somebody can sign in with a password."""
    body = f"grant_type=password&username={address}&password={password}"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    return (await world.ask("POST", "/WebTicket/oauthtoken", body, form)).status == 200


async def test_people_come_by_address_in_pages(world, boss):
    for number in range(5):
        await world.person(f"p{number}", f"Person {number}")
    found, href = [], f"{PEOPLE}?limit=2"
    while href:
        reply = await boss.get(href)
        found += [one["address"] for one in embedded(reply, "adminPerson")]
        assert ("next" in reply.links()) == (reply.property("more") in (True, "True"))
        href = reply.hrefs.get("next")

    assert [BOSS, *(f"p{number}@{DOMAIN}" for number in range(5))] == found


async def test_people_are_found_in_pages(world, boss):
    for number in range(5):
        await world.person(f"p{number}", f"Ann {number}")
    await world.person("lenea")
    found, href = [], f"{PEOPLE}?query=ann&limit=2"
    while href:
        reply = await boss.get(href)
        found += [one["name"] for one in embedded(reply, "adminPerson")]
        href = reply.hrefs.get("next")

    assert [f"Ann {number}" for number in range(5)] == found
    assert [] == embedded(await boss.get(f"{PEOPLE}?query=%00%2b"), "adminPerson")


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "limit=x", "limit=1e9"])
async def test_pages_have_limits(boss, query):
    reply = await boss.get(f"{PEOPLE}?{query}")

    assert (400, ["limit"]) == (reply.status, reply.bad)


async def test_a_person_is_added_and_found_at_once(world, boss):
    card = {"address": f"sip:New@{DOMAIN}", "name": " New  One ", "title": "Boss"}
    more = {"emailAddresses": [NEW, "n@x.test"], "workPhoneNumber": "+45 33 12 34 56"}
    reply = await boss.post(PEOPLE, card | more | {"password": "a good one"})

    assert (201, f"{PEOPLE}/{NEW}", None) == (
        reply.status,
        reply.header("Location"),
        reply.property("password"),
    )
    shown = await boss.get(f"{PEOPLE}/{NEW}")
    assert ("New One", "Boss", f"sip:New@{DOMAIN}", "tel:+4533123456") == tuple(
        map(shown.property, ("name", "title", "uri", "workPhoneNumber"))
    )
    assert [NEW, "n@x.test"] == shown.property("emailAddresses")
    assert await signed_in(world, NEW, "a good one")
    client = await world.client(BOSS)
    assert 200 == (await client.get(client.person(NEW))).status


async def test_a_password_that_is_made_is_shown_once_and_never_logged(world, boss, caplog):
    with caplog.at_level(logging.DEBUG, "openucwa"):
        made = await boss.post(PEOPLE, {"address": NEW, "name": "New"})
        again = await boss.post(f"{PEOPLE}/{NEW}/setPassword", {})
    first, second = made.property("password"), again.property("password")

    for reply in (made, again):
        assert "no-store" in reply.all("Cache-Control")
    assert not await signed_in(world, NEW, first)
    assert await signed_in(world, NEW, second)
    for secret in (first, second):
        assert len(secret) >= 20
        for href in (f"{PEOPLE}/{NEW}", PEOPLE, "/admin/audit"):
            assert secret.encode() not in (await boss.get(href)).body
        assert secret not in caplog.text


async def test_a_password_is_replaced_and_its_tokens_end_at_once(world, boss):
    await world.person("lenea")
    client = await world.client(LENE)
    reply = await boss.post(f"{PEOPLE}/{LENE}/setPassword", {"password": "another one"})

    assert (200, None) == (reply.status, reply.property("password"))
    assert not await signed_in(world, LENE, PASSWORD)
    assert await signed_in(world, LENE, "another one")
    assert 401 == (await client.get("me")).status
    assert (BOSS, "person.password", LENE, "Done") == (await acts(boss))[0]


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"address": "nobody"}, "address"),
        ({"address": "a b@c"}, "address"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 257}, "name"),
        ({"name": None}, "name"),
        ({"title": "a\u0085b\u009f"}, "title"),
        ({"emailAddresses": ["x"] * 21}, "emailAddresses"),
        ({"manager": "nobody"}, "manager"),
        ({"password": "short"}, "password"),
        ({"password": "x" * 257}, "password"),
    ],
    ids=str,
)
async def test_what_is_no_card_is_refused(world, boss, wrong, named):
    reply = await boss.post(PEOPLE, {"address": NEW, "name": "New"} | wrong)

    assert (400, [named]) == (reply.status, reply.bad)
    assert await world.server.store.account(NEW) is None


async def test_nobody_is_added_twice_and_no_person_has_the_address_of_a_group(world, boss):
    group = await world.distribution_group("Team", BOSS)
    for address in (BOSS, group):
        reply = await boss.post(PEOPLE, {"address": address, "name": "Again"})
        assert (409, "Conflict", "AlreadyExists") == reply.reason


async def test_of_a_card_only_what_is_given_changes(world, boss):
    await world.person("lenea", "Lene", title="Head", office="1", emails=("a@b.test",))
    reply = await boss.post(f"{PEOPLE}/{LENE}", {"title": "", "department": "Support"})

    assert (200, "Support", "1") == (
        reply.status,
        reply.property("department"),
        reply.property("office"),
    )
    assert not reply.property("title")
    assert ["a@b.test"] == reply.property("emailAddresses")
    client = await world.client(BOSS)
    assert "Support" == (await client.get(client.person(LENE))).property("department")
    [act] = embedded(await boss.get(f"/admin/audit?person={LENE}"), "adminAct")
    assert ("person.change", ["title", "department"]) == (act["act"], act["details"])


async def test_every_field_can_be_changed(world, boss):
    await world.person("lenea")
    for wire in COLUMNS.values():
        value = {"emailAddresses": ["x@y.test"], "manager": BOSS}.get(wire, "Other")
        reply = await boss.post(f"{PEOPLE}/{LENE}", {wire: value})
        assert (200, value) == (reply.status, reply.property(wire))


async def test_a_name_cannot_be_taken_away(world, boss):
    await world.person("lenea")
    reply = await boss.post(f"{PEOPLE}/{LENE}", {"name": " "})

    assert (400, ["name"]) == (reply.status, reply.bad)


async def test_who_is_locked_out_is_so_at_once(world, boss):
    await world.person("lenea")
    client = await world.client(LENE)
    assert {"adminDisable"} <= (await boss.get(f"{PEOPLE}/{LENE}")).links()
    assert 204 == (await boss.post(f"{PEOPLE}/{LENE}/disable")).status

    shown = await boss.get(f"{PEOPLE}/{LENE}")
    assert shown.property("disabled") in (True, "True")
    assert {"adminEnable"} == shown.links() & {"adminEnable", "adminDisable"}
    assert 401 == (await client.get("me")).status
    assert not await signed_in(world, LENE, PASSWORD)
    assert 204 == (await boss.post(f"{PEOPLE}/{LENE}/enable")).status
    assert await signed_in(world, LENE, PASSWORD)


async def test_who_is_removed_is_gone_at_once(world, boss):
    await world.person("lenea")
    client, other = await world.available(LENE), await world.available(await world.person("sarad"))
    await other.watch(LENE)
    await client.news()
    waiting = await client.poll()
    assert 204 == (await boss.delete(f"{PEOPLE}/{LENE}")).status

    assert 404 == (await boss.get(f"{PEOPLE}/{LENE}")).status
    assert 404 == (await boss.delete(f"{PEOPLE}/{LENE}")).status
    await world.advance(11)
    assert 404 == waiting.reply.status
    assert LENE not in {user.address for node in world.nodes for user in node.live.users()}


async def test_nobody_can_lock_herself_out(world, boss):
    """Or demote or delete herself; she is not offered it, either."""
    own = f"{PEOPLE}/{BOSS}"
    assert {"adminSetPassword"} == (await boss.get(own)).links() & {
        *("adminSetPassword", "adminDisable", "adminEnable", "adminGrant", "adminRevoke")
    }
    replies = [
        await boss.post(f"{own}/disable"),
        await boss.post(f"{own}/revokeAdministrator"),
        await boss.delete(own),
    ]

    assert [(409, "Conflict", None)] * 3 == [reply.reason for reply in replies]
    assert 200 == (await boss.get("/admin")).status


async def test_whoever_is_unknown_is_not_found(boss):
    for path in ("", "/disable", "/enable", "/makeAdministrator", "/revokeAdministrator"):
        assert 404 == (await boss.post(f"{PEOPLE}/{SARA}{path}", {"title": "x"})).status
    assert 404 == (await boss.post(f"{PEOPLE}/{SARA}/setPassword", {})).status
    assert 404 == (await boss.get(f"{PEOPLE}/{SARA}")).status


async def test_roles_are_given_and_taken_away(world, boss):
    await world.person("lenea")
    other = Client(world, await world.token(LENE), boss.accept)
    assert 204 == (await boss.post(f"{PEOPLE}/{LENE}/makeAdministrator")).status
    assert {"adminRevoke"} <= (await other.get(f"{PEOPLE}/{BOSS}")).links()

    assert 204 == (await other.post(f"{PEOPLE}/{BOSS}/revokeAdministrator")).status
    assert 403 == (await boss.get("/admin")).status
    assert [
        (LENE, "administrator.revoke", BOSS, "Done"),
        (BOSS, "administrator.grant", LENE, "Done"),
    ] == await acts(other)
