"""Rendering: properties, the links that are allowed now, and packages in order."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from openucwa.app.render import GUID_VALUE, Place, Renderer, events_href
from openucwa.domain.channel import Channel, Event, Ref
from openucwa.domain.people import Level
from openucwa.domain.seen import (
    Delivery,
    Direction,
    MessageSeen,
    MessageText,
    ParticipantMessagingSeen,
)
from openucwa.hyper.catalogue import APPLICATIONS, Catalogue
from openucwa.resources import CHAPTERS
from openucwa.resources.groups import MyGroups
from openucwa.resources.messaging import Message
from openucwa.resources.phones import Phone
from openucwa.resources.privacy import MyPrivacyRelationship
from openucwa.wire import json

PEOPLE, ME = Ref("people", "people"), Ref("me", "me")
RENDERER = Renderer(Catalogue(CHAPTERS))


def a_call(instance=""):
    return SimpleNamespace(
        application=SimpleNamespace(id="17"), instance=instance, origin="https://pool", params={}
    )


def an_event(sender, rel):
    return Event(sender, Ref(rel, f"x/{rel}"), "updated", inside=PEOPLE)


def package(*events):
    made = RENDERER.package(a_call(), Channel("e1"), events, {"next": {"href": "n"}})
    return json.decode(json.encode(made))


def test_r3_25_a_new_block_begins_whenever_the_sender_changes():
    events = [
        an_event(sender, rel) for sender, rel in zip((ME, ME, PEOPLE, ME), "abcd", strict=True)
    ]
    blocks = package(*events)["sender"]

    assert [("me", "ab"), ("people", "c"), ("me", "d")] == [
        (block["rel"], "".join(event["link"]["rel"] for event in block["events"]))
        for block in blocks
    ]


def test_r3_22_properties_of_events_are_in_order_and_hrefs_below_the_application():
    event = package(an_event(ME, "a"))["sender"][0]["events"][0]

    assert ["link", "in", "type"] == list(event)
    assert {"rel": "a", "href": f"{APPLICATIONS}/17/x/a"} == event["link"]


def test_names_of_people_are_never_taken_for_the_application():
    """What many are told is made once, with a gap for the application's id."""
    title = "{application} \0 17"
    event = Event(ME, Ref("contact", "people/x", title), "added")

    assert title == package(event)["sender"][0]["events"][0]["link"]["title"]


def test_r3_10_a_package_without_events_has_an_empty_list_of_senders():
    assert ([], ["self", "next"]) == (package()["sender"], list(package()["_links"]))


@pytest.mark.parametrize(("instance", "more"), [("", ""), ("a&b", "&instanceId=a%26b")])
def test_the_url_of_a_package_is_that_of_the_instance(instance, more):
    href = events_href(a_call(instance), Channel("e1"), 7)

    assert f"{APPLICATIONS}/17/events?ack=7&epoch=e1{more}" == href


def test_r4_8_hrefs_are_absolute_only_in_discovery():
    call = a_call()

    assert f"{APPLICATIONS}/17/me" == Place.at("me").href(call, {})
    assert f"{APPLICATIONS}/17" == Place.at("").href(call, {})
    place = Place.at("people/{person}")
    assert f"{APPLICATIONS}/17/people/a%20b" == place.href(call, {"person": "a b"})
    assert place.href(call, {"person": "a"}, absolute=True).startswith("https://pool/")


async def test_r4_28_the_property_that_a_put_repeats_is_first_and_stays(world):
    lene = await world.available(await world.person("lenea"))
    one, two = [(await lene.get("communication")).tree for _ in range(2)]
    names = [name for name, value in one.items() if value == GUID_VALUE]

    assert 1 == len(names)
    assert list(one).index(names[0]) <= 1
    assert one == two


async def test_an_etag_is_that_of_the_resource_without_what_is_embedded(world):
    lene = await world.client(await world.person("lenea"))
    before = (await lene.get("")).tree
    await lene.post("me/makeMeAvailable", {})
    after = (await lene.get("")).tree

    assert before["_embedded"] != after["_embedded"]
    assert before["etag"] == after["etag"]


async def test_cards_look_the_same_wherever_they_are(world):
    """They are rendered once for many, with a gap for the application's id."""
    lene = await world.available(await world.person("lenea"))
    sara = await world.available(await world.person("sarad", work_phone="tel:+15550117"))
    (mine,), (hers,) = [
        (await one.get("people/search?query=sarad")).tree["_embedded"]["contact"]
        for one in (lene, sara)
    ]

    assert mine == (await lene.get(lene.person("sarad@contoso.test"))).tree
    assert mine["_links"]["self"] != hers["_links"]["self"]
    assert mine["etag"] == hers["etag"]


def test_a_representation_may_be_without_some_of_its_links():
    """Its state does not offer them, though the caller's rights would."""
    call = a_call()
    call.identity = SimpleNamespace(scopes={"User.ReadWrite"}, anonymous=False)

    def shown(*without):
        phone = Phone(
            number="",
            type="home",
            include_in_contact_card=False,
            _at={"kind": "home"},
            _without=without,
        )
        return RENDERER.tree(call, phone)["_links"].keys()

    assert {"self", "changeNumber", "changeVisibility"} == shown()
    assert {"self", "changeVisibility"} == shown("changeNumber")


