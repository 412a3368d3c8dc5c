"""Privacy relationships: giving levels, and what they let others see (R8.15, R7.32)."""

from __future__ import annotations

import pytest

from openucwa.adapters.pictures import prepare_now
from openucwa.domain.privacy import GIVEN
from pictures import picture
from world import JSON, START, XML, World

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


async def give(client, address, level, **more):
    """Get a relationship, change the level, put it back with all that has to come along."""
    path = client.person(address, "privacyRelationship")
    shown = (await client.get(path, {"Accept": JSON})).tree
    body = {name: value for name, value in shown.items() if name[0] != "_"}
    match = {"If-Match": f'"{shown["etag"]}"'} | more.pop("headers", {})
    return await client.put(path, body | {"relationshipLevel": level} | more, match)


async def level(client, address, accept=None):
    headers = {"Accept": accept} if accept else {}
    reply = await client.get(client.person(address, "privacyRelationship"), headers)
    return reply.property("relationshipLevel")


async def seen(client, place, name):
    """Return in a word what an application sees of Lene."""
    reply = await client.get(client.person(LENE, place))
    if name == "status":
        return str(reply.status)
    assert 200 == reply.status
    value = reply.property(name)
    text = " ".join(value) if isinstance(value, list) else str(value)
    return SHORT.get(text, text)


async def news(client):
    """Return what an application is told by the time that medium events may wait."""
    await client.world.advance(6)
    waiting = await client.poll()
    if waiting.reply is None:
        await waiting.leave()
        return []
    client.follow(waiting.reply)
    return waiting.reply.events()


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
        await news(client)
    wrong, before = [], await facets(sara)
    for first in LEVELS:
        for given in (*LEVELS, first):
            await lene.report()
            await give(lene, SARA, given)
            after, told = await facets(sara), await news(sara)
            changed = [rel for rel in before if before[rel] != after[rel]]
            if told != [("people", "updated", rel, "contact") for rel in changed]:
                wrong.append((first, given, changed, told))
            before = after

    assert [] == wrong
    assert [] == await news(other)


@pytest.fixture
async def watchers(world, lene):
    """Five people who watch Lene, one of each level."""
    found = {}
    for given in GIVEN:
        found[given] = await world.client(await world.person(given.lower()))
        await give(lene, f"{given.lower()}@contoso.test", given)
        await found[given].watch(LENE)
        await news(found[given])
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
    told = {given: await news(client) for given, client in watchers.items()}

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
        told = [rel for _, kind, rel, *_ in await news(sara) if kind == "updated"]
        await sara.delete(subscription)

        assert ["contactPresence", *own.get(given, [*FACETS.values()][1:])] == told


@both
async def test_ones_own_applications_are_told(world, accept):
    """R3.26, R3.27: those that left lurker mode, that which did it, and those that watch her."""
    lurking, watching = [
        await world.client(LENE, accept, endpointId=name) for name in ("lurking", "watching")
    ]
    lene = await world.available(LENE, accept)
    await watching.watch(SARA)
    for client in (lene, watching):
        await news(client)
    await give(lene, SARA, "Workgroup")

    assert ([TOLD], [], [TOLD]) == (await news(lene), await news(lurking), await news(watching))
    await give(lurking, SARA, "External")
    assert ([TOLD], [TOLD], [TOLD]) == (await news(lene), await news(lurking), await news(watching))


async def test_what_is_told_leads_to_the_relationship(world, lene):
    await news(lene)
    await give(lene, SARA, "Workgroup")
    await world.advance(6)
    (sender,) = (await lene.poll()).reply.tree["sender"]
    (event,) = sender["events"]

    assert f"{lene.path}/people/{SARA}/privacyRelationship" == event["link"]["href"]
    assert {"rel": "contact", "href": f"{lene.path}/people/{SARA}"} == event["in"]
    assert "Workgroup" == (await lene.get(event["link"]["href"])).property("relationshipLevel")


# --- given


