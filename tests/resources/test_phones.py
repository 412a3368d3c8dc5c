"""The user's phones, and who sees their numbers (R8.16)."""

from __future__ import annotations

import pytest

from world import JSON, NAMESPACE, XML, Client, World

ALL = ["work", "mobile", "home", "other"]
CHANGES = {"changeNumber", "changeVisibility"}


@pytest.fixture
async def lene(world):
    return await world.person(
        "lenea", work_phone="tel:+4511111111;ext=42", home_phone="tel:+4522222222"
    )


@pytest.fixture(params=[JSON, XML])
async def client(world, lene, request):
    return await world.client(lene, request.param)


@pytest.fixture
async def sara(world):
    return await world.client(await world.person("sarad"))


async def phone(client: Client, kind: str) -> tuple[str | None, bool]:
    """Return number and visibility of a phone, whichever format they are in."""
    reply = await client.get(f"me/phones/{kind}")
    return reply.property("number") or "", str(reply.property("includeInContactCard")) == "True"


async def card(client: Client, address: str) -> dict[str, str]:
    """Return the numbers that somebody sees."""
    tree = (await client.get(client.person(address))).tree
    return {name: value for name, value in tree.items() if name.endswith("PhoneNumber")}


async def test_there_is_one_phone_of_each_type(client):
    reply = await client.get((await client.get("me")).href("phones"))

    if client.accept == JSON:
        assert ALL == [one["type"] for one in reply.tree["_embedded"]["phone"]]
    else:
        found = reply.xml.findall(f"{NAMESPACE}resource[@rel='phone']")
        assert ALL == [one.get("href").rpartition("/")[2] for one in found]


@pytest.mark.parametrize(
    ("kind", "number", "shown", "links"),
    [
        ("work", "tel:+4511111111;ext=42", True, set()),
        ("mobile", "", False, CHANGES),
        ("home", "tel:+4522222222", True, set()),
        ("other", "", False, CHANGES),
    ],
)
async def test_what_the_directory_says_cannot_be_changed(client, kind, number, shown, links):
    reply = await client.get(f"me/phones/{kind}")

    assert (200, kind, links) == (reply.status, reply.property("type"), reply.links())
    assert (number, shown) == await phone(client, kind)
    for change in CHANGES:
        reply = await client.post(f"me/phones/{kind}/{change}", {})
        assert (204 if links else 409) == reply.status
        assert links or reply.reason == (409, "Conflict", None)
    assert (number, shown) == await phone(client, kind)


async def test_a_number_is_normalised_and_deleted(client):
    await client.post("me/phones/mobile/changeNumber", {"number": " +45 (33) 33 33-33 "})
    assert ("tel:+4533333333", False) == await phone(client, "mobile")

    await client.post(
        "me/phones/Mobile/changeNumber", {"number": "+4544444444", "includeInContactCard": True}
    )
    assert ("tel:+4544444444", True) == await phone(client, "mobile")

    reply = await client.post("me/phones/mobile/changeNumber", {"number": ""})
    assert (204, b"") == (reply.status, reply.body)
    assert ("", True) == await phone(client, "mobile")


async def test_parameters_may_be_in_the_query(client):
    await client.post("me/phones/other/changeNumber?Number=%2B4533333333&includeInContactCard=true")
    assert ("tel:+4533333333", True) == await phone(client, "other")
    await client.post("me/phones/other/changeVisibility?includeInContactCard=false")
    assert ("tel:+4533333333", False) == await phone(client, "other")


@pytest.mark.parametrize("number", ["33333333", "lene", "+", "sip:lenea@contoso.test"])
async def test_what_is_no_number_is_refused(client, number):
    await client.post("me/phones/mobile/changeNumber", {"number": "+4533333333"})
    reply = await client.post(
        "me/phones/mobile/changeNumber", {"number": number, "includeInContactCard": True}
    )

    assert (400, "BadRequest", "NormalizationFailed") == reply.reason
    assert ("tel:+4533333333", False) == await phone(client, "mobile")


