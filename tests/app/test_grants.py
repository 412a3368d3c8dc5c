"""The token endpoint: a password for a token, and every way not to get one (BEHAVIOUR 1.7)."""

from __future__ import annotations

import asyncio
from urllib.parse import urlencode

import pytest

from openucwa.app.exchange import Request
from openucwa.app.grants import PATH, TokenEndpoint
from openucwa.app.meters import Meters
from openucwa.hyper.declare import Scope
from world import APPLICATIONS, DOMAIN, PASSWORD, START, World

FORM = "application/x-www-form-urlencoded"
LENE = f"lenea@{DOMAIN}"
RIGHT = {"grant_type": "password", "username": LENE, "password": PASSWORD}


@pytest.fixture
async def world(tmp_path):
    """A server with one person."""
    made = await World.create(tmp_path, limits={"failed_sign_ins": 3}, server={"domains": [DOMAIN]})
    await made.person("lenea")
    yield made
    await made.close()


async def sign_in(world, kind=FORM, body=None, **changes):
    """Ask for a token by what is right, but for the changes; None leaves a field out."""
    fields = {name: value for name, value in (RIGHT | changes).items() if value is not None}
    text = urlencode(fields) if body is None else body
    return await world.ask("POST", PATH, text, {"Content-Type": kind})


async def scopes_of(world, token):
    identity = await world.server.dispatcher.authenticator.identify(
        f"Bearer {token}".encode(), world.clock.now()
    )
    return identity.scopes


async def test_r1_39_a_password_gets_a_token(world):
    reply = await sign_in(world)
    given = reply.tree

    assert (200, "application/json; charset=utf-8") == (reply.status, reply.header("Content-Type"))
    assert ("no-store", "no-cache") == (reply.header("Cache-Control"), reply.header("Pragma"))
    assert {"access_token", "expires_in", "ms_rtc_identityscope", "token_type"} == set(given)
    assert ("local", "Bearer") == (given["ms_rtc_identityscope"], given["token_type"])
    assert given["access_token"].startswith("cwt=")


async def test_r1_40_a_token_lasts_eight_hours_at_most(world):
    given = (await sign_in(world)).tree
    headers = {"Authorization": f"Bearer {given['access_token']}"}

    assert isinstance(given["expires_in"], int)
    assert 7 * 3600 < given["expires_in"] <= 8 * 3600
    world.clock.time += given["expires_in"] - 1
    assert 400 == (await world.ask("POST", APPLICATIONS, "", headers)).status, "signed in"
    world.clock.time += 1
    assert 401 == (await world.ask("POST", APPLICATIONS, "", headers)).status


@pytest.mark.parametrize(
    "username",
    [LENE, LENE.upper(), f"sip:{LENE}", r"CONTOSO\lenea", r"contoso.test\LeneA", f" {LENE} "],
)
async def test_r1_38_a_person_may_be_named_in_several_ways(world, username):
    assert 200 == (await sign_in(world, username=username)).status


@pytest.mark.parametrize("kind", [FORM, f"{FORM};charset=UTF-8", f"{FORM};charset='utf-8'"])
async def test_r1_38_the_content_type_is_read_leniently(world, kind):
    assert 200 == (await sign_in(world, kind)).status


async def test_r6_unknown_fields_are_ignored_and_addresses_need_no_encoding(world):
    fields = {"username": "-", "resource": "https://pool", "client_id": "x", "charset": "utf-8"}
    body = urlencode(RIGHT | fields).replace("username=-", f"username={LENE}")

    assert 200 == (await sign_in(world, body=body)).status


async def test_r6_a_form_may_be_multipart(world):
    """PHP sends it so."""
    parts = [
        f'--b1\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in RIGHT.items()
    ]
    reply = await sign_in(world, "multipart/form-data; boundary=b1", "".join(parts) + "--b1--\r\n")

    assert 200 == reply.status


@pytest.mark.parametrize(
    ("changes", "code", "told"),
    [
        ({"grant_type": None}, "invalid_request", "grant_type"),
        ({"grant_type": ""}, "invalid_request", "grant_type"),
        ({"username": None}, "invalid_request", "username"),
        ({"password": ""}, "invalid_request", "password"),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type", "password"),
        ({"grant_type": "urn:microsoft.rtc:windows"}, "unsupported_grant_type", "password"),
        ({"grant_type": "urn:microsoft.rtc:passive"}, "unsupported_grant_type", "password"),
        ({"scope": "Everything"}, "invalid_scope", "User.ReadWrite"),
        ({"scope": "User.ReadWrite Everything"}, "invalid_scope", "User.ReadWrite"),
        ({"password": "wrong"}, "invalid_grant", "wrong"),
        ({"password": PASSWORD + " "}, "invalid_grant", "wrong"),
        ({"username": "nobody@contoso.test"}, "invalid_grant", "wrong"),
        ({"username": "lenea"}, "invalid_grant", "wrong"),
        ({"username": r"FABRIKAM\lenea"}, "invalid_grant", "wrong"),
        ({"username": "\0' OR 1=1 --"}, "invalid_grant", "wrong"),
    ],
)
async def test_r1_41_every_error_is_said_in_the_words_of_oauth(world, changes, code, told):
    reply = await sign_in(world, **changes)

    assert (400, code) == (reply.status, reply.tree["error"])
    assert told in reply.tree["error_description"]
    assert "no-store" == reply.header("Cache-Control")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data; boundary=b1", "--b1\r\nnonsense"),
        ("multipart/form-data", "x"),
        (FORM, ""),
        (FORM, "%ff=%fe&=&&grant_type"),
        ("application/json", '{"grant_type":"password"}'),
        ("", "\x00\x01"),
    ],
)
async def test_what_cannot_be_read_is_an_invalid_request(world, kind, body):
    reply = await sign_in(world, kind, body)

    assert (400, "invalid_request") == (reply.status, reply.tree["error"])


