"""Revisions: what a client may require, and which links say 2 (BEHAVIOUR 12)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from furnished import furnish
from openucwa.hyper.catalogue import Catalogue
from openucwa.resources import CHAPTERS
from world import APPLICATIONS, JSON, NAMESPACE, XML, Client

both = pytest.mark.parametrize("accept", [JSON, XML])
CATALOGUE = Catalogue(CHAPTERS)
CONTRACT = json.loads((Path(__file__).parents[1] / "contract" / "contract.json").read_text("utf-8"))
REQUIRED = "X-MS-RequiresMinResourceVersion"
NOT_SUPPORTED = (404, "NotFound", "APIVersionNotSupported")
USER = "/Autodiscover/AutodiscoverService.svc/root/oauth/user"
LENE = "lenea@contoso.test"
PEOPLE = [
    "people",
    "people/{person}",
    *("people/groups", "people/groups?expand=false", "people/groupMemberships"),
    *("people/contacts", "people/contacts?expand=false", "people/search?query=john"),
    *("people/privacyRelationships", "people/presenceSubscriptions"),
]
TARGETS = {
    "memberships": "presenceSubscriptionMemberships",
    "addToPresenceSubscription": "presenceSubscriptionMemberships",
}


@pytest.fixture
async def client(world):
    return await world.client(await world.person("lenea"))


@both
@pytest.mark.parametrize("wanted", ["1", "2", "2.0", " 1.7 ", "0", "-1", "", "?", "1,2", "nan"])
async def test_r1_23_what_we_have_is_enough(client, accept, wanted):
    """R12.4: and what cannot be read means nothing."""
    reply = await client.get("me", {REQUIRED: wanted, "Accept": accept})

    assert 200 == reply.status


@both
@pytest.mark.parametrize("wanted", ["3", "4.0", "2.1", "1e9", "inf"])
async def test_r1_23_who_needs_more_is_told(client, accept, wanted):
    """R12.4: whatever it is asked for, and nothing happens."""
    headers = {REQUIRED: wanted, "Accept": accept}
    replies = [
        await client.get("", headers),
        await client.get("events", headers),
        await client.post("me/makeMeAvailable", {}, headers),
        await client.delete("", headers),
        await client.send("POST", APPLICATIONS, {}, headers),
        await client.world.ask("GET", "/", headers=headers),
    ]

    assert [NOT_SUPPORTED] * 6 == [reply.reason for reply in replies]
    assert "makeMeAvailable" in (await client.get("me")).links()


async def test_r1_23_who_is_not_signed_in_is_not_told(world):
    reply = await world.ask("GET", f"{APPLICATIONS}/1", headers={REQUIRED: "4"})

    assert 401 == reply.status


@pytest.mark.parametrize(("setting", "shown"), [({}, "2.0"), ({"version": "1.7"}, "1.7")])
async def test_r1_18_every_answer_says_which_revision_it_is(world_with, setting, shown):
    world = await world_with(server=setting)
    client = Client(world, await world.token(await world.person("lenea")))
    replies = [await client.create(), await client.get("nothing"), await world.ask("GET", "/")]

    assert [shown] * 3 == [reply.header("X-MS-UcwaVersion") for reply in replies]


def test_r12_3_what_the_reference_has_twice_is_served_in_revision_two():
    """R12.2: the names with a 2 are pages, and no rels."""
    newest = {}
    for page in CONTRACT["resources"].values():
        newest[page["rel"]] = max(page["revision"], newest.get(page["rel"], 1))
    built = {spec.rel: spec.revision for spec in CATALOGUE}

    assert [] == [rel for rel in built if rel.endswith("2")]
    assert built == {rel: newest.get(rel, 1) for rel in built}


@both
async def test_r12_1_links_carry_a_revision_above_one(world, accept):
    """All of them and no others, in discovery, in resources, in embedded ones and in lists."""
    client = await world.available(await world.person("lenea"), accept)
    known = await furnish(world, client, LENE)
    found = {}
    for path in (USER, "", "me", *PEOPLE):
        reply = await client.get(path.format_map(known))
        if accept == XML:
            links = reply.xml.iter(f"{NAMESPACE}link")
            found |= {(path, link.get("rel")): link.get("revision") for link in links}
        else:
            for rel, link in links_of(reply.tree):
                found[path, rel] = link.get("revision")
    newest = {(path, rel): CATALOGUE[TARGETS.get(rel, rel)].revision for path, rel in found}

    assert {"applications", "search", "policies", "group", "contactPrivacyRelationship"} <= {
        rel for _, rel in found
    }
    assert found == {key: str(number) if number > 1 else None for key, number in newest.items()}


def links_of(tree):
    """Yield the links of a resource and of what it embeds."""
    for rel, to in tree["_links"].items():
        if rel != "self":
            yield from ((rel, link) for link in (to if isinstance(to, list) else [to]))
    for embedded in tree.get("_embedded", {}).values():
        for one in embedded if isinstance(embedded, list) else [embedded]:
            yield from links_of(one)


async def test_r12_3_what_can_be_put_says_its_revision_itself(world):
    client = await world.available(await world.person("lenea"))
    known = await furnish(world, client, LENE)
    for path in ("people/groups/{group}", "people/{person}/privacyRelationship"):
        tree = (await client.get(path.format_map(known))).tree
        assert "2" == tree["_links"]["self"]["revision"]
