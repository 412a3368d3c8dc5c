"""Contacts: cards, and what can be seen of a person (BEHAVIOUR 7.1, 8.1-8.4)."""

from __future__ import annotations

import pytest

from world import JSON, XML

both = pytest.mark.parametrize("accept", [JSON, XML])
FACETS = ("presence", "location", "note", "supportedMedia")


@pytest.fixture
async def lene(world):
    return await world.person(
        "lenea",
        "Lene Aaling",
        title="Designer",
        department="R&D",
        company="Contoso",
        office="23/2",
        emails=("lene@contoso.test", "la@contoso.test"),
        work_phone="tel:+4512345678",
    )


@pytest.fixture
async def sara(world):
    return await world.person("sarad")


@both
async def test_the_hub(world, sara, accept):
    """R8.1, R1.13: none has a ? (15.8), some have revision 2 (R12.3)."""
    client = await world.client(sara, accept)
    reply = await client.get("people")

    assert {
        "presenceSubscriptions": "presenceSubscriptions",
        "subscribedContacts": "subscribedContacts",
        "presenceSubscriptionMemberships": "presenceSubscriptionMemberships",
        "myGroups": "groups",
        "myGroupMemberships": "groupMemberships",
        "myContacts": "contacts",
        "myPrivacyRelationships": "privacyRelationships",
        "myContactsAndGroupsSubscription": "contactsAndGroupsSubscription",
        "search": "search",
    } == {rel: href.removeprefix(f"{client.path}/people/") for rel, href in reply.hrefs.items()}
    assert b'"2"' in reply.body


@both
async def test_a_card(world, lene, sara, accept):
    """R8.2, R8.3: what is not known is left out; revalidation works (R4.32)."""
    client = await world.client(sara, accept)
    reply = await client.get(client.person(lene))
    names = ("uri", "name", "title", "department", "company", "office", "emailAddresses")

    assert [
        f"sip:{lene}",
        "Lene Aaling",
        "Designer",
        "R&D",
        "Contoso",
        "23/2",
        ["lene@contoso.test", "la@contoso.test"],
    ] == [reply.property(name) for name in names]
    assert ["tel:+4512345678", None, "User", "SameEnterprise"] == [
        reply.property(name)
        for name in ("workPhoneNumber", "mobilePhoneNumber", "type", "sourceNetwork")
    ]
    again = await client.get(client.person(lene), {"If-None-Match": reply.header("ETag")})
    assert 304 == again.status


@both
async def test_the_links_of_a_card_lead_on(world, lene, sara, accept):
    """R1.13, R15.32: canonical paths, whatever the spelling that was asked for."""
    client = await world.client(sara, accept)
    reply = await client.get("people/LeneA@CONTOSO.test")
    rels = ("contactPresence", "contactLocation", "contactNote", "contactSupportedModalities")
    paths = zip(
        (*rels, "contactPrivacyRelationship"), (*FACETS, "privacyRelationship"), strict=True
    )
    facets = {rel: f"{client.path}/people/{lene}/{path}" for rel, path in paths}

    assert facets | {"contactPhoto": f"{client.path}/photos/{lene}"} == reply.hrefs
    for rel, href in facets.items():
        facet = await client.get(href, {"Accept": JSON})
        assert (200, rel, href) == (
            facet.status,
            facet.property("rel"),
            facet.tree["_links"]["self"]["href"],
        )


@pytest.mark.parametrize(
    "person", ["lenea@contoso.test", "sip:lenea@contoso.test", "lenea%40contoso.test"]
)
async def test_a_person_is_named_in_several_ways(world, lene, sara, person):
    """R4.23"""
    client = await world.client(sara)

    assert "Lene Aaling" == (await client.get(f"people/{person}")).property("name")


@both
@pytest.mark.parametrize(
    "person", ["nobody@contoso.test", "nobody", "@", "a@b@c", "%00@b.c", "a%2fb@c.d"]
)
async def test_who_should_be_here_and_is_not_is_not_found(world, sara, accept, person):
    """R8.4: no subcode, so that nobody recreates the application."""
    client = await world.client(sara, accept)

    assert (404, "NotFound", None) == (await client.get(f"people/{person}")).reason


@both
async def test_strangers_have_a_card_of_their_address(world, sara, accept):
    """R8.4: any reachable address is a contact."""
    client = await world.client(sara, accept)
    reply = await client.get("people/Somebody@elsewhere.test")

    assert ["somebody@elsewhere.test", "sip:somebody@elsewhere.test", "Federated"] == [
        reply.property(name) for name in ("name", "uri", "sourceNetwork")
    ]


@both
@pytest.mark.parametrize("address", ["somebody@elsewhere.test", "nobody@contoso.test"])
async def test_who_is_not_known_is_offline(world, sara, accept, address):
    """R7.8: and not 404, so that polling clients keep working."""
    client = await world.client(sara, accept)
    reply = await client.get(client.person(address, "presence"))

    assert ["Offline", "Unknown", None, None] == [
        reply.property(name) for name in ("availability", "deviceType", "activity", "lastActive")
    ]


@both
async def test_what_can_be_seen_of_a_person(world, lene, sara, accept):
    """R7.7, R7.27, R8.19: without any subscription; a browser application is on the Web."""
    hers = await world.available(lene, accept, supportedModalities=["Messaging", "Audio"])
    await hers.post("me/note", {"message": "hello"})
    await hers.post("me/location", {"location": "here"})
    client = await world.client(sara, accept)
    presence, location, note, media = [
        await client.get(client.person(lene, facet)) for facet in FACETS
    ]

    assert ["Online", "Web"] == [presence.property("availability"), presence.property("deviceType")]
    assert "here" == location.property("location")
    assert ["hello", "Personal"] == [note.property("message"), note.property("type")]
    assert ["Audio", "Messaging"] == media.property("modalities")


async def test_one_sees_oneself_as_others_do(world, sara):
    """R8.4"""
    client = await world.available(sara)
    await client.post("me/note", {"message": "hello"})

    assert "hello" == (await client.get(client.person(sara, "note"))).property("message")


@pytest.mark.parametrize("facet", FACETS)
async def test_unknown_people_show_nothing(world, sara, facet):
    client = await world.client(sara)

    assert 200 == (await client.get(client.person("a@elsewhere.test", facet))).status


@both
@pytest.mark.parametrize("path", ["people/a@b.c", "people/a@b.c/presence", "people/search?query=a"])
async def test_guests_see_nobody(world, accept, path):
    """R2.26"""
    assert (403, "Forbidden", None) == (await (await world.guest(accept)).get(path)).reason


@both
@pytest.mark.parametrize("path", ["people", "people/a@b.c", "people/a@b.c/note", "people/search"])
async def test_people_take_the_scope_of_contacts(world, sara, accept, path):
    """R13.1, R13.2"""
    client = await world.limited(sara, "User.ReadWrite", accept=accept)

    assert (403, "Forbidden", None) == (await client.get(path)).reason


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_cards_are_read_only(world, lene, sara, method):
    """R4.24"""
    client = await world.client(sara)

    assert 405 == (await client.send(method, client.person(lene))).status