async def test_an_unknown_person_and_a_wrong_password_are_answered_alike(world):
    """Nobody can find out by asking who exists."""
    wrong = await sign_in(world, password="wrong")
    unknown = await sign_in(world, username="nobody@contoso.test")

    assert wrong.tree == unknown.tree


async def test_a_disabled_account_is_answered_like_a_wrong_password(world):
    wrong = await sign_in(world, password="wrong")
    await world.server.store.set_disabled(LENE, disabled=True)

    assert wrong.tree == (await sign_in(world)).tree


@pytest.mark.parametrize(
    ("scope", "given"),
    [
        (None, set(Scope)),
        ("", set(Scope)),
        ("all", set(Scope)),
        ("User.ReadWrite", {"User.ReadWrite"}),
        ("User.ReadWrite Meetings.ReadWrite", {"User.ReadWrite", "Meetings.ReadWrite"}),
    ],
)
async def test_r1_45_a_token_has_all_scopes_unless_some_are_named(world, scope, given):
    reply = await sign_in(world, scope=scope)

    assert given == await scopes_of(world, reply.tree["access_token"])


# ---------------------------------------------------------------------- guessing


async def fail(world, times, username=LENE):
    for _ in range(times):
        reply = await sign_in(world, username=username, password="wrong")
    return reply.tree["error_description"]


async def test_after_some_wrong_passwords_the_right_one_has_to_wait_a_minute(world):
    await fail(world, 3)
    refused = await sign_in(world)

    assert (400, "invalid_grant") == (refused.status, refused.tree["error"])
    assert "Too many attempts" in refused.tree["error_description"]
    world.clock.time += 59
    assert 400 == (await sign_in(world)).status
    world.clock.time += 2
    assert 200 == (await sign_in(world)).status


async def test_all_spellings_of_a_name_are_counted_together(world):
    await fail(world, 1, LENE.upper())
    await fail(world, 1, r"CONTOSO\lenea")

    assert "wrong" in await fail(world, 1)
    assert "Too many" in await fail(world, 1)


async def test_who_does_not_exist_is_counted_like_anybody_else(world):
    assert "wrong" in await fail(world, 3, "nobody@contoso.test")
    assert "Too many" in await fail(world, 1, "Nobody@contoso.test")


async def test_one_account_does_not_lock_another(world):
    await fail(world, 4, "nobody@contoso.test")

    assert 200 == (await sign_in(world)).status


async def test_a_right_password_ends_the_count(world):
    for _ in range(3):
        await fail(world, 2)
        assert 200 == (await sign_in(world)).status


async def test_wrong_passwords_now_and_then_lock_nobody(world):
    """Three failures within an hour are not three within a minute."""
    for _ in range(6):
        assert "wrong" in await fail(world, 1)
        world.clock.time += 30

    assert 200 == (await sign_in(world)).status


class SlowPasswords:
    """Checks that all wait, and then end in the order in which they began."""

    def __init__(self):
        self.begun, self.ready = asyncio.Event(), asyncio.Event()

    async def verify(self, password_hash, password):
        self.begun.set()
        await self.ready.wait()
        return password == PASSWORD


async def test_guesses_that_come_at_the_same_time_are_counted_too(world):
    """Once three were wrong even the right one among the others says nothing."""
    endpoint = TokenEndpoint(
        authenticator=world.server.dispatcher.authenticator,
        accounts=world.server.store,
        passwords=SlowPasswords(),
        meters=Meters(),
        domains=frozenset(),
        lifetime=60,
        failures_allowed=3,
    )
    guesses = []
    for password in ("a", "b", "c", PASSWORD):
        body = urlencode(RIGHT | {"password": password}).encode()
        request = Request("POST", PATH, headers={b"content-type": FORM.encode()}, body=body)
        guesses.append(asyncio.create_task(endpoint.answer(request, START)))
        await endpoint.passwords.begun.wait()
        endpoint.passwords.begun.clear()
    endpoint.passwords.ready.set()

    assert [400] * 4 == [reply.status for reply in await asyncio.gather(*guesses)]


async def test_outcomes_are_counted(world):
    await sign_in(world)
    await fail(world, 1)
    await sign_in(world, grant_type="other")

    assert {"granted": 1, "invalid_grant": 1, "unsupported_grant_type": 1} == dict(
        world.server.meters.sign_ins
    )


async def test_only_posts_are_taken(world):
    reply = await world.ask("GET", PATH)

    assert (405, "POST") == (reply.status, reply.header("Allow"))
