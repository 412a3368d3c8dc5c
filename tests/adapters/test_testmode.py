"""Test mode: what its pages do to the server, and what they refuse."""

from __future__ import annotations

import asyncio
import itertools
import json
from email.utils import parsedate_to_datetime

import msgspec
import pytest

from openucwa.adapters.passwords import Passwords
from openucwa.settings import Settings
from openucwa.wiring import Server
from world import CHEAP, DOMAIN, PASSWORD, World, _put_database, quiet

LENE, SARA = f"lenea@{DOMAIN}", f"saradavis@{DOMAIN}"
NOTHING = {"faults": []}


class Controlled(World):
    """A server in test mode, whose time passes by its own page."""

    async def control(self, method, page, **body):
        return await self.ask(method, f"/test/{page}", json.dumps(body) if body else "")

    async def advance(self, seconds):
        reply = await self.control("POST", "clock", advance=f"{seconds:.3f}s")
        assert reply.status == 200, reply.body
        await quiet()


def seconds(date):
    """Read the Date header."""
    return parsedate_to_datetime(date).timestamp()


async def start(folder, *, test_mode=True):
    await _put_database(folder)
    settings = msgspec.convert({"server": {"data": str(folder)}}, Settings, strict=False)
    server = await Server.build(settings, passwords=Passwords(1, CHEAP), test_mode=test_mode)
    return Controlled(server, server.clock, [server], itertools.cycle([server]))


@pytest.fixture
async def world(tmp_path):
    """A server in test mode with two people, whose clock stands still."""
    made = await start(tmp_path)
    await made.control("POST", "clock", frozen=True)
    for address in (LENE, SARA):
        await made.control("POST", "people", address=address, name="Name", password=PASSWORD)
    yield made
    await made.close()


async def test_without_test_mode_its_pages_are_like_any_unknown_path(tmp_path):
    made = await start(tmp_path, test_mode=False)
    unknown = await made.ask("GET", "/test/whatever")

    for page in ("clock", "faults", "people", "reset"):
        for method in ("GET", "POST", "DELETE"):
            reply = await made.control(method, page)
            assert (unknown.status, unknown.body) == (reply.status, reply.body)
    await made.close()


# ---------------------------------------------------------------------- the clock


async def test_the_clock_tells_the_time_twice(world):
    shown = (await world.control("GET", "clock")).tree

    assert shown["seconds"] == world.server.clock.now()
    assert shown["now"].startswith("20")
    assert shown["now"].endswith("Z")
    assert shown["frozen"]


async def test_the_clock_is_moved_and_let_go(world):
    before = world.server.clock.now()
    await world.control("POST", "clock", advance="8h")
    assert world.server.clock.now() == before + 8 * 3600

    reply = await world.control("POST", "clock", advance="1m", frozen=False)

    assert not reply.tree["frozen"]
    assert before + 8 * 3600 + 60 <= reply.tree["seconds"] < before + 8 * 3600 + 65


async def test_people_can_be_added_as_administrators(world):
    boss = f"boss@{DOMAIN}"
    await world.control("POST", "people", address=boss, name="B", password=PASSWORD, admin=True)

    assert 200 == (await (await world.client(boss)).get("/admin")).status
    assert 403 == (await (await world.client(LENE)).get("/admin")).status


async def test_people_fade_at_their_own_time_while_time_is_moved(world):
    """One move across both thresholds; the answer of a poll tells when it was sent."""
    await world.available(LENE)
    watcher, began = await world.available(SARA), int(world.server.clock.now())
    await watcher.watch(LENE)
    await watcher.package()
    poll = await watcher.poll(more="&low=0&medium=0&timeout=86400")

    await world.advance(700)

    assert ("people", "updated", "contactPresence", "contact") in poll.reply.events()
    assert 300 <= seconds(poll.reply.header("Date")) - began < 310
    shown = await watcher.get(watcher.person(LENE, "presence"))
    assert shown.property("availability") == "Away"


async def test_an_app_that_waits_for_events_comes_back_while_time_is_moved(world):
    """So it lives through hours that take no time, as it would through real ones."""
    client = await world.available(LENE, inactiveTimeout="PT12H")
    moving = asyncio.create_task(world.advance(3600))
    polls = 0
    while not moving.done():
        poll = await client.poll()
        while poll.reply is None and not moving.done():
            await quiet()
        if poll.reply is not None:
            polls += 1
            client.follow(poll.reply)

    assert polls > 3600 / 25 - 2
    assert (await client.get("me")).status == 200