def a_call_with(*scopes):
    call = a_call()
    call.identity = SimpleNamespace(scopes=set(scopes), anonymous=False)
    return call


ALL = ("Contacts.ReadWrite", "User.ReadWrite")
LINKED = {"pinnedGroup": {"group": "p/="}, "group": [{"group": "a"}, {"group": "b"}]}


def test_what_is_not_embedded_is_linked():
    """R8.5: an array of those of which there may be many, with their revision (R12.1)."""
    links = RENDERER.tree(a_call_with(*ALL), MyGroups(_linked=LINKED))["_links"]
    groups = f"{APPLICATIONS}/17/people/groups"

    assert {
        "self": {"href": groups},
        "pinnedGroup": {"href": f"{groups}/p%2f="},
        "group": [{"href": f"{groups}/{one}", "revision": "2"} for one in "ab"],
    } == links


def test_an_array_of_links_may_be_empty():
    """R4.6: and is one all the same."""
    shown = MyPrivacyRelationship.of(Level.BLOCKED, [])

    assert [] == RENDERER.tree(a_call_with(*ALL), shown)["_links"]["contact"]


@pytest.mark.parametrize(
    "shown",
    [MyGroups(_linked=LINKED), MyPrivacyRelationship.of(Level.BLOCKED, ["lenea@contoso.test"])],
)
def test_r13_2_nothing_is_linked_that_may_not_be_seen(shown):
    """Neither one nor many."""
    assert {"self"} == RENDERER.tree(a_call_with("User.ReadWrite"), shown)["_links"].keys()


def test_many_are_linked_only_if_the_representation_says_which():
    """A declaration alone does not tell where they are."""
    shown = MyPrivacyRelationship(relationship_level=Level.BLOCKED, _at={"level": "Blocked"})

    assert {"self"} == RENDERER.tree(a_call_with(*ALL), shown)["_links"].keys()


TALKS = ("Conversations.Initiate", "Conversations.Receive", "Contacts.ReadWrite")
HELLO = MessageSeen(
    "c",
    1,
    Direction.OUTGOING,
    0.0,
    MessageText("Hello there"),
    "lenea@contoso.test",
    "Lene",
    "op",
    Delivery.FAILED,
    ("sarad@contoso.test",),
)


def test_r4_25_r9_28_a_text_is_carried_by_a_link():
    shown = RENDERER.tree(a_call_with(*TALKS), Message.as_seen(HELLO))

    assert {"href": "data:text/plain;charset=utf-8,Hello+there"} == shown["_links"]["plainMessage"]
    assert "plainMessage" not in shown
    assert "htmlMessage" not in shown["_links"]


def test_r3_31_links_to_people_are_titled_with_their_names():
    links = RENDERER.tree(a_call_with(*TALKS), Message.as_seen(HELLO))["_links"]

    assert "Lene" == links["participant"]["title"]
    assert [""] == [link["title"] for link in links["failedDeliveryParticipant"]]
    assert "title" not in links["messaging"]


@pytest.mark.parametrize("shown", [HELLO, None])
@pytest.mark.parametrize(
    ("succeeded", "reason", "status"),
    [(True, None, "Success"), (False, "Unreachable", "Failure"), (None, None, None)],
)
def test_r3_22_r3_30_an_event_tells_how_it_went_and_shows_how_things_were(
    shown, succeeded, reason, status
):
    event = Event(
        Ref("conversation", "c"),
        Ref("message", "m"),
        "completed",
        shown=shown,
        succeeded=succeeded,
        reason=reason,
    )
    made = RENDERER.package(a_call_with(*TALKS), Channel("e1"), [event], {})
    told = json.decode(json.encode(made))["sender"][0]["events"][0]
    order = ["link", "status", "reason", "_embedded", "type"]

    assert [name for name in order if name in told] == list(told)
    assert (status, shown is not None) == (told.get("status"), "_embedded" in told)
    assert reason == told.get("reason", {}).get("subcode")


def test_what_an_event_shows_belongs_to_what_it_is_about():
    """The request that fetches it has parameters of its own, or none."""
    seen = ParticipantMessagingSeen("c", "lenea@contoso.test", "Lene")
    link = Ref("participantMessaging", "x")
    event = Event(Ref("conversation", "c"), link, "added", 2, PEOPLE, shown=seen)
    made = RENDERER.package(a_call_with(*TALKS), Channel("e1"), [event], {})
    told = json.decode(json.encode(made))["sender"][0]["events"][0]
    shown = told["_embedded"]["participantMessaging"]

    assert "/c/participants/lenea@contoso.test" in shown["_links"]["self"]["href"]
    assert "Lene" == shown["_links"]["participant"]["title"]


def test_a_link_may_lead_to_another_of_the_same_kind():
    """``at`` says with which parameters: a contact may be the one who accepted."""
    (plan,) = [
        place
        for link, _, place in RENDERER._plans["messagingInvitation"].links
        if link.rel == "acceptedByContact"
    ]

    assert f"{APPLICATIONS}/17/people/a" == plan.href(a_call(), {"acceptor": "a", "person": "b"})
