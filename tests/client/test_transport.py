"""Requests with a token, over servers that are away, busy or none."""

from __future__ import annotations

import asyncio

import httpx2
import pytest

from fake_ucwa import CHALLENGE, LOST, URL, links
from openucwa.client import ApplicationGone, Refused, SignInFailed, Unreachable
from openucwa.client.transport import Transport


@pytest.fixture
async def transport(fake):
    http = httpx2.AsyncClient(transport=httpx2.MockTransport(fake.answer))
    made = Transport(URL, "lene@contoso.test", "secret", http)
    yield made
    await made.close()


async def test_it_signs_in_where_discovery_leads(fake, transport):
    fake.on("GET /", links(redirect="https://other.test/there"))
    fake.on("GET /there", links(user="/user"))

    assert "/applications" == (await transport.sign_in()).href("applications")
    assert b"grant_type=password&username=lene%40contoso.test&password=secret" == (
        fake.said("POST /token")[0].content
    )


async def test_the_way_may_go_on_after_signing_in(fake, transport):
    """R1.6: the user resource may redirect, too."""
    fake.on("GET /user", fake.refused, links(redirect="https://other.test/root"))
    fake.on("GET /root", links(user="https://other.test/user"))

    assert "/applications" == (await transport.sign_in()).href("applications")
    assert ["pool.test", "pool.test", "other.test"] == [
        one.url.host for one in fake.said("GET /user")
    ]


async def test_who_is_sent_in_circles_gives_up(fake, transport):
    fake.on("GET /", *[links(redirect="/")] * 10)

    with pytest.raises(Unreachable, match="from one to the next"):
        await transport.sign_in()


@pytest.mark.parametrize("answer", [LOST, 500, 503, 429, httpx2.Response(503)])
async def test_what_may_be_better_soon_is_tried_again(fake, transport, answer):
    fake.on("GET /", answer, answer)

    assert "/user" == (await transport.ask("GET", "/")).resource.href("user")


async def test_what_does_not_get_better_is_unreachable(fake, transport):
    fake.on("GET /", 503)

    with pytest.raises(Unreachable, match="the server answers 503"):
        await transport.ask("GET", "/", patience=0)


async def test_the_server_says_how_long_to_wait(fake, transport):
    fake.on("GET /", httpx2.Response(503, headers={"Retry-After": "60"}))

    with pytest.raises(Unreachable):
        await transport.ask("GET", "/", patience=59)


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        ((403, {"message": "Not you."}), Refused, "Not you."),
        ((418, {}), Refused, "status 418"),
        ((404, {"subcode": "ApplicationNotFound"}), ApplicationGone, "ApplicationNotFound"),
        ((410, {"subcode": "InactiveApplicationExpired"}), ApplicationGone, "Inactive"),
        ((404, {"code": "NotFound"}), Refused, "NotFound"),
    ],
)
async def test_refusals_have_the_words_of_the_server(fake, transport, answer, kind, said):
    fake.on("GET /", answer)

    with pytest.raises(Refused, match=said) as caught:
        await transport.ask("GET", "/")
    assert (kind, answer[0]) == (type(caught.value), caught.value.status)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ((400, {"error_description": "Wrong."}), SignInFailed),
        (403, SignInFailed),
        ({}, Unreachable),
        (httpx2.Response(200, content=b"{", headers={"Content-Type": "text/json"}), Unreachable),
    ],
)
async def test_no_token_no_answer(fake, transport, answer, kind):
    fake.on("POST /token", answer)

    with pytest.raises(kind):
        await transport.ask("GET", "/user")


async def test_who_does_not_say_where_to_sign_in_is_no_ucwa_server(fake, transport):
    fake.on("GET /user", 401)

    with pytest.raises(Unreachable, match="where to sign in"):
        await transport.ask("GET", "/user")


@pytest.mark.parametrize("href", ["http://[", "https://a b/", "https://pool.test:x/", "//\n", "\0"])
async def test_what_is_no_address_is_not_asked(fake, transport, href):
    fake.on("GET /", links(user=href))

    with pytest.raises((Unreachable, Refused)):
        await transport.sign_in()


async def test_json_that_is_too_deep_is_no_answer(fake, transport):
    deep = {"content": b"[" * 100_000, "headers": {"Content-Type": "application/json"}}
    fake.on("GET /", httpx2.Response(200, **deep))

    assert (await transport.ask("GET", "/")).tree is None


@pytest.mark.parametrize("url", ["pool.test", "file:///etc/passwd", "http://", ""])
async def test_only_web_addresses_are_asked(url):
    transport = Transport(url, "lene@contoso.test", "secret")
    with pytest.raises(Unreachable, match="not an address like"):
        await transport.sign_in()
    await transport.close()


async def test_a_password_never_leaves_an_encrypted_way(fake, transport):
    plain = {"WWW-Authenticate": CHALLENGE.replace("https", "http")}
    fake.on("GET /user", httpx2.Response(401, headers=plain))

    with pytest.raises(Unreachable, match="not encrypted"):
        await transport.ask("GET", "/user")
    assert [] == fake.said("POST /token")


async def test_a_token_that_is_not_taken_where_it_was_given_is_of_no_use(fake, transport):
    fake.on("POST /token", {"access_token": "wrong"})

    with pytest.raises(Unreachable, match="does not take the token"):
        await transport.ask("GET", "/user", patience=0)


async def test_what_got_there_is_not_sent_again(fake, transport):
    known = asyncio.Event()

    def lose(request):
        known.set()
        return LOST

    fake.on("POST /user", LOST, lose)

    assert None is (await transport.ask("POST", "/user", known=known)).tree
    assert 2 == len(fake.said("POST /user"))


async def test_text_is_sent_as_text_and_all_else_as_json(fake, transport):
    await transport.ask("POST", "/user", "ä")
    await transport.ask("POST", "/user", {"to": "ä"})
    await transport.ask("POST", "/user")

    types = ["text/plain; charset=utf-8", "application/json", None]
    assert types == [one.headers.get("Content-Type") for one in fake.said("POST /user")[-3:]]
    assert "ä".encode() == fake.said("POST /user")[1].content


async def test_who_has_signed_out_asks_nothing():
    transport = Transport(URL, "lene@contoso.test", "secret")
    await transport.close()

    with pytest.raises(Unreachable, match="signed out"):
        await transport.ask("GET", "/")
