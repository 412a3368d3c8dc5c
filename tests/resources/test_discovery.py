"""From a bare host name to a token and the place of applications (BEHAVIOUR 1.1, 1.6)."""

from __future__ import annotations

import re

import pytest

from two_pools import TwoPools, url_of
from world import APPLICATIONS, HOST, JSON, XML, Client

ROOT = "/Autodiscover/AutodiscoverService.svc/root"
USER = f"{ROOT}/oauth/user"
ORIGIN = f"https://{HOST}"
BEARER = 'Bearer trusted_issuers="", client_id="00000004-0000-0ff1-ce00-000000000000"'
GRANTS = "urn:microsoft.rtc:anonmeeting,password"
OAUTH = f'MsRtcOAuth href="{ORIGIN}/WebTicket/oauthtoken",grant_type="{GRANTS}"'


@pytest.mark.parametrize(
    "path",
    [
        "/",
        ROOT,
        "/autodiscover/autodiscoverservice.svc/root",
        "//Autodiscover//AutodiscoverService.svc/root/",
        f"{ROOT}?sipuri=sip:a@b.c&originalDomain=b.c",
    ],
)
async def test_the_root_is_open_to_everybody(world, path):
    """R1.3, R1.4, R9: absolute links, no token, no Accept, any case, extra query ignored."""
    reply = await world.ask("GET", path)

    assert (200, "application/json; charset=utf-8") == (reply.status, reply.header("Content-Type"))
    assert {
        "user": ORIGIN + USER,
        "xframe": f"{ORIGIN}/Autodiscover/XFrame/XFrame.html",
    } == reply.hrefs
    assert ORIGIN + ROOT == reply.tree["_links"]["self"]["href"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Cache-Control", "no-cache"),
        ("Pragma", "no-cache"),
        ("Expires", "-1"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-MS-UcwaVersion", "2.0"),
    ],
)
async def test_discovery_is_not_cached_on_the_way(world, name, value):
    """R1.3, R1.18"""
    reply = await world.ask("GET", ROOT)

    assert value == reply.header(name)
    assert reply.header("X-MS-Server-Fqdn")


async def test_the_root_in_xml(world):
    reply = await world.ask("GET", "/", headers={"Accept": XML})

    assert "root" == reply.xml.get("rel")
    assert ORIGIN + USER == reply.hrefs["user"]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer cwt=nonsense"},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": "Basic YTpi"},
        {"Authorization": "cwt=\xff"},
    ],
)
async def test_without_a_token_the_user_resource_asks_for_one(world, method, headers):
    """R1.31-R1.33, CLIENT-RULES R2, R3, R5: two lines in this order and no other challenge."""
    reply = await world.ask(method, USER + "?", headers=headers)

    assert (401, "text/html") == (reply.status, reply.header("Content-Type"))
    assert [BEARER, OAUTH] == reply.all("WWW-Authenticate")
    assert reply.header("X-MS-Server-Fqdn")


async def test_no_header_before_the_challenge_holds_a_url(world):
    """CLIENT-RULES R2: one client takes the first http URL it finds in the headers."""
    reply = await world.ask("GET", USER)
    before = [value for name, value in reply.headers if name != "WWW-Authenticate"]

    assert [] == [value for value in before if "http" in value]


async def test_diagnostics_are_spaced_as_the_library_splits_them(world):
    """R1.20"""
    reply = await world.ask("GET", USER)

    shape = r'28020;source="[^"]+";reason="No valid security token\."'
    assert re.fullmatch(shape, reply.header("X-Ms-diagnostics"))


@pytest.mark.parametrize("path", [USER, f"{ROOT}/user", USER.lower()])
async def test_with_a_token_the_user_finds_the_applications(world, path):
    """R1.5: no user link, which one client would follow for ever; the root's xframe."""
    client = Client(world, await world.token(await world.person("lenea")))
    reply = await client.get(path)

    assert {
        "applications": ORIGIN + APPLICATIONS,
        "xframe": (await world.ask("GET", "/")).hrefs["xframe"],
    } == reply.hrefs
    assert "-1" == reply.header("Expires")