@both
async def test_the_relationship(world, accept):
    """R12.3, R4.28, R4.35: revision 2, with a GUID and an etag; the link to reset it."""
    lene = await world.client(LENE, accept)
    reply = await lene.get((await lene.get(lene.person(SARA))).hrefs["contactPrivacyRelationship"])

    assert "Colleagues" == reply.property("relationshipLevel")
    assert f'"{reply.property("etag")}"' == reply.header("ETag")
    assert {"resetContactPrivacyRelationship"} == reply.links()
    assert b"please pass this in a PUT request" in reply.body


@both
async def test_a_level_is_given_and_reset(world, accept):
    """R4.34: 200 and 204; in any case of letters; it can be read at once."""
    lene = await world.client(LENE, accept)
    for given in (*GIVEN, "friendsandfamily", "BLOCKED"):
        reply = await give(lene, SARA, given)
        assert 200 == reply.status
        assert given.lower() == (await level(lene, SARA)).lower()
    reset = (await lene.get(lene.person(SARA, "privacyRelationship"))).hrefs
    reply = await lene.post(reset["resetContactPrivacyRelationship"])

    assert (204, b"") == (reply.status, reply.body)
    assert "Colleagues" == await level(lene, SARA)


@both
async def test_a_relationship_can_be_reset_that_is_as_usual(world, accept):
    lene = await world.client(LENE, accept)
    path = lene.person(SARA, "privacyRelationship/resetContactPrivacyRelationship")

    assert [204, 204] == [(await lene.post(path, body)).status for body in (None, {})]


async def test_what_is_left_out_of_a_put_stays(world, lene):
    """R4.27"""
    await give(lene, SARA, "Workgroup")
    assert 200 == (await give(lene, SARA, None)).status

    assert "Workgroup" == await level(lene, SARA)


@both
@pytest.mark.parametrize("wrong", ["Unknown", "Friends", "", " ", "1", "x" * 10_000])
async def test_other_levels_are_refused(world, accept, wrong):
    lene = await world.client(LENE, accept)
    reply = await give(lene, SARA, wrong)

    assert (400, "BadRequest", "ParameterValidationFailure") == reply.reason
    assert ["relationshipLevel"] == reply.bad
    assert "Colleagues" == await level(lene, SARA)


@both
async def test_a_put_has_its_conditions(world, accept):
    """R4.28, R4.30: If-Match and the GUID; nothing has happened without."""
    lene = await world.client(LENE, accept)
    path = lene.person(SARA, "privacyRelationship")
    etag = (await lene.get(path)).header("ETag")
    without_guid = await lene.put(path, {"relationshipLevel": "Blocked"}, {"If-Match": etag})
    missing = await lene.put(path, {"relationshipLevel": "Blocked"})
    stale = await give(lene, SARA, "Blocked", headers={"If-Match": '"1"'})

    assert (428, "PreconditionRequired", None) == missing.reason
    assert (412, "PreconditionFailed", None) == stale.reason
    assert (400, "BadRequest", "ParameterValidationFailure") == without_guid.reason
    assert "Colleagues" == await level(lene, SARA)


async def test_an_etag_is_of_one_level(world, lene):
    """R4.30: who saw another one has to look again."""
    path = lene.person(SARA, "privacyRelationship")
    before = (await lene.get(path)).header("ETag")
    await give(lene, SARA, "Workgroup")

    assert 412 == (await give(lene, SARA, "Blocked", headers={"If-Match": before})).status


@both
@pytest.mark.parametrize(
    ("who", "code"), [(LENE, 403), ("nobody@contoso.test", 404), ("nobody", 404), ("%00@b.c", 404)]
)
async def test_who_has_no_relationship(world, accept, who, code):
    """Oneself and who does not exist; reading oneself says so (PrivacyRelationshipLevel)."""
    lene = await world.client(LENE, accept)
    path = f"people/{who}/privacyRelationship"
    reset = await lene.post(f"{path}/resetContactPrivacyRelationship")

    assert code == reset.status
    if "@contoso" in who:
        assert code == (await give(lene, who, "Workgroup")).status
    assert "Unknown" == await level(lene, LENE)


@both
async def test_strangers_are_external_until_they_are_given_a_level(world, accept):
    lene = await world.client(LENE, accept)
    before = await level(lene, STRANGER)
    await give(lene, STRANGER, "FriendsAndFamily")

    assert ["External", "FriendsAndFamily"] == [before, await level(lene, STRANGER)]


