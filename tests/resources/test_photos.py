"""Photos: sizes, caching, the cookie, who may see them, and replacing one's own (R2.31, R2.32)."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

import pytest

from openucwa.adapters.pictures import LONGEST, prepare_now
from openucwa.adapters.sql.policies import SqlPolicies
from openucwa.domain.people import Level
from openucwa.hyper.declare import Scope
from pictures import opened, picture
from world import JSON, START, XML

LENE = "lenea@contoso.test"
PLACES = ["photos/{}", "people/{}/photo", "people/{}/contactPhoto"]


@pytest.fixture
async def lene(world):
    """Lene, who has a picture of 500 pixels."""
    address = await world.person("lenea", uri="sip:LeneA@contoso.test")
    await world.server.photos.keep(address, prepare_now(picture(500, 600)))
    return address


@pytest.fixture
async def sara(world, lene):
    """Sara's application; she has no picture."""
    return await world.client(await world.person("sarad"))


def cookie(client):
    """Return the cookie that came with the application, as a browser sends it back."""
    return client.created.header("Set-Cookie").partition(";")[0]


@pytest.mark.parametrize("place", PLACES)
async def test_a_picture_is_shown_as_jpeg(sara, place):
    reply = await sara.get(place.format(LENE))

    assert (200, "image/jpeg") == (reply.status, reply.header("Content-Type"))
    assert ("JPEG", (48, 48)) == (opened(reply.body).format, opened(reply.body).size)


async def test_ones_own_picture_is_linked_at_the_same_place(world, lene):
    """R1.13, R4.23: photos keep the case of the address."""
    hers = await world.client(lene)
    href = hers.created.tree["_embedded"]["me"]["_links"]["photo"]["href"]

    assert f"{hers.path}/photos/LeneA@contoso.test" == href
    assert (await hers.get(href)).body == (await hers.get("me/photo")).body


@pytest.mark.parametrize("accept", [JSON, XML])
async def test_a_contact_always_links_a_photo(sara, accept):
    """R2.32, R8.2: also if there is none."""
    hrefs = [
        (await sara.get(f"people/{address}", {"Accept": accept})).hrefs
        for address in (LENE, "sarad@contoso.test", "x@elsewhere.test")
    ]

    assert [
        f"{sara.path}/photos/LeneA@contoso.test",
        f"{sara.path}/photos/sarad@contoso.test",
        f"{sara.path}/photos/x@elsewhere.test",
    ] == [found["contactPhoto"] for found in hrefs]


@pytest.mark.parametrize(
    ("size", "side"),
    [("HR48X48", 48), ("hr96x96", 96), ("HR120X120", 120), ("HR432X432", 432), ("HR648X648", 432)],
)
async def test_the_next_smaller_size_is_shown_of_a_smaller_picture(sara, size, side):
    reply = await sara.get(f"photos/{LENE}?size={size}")

    assert (side, side) == opened(reply.body).size


@pytest.mark.parametrize("size", ["HR64X64", "48", "", "x" * 10_000])
@pytest.mark.parametrize("accept", [JSON, XML])
async def test_another_size_is_refused(sara, size, accept):
    reply = await sara.get(f"photos/{LENE}?size={size}", {"Accept": accept})

    assert (400, "BadRequest", "ParameterValidationFailure") == reply.reason
    assert b"HR48X48" in reply.body


async def test_a_browser_may_keep_a_picture_and_need_not_load_it_again(sara):
    """R2.32"""
    reply = await sara.get(f"photos/{LENE}")
    again = await sara.get(f"photos/{LENE}", {"If-None-Match": reply.header("ETag")})

    assert ["private"] == reply.all("Cache-Control")
    assert parsedate_to_datetime(reply.header("Expires")).timestamp() == START + 3600
    assert (304, b"") == (again.status, again.body)
    for name in ("ETag", "Expires", "Cache-Control"):
        assert reply.header(name) == again.header(name)


async def test_each_size_and_each_picture_has_its_tag(world, sara):
    first = await sara.get(f"photos/{LENE}")
    larger = await sara.get(f"photos/{LENE}?size=HR96X96")
    await world.server.photos.keep(LENE, prepare_now(picture(colour="blue")))
    other = await sara.get(f"photos/{LENE}", {"If-None-Match": first.header("ETag")})

    assert 200 == other.status
    assert 3 == len({reply.header("ETag") for reply in (first, larger, other)})


