"""What people see of each other, and are told, by the level that they were given (R8.15)."""

from __future__ import annotations

import pytest

from openucwa.adapters.pictures import prepare_now
from openucwa.domain.privacy import GIVEN
from pictures import picture
from relationships import give, level
from world import JSON, XML, World

both = pytest.mark.parametrize("accept", [JSON, XML])
LENE, SARA = "lenea@contoso.test", "sarad@contoso.test"
STRANGER = "x@elsewhere.test"
TOLD = ("people", "updated", "contactPrivacyRelationship", "contact")
FACETS = {
    "presence": "contactPresence",
    "note": "contactNote",
    "location": "contactLocation",
    "supportedMedia": "contactSupportedModalities",
}

# What Sara gets of Lene, who has everything and does not want to be disturbed, by the level
# that Lene gave her; a dash is a property that is left out.
SEEN = """
place            property          Blocked  External      Colleagues    Workgroup  FriendsAndFamily
presence         availability      Offline  DoNotDisturb  DoNotDisturb  Busy       DoNotDisturb
presence         activity          -        -             urgent        urgent     urgent
presence         deviceType        Unknown  Unknown       Web           Web        Web
presence         lastActive        -        -             yes           yes        yes
note             message           -        -             hello         hello      hello
note             type              -        -             Personal      Personal   Personal
location         location          -        -             Oslo          Oslo       Oslo
supportedMedia   modalities        none     Messaging     Messaging     Messaging  Messaging
photo            status            404      404           200           200        200
photo?size=HR48X48  status         404      404           200           200        200
                 uri               yes      yes           yes           yes        yes
                 name              Lene     Lene          Lene          Lene       Lene
                 emailAddresses    yes      yes           yes           yes        yes
                 sourceNetwork     yes      yes           yes           yes        yes
                 type              User     User          User          User       User
                 title             -        -             Designer      Designer   Designer
                 department        -        -             R&D           R&D        R&D
                 company           -        -             Contoso       Contoso    Contoso
                 office            -        -             23/2          23/2       23/2
                 workPhoneNumber   -        -             yes           yes        yes
                 mobilePhoneNumber -        -             yes           yes        yes
                 homePhoneNumber   -        -             yes           yes        yes
                 otherPhoneNumber  -        -             yes           yes        yes
"""
LEVELS, *ROWS = [line.split() for line in SEEN.strip().splitlines()]
LEVELS = LEVELS[2:]
ROWS = [row if len(row) == len(LEVELS) + 2 else ["", *row] for row in ROWS]
SHORT = {"urgent-interruptions-only": "urgent", "None": "-", "": "none"}
SECRETS = ("Designer", "R&D", "Contoso", "23/2", "+45111")


async def a_world(make=World.create, **settings):
    """Return a world in which Lene has a full card and a picture."""
    world = await make(**settings)
    await world.person(
        "lenea",
        "Lene",
        title="Designer",
        department="R&D",
        company="Contoso",
        office="23/2",
        emails=("lene@contoso.test",),
        **{f"{kind}_phone": "tel:+4511111111" for kind in ("work", "mobile", "home", "other")},
    )
    await world.person("sarad", "Sara")
    await world.server.photos.keep(LENE, prepare_now(picture()))
    return world


async def come(world, accept=JSON, availability="DoNotDisturb"):
    """Return Lene's application after she has said everything that can be said."""
    lene = await world.available(LENE, accept, supportedModalities=["Messaging"])
    await lene.post("me/note", {"message": "hello"})
    await lene.post("me/location", {"location": "Oslo"})
    await lene.post("me/presence", {"availability": availability})
    return lene


@pytest.fixture
async def world(world_with):
    return await a_world(world_with)


@pytest.fixture
async def lene(world):
    return await come(world)


@pytest.fixture
async def sara(world):
    return await world.client(SARA)


async def seen(client, place, name):
    """Return in a word what an application sees of Lene."""
    reply = await client.get(client.person(LENE, place))
    if name == "status":
        return str(reply.status)
    assert 200 == reply.status
    value = reply.property(name)
    text = " ".join(value) if isinstance(value, list) else str(value)
    return SHORT.get(text, text)


async def compare(client, column):
    """Return the rows of the table in which a column is not what an application sees."""
    wrong = []
    for row in ROWS:
        found = await seen(client, *row[:2])
        expected = row[2 + LEVELS.index(column)]
        if found != expected and not (expected == "yes" and found not in ("-", "")):
            wrong.append((*row[:2], expected, found))
    return wrong


# --- what others see


@both
async def test_r8_15_what_each_level_sees(world, lene, accept):
    """At once after it was given; and what is not seen is nowhere in the answer."""
    sara = await world.client(SARA, accept)
    for column in LEVELS:
        assert 200 == (await give(lene, SARA, column)).status
        card = (await sara.get(sara.person(LENE))).body.decode()

        assert [] == await compare(sara, column)
        if column in ("Blocked", "External"):
            assert [] == [secret for secret in SECRETS if secret in card]


@pytest.mark.parametrize("default", [None, *GIVEN[1:]])
async def test_the_default_level_is_a_setting(world_with, default):
    """It holds for everybody who was given no level; oneself sees everything."""
    privacy = {"privacy": {"default_level": default}} if default else {}
    world = await a_world(world_with, **privacy)
    lene, sara = await come(world), await world.client(SARA)

    assert [] == await compare(sara, default or "Colleagues")
    assert [] == await compare(lene, "FriendsAndFamily")
    assert (default or "Colleagues") == await level(lene, SARA)
    await give(lene, SARA, "Blocked")
    assert [] == await compare(sara, "Blocked")