async def test_an_app_that_does_not_come_back_is_gone(world):
    client = await world.available(LENE)
    await world.advance(9 * 3600)

    token = await world.token(LENE)
    reply = await world.ask("GET", client.path, headers={"Authorization": f"Bearer {token}"})

    assert reply.status in (404, 410)


# ---------------------------------------------------------------------- faults


async def test_a_fault_hits_its_rel_and_user_so_many_times(world):
    lene, sara = await world.available(LENE), await world.available(SARA)
    await world.control(
        "POST", "faults", rel="reportMyActivity", user=f"sip:{LENE}", count=2,
        error="callbackchannelerror",
    )  # fmt: skip

    assert (await sara.report()).status == 204
    assert (await lene.get("me")).status == 200
    assert (await lene.report()).reason == (500, "ServiceFailure", "CallbackChannelError")
    [left] = (await world.control("GET", "faults")).tree["faults"]
    assert left == {
        "rel": "reportMyActivity",
        "user": f"sip:{LENE}",
        "count": 1,
        "error": "CallbackChannelError",
        "delay": None,
        "drop": False,
    }
    assert (await lene.report()).status == 500
    assert (await lene.report()).status == 204
    assert (await world.control("GET", "faults")).tree == NOTHING


async def test_a_fault_hits_all_that_share_a_path(world):
    """Which of them was meant is known only afterwards."""
    lene = await world.available(LENE)
    await world.control("POST", "faults", rel="subscribeToGroupPresence", error="Timeout")

    assert [504, 201] == [(await lene.watch(SARA)).status for _ in range(2)]


async def test_faults_are_cleared(world):
    await world.control("POST", "faults", error="Timeout", count=99)

    assert (await world.control("DELETE", "faults")).tree == NOTHING
    assert (await world.client(LENE)).created.status == 201


@pytest.mark.parametrize(("error", "status"), [({}, 204), ({"error": "Conflict"}, 409)])
async def test_a_delayed_answer_comes_when_its_time_has_come(world, error, status):
    lene = await world.available(LENE)
    await world.control("POST", "faults", rel="reportMyActivity", delay="2s", **error)
    waiting = asyncio.create_task(lene.report())
    await quiet()

    await world.advance(1.9)
    assert not waiting.done()
    await world.advance(0.1)

    assert waiting.result().status == status


async def test_a_dropped_answer_is_that_of_an_operation_that_happened(world):
    lene = await world.available(LENE)
    await world.advance(400)
    await world.control("POST", "faults", rel="reportMyActivity", drop=True)

    waiting = await world.begin("POST", f"{lene.path}/me/reportMyActivity", "", lene.headers)

    assert waiting.reply is None
    assert (await lene.get("me/presence")).property("availability") == "Online"
    await waiting.leave()
    assert waiting.task.done()


async def test_an_operation_that_was_refused_and_dropped_did_not_happen(world):
    lene = await world.available(LENE)
    await world.advance(400)
    await world.control("POST", "faults", rel="reportMyActivity", drop=True, error="Timeout")

    waiting = await world.begin("POST", f"{lene.path}/me/reportMyActivity", "", lene.headers)

    assert (await lene.get("me/presence")).property("availability") == "IdleOnline"
    await waiting.leave()


async def test_a_request_for_events_can_be_delayed_as_well(world):
    lene = await world.available(LENE)
    await lene.package()
    await world.control("POST", "faults", rel="events", delay="3s")
    poll = await lene.poll()

    await world.advance(27.9)
    assert poll.reply is None
    await world.advance(0.2)

    assert poll.reply.events() == []


# ---------------------------------------------------------------------- people


async def test_who_is_added_is_listed_and_may_sign_in(world):
    reply = await world.control(
        "POST", "people", address="sip:Tonis@contoso.test", name="Toni", password=PASSWORD
    )

    tonis = {"address": "tonis@contoso.test", "name": "Toni"}
    assert (200, tonis) == (reply.status, reply.tree)
    assert tonis in (await world.control("GET", "people")).tree["people"]
    assert (await world.client("tonis@contoso.test")).created.status == 201


async def test_nobody_is_added_twice(world):
    reply = await world.control("POST", "people", address=LENE, name="Lene", password="x")

    assert reply.reason == (409, "Conflict", "AlreadyExists")


# ---------------------------------------------------------------------- reset