@pytest.mark.parametrize("accept", [JSON, XML])
@pytest.mark.parametrize(
    "who", ["sarad@contoso.test", "nobody@contoso.test", "x@elsewhere.test", "no-address"]
)
async def test_who_has_no_picture_has_none(sara, who, accept):
    """16.42"""
    reply = await sara.get(f"photos/{who}", {"Accept": accept})

    assert (404, "NotFound", None) == reply.reason
    assert ["private"] == reply.all("Cache-Control")


async def test_the_head_of_a_picture_is_that_of_get(sara):
    head, whole = [await sara.send(method, f"photos/{LENE}") for method in ("HEAD", "GET")]

    assert whole.status == head.status
    assert whole.header("Content-Length") == head.header("Content-Length")


async def test_the_cookie_opens_photos(world, sara):
    """R1.36, R15.36: an image is loaded without a header."""
    for method in ("GET", "HEAD"):
        reply = await world.ask(
            method, f"{sara.path}/photos/{LENE}", b"", {"Cookie": f"a=b; {cookie(sara)}; c=d"}
        )

        assert 200 == reply.status


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("GET", "/me"),
        ("GET", "/policies"),
        ("GET", "/people/search?query=lene"),
        ("GET", "/nothing"),
        ("PUT", "/me/photo"),
        ("POST", "/photos/lenea@contoso.test"),
        ("POST", "/me/reportMyActivity"),
        ("DELETE", ""),
    ],
)
async def test_the_cookie_opens_nothing_else(world, sara, method, path):
    reply = await world.ask(method, sara.path + path, b"", {"Cookie": cookie(sara)})

    assert 401 == reply.status


async def test_the_cookie_opens_no_application_of_somebody_else(world, lene, sara):
    hers = await world.client(lene)
    reply = await world.ask("GET", f"{hers.path}/photos/{LENE}", b"", {"Cookie": cookie(sara)})

    assert (404, "NotFound", "ApplicationNotFound") == reply.reason


@pytest.mark.parametrize("header", ["Bearer cwt=wrong", "Bearer ", ""])
async def test_a_header_wins_over_the_cookie(world, sara, header):
    headers = {"Cookie": cookie(sara), "Authorization": header}

    assert 401 == (await world.ask("GET", f"{sara.path}/photos/{LENE}", b"", headers)).status


@pytest.mark.parametrize(
    "text", ["", "cwt_ucwa", "cwt_ucwa=", "cwt_ucwa=cwt%3D", "xcwt_ucwa={}", "cwt_ucwa=%ff%00;"]
)
async def test_another_cookie_opens_nothing(world, sara, text):
    value = cookie(sara).partition("=")[2]
    headers = {"Cookie": text.format(value)}

    assert 401 == (await world.ask("GET", f"{sara.path}/photos/{LENE}", b"", headers)).status


async def test_the_cookie_lasts_as_long_as_its_token(world, sara):
    """R2.31"""
    world.clock.time += 8 * 3600 + 1
    headers = {"Cookie": cookie(sara)}

    assert 401 == (await world.ask("GET", f"{sara.path}/photos/{LENE}", b"", headers)).status


@pytest.mark.parametrize("accept", [JSON, XML])
async def test_guests_see_no_photos(world, lene, accept):
    """R2.26"""
    guest = await world.guest(accept)

    assert (403, "Forbidden", None) == (await guest.get(f"photos/{lene}")).reason
    assert (403, "Forbidden", "AnonymousNotAllowed") == (await guest.get("me/photo")).reason


@pytest.mark.parametrize(
    ("scope", "own", "others"),
    [(Scope.USER, 200, 403), (Scope.CONTACTS, 200, 200), (Scope.MEETINGS, 403, 403)],
)
async def test_each_scope_opens_its_photos(world, lene, scope, own, others):
    """R13.1: User.ReadWrite one's own, Contacts.ReadWrite those of all."""
    other = await world.person("sarad")
    await world.server.photos.keep(other, prepare_now(picture()))
    hers = await world.limited(lene, scope)

    assert own == (await hers.get(f"photos/{lene}")).status
    assert others == (await hers.get(f"photos/{other}")).status


