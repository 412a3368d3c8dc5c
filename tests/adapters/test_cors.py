"""Pages that call the server directly: what browsers are told (R1.26)."""

from __future__ import annotations

import pytest

from world import JSON, XML, Client, World

APP = "https://apps.contoso.test"
EVIL = "https://evil.test"
ASK = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
PATHS = ["/", "/WebTicket/oauthtoken", "/ucwa/oauth/v1/applications", "/no/such/path"]
SHARED = {
    "Access-Control-Allow-Origin": APP,
    "Access-Control-Allow-Credentials": "true",
}


@pytest.fixture
async def world(tmp_path):
    """A server that lets one origin in."""
    made = await World.create(tmp_path, web={"allowed_origins": [APP]})
    yield made
    await made.close()


def shared(reply):
    """Return what a reply says to browsers, but for the list of readable headers."""
    return {
        name: value
        for name, value in reply.headers
        if name.startswith("Access-Control-") and "Expose" not in name
    }


@pytest.mark.parametrize("path", PATHS)
async def test_a_preflight_is_answered_before_anybody_is_asked_who_he_is(world, path):
    reply = await world.ask("OPTIONS", path, headers={"Origin": APP, **ASK})

    assert (204, b"") == (reply.status, reply.body)
    assert SHARED.items() <= shared(reply).items()
    methods = reply.header("Access-Control-Allow-Methods").split(", ")
    assert {"GET", "POST", "PUT", "DELETE"} == set(methods)
    headers = reply.header("Access-Control-Allow-Headers").lower().split(", ")
    assert {"authorization", "content-type", "if-match", "x-ms-origin"} <= set(headers)
    assert "7200" == reply.header("Access-Control-Max-Age")


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("OPTIONS", {"Origin": EVIL, **ASK}),
        ("OPTIONS", {"Origin": "null", **ASK}),
        ("OPTIONS", ASK),
        ("OPTIONS", {}),
        ("GET", {"Origin": EVIL}),
        ("GET", {"Origin": ""}),
        ("GET", {}),
    ],
)
async def test_who_is_not_welcome_is_served_as_without_an_origin(world, method, headers):
    """CLIENT-RULES R15: native clients send the header too."""
    reply = await world.ask(method, "/", headers=headers)

    assert 200 == reply.status
    assert {} == shared(reply)


async def test_an_options_that_is_no_preflight_is_answered_by_the_resource(world):
    reply = await world.ask("OPTIONS", "/", headers={"Origin": APP})

    assert 200 == reply.status
    assert {"GET", "HEAD", "OPTIONS"} == set(reply.header("Allow").split(", "))
    assert SHARED == shared(reply)


@pytest.mark.parametrize("accept", [JSON, XML])
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/Autodiscover/AutodiscoverService.svc/root/oauth/user", 401),
        ("PUT", "/", 405),
        ("POST", "/WebTicket/oauthtoken", 400),
        ("GET", "/healthz", 200),
    ],
)
async def test_every_answer_can_be_read_by_a_page_that_is_welcome(
    world, accept, method, path, status
):
    reply = await world.ask(method, path, headers={"Origin": APP, "Accept": accept})

    assert status == reply.status
    assert SHARED == shared(reply)
    assert {"ETag", "Location", "Retry-After", "WWW-Authenticate", "X-Ms-diagnostics"} <= set(
        reply.header("Access-Control-Expose-Headers").split(", ")
    )


async def test_the_origin_is_repeated_as_it_came(world):
    """Browsers compare it letter by letter; it matches in any case all the same."""
    reply = await world.ask("GET", "/", headers={"Origin": APP.upper()})

    assert APP.upper() == reply.header("Access-Control-Allow-Origin")


@pytest.mark.parametrize("path", ["/", "/healthz", "/WebTicket/oauthtoken"])
async def test_caches_are_told_what_an_answer_depends_on(world, path):
    reply = await world.ask("GET", path)

    assert ["Accept, Accept-Encoding, Origin"] == reply.all("Vary")


@pytest.mark.parametrize("accept", [JSON, XML])
async def test_a_request_that_waited_can_be_read_too(world, accept):
    client: Client = await world.available(await world.person("lenea"), accept)
    await client.package()
    waiting = await world.begin("GET", client.next, b"", client.headers | {"Origin": APP})
    await client.post("me/note", {"message": "hello"})
    assert waiting.reply is None
    await world.advance(6)

    assert 200 == waiting.reply.status
    assert SHARED == shared(waiting.reply)


async def test_an_empty_answer_can_be_read_too(world):
    client = await world.available(await world.person("lenea"))
    reply = await client.post("me/reportMyActivity", headers={"Origin": APP})

    assert 204 == reply.status
    assert SHARED == shared(reply)
