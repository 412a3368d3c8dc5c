"""Who may use the operators' API, and what nobody can do with it."""

from __future__ import annotations

import json

import pytest

from administrators import BOSS, LENE, SARA, acts, administrator
from openucwa.app.auth import RECHECK
from openucwa.domain.administration import DONE, Act
from openucwa.hyper.catalogue import Catalogue
from openucwa.hyper.declare import Link, Scope
from openucwa.resources import CHAPTERS
from world import JSON, XML, Client

both = pytest.mark.parametrize("accept", [JSON, XML])
SPECS = [spec for spec in Catalogue(CHAPTERS) if spec.administrative]
OPERATIONS = [(spec, method) for spec in SPECS for method in spec.operations]
HERE = {
    "person": LENE,
    "group": f"all@{LENE.partition('@')[2]}",
    "member": LENE,
    "policy": "emoticons",
    "session": "123",
    "pool": "main",
    "webhook": "0a",
    "act": "1",
}


@both
async def test_whoever_may_use_it_begins_here(world, accept):
    boss = await administrator(world, accept)
    reply = await boss.get("/admin")

    assert (200, BOSS, "Boss", "main") == (
        reply.status,
        *map(reply.property, ("address", "name", "pool")),
    )
    assert {link.rel for link in SPECS[0].links} == reply.links()
    for href in reply.hrefs.values():
        assert 200 == (await boss.get(href)).status, href


@both
@pytest.mark.parametrize("who", ["person", "guest", "some scopes"])
async def test_nobody_else_may_do_anything(world, accept, who):
    """Whatever is asked for, and whether it is there or not; nothing is stored of it."""
    await world.person("lenea")
    boss = await administrator(world, accept)
    if who == "guest":
        token = world.guest_token()
    elif who == "person":
        token = await world.token(LENE)
    else:
        token = await world.token(BOSS, " ".join(list(Scope)[1:]))
    client = Client(world, token, accept)
    replies = {
        (spec.rel, method): await client.send(method, spec.at.format_map(HERE), {"value": "x"})
        for spec, method in OPERATIONS
    }

    assert {(403, "Forbidden", None)} == {reply.reason for reply in replies.values()}
    assert [] == await acts(boss)
    counted = ("adminSetPassword", "POST", 403)
    assert 1 == sum(node.meters.requests[counted] for node in world.nodes)


async def test_without_a_token_it_says_where_to_get_one(world):
    statuses = {
        (await world.ask(method, spec.at.format_map(HERE))).status for spec, method in OPERATIONS
    }

    assert {401} == statuses


async def test_a_role_that_is_taken_away_ends_within_seconds(world):
    boss = await administrator(world)
    assert 200 == (await boss.get("/admin")).status
    await world.server.store.set_admin(BOSS, admin=False)
    await world.advance(RECHECK)

    assert 403 == (await boss.get("/admin")).status
    await world.server.store.set_admin(BOSS, admin=True)
    await world.advance(RECHECK)
    assert 200 == (await boss.get("/admin")).status


@both
async def test_a_role_that_an_administrator_gives_or_takes_away_counts_at_once(world, accept):
    boss = await administrator(world, accept)
    other = Client(world, await world.token(await world.person("lenea")), accept)
    assert 403 == (await other.get("/admin")).status

    assert 204 == (await boss.post(f"/admin/people/{LENE}/makeAdministrator")).status
    assert 200 == (await other.get("/admin")).status
    assert 204 == (await boss.post(f"/admin/people/{LENE}/revokeAdministrator")).status
    assert 403 == (await other.get("/admin")).status


@both
async def test_it_is_no_part_of_applications_and_batches(world, accept):
    """Apps see no link to it, and a batch cannot reach it."""
    await administrator(world)
    client = await world.available(BOSS, accept)

    assert b"/admin" not in (await client.get("")).body
    part = "GET /admin HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\n\r\n"
    body = f"--b\r\nContent-Type: application/http; msgtype=request\r\n\r\n{part}\r\n--b--\r\n"
    kind = {"Content-Type": "multipart/batching; boundary=b"}
    assert b"HTTP/1.1 404" in (await client.post("batch", body, kind)).body


