"""Privacy relationships: giving levels to people, and who is told of that (R8.15)."""

from __future__ import annotations

import pytest

from openucwa.domain.privacy import GIVEN
from relationships import give, level
from world import JSON, START, XML, World

both = pytest.mark.parametrize("accept", [JSON, XML])
LENE, SARA = "lenea@contoso.test", "sarad@contoso.test"
STRANGER = "x@elsewhere.test"
TOLD = ("people", "updated", "contactPrivacyRelationship", "contact")


@pytest.fixture(autouse=True)
async def people(world):
    for name in ("lenea", "sarad"):
        await world.person(name)


@pytest.fixture
async def lene(world):
    lene = await world.available(LENE)
    await lene.post("me/note", {"message": "hello"})
    return lene


@pytest.fixture
async def sara(world):
    return await world.client(SARA)


# --- told


@both
async def test_ones_own_applications_are_told(world, accept):
    """R3.26, R3.27: those that left lurker mode, that which did it, and those that watch her."""
    lurking, watching = [
        await world.client(LENE, accept, endpointId=name) for name in ("lurking", "watching")
    ]
    lene = await world.available(LENE, accept)
    await watching.watch(SARA)
    for client in (lene, watching):
        await client.news()
    await give(lene, SARA, "Workgroup")

    assert ([TOLD], [], [TOLD]) == (await lene.news(), await lurking.news(), await watching.news())
    await give(lurking, SARA, "External")
    assert ([TOLD], [TOLD], [TOLD]) == (
        await lene.news(),
        await lurking.news(),
        await watching.news(),
    )


async def test_what_is_told_leads_to_the_relationship(world, lene):
    await lene.news()
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
    """Oneself, and who does not exist."""
    lene = await world.client(LENE, accept)
    path = f"people/{who}/privacyRelationship"
    reset = await lene.post(f"{path}/resetContactPrivacyRelationship")

    assert code == reset.status
    if "@contoso" in who:
        assert code == (await give(lene, who, "Workgroup")).status


@both
async def test_what_one_is_to_oneself_cannot_be_changed(world, accept):
    """R0.1: so there is no link for it."""
    lene = await world.client(LENE, accept)
    reply = await lene.get(lene.person(LENE, "privacyRelationship"))

    assert ("Unknown", set()) == (reply.property("relationshipLevel"), reply.links())


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
        world = await World.create(tmp_path / "kept", durable=True, at=at)
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

    assert world.home(LENE).live.present(LENE) is None
    assert (await sara.get(sara.person(LENE, "note"))).property("message") is None
    assert "hello" not in (await sara.get(sara.person(LENE, "note"))).body.decode()