@pytest.mark.parametrize("accept", [JSON, XML])
async def test_a_policy_turns_photos_off(world, lene, accept):
    await SqlPolicies(world.server.database).set(lene, "photos", "Disabled")
    hers = await world.client(lene, accept)

    for path in (f"photos/{lene}", "me/photo"):
        assert (403, "Forbidden", None) == (await hers.get(path)).reason
    assert "Disabled" == (await hers.get("policies")).property("photos")


async def test_photos_are_enabled_unless_somebody_says_otherwise(sara):
    assert "Enabled" == (await sara.get("policies")).property("photos")


@pytest.fixture
async def uploading(world_with):
    """An application whose user may replace the picture."""
    world = await world_with(photos={"upload": True}, limits={"body": 20 * 1024**2})
    return await world.client(await world.person("lenea"))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
async def test_one_may_replace_ones_own_picture(uploading, kind):
    reply = await uploading.put("me/photo", picture(kind=kind), {"Content-Type": "image/any"})
    shown = await uploading.get(f"photos/{LENE}?size=HR648X648")

    assert (204, b"") == (reply.status, reply.body)
    assert (504, 504) == opened(shown.body).size


@pytest.mark.parametrize("accept", [JSON, XML])
@pytest.mark.parametrize(
    ("body", "kind", "reason"),
    [
        (picture(), "text/plain", (415, "UnsupportedMediaType", None)),
        (picture(), "", (415, "UnsupportedMediaType", None)),
        (picture(kind="BMP"), "image/bmp", (415, "UnsupportedMediaType", None)),
        (b"{}", "image/png", (415, "UnsupportedMediaType", None)),
        (b"", "image/png", (415, "UnsupportedMediaType", None)),
        (picture()[:200], "image/png", (400, "BadRequest", "DeserializationFailure")),
        (picture(8000, 5001, mode="1", colour=0), "image/png", (413, "EntityTooLarge", None)),
        (b"\x89PNG" + bytes(LONGEST), "image/png", (413, "EntityTooLarge", None)),
    ],
    ids=["text", "no type", "BMP", "JSON", "empty", "cut off", "pixels", "bytes"],
)
async def test_what_is_no_usable_picture_is_refused(uploading, body, kind, reason, accept):
    reply = await uploading.put("me/photo", body, {"Content-Type": kind, "Accept": accept})

    assert reason == reply.reason
    assert 404 == (await uploading.get(f"photos/{LENE}")).status


@pytest.mark.parametrize("accept", [JSON, XML])
async def test_pictures_are_not_replaced_where_the_setting_is_off(world, lene, accept):
    hers = await world.client(lene, accept)
    before = await hers.get("me/photo")
    reply = await hers.put("me/photo", picture(colour="blue"), {"Content-Type": "image/png"})

    assert (403, "Forbidden", None) == reply.reason
    assert before.body == (await hers.get("me/photo")).body


@pytest.mark.parametrize("level", [Level.BLOCKED, Level.EXTERNAL])
@pytest.mark.parametrize("place", PLACES)
async def test_a_picture_is_for_those_who_may_see_more_than_a_name(world, sara, place, level):
    """R8.15: also for browsers that have it already, and however they show who they are."""
    known = {"If-None-Match": (await sara.get(place.format(LENE))).header("ETag")}
    assert 304 == (await sara.get(place.format(LENE), known)).status
    standings = world.home(LENE).dispatcher.services.standings
    await standings.set_level(LENE, "sarad@contoso.test", level)
    as_browser = {"Cookie": cookie(sara)}
    replies = [
        await sara.get(place.format(LENE)),
        await sara.get(place.format(LENE), known),
        await world.ask("GET", f"{sara.path}/{place.format(LENE)}", headers=as_browser),
    ]

    assert [(404, "NotFound", None)] * 3 == [reply.reason for reply in replies]
    assert b"JFIF" not in b"".join(reply.body for reply in replies)


async def test_ones_own_picture_is_shown_whatever_level_others_have(world_with):
    """R8.15: nobody has a relationship with herself."""
    world = await world_with(privacy={"default_level": "External"})
    for name in ("lenea", "sarad"):
        await world.person(name)
        await world.server.photos.keep(f"{name}@contoso.test", prepare_now(picture()))
    hers = await world.client(LENE)

    assert [200, 200, 404] == [
        (await hers.get(path)).status
        for path in ("me/photo", f"photos/{LENE}", "photos/sarad@contoso.test")
    ]