UNREADABLE = [b"rubbish", b"[]", b"1", b'{"a":' * 10_000, b"\x00", b"<input>", b"\xff\xfe"]


@both
async def test_what_cannot_be_read_changes_nothing(world, accept):
    await world.person("lenea")
    boss = await administrator(world, accept)
    before = await world.server.store.everyone()
    wrong = []
    for spec, method in OPERATIONS:
        operation = spec.operations[method]
        if method != "POST" or operation.given is None:
            continue
        for body in UNREADABLE:
            reply = await boss.post(spec.at.format_map(HERE), body, {"Content-Type": accept})
            if reply.status not in (400, 404, 415):
                wrong.append((spec.rel, body[:10], reply.status))

    assert [] == wrong
    assert before == await world.server.store.everyone()


@pytest.mark.parametrize("value", [{}, 17, [{"a": 1}], "x" * 3000, True], ids=repr)
async def test_wrong_types_are_named(world, value):
    """For each parameter of each operation: 400 that names it, or it fits."""
    await world.person("lenea")
    boss = await administrator(world)
    wrong = []
    for spec, method in OPERATIONS:
        given = spec.operations[method].given
        if given is None:
            continue
        for name in given.__struct_encode_fields__:
            path = spec.at.format_map(HERE)
            if method == "GET":
                reply = await boss.get(f"{path}?{name}={json.dumps(value)}".replace(" ", ""))
            else:
                reply = await boss.post(path, {name: value})
            if reply.status >= 500 or (reply.status == 400 and not reply.bad):
                wrong.append((spec.rel, name, reply.status))

    assert [] == wrong


@pytest.mark.parametrize("text", ["%00", "%ff", "..%2f", "a" * 5000, "'", "%ud800", "*"])
async def test_odd_paths_lead_nowhere(world, text):
    boss = await administrator(world)
    wrong = []
    for spec, method in OPERATIONS:
        if "{" not in spec.at:
            continue
        path = spec.at.format_map(dict.fromkeys(HERE, text))
        reply = await boss.send(method, path, {"value": "Enabled", "name": "x"})
        if reply.status not in (400, 404):
            wrong.append((spec.rel, method, reply.status))

    assert [] == wrong


@both
async def test_other_verbs_are_refused(world, accept):
    boss = await administrator(world, accept)
    for spec in SPECS:
        for method in {"GET", "POST", "DELETE", "PUT"} - spec.operations.keys():
            reply = await boss.send(method, spec.at.format_map(HERE))
            assert (405, spec.allow) == (reply.status, reply.header("Allow"))


def test_every_rel_is_its_own():
    """None is, or may become, one of UCWA's; links lead to what is only for administrators."""
    assert [] == [spec.rel for spec in SPECS if not spec.rel.startswith("admin")]
    for spec in SPECS:
        assert ["Forbidden"] == [condition.refusal for condition in spec.requires]
        targets = {link.to or link.rel for link in spec.links if isinstance(link, Link)}
        assert targets <= {one.rel for one in SPECS}


@both
async def test_what_is_refused_is_noted(world, accept):
    """With what came of it; of whom it is about nothing else."""
    boss = await administrator(world, accept)
    assert 404 == (await boss.post(f"/admin/people/{SARA}/disable")).status
    assert 409 == (await boss.post(f"/admin/people/{BOSS}/disable")).status

    assert [
        (BOSS, "person.disable", BOSS, "Conflict"),
        (BOSS, "person.disable", SARA, "NotFound"),
    ] == await acts(boss)


@both
async def test_an_act_is_not_done_unless_it_is_noted(world, accept):
    """The log and the change are in one transaction."""
    await world.person("lenea")
    boss = await administrator(world, accept)
    hand = world.server.dispatcher.services.administration.hand

    def unwritable(act: Act):
        return hand(act._replace(actor=None))

    administration = world.server.dispatcher.services.administration._replace(hand=unwritable)
    for node in world.nodes:
        node.dispatcher.services = node.dispatcher.services._replace(administration=administration)
    assert (await boss.post(f"/admin/people/{LENE}/disable")).status >= 500

    assert not (await world.server.store.account(LENE)).disabled
    # PostgreSQL lets the caller try again, and that refusal may be noted.
    assert DONE not in {outcome for *_, outcome in await acts(boss)}