async def test_the_public_url_is_what_links_and_challenges_name(world_with):
    """CLIENT-RULES 1.2: links are not derived from Host when the server knows its own name."""
    world = await world_with(server={"public_url": "https://pool.example.com"})
    root = await world.ask("GET", "/")
    challenge = await world.ask("GET", USER)

    assert "https://pool.example.com" + USER == root.hrefs["user"]
    assert "https://pool.example.com/WebTicket" in challenge.all("WWW-Authenticate")[1]


async def test_an_expired_token_gets_the_challenge_and_the_application_lives_on(world_with):
    """R1.40, R1.42: renewing the token is enough, and the same package can be asked for."""
    world = await world_with(tokens={"lifetime": 60})
    lene = await world.person("lenea")
    client = await world.available(lene)
    await world.advance(61)
    refused = await client.get(client.next)
    client.token = await world.token(lene)
    package = await client.package()

    assert (401, [BEARER, OAUTH]) == (refused.status, refused.all("WWW-Authenticate"))
    assert ("me", "added", "presence") in package.events()


@pytest.mark.parametrize("path", ["/nothing", f"{APPLICATIONS}/1", f"{APPLICATIONS}/1/nothing"])
async def test_nothing_is_told_about_paths_without_a_token(world, path):
    """R1.36"""
    assert 401 == (await world.ask("GET", path)).status


async def test_every_host_name_leads_to_the_same_server(world):
    """CLIENT-RULES 1.1: any Host works, and the links follow it."""
    reply = await world.ask("GET", "/", headers={"Host": "lyncdiscover.contoso.test"})

    assert f"https://lyncdiscover.contoso.test{USER}" == reply.hrefs["user"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_discovery_is_read_only(world, method):
    """R4.24"""
    reply = await world.ask(method, ROOT, headers={"Accept": JSON})

    assert (405, "MethodNotAllowed", None) == reply.reason
    assert "HEAD, GET, OPTIONS" == reply.header("Allow")


@pytest.mark.parametrize("accept", [JSON, XML])
async def test_who_is_served_elsewhere_is_shown_the_way_and_nothing_to_follow_for_ever(
    tmp_path, accept
):
    """R1.5, R1.6: 200, a root without a query, no user beside it; xframe as ever."""
    pools = await TwoPools.create(tmp_path, north="south", south="")
    lene = Client(
        pools["north"], await pools["north"].token(await pools["north"].person("lenea")), accept
    )
    frame = f"{url_of('north')}/Autodiscover/XFrame/XFrame.html"
    sent = {"redirect": url_of("south") + ROOT, "xframe": frame}
    await pools.settle("lenea@contoso.test", "south")
    root, user = await lene.get("/"), await lene.get(USER)
    assert {"user": url_of("north") + USER, "xframe": frame} == root.hrefs
    assert (200, sent) == (user.status, user.hrefs)

    await pools.drain("north")
    for path in ("/", ROOT, USER, f"{ROOT}/user"):
        reply = await lene.get(path)
        assert (200, sent, "-1") == (reply.status, reply.hrefs, reply.header("Expires"))
    assert 200 == (await lene.get("/xframe")).status
    assert 401 == (await pools["north"].ask("GET", USER)).status
    await pools.close()


@pytest.mark.parametrize("accept", [JSON, XML])
async def test_the_redirect_resource_tells_where_its_user_is_served(tmp_path, accept):
    pools = await TwoPools.create(tmp_path, north="south", south="")
    lene = Client(
        pools["north"], await pools["north"].token(await pools["north"].person("lenea")), accept
    )
    for name in ("north", "south"):
        await pools.settle("lenea@contoso.test", name)
        reply = await lene.get(f"{ROOT}/user/redirect")
        assert {
            "user": url_of(name) + USER,
            "xframe": f"{url_of(name)}/Autodiscover/XFrame/XFrame.html",
        } == reply.hrefs
    assert 401 == (await pools["north"].ask("GET", f"{ROOT}/user/redirect")).status
    await pools.close()
