"""What a token's scopes allow: every rel against the table (BEHAVIOUR 13)."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pytest

from furnished import furnish
from openucwa.hyper.catalogue import Catalogue
from openucwa.hyper.declare import Link, Scope
from openucwa.resources import CHAPTERS
from world import JSON, XML, Client

both = pytest.mark.parametrize("accept", [JSON, XML])
CATALOGUE = Catalogue(CHAPTERS)
CONTRACT = json.loads((Path(__file__).parents[1] / "contract" / "contract.json").read_text("utf-8"))
FORBIDDEN = (403, "Forbidden", None)
EVERY = frozenset(Scope)
USER = "/Autodiscover/AutodiscoverService.svc/root/oauth/user"
IN_PATHS = defaultdict(lambda: "1", person="x@contoso.test", photo="x@contoso.test")

# R13.1, by hand: what is not here needs what its page in the reference says.
TABLE = {
    "root": frozenset(),
    "user": frozenset(),
    "xframe": frozenset(),
    "applications": frozenset(),
    "events": frozenset(),
    "application": EVERY,
    "batch": EVERY,
    "policies": EVERY,
    "onlineMeetings": EVERY,
    "onlineMeetingDefaultValues": EVERY,
    "onlineMeetingEligibleValues": EVERY,
    "onlineMeetingInvitationCustomization": EVERY,
    "onlineMeetingPolicies": EVERY,
    "phoneDialInInformation": EVERY,
    "dialInRegion": EVERY,
    "myOnlineMeetings": {Scope.MEETINGS},
    "invitationFile": {Scope.INITIATE, Scope.RECEIVE},
    "presenceSubscriptions": EVERY,
    "presenceSubscriptionMemberships": EVERY,
    "presenceSubscriptionMembership": EVERY,
    "subscribedContacts": EVERY,
    "myContacts": EVERY,
    "groupContacts": EVERY,
    "myGroupMemberships": EVERY,
    "myPrivacyRelationships": EVERY,
    "myPrivacyRelationship": EVERY,
    "reportMyNetwork": EVERY,
    "me": {Scope.USER},
    "photo": {Scope.USER},
    "phones": {Scope.USER},
    "phone": {Scope.USER},
    "changeNumber": {Scope.USER},
    "callForwardingSettings": {Scope.USER},
    "presence": {Scope.USER},
    "note": {Scope.USER},
    "location": {Scope.USER},
    "reportMyActivity": {Scope.USER},
    "reportMyInactivity": {Scope.USER},
    "presenceSubscription": {Scope.USER},
    "makeMeAvailable": {Scope.USER, Scope.RECEIVE},
    "people": {Scope.CONTACTS},
    "contact": {Scope.CONTACTS},
    "contactPresence": {Scope.CONTACTS},
    "contactNote": {Scope.CONTACTS},
    "contactLocation": {Scope.CONTACTS},
    "contactSupportedModalities": {Scope.CONTACTS},
    "contactPrivacyRelationship": {Scope.CONTACTS},
    "resetContactPrivacyRelationship": {Scope.CONTACTS},
    "search": {Scope.CONTACTS},
    "myGroups": {Scope.CONTACTS},
    "group": {Scope.CONTACTS},
    "pinnedGroup": {Scope.CONTACTS},
    "defaultGroup": {Scope.CONTACTS},
    "delegatesGroup": {Scope.CONTACTS},
    "delegatorsGroup": {Scope.CONTACTS},
    "myOrganizationGroup": {Scope.CONTACTS},
    "distributionGroup": {Scope.CONTACTS},
    "expandDistributionGroup": {Scope.CONTACTS},
    "addToContactList": {Scope.CONTACTS},
    "removeFromContactList": {Scope.CONTACTS},
    "myGroupMembership": {Scope.CONTACTS},
    "removeContactFromAllGroups": {Scope.CONTACTS},
    "subscribeToGroupPresence": {Scope.CONTACTS},
    "myContactsAndGroupsSubscription": {Scope.CONTACTS},
    "startOrRefreshSubscriptionToContactsAndGroups": {Scope.CONTACTS},
    "stopSubscriptionToContactsAndGroups": {Scope.CONTACTS},
    "communication": {Scope.INITIATE, Scope.RECEIVE},
}
EITHER = {Scope.INITIATE, Scope.RECEIVE}

WIDER = {
    "contactPhoto": "R13.1: one's own photo is at the same place, for the scope of the user",
    "organizer": "a contact, at its place",
    "joinOnlineMeeting": "startOnlineMeeting is at the same place, for a scope of its own",
}


@pytest.mark.parametrize("spec", list(CATALOGUE), ids=lambda spec: spec.rel)
def test_r13_1_each_resource_needs_what_the_table_says(spec):
    pages = [page for page in CONTRACT["resources"].values() if page["rel"] == spec.rel]
    documented = {scope for page in pages for scope in page["scopes"]}

    assert set(spec.scopes) == set(TABLE.get(spec.rel, spec.scopes))
    if documented and documented <= EITHER:
        documented = EITHER  # R13.3, 16.20
    assert spec.rel in WIDER or not pages or set(spec.scopes) == documented


@both
@pytest.mark.parametrize("scope", list(Scope), ids=lambda scope: scope.name)
async def test_r13_2_without_the_scope_a_request_is_forbidden(world, accept, scope):
    """Every resource, with every verb it has; and with the scope it can be read."""
    client = await world.limited(await world.person("lenea"), scope, accept=accept)
    wrong = []
    for spec in CATALOGUE:
        if spec.at.startswith("/") or not spec.scopes or spec.rel in WIDER or spec.answered_by:
            continue
        allowed = scope in spec.scopes
        for method in {"GET"} if allowed else spec.operations:
            reply = await client.send(method, spec.at.format_map(IN_PATHS))
            right = reply.status != 403 if allowed else reply.reason == FORBIDDEN
            wrong += [] if right else [(spec.rel, method)]

    assert [] == wrong


@both
async def test_r13_1_watching_a_group_takes_the_scope_of_contacts(world, accept):
    """Where it is at the place of what any scope allows: watching people one by one."""
    client = await world.limited(await world.person("lenea"), Scope.USER, accept=accept)
    here, group = "people/presenceSubscriptions", {"duration": 10, "groupId": "x"}

    assert FORBIDDEN == (await client.post(here, group)).reason
    assert FORBIDDEN == (await client.post(f"{here}?groupId=x&duration=10")).reason
    assert 201 == (await client.watch("x@elsewhere.test")).status


@pytest.mark.parametrize("scope", list(Scope), ids=lambda scope: scope.name)
async def test_r13_2_lists_for_any_scope_link_what_the_scope_allows(world, scope):
    """Who may not see contacts one by one gets no links to them."""
    lene = await world.person("lenea")
    await furnish(world, await world.available(lene), lene)
    client = await world.limited(lene, scope)
    memberships = (await client.get("people/groupMemberships")).tree
    linked = [
        *(one["_links"] for one in memberships["_embedded"]["myGroupMembership"]),
        (await client.get("people/privacyRelationships/Colleagues")).tree["_links"],
        (await client.get("people/contacts?expand=false")).tree["_links"],
    ]

    assert {scope is Scope.CONTACTS} == {"contact" in links for links in linked}


@pytest.mark.parametrize("scope", list(Scope), ids=lambda scope: scope.name)
async def test_r13_2_dashboards_are_there_without_links(world, scope):
    """For clients that index them; what is linked takes this scope or none."""
    client = await world.limited(await world.person("lenea"), scope)
    tree = (await client.get("")).tree
    wrong = []
    for shown in (tree, *tree["_embedded"].values()):
        links = (link for link in CATALOGUE[shown["rel"]].links if isinstance(link, Link))
        targets = {link.rel: CATALOGUE[link.to or link.rel] for link in links}
        for rel in shown["_links"].keys() - {"self"}:
            wrong += [] if scope in (targets[rel].scopes or EVERY) else [rel]

    assert ["me", "people", "onlineMeetings", "communication"] == list(tree["_embedded"])
    assert [] == wrong


@both
async def test_r13_1_events_and_applications_need_none(world, accept):
    """A token for nothing we have built still opens an application and hears its events."""
    client = await world.limited(await world.person("lenea"), Scope.MEETINGS, accept=accept)
    parked = await client.poll()

    assert (201, None) == (client.created.status, parked.reply)
    assert 200 == (await client.get(USER)).status


@pytest.mark.parametrize(
    ("scope", "available", "modalities"),
    [(Scope.USER, "Busy", []), (Scope.RECEIVE, "Online", ["Messaging"])],
)
@both
async def test_r13_2_makemeavailable_does_what_the_scopes_allow(
    world, accept, scope, available, modalities
):
    """16.33: with either scope, silently and with 204: a body would break a library."""
    lene = await world.person("lenea")
    client = await world.limited(lene, scope, accept=accept)
    wish = {"signInAs": "Busy", "supportedModalities": ["Messaging"]}
    reply = await client.post("me/makeMeAvailable", wish, {"X-MS-RequiresMinResourceVersion": "2"})
    sara = await world.client(await world.person("sarad"))
    seen = await sara.get(sara.person(lene, "presence"))
    reachable = await sara.get(sara.person(lene, "supportedMedia"))

    assert (204, b"") == (reply.status, reply.body)
    assert available == seen.property("availability")
    assert modalities == reachable.property("modalities")


@both
async def test_r13_3_either_scope_of_conversations_is_enough(world, accept):
    """16.20"""
    lene = await world.person("lenea")
    for scope in (Scope.INITIATE, Scope.RECEIVE):
        client = await world.limited(lene, scope, accept=accept)
        assert 200 == (await client.get("communication")).status


async def test_another_token_of_the_same_person_may_do_more(world):
    """R1.40: applications live across tokens; what is allowed depends on the token alone."""
    lene = await world.person("lenea")
    limited = await world.limited(lene, Scope.CONTACTS)
    full = Client(world, await world.token(lene), path=limited.path)

    assert FORBIDDEN == (await limited.get("me")).reason
    assert {"makeMeAvailable"} <= (await full.get("me")).links()
    assert FORBIDDEN == (await limited.get("me")).reason