@pytest.mark.parametrize(
    ("body", "bad"),
    [
        ({"number": "+" + "4" * 80}, ["number"]),
        ({"number": ["+4533333333", "+4544444444"]}, ["number"]),
        ({"includeInContactCard": "perhaps"}, ["includeInContactCard"]),
    ],
    ids=["long", "many", "perhaps"],
)
async def test_bad_parameters_are_named(client, body, bad):
    reply = await client.post("me/phones/mobile/changeNumber", body)

    assert (400, bad) == (reply.status, reply.bad)


async def test_numbers_without_a_country_are_those_of_the_region(tmp_path):
    world = await World.create(tmp_path, telephony={"region": "DK"})
    client = await world.client(await world.person("lenea"))
    await client.post("me/phones/mobile/changeNumber", {"number": "33 33 33 33"})

    assert ("tel:+4533333333", False) == await phone(client, "mobile")
    await world.close()


async def test_others_see_at_once_what_is_shown(client, sara, lene):
    listed = {"workPhoneNumber": "tel:+4511111111;ext=42", "homePhoneNumber": "tel:+4522222222"}
    own = {"mobilePhoneNumber": "tel:+4533333333"}
    await client.post("me/phones/mobile/changeNumber", {"number": "+4533333333"})
    assert listed == await card(sara, lene)

    await client.post("me/phones/mobile/changeVisibility", {"includeInContactCard": True})
    assert listed | own == await card(sara, lene)
    [found] = (await sara.get("people/search?query=%2B4533333")).tree["_embedded"]["contact"]
    assert own["mobilePhoneNumber"] == found["mobilePhoneNumber"]
    await sara.watch(lene)
    [watched] = (await sara.get("people/subscribedContacts")).tree["_embedded"]["contact"]
    assert own["mobilePhoneNumber"] == watched["mobilePhoneNumber"]

    await client.post("me/phones/mobile/changeVisibility", {"includeInContactCard": False})
    assert listed == await card(sara, lene)
    assert "_embedded" not in (await sara.get("people/search?query=%2B4533333")).tree


async def test_she_sees_all_of_her_own_numbers(client):
    await client.post("me/phones/mobile/changeNumber", {"number": "+4533333333"})

    assert "tel:+4533333333" == (await client.get("me")).property("mobilePhoneNumber")


async def test_nobody_is_told_of_a_change(world, client):
    """R2.16"""
    await client.post("me/makeMeAvailable", {})
    await client.package()
    await client.post("me/phones/mobile/changeNumber", {"number": "+4533333333"})

    assert [] == (await client.package(60)).events()


async def test_a_phone_has_an_etag_that_changes_with_it(client):
    before = (await client.get("me/phones/mobile")).header("ETag")
    assert 304 == (await client.get("me/phones/mobile", {"If-None-Match": before})).status

    await client.post("me/phones/mobile/changeNumber", {"number": "+4533333333"})
    assert 200 == (await client.get("me/phones/mobile", {"If-None-Match": before})).status


@pytest.mark.parametrize("path", ["fax", "fax/changeNumber", "fax/changeVisibility", "0"])
async def test_there_are_no_other_types(client, path):
    verb = client.post if "/" in path else client.get

    assert (404, "NotFound", None) == (await verb(f"me/phones/{path}", {})).reason


@pytest.mark.parametrize("accept", [JSON, XML])
async def test_guests_have_no_phones(world, accept):
    """R2.26; only the page of the collection names the subcode."""
    guest = await world.guest(accept)

    assert (403, "Forbidden", "AnonymousNotAllowed") == (await guest.get("me/phones")).reason
    assert (403, "Forbidden", None) == (await guest.get("me/phones/work")).reason
    for change in CHANGES:
        reply = await guest.post(f"me/phones/home/{change}", {})
        assert (403, "Forbidden", None) == reply.reason
    assert "phones" not in (await guest.get("me")).links()


async def test_phones_need_the_scope_of_the_user(world, lene):
    client = await world.limited(lene, "Contacts.ReadWrite")

    assert (403, "Forbidden", None) == (await client.get("me/phones")).reason