@both
@pytest.mark.parametrize("given", ["Blocked", "External"])
async def test_a_card_shows_no_more_elsewhere(world, lene, accept, given):
    """In a search, among those watched, on the contact list, in groups of either kind."""
    sara = await world.client(SARA, accept)
    await sara.watch(LENE)
    await sara.post("people/groupMemberships", {"contactUri": f"sip:{LENE}"})
    groups = (await sara.get("people/groups", {"Accept": JSON})).tree["_embedded"]
    places = [
        "people/search?query=lene",
        "people/subscribedContacts",
        "people/contacts",
        groups["defaultGroup"]["_links"]["groupContacts"]["href"],
    ]
    before = [(await sara.get(place)).body.decode() for place in places]
    await give(lene, SARA, given)
    after = [(await sara.get(place)).body.decode() for place in places]

    assert [True] * 4 == [">Designer<" in body or '"Designer"' in body for body in before]
    assert [True] * 4 == ["lene@contoso.test" in body for body in after]
    assert [] == [secret for secret in SECRETS for body in after if secret in body]


async def test_own_numbers_are_part_of_the_card(lene, sara):
    """R8.16: what one shows to others is shown to those who may see one's card."""
    number = {"number": "+4587654321", "includeInContactCard": True}
    assert 204 == (await sara.post("me/phones/mobile/changeNumber", number)).status
    seen = await lene.get(lene.person(SARA))
    await give(sara, LENE, "External")

    assert "tel:+4587654321" == seen.property("mobilePhoneNumber")
    assert (await lene.get(lene.person(SARA))).property("mobilePhoneNumber") is None


async def test_a_level_is_one_way_and_for_one_person(world, lene, sara):
    john = await world.client(await world.person("johnd"))
    await sara.post("me/makeMeAvailable", {})
    await give(lene, SARA, "Blocked")

    assert [] == await compare(john, "Colleagues")
    assert "Online" == (await lene.get(lene.person(SARA, "presence"))).property("availability")
    assert "Colleagues" == await level(sara, LENE)


# --- who is told


async def facets(client):
    """Return what an application sees of Lene of what it would be told of."""
    found = {}
    for path, rel in FACETS.items():
        tree = (await client.get(client.person(LENE, path))).tree
        found[rel] = {name: value for name, value in tree.items() if name != "lastActive"}
    return found


@pytest.mark.parametrize("availability", ["Online", "DoNotDisturb", "Offwork"])
async def test_r7_32_who_watches_is_told_of_what_she_sees_otherwise(world, sara, availability):
    """For each level after each other one: these facets and no others."""
    lene = await come(world, availability=availability)
    other = await world.client(await world.person("johnd"))
    for client in (sara, other):
        await client.watch(LENE)
        await client.news()
    wrong, before = [], await facets(sara)
    for first in LEVELS:
        for given in (*LEVELS, first):
            await lene.report()
            await give(lene, SARA, given)
            after, told = await facets(sara), await sara.news()
            changed = [rel for rel in before if before[rel] != after[rel]]
            if told != [("people", "updated", rel, "contact") for rel in changed]:
                wrong.append((first, given, changed, told))
            before = after

    assert [] == wrong
    assert [] == await other.news()


@pytest.fixture
async def watchers(world, lene):
    """Five people who watch Lene, one of each level."""
    found = {}
    for given in GIVEN:
        found[given] = await world.client(await world.person(given.lower()))
        await give(lene, f"{given.lower()}@contoso.test", given)
        await found[given].watch(LENE)
        await found[given].news()
    return found


@pytest.mark.parametrize(
    ("path", "body", "rel", "unaware"),
    [
        ("presence", {"availability": "Online"}, "contactPresence", ["Blocked"]),
        ("presence", {"availability": "Offwork"}, "contactPresence", ["Blocked"]),
        ("note", {"message": "other"}, "contactNote", ["Blocked", "External"]),
        ("location", {"location": ""}, "contactLocation", ["Blocked", "External"]),
        ("presence", {"availability": "DoNotDisturb"}, "", [*GIVEN]),
        ("note", {"message": "hello"}, "", [*GIVEN]),
    ],
)
async def test_r7_32_a_change_is_told_to_those_who_see_it(  # noqa: PLR0917
    lene, watchers, path, body, rel, unaware
):
    await lene.post(f"me/{path}", body)
    told = {given: await client.news() for given, client in watchers.items()}

    assert {
        given: [] if given in unaware else [("people", "updated", rel, "contact")]
        for given in GIVEN
    } == told


async def test_r7_31_the_start_tells_no_more_than_can_be_seen(world, lene, sara):
    """Presence always, the rest if there is anything to see."""
    own = {"Blocked": [], "External": ["contactSupportedModalities"]}
    for given in GIVEN:
        await give(lene, SARA, given)
        subscription = (await sara.watch(LENE)).header("Location")
        told = [rel for _, kind, rel, *_ in await sara.news() if kind == "updated"]
        await sara.delete(subscription)

        assert ["contactPresence", *own.get(given, [*FACETS.values()][1:])] == told