async def test_reset_ends_everything_and_forgets_who_was_added(tmp_path):
    world = await start(tmp_path)
    await world.person("saradavis")
    await world.control("POST", "people", address=LENE, name="Lene", password=PASSWORD)
    lene, sara = await world.available(LENE), await world.available(SARA)
    await sara.watch(LENE)
    await sara.post("me/note", {"message": "On the road"})
    await sara.post("me/location", {"location": "Oslo"})
    await sara.post("me/presence", {"availability": "Busy"})
    await sara.make_group("Friends")
    await sara.join(LENE)
    await sara.package()
    parked = await sara.poll()
    await world.control("POST", "faults", error="Timeout", count=99)
    await world.control("POST", "clock", frozen=True)

    reply = await world.control("POST", "reset")
    await quiet()

    assert (200, False) == (reply.status, reply.tree["frozen"])
    assert parked.reply.reason == (404, "NotFound", "ApplicationNotFound")
    assert (await world.control("GET", "faults")).tree == NOTHING
    assert (await sara.get("me")).reason == (404, "NotFound", "ApplicationNotFound")
    people = (await world.control("GET", "people")).tree["people"]
    assert [SARA] == [person["address"] for person in people]
    assert (await world.server.store.standings()) == {}

    again = await world.available(SARA)
    assert (await again.get("me/presence")).property("availability") == "Online"
    assert (await again.get("me/note")).property("message") in (None, "")
    assert (await again.get("me/location")).property("location") in (None, "")
    assert {"Pinned Contacts", "Other Contacts"} == (await again.groups()).keys()
    assert [] == (await again.get("people/contacts")).tree["_embedded"]["contact"]
    assert "_embedded" not in (await again.get("people/search?query=lene")).tree
    assert (
        await world.control("POST", "people", address=LENE, name="L", password="x")
    ).status == 200
    del lene
    await world.close()


# ---------------------------------------------------------------------- wrong input


@pytest.mark.parametrize(
    ("page", "body", "named", "allowed"),
    [
        ("clock", {}, "advance", "One of advance and frozen is required."),
        ("clock", {"advence": "5m"}, "advence", "There are advance, frozen."),
        ("clock", {"advance": "5"}, "advance", "such as 500ms, 90s, 5m or 8h, from 0s to 366d."),
        ("clock", {"advance": "-5m"}, "advance", "from 0s to 366d."),
        ("clock", {"advance": "999d"}, "advance", "from 0s to 366d."),
        ("clock", {"advance": 5}, "advance", "got int."),
        ("clock", {"frozen": "perhaps"}, "frozen", "got str."),
        ("faults", {}, "error", "One of error, delay and drop is required."),
        ("faults", {"error": "Boredom"}, "error", "Must be one of AlreadyExists, "),
        ("faults", {"error": "Conflict", "rel": "reportActivity"}, "rel", "mean reportMyActivity?"),
        ("faults", {"error": "Conflict", "rel": "xyz"}, "rel", "docs/resources.md lists them."),
        ("faults", {"error": "Conflict", "user": "lene"}, "user", "such as sip:lene@contoso.test."),
        ("faults", {"error": "Conflict", "count": 0}, "count", "Expected int >= 1."),
        ("faults", {"delay": "soon"}, "delay", "such as 500ms, 90s, 5m or 8h"),
        ("people", {"name": "Lene", "password": "x"}, "address", "This parameter is required."),
        (
            "people",
            {"address": "a b", "name": "A", "password": "x"},
            "address",
            "Must be an address",
        ),
        ("people", {"address": SARA, "name": "", "password": "x"}, "name", "length >= 1"),
    ],
)
async def test_wrong_input_is_refused_with_what_is_allowed(world, page, body, named, allowed):
    reply = await world.control("POST", page, **body)

    assert reply.reason == (400, "BadRequest", "ParameterValidationFailure")
    [parameter] = reply.tree["parameters"]
    assert named == parameter["name"]
    assert allowed.lower() in parameter["reason"].lower()


@pytest.mark.parametrize("body", ["[]", "{", "advance=5m", "\xff", '{"frozen": true} x'])
async def test_what_is_no_json_object_is_refused(world, body):
    reply = await world.ask("POST", "/test/clock", body)

    assert reply.reason == (400, "BadRequest", "DeserializationFailure")


@pytest.mark.parametrize(
    ("method", "page", "allowed"),
    [
        ("DELETE", "clock", "GET, POST"),
        ("PUT", "faults", "GET, POST, DELETE"),
        ("DELETE", "people", "GET, POST"),
        ("GET", "reset", "POST"),
    ],
)
async def test_other_methods_are_refused(world, method, page, allowed):
    reply = await world.control(method, page)

    assert (405, allowed) == (reply.status, reply.header("Allow"))