@both
async def test_only_so_many_levels_can_be_given(world, accept, monkeypatch):
    """A change of one of them is always possible."""
    monkeypatch.setattr("openucwa.resources.privacy.MOST_LEVELS", 2)
    lene = await world.client(LENE, accept)
    for number in range(2):
        assert 200 == (await give(lene, f"x{number}@elsewhere.test", "Blocked")).status

    assert (403, "Forbidden", "LimitExceeded") == (await give(lene, SARA, "Blocked")).reason
    assert 200 == (await give(lene, "x1@elsewhere.test", "Workgroup")).status
    assert "Colleagues" == await level(lene, SARA)


# --- all of them


async def by_level(client):
    tree = (await client.get("people/privacyRelationships", {"Accept": JSON})).tree
    return {
        one["relationshipLevel"]: [link["href"] for link in one["_links"]["contact"]]
        for one in tree["_embedded"]["myPrivacyRelationship"]
    }


async def test_all_relationships(world, lene):
    """Contacts, and whoever was given a level; each level leads to its people."""
    assert {} == await by_level(lene)
    await lene.post("people/groupMemberships", {"contactUri": SARA})
    await give(lene, STRANGER, "Workgroup")
    await give(lene, await world.person("johnd"), "Workgroup")
    people = f"{lene.path}/people"

    expected = {
        "Colleagues": [f"{people}/{SARA}"],
        "Workgroup": [f"{people}/johnd@contoso.test", f"{people}/{STRANGER}"],
    }
    assert expected == await by_level(lene)
    for given, hrefs in expected.items():
        one = await lene.get(f"people/privacyRelationships/{given}")
        assert hrefs == [link["href"] for link in one.tree["_links"]["contact"]]


@both
async def test_each_level_can_be_read(world, accept):
    """In any case of letters; nobody may have it."""
    lene = await world.client(LENE, accept)
    for given in GIVEN:
        reply = await lene.get(f"people/privacyRelationships/{given.upper()}")
        assert (200, given) == (reply.status, reply.property("relationshipLevel"))
    unknown = await lene.get("people/privacyRelationships/Friends")

    assert (404, "NotFound", None) == unknown.reason


async def test_xml_has_a_link_for_each_contact(world):
    """R4.13: repeated elements."""
    lene = await world.client(LENE, XML)
    for address in (SARA, STRANGER):
        await give(lene, address, "Blocked")
    links = (await lene.get("people/privacyRelationships/Blocked")).xml.findall("{*}link")

    assert [SARA, STRANGER] == [link.get("href").rpartition("/")[2] for link in links]


@both
@pytest.mark.parametrize("path", ["privacyRelationships", f"{SARA}/privacyRelationship"])
async def test_guests_have_no_relationships(world, accept, path):
    guest = await world.guest(accept)

    assert (403, "Forbidden", None) == (await guest.get(f"people/{path}")).reason


# --- kept


async def test_levels_outlive_the_server(tmp_path):
    """They are stored before anybody sees less or more."""

    async def start(at=START):
        world = await World.create(tmp_path, durable=True, at=at)
        world.server.live.journal.start()
        return world

    levels = dict(zip((SARA, STRANGER, "johnd@contoso.test"), GIVEN, strict=False))
    world = await start()
    for name in ("lenea", "sarad", "johnd"):
        await world.person(name)
    lene = await world.available(LENE)
    await lene.post("me/note", {"message": "hello"})
    for address, given in levels.items():
        await give(lene, address, given)
    await world.close()
    world = await start(world.clock.time + 10)
    lene.world, sara = world, await world.client(SARA)

    assert levels == {address: await level(lene, address) for address in levels}
    assert (await sara.get(sara.person(LENE, "note"))).property("message") is None
    await world.close()


async def test_who_is_not_signed_in_has_levels_all_the_same(world, lene, sara):
    await give(lene, SARA, "External")
    await lene.delete()
    await world.advance(300)

    assert world.server.live.present(LENE) is None
    assert (await sara.get(sara.person(LENE, "note"))).property("message") is None
    assert "hello" not in (await sara.get(sara.person(LENE, "note"))).body.decode()
