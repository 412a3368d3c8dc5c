"""URLs that clients build, mangle and append to (BEHAVIOUR 1.2, 15.8; CLIENT-RULES 2.3)."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest

from furnished import furnish
from openucwa.app.paths import path_segments
from openucwa.hyper.catalogue import Catalogue
from openucwa.resources import CHAPTERS
from world import APPLICATIONS, JSON, NAMESPACE, XML, Client

both = pytest.mark.parametrize("accept", [JSON, XML])
CATALOGUE = Catalogue(CHAPTERS)
CONTRACT = json.loads((Path(__file__).parents[1] / "contract" / "contract.json").read_text("utf-8"))
VALUES = ("defaultValues", "eligibleValues", "policies")
LENE, SARA = "lenea@contoso.test", "sarad@contoso.test"


@pytest.fixture
async def client(world):
    """Somebody available who has and watches everything, so that there is something to link to."""
    await world.person("sarad")
    client = await world.available(await world.person("lenea"))
    await client.watch(SARA)
    await furnish(world, client, LENE)
    return client


async def walk(client):
    """Yield every resource and package below the application that links lead to, as a tree."""
    seen, ahead = set(), [client.path, f"{client.path}/people/search?query=sara", client.next]
    await client.world.advance(6)
    while ahead:
        href = ahead.pop()
        if href in seen or (len(seen) > 1 and "ack=" in href):
            continue
        seen.add(href)
        reply = await client.get(href)
        if reply.status == 200 and "json" in (reply.header("Content-Type") or ""):
            yield reply.tree
            ahead += [href for _, href in hrefs(reply.tree) if "/events?" not in href]


def hrefs(tree):
    """Yield rel and href of all links anywhere in a tree."""
    for key, value in tree.items():
        if key == "_links":
            for rel, links in value.items():
                every = links if isinstance(links, list) else [links]
                yield from ((rel, one["href"]) for one in every)
        elif isinstance(value, dict):
            if "href" in value:
                yield value["rel"], value["href"]
            yield from hrefs(value)
        elif isinstance(value, list):
            for one in value:
                yield from hrefs(one) if isinstance(one, dict) else ()


async def own_links(client, url):
    """Return what a resource calls itself, in JSON and in XML."""
    as_json, as_xml = [await client.get(url, {"Accept": accept}) for accept in (JSON, XML)]
    return [as_json.tree["_links"]["self"]["href"], as_xml.xml.get("href")]


# --- paths


@pytest.mark.parametrize(
    "path",
    [
        "/ucwa/v1/applications/{id}/me/note",
        "/UCWA/OAuth/V1/Applications/{id}/ME/Note",
        "//ucwa/oauth/v1/applications/{id}//me///note",
        "{app}/me/note/",
        "{app}/me/note?",
        "{app}/me/note??",
        "{app}/me/note?_=1&x",
        "{app}/%6de/n%6Fte",
        "{app}/%6DE/%6eote//?",
    ],
)
async def test_r1_14_paths_however_they_are_written(client, path):
    """R1.11, R1.15, CLIENT-RULES R8, R9; what we answer is canonical all the same."""
    url = path.format(app=client.path, id=client.path.rpartition("/")[2])

    assert [f"{client.path}/me/note"] * 2 == await own_links(client, url)


@pytest.mark.parametrize(
    "person", [SARA, "SaraD@Contoso.test", "sarad%40contoso.test", f"sip:{SARA}", "sip%3a" + SARA]
)
async def test_r4_23_one_canonical_path_for_each_person(client, person):
    """R15.32: whatever the spelling that was asked for."""
    expected = f"{client.path}/people/{SARA}/presence"

    assert [expected] * 2 == await own_links(client, f"people/{person}/presence")


@pytest.mark.parametrize(
    ("rel", "path"),
    [
        ("application", ""),
        ("policies", "policies"),
        ("batch", "batch"),
        ("events", "events"),
        *[(rel, f"me/{rel}") for rel in ("note", "presence", "location", "reportMyActivity")],
        *[(rel, f"me/{rel}") for rel in ("makeMeAvailable", "callForwardingSettings", "phones")],
        *[(rel, f"people/{rel}") for rel in ("presenceSubscriptions", "subscribedContacts")],
        *[(rel, f"people/{rel}") for rel in ("presenceSubscriptionMemberships", "search")],
        *[(rel, rel) for rel in ("me", "people", "onlineMeetings", "communication")],
        *[
            (f"onlineMeeting{name[0].upper()}{name[1:]}", f"onlineMeetings/{name}")
            for name in VALUES
        ],
        ("onlineMeetingInvitationCustomization", "onlineMeetings/customInvitation"),
        ("phoneDialInInformation", "onlineMeetings/phoneDialInInformation"),
        ("myOnlineMeetings", "onlineMeetings/myOnlineMeetings"),
        ("myOnlineMeeting", "onlineMeetings/myOnlineMeetings/{meeting}"),
        ("myAssignedOnlineMeeting", "onlineMeetings/myOnlineMeetings/{meeting}"),
        ("onlineMeetingExtensions", "onlineMeetings/myOnlineMeetings/{meeting}/extensions"),
        ("myGroups", "people/groups"),
        ("group", "people/groups/{group}"),
        ("pinnedGroup", "people/groups/{group}"),
        ("groupContacts", "people/contacts"),
        ("subscribeToGroupPresence", "people/presenceSubscriptions"),
        ("myContacts", "people/contacts"),
        ("myGroupMemberships", "people/groupMemberships"),
        ("myPrivacyRelationships", "people/privacyRelationships"),
        ("myContactsAndGroupsSubscription", "people/contactsAndGroupsSubscription"),
        ("contactPrivacyRelationship", "people/{person}/privacyRelationship"),
        ("contactPhoto", "photos/{photo}"),
        ("contact", "people/{person}"),
        ("contactPresence", "people/{person}/presence"),
        ("contactLocation", "people/{person}/location"),
        ("contactNote", "people/{person}/note"),
        ("contactSupportedModalities", "people/{person}/supportedMedia"),
    ],
)
def test_r1_13_things_are_where_captured_servers_had_them(rel, path):
    assert path == CATALOGUE[rel].at


async def test_r1_12_ids_look_like_those_of_captured_servers(client):
    """Twelve digits; addresses in lower case without a scheme."""
    contact = await client.get("people/sip:SaraD@contoso.TEST")

    assert re.fullmatch(r"[1-9][0-9]{11}", client.created.property("id"))
    assert f"{client.path}/people/{SARA}" == contact.tree["_links"]["self"]["href"]


NOT_SERVED = {
    "//v1/applications": "a slip of the page: no server has answered there",
    "/ucwa/v1/applications/192/presenceSubscription": "it does not say which one",
    (
        "/ucwa/v1/applications/192/communication/conversationLogs/conversationLog/"
        "conversationLogRecipient"
    ): "as the one before",
    "/ucwa/v1/applications/192/groups/group/subscribeToGroupPresence": "it names the group twice",
    "/v1/applications/183/myGroupMemberships/removeContactFromAllGroups": "as the first",
    **{
        f"/ucwa/v1/applications/192/communication/{path}": "it is linked somewhere else, if at all"
        for path in (
            "conversations/137/onlineMeeting/295",
            "conversations/137/onlineMeeting/organizer",
            "invitations/665/derivedConversation",
            "invitations/665/derivedMessaging",
            "phoneAudio",
        )
    },
}
ALL_ALIKE = {"onlineMeetingInvitation", "participantInvitation"}
"""All kinds of invitations have the same place there."""


@pytest.mark.parametrize(
    ("rel", "path"),
    sorted(
        {
            (page["rel"], operation["sample_request_path"].partition("?")[0])
            for page in CONTRACT["resources"].values()
            for operation in page["operations"]
            if page["rel"] in CATALOGUE and operation["sample_request_path"]
        }
    ),
)
def test_r16_23_the_layout_of_the_reference_is_served_too(rel, path):
    """For everything that is built: clients were written from these pages."""
    found = CATALOGUE.match(path_segments(path))
    alike = "messagingInvitation" if rel in ALL_ALIKE else rel
    answering = CATALOGUE[alike].answered_by or alike

    assert (answering if path not in NOT_SERVED else None) == (found and found[0].rel)


# --- queries


@pytest.mark.parametrize(
    "query",
    [
        "?query=Sara&limit=1",
        "?QUERY=sara&Limit=1",
        "??query=sara&limit=1",
        "?query=sara?limit=1",
        "?limit=1&amp;query=sara",
        "?limit=9&query=x&limit=1&query=sara",
        "?&&query=sara&limit=1&",
        "?query=%73ara&limit=%31&%6cimit=1",
        "?query=sarad@contoso.test&limit=1&unknown=a:b@c",
        "?query=sip%3Asarad%40contoso.test&limit=1",
        "?query=sip%3asarad%40contoso.test&limit=1",
    ],
)
async def test_r1_14_queries_however_they_are_written(client, query):
    """15.8, R3.4, R3.5, R4.24, CLIENT-RULES R10."""
    as_json = await client.get(f"people/search{query}")
    as_xml = await client.get(f"people/search{query}", {"Accept": XML})

    assert 1 == len(as_json.tree["_embedded"]["contact"])
    assert 1 == len(as_xml.xml.findall(f"{NAMESPACE}resource"))


async def subscribed(client, accept, query, body=b"", kind=None):
    """Subscribe by query; return how many people are watched then."""
    headers = {"Accept": accept} | ({} if kind is None else {"Content-Type": kind})
    reply = await client.post(f"people/presenceSubscriptions?{query}", body, headers)
    assert 201 == reply.status
    members = await client.get(
        f"people/presenceSubscriptionMemberships?presenceSubscriptionId={reply.property('id')}"
    )
    return len(members.tree["_embedded"]["presenceSubscriptionMembership"])


@both
async def test_r4_17_everything_may_be_in_the_query(client, accept):
    """R4.19, R4.20: a repeated name makes a list."""
    for query in (
        "uris=sip:x@a.test&uris=sip:y@a.test&duration=10",
        "Uris=sip:x@a.test&URIS=y@a.test&Duration=10",
        "uris=sip%3Ax%40a.test&uris=sip%3ay@a.test?duration=10",
    ):
        assert 2 == await subscribed(client, accept, query)


@both
async def test_r4_21_a_body_may_say_nothing_in_many_ways(client, accept):
    """R1.25, R4.22, CLIENT-RULES R11, R12."""
    for kind, body in (
        (None, b""),
        ("", b""),
        (JSON, b""),
        (JSON, b"{}"),
        (JSON, b"null"),
        ("", b'""'),
        (JSON, b'{"duration":null,"Uris":null,"rel":null,"Self":"x"}'),
        (XML, b""),
        (XML, b"<input/>"),
        ("application/x-www-form-urlencoded;charset='utf-8'", b""),
    ):
        assert 1 == await subscribed(client, accept, "uris=x@a.test&duration=10", body, kind)


@both
async def test_r4_17_the_body_wins_name_by_name(client, accept):
    client.accept = accept
    url = "people/presenceSubscriptionMemberships?presenceSubscriptionId={}&contactUris=no@a.test"
    identifier = (await client.watch("x@a.test")).property("id")
    reply = await client.post(url.format(identifier), {"ContactUris": "sip:yes@a.test"})
    missing = await client.post("people/presenceSubscriptionMemberships?contactUris=a@a.test")

    assert 201 == reply.status
    assert b"yes@a.test" in reply.body
    assert b"no@a.test" not in reply.body
    assert ["presenceSubscriptionId"] == missing.bad


# --- links

WITH_QUESTION_MARK = {
    "events",
    "next",
    "resync",
    "resume",
    "memberships",
    "addToPresenceSubscription",
    "subscribeToGroupPresence",
    "conversations",
    "startOnlineMeeting",
    "addParticipant",
    "groupContacts",
}


async def test_15_8_links_have_a_question_mark_where_clients_rely_on_it(client):
    """And nowhere else: over all links there are, in resources and in events."""
    found = [link for tree in [tree async for tree in walk(client)] for link in hrefs(tree)]
    wrong = [
        (rel, href)
        for rel, href in found
        if rel != "self" and (rel in WITH_QUESTION_MARK) != ("?" in href)
    ]

    assert {
        *(
            "search",
            "presence",
            "contact",
            "memberships",
            "next",
            "contactPresence",
            "groupContacts",
        ),
        *("subscribeToGroupPresence", "expandDistributionGroup", "removeContactFromAllGroups"),
    } <= {rel for rel, _ in found}
    assert [] == wrong
    assert [] == [href for _, href in found if href.count("?") > 1 or href.endswith(("?", "&"))]


async def test_r1_11_links_are_relative_and_begin_alike(client):
    """R1.15, R4.8: host-relative, ASCII, escapes in lower case."""
    found = [href for tree in [tree async for tree in walk(client)] for _, href in hrefs(tree)]
    found = [href for href in found if not href.startswith("data:")]

    assert [] == [href for href in found if not href.startswith(f"{client.path}")]
    assert [] == [href for href in found if not re.fullmatch(r"[!-~]+", href)]
    assert [] == re.findall(r"%[0-9a-f]?[A-F]", " ".join(found))


async def test_r3_5_links_that_were_escaped_for_html_lead_to_the_same(client):
    """Some clients take them out of a page, or out of XML, without unescaping."""
    links = [href for tree in [tree async for tree in walk(client)] for _, href in hrefs(tree)]
    for href in {href for href in links if "&" in href and "/events" not in href}:
        assert (await client.get(href)).body == (await client.get(html.escape(href))).body
    escaped = await client.get(html.escape(client.next) + "&amp;timeout=180&amp;low=5")

    assert client.next.replace("ack=1", "ack=2") == escaped.href("next")


@pytest.mark.parametrize(
    ("rel", "more"),
    [
        ("events", "&low=5&medium=5&timeout=180"),
        ("events", "?timeout=180"),
        ("search", "?query=sara&limit=5"),
        ("search", "&query=sara"),
        ("addToPresenceSubscription", "&x=1"),
        ("presenceSubscription", "?duration=11"),
    ],
)
async def test_15_8_what_clients_append_is_understood(client, rel, more):
    await client.world.advance(6)
    found = dict([link for tree in [tree async for tree in walk(client)] for link in hrefs(tree)])
    reply = await client.get(found[rel] + more)

    assert 200 == reply.status or (rel, more[0]) == ("search", "&")


# --- bodies


@both
@pytest.mark.parametrize("place", ["note", "location"])
async def test_r11_a_whole_resource_may_be_posted_back(client, accept, place):
    """R0.3, R4.18: with its links, rel and embedded resources."""
    given = {"message": "hello", "location": "here"}
    await client.post(f"me/{place}", given)
    before = await client.get(f"me/{place}", {"Accept": accept})
    await client.post(f"me/{place}", {})
    kind = {"Content-Type": before.header("Content-Type")}
    reply = await client.post(f"me/{place}", before.body, kind)

    assert 204 == reply.status
    assert before.body == (await client.get(f"me/{place}", {"Accept": accept})).body


@both
async def test_r16_41_keys_without_quotes_are_read_in_posts(world, accept):
    """One client creates its application so; a PUT has to be JSON."""
    client = Client(world, await world.token(await world.person("lenea")), accept)
    body = '{culture:"en-US", EndpointId : "1", userAgent:"a{b:c}"}'
    reply = await client.send("POST", APPLICATIONS, body, {"Content-Type": JSON})
    path = reply.header("Location")
    made = await client.get(f"{path}/communication")
    match = {"If-Match": made.header("ETag"), "Content-Type": JSON}
    refused = await client.put(f"{path}/communication", "{phoneNumber:1}", match)

    assert (201, "a{b:c}") == (reply.status, reply.property("userAgent"))
    assert (400, "BadRequest", "DeserializationFailure") == refused.reason


@both
@pytest.mark.parametrize("empty", ["instanceId", "phoneNumber"])
async def test_an_empty_text_is_none(world, accept, empty):
    """CLIENT-RULES R11: whole objects are posted, whatever is in them."""
    client = await world.client(await world.person("lenea"), accept, **{empty: ""})
    reply = await client.post("me/makeMeAvailable", {empty: ""})

    assert (201, None) == (client.created.status, client.created.property(empty))
    assert 204 == reply.status


# --- verbs


@both
async def test_head_is_get(client, accept):
    """CLIENT-RULES R3: for everything that can be read; the server sends no body then."""
    for path in ("", "me", "people", f"people/{SARA}", "policies", "communication", "nothing"):
        got = await client.get(path, {"Accept": accept})
        asked = await client.send("HEAD", path, None, {"Accept": accept})
        unlike = {"X-MS-Correlation-Id"}

        assert got.status == asked.status
        assert [pair for pair in got.headers if pair[0] not in unlike] == [
            pair for pair in asked.headers if pair[0] not in unlike
        ]
    etag = {"If-None-Match": (await client.get("")).header("ETag")}
    assert 304 == (await client.send("HEAD", "", None, etag)).status
    assert 405 == (await client.send("HEAD", "me/reportMyActivity")).status


@both
async def test_r4_33_if_match_means_nothing_in_posts(client, accept):
    """The library sends it whenever its data has an etag."""
    for match in ('"1"', "*", "W/x", ""):
        reply = await client.post("me/note", {"message": "a"}, {"If-Match": match})
        assert 204 == reply.status
    refused = await client.delete("", {"If-Match": '"1"', "Accept": accept})

    assert (412, "PreconditionFailed", None) == refused.reason
    assert 204 == (await client.delete("", {"If-Match": "*"})).status
