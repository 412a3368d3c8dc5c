"""Dispatch: the order of questions, and no request that it cannot answer."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openucwa.app.dispatch import origin_of
from openucwa.app.exchange import Request
from world import APPLICATIONS


@pytest.fixture
async def lene(world):
    return await world.available(await world.person("lenea"))


async def test_who_is_not_signed_in_does_not_learn_what_exists(world):
    for path in (f"{APPLICATIONS}/1/me", f"{APPLICATIONS}/1/nothing", "/nothing"):
        assert 401 == (await world.ask("GET", path)).status


async def test_options_needs_no_token(world):
    reply = await world.ask("OPTIONS", APPLICATIONS)

    assert (200, "POST, OPTIONS") == (reply.status, reply.header("Allow"))


async def test_an_unknown_path_below_a_dead_application_says_so(lene):
    dead = await lene.get(f"{APPLICATIONS}/1/nothing")
    alive = await lene.get("nothing")

    assert (404, "ApplicationNotFound") == (dead.status, dead.property("subcode"))
    assert (404, None) == (alive.status, alive.property("subcode"))


async def test_a_bug_is_a_500_and_is_logged(lene, monkeypatch, caplog):
    def broken(call, **_):
        raise ZeroDivisionError

    monkeypatch.setattr("openucwa.resources.call.Call.report_activity", broken)
    reply = await lene.report()

    assert (500, "ServiceFailure") == (reply.status, reply.property("code"))
    assert "a bug" in [record.message for record in caplog.records]
    assert 200 == (await lene.get("me")).status, "and the next request is answered"


@pytest.mark.parametrize(
    ("wanted", "status"), [("2", 200), ("2.0", 200), ("1.7", 200), ("3", 404), ("?", 200)]
)
async def test_r1_23_who_needs_a_newer_revision_is_told(lene, wanted, status):
    reply = await lene.get("me", {"X-MS-RequiresMinResourceVersion": wanted})

    assert status == reply.status


async def test_requests_are_counted_by_resource(world, lene):
    await lene.report()
    await lene.get("nothing")

    requests = world.server.meters.requests
    assert 1 == requests["reportMyActivity", "POST", 204]
    assert 1 == requests["-", "GET", 404]


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        (b"pool.contoso.test", "https://pool.contoso.test"),
        (b"pool:8443", "https://pool:8443"),
        (b"[::1]:8443", "https://[::1]:8443"),
        (b"", "https://localhost"),
        (b'x"><script>', "https://localhost"),
        (b"a\r\nSet-Cookie: b", "https://localhost"),
        (b"\xff", "https://localhost"),
        (b"a@b/c", "https://localhost"),
    ],
)
def test_a_host_that_could_not_be_one_is_not_repeated(host, origin):
    assert origin == origin_of("https", host)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "X"]),
    st.lists(st.sampled_from(["me", "people", "{}", "%7b%7d", "note", "%00", ".."]) | st.text()),
    st.tuples(st.text(), st.binary()),
)
async def test_nothing_a_client_sends_is_a_bug(world, lene, method, segments, sent):
    path = "/".join([lene.path, *segments])
    token = {b"authorization": lene.headers["Authorization"].encode()}
    query, body = sent
    request = Request(method, path, query, token, body)
    if method == "DELETE" and not any(segments):
        return
    response = await world.server.dispatcher.dispatch(request, world.clock.now())

    assert 200 <= response.status < 500
